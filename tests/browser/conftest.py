"""Debian's Chromium, led by Playwright, at the door of the real network.

One browser for the tests of a file; each window forgets everything. What was on the screen is kept
in .run/screens.
"""

import pytest
from playwright.sync_api import sync_playwright

from deploy.local.packages import BROWSER, chromium
from deploy.local.where import RUN
from tests.browser.pages import every_page, some_pages
from tests.conftest import long_but

SCREENS = RUN / "screens"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
PATIENCE = 15_000
"""Milliseconds to wait for what should be there: the machine may be busy."""


@pytest.fixture(scope="module")
def browser():
    if not (found := chromium()):
        pytest.skip(f"needs Debian's Chromium: sudo apt-get install {' '.join(BROWSER)}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found)
        yield opened
        opened.close()


@pytest.fixture(scope="session", params=long_but([some_pages, every_page], some_pages))
def pages(border, request):
    """(who, address) of pages: every day of some, else of all that there are."""
    return request.param(border)


@pytest.fixture
def window(browser, border):
    """Opens a window of a size, for nobody or for somebody at the border who is signed in."""
    contexts = []

    def open_(size="desktop", who=None, javascript=True, language="fr-BE"):
        about = {"locale": language, "java_script_enabled": javascript, **SIZES[size]}
        context = browser.new_context(base_url=border.network.url, **about)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if who not in (None, "visitor"):
            session = border.session(who).cookies["essaim_session"]
            cookie = {"name": "essaim_session", "value": session, "url": border.network.url}
            context.add_cookies([cookie])
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def keep(request):
    """Keeps what is on a screen, in the order of the story."""
    taken = []

    def take(page, what):
        taken.append(what)
        SCREENS.mkdir(parents=True, exist_ok=True)
        name = request.node.name.removeprefix("test_").translate({ord("["): "-", ord("]"): None})
        page.screenshot(path=SCREENS / f"{name}-{len(taken)}-{what}.png", full_page=True)

    return take
