"""Languages in a real browser: chosen with the mouse or the keyboard, and on a phone."""

import socket
import threading
import time
from contextlib import asynccontextmanager

import pytest
import uvicorn

from gateway.app import routes
from gateway.door import Door
from gateway.pages.language import LANGUAGES
from gateway.pages.page import show
from gateway.pages.reader import COOKIE as LANGUAGE_COOKIE
from gateway.people import COOKIE as SESSION_COOKIE
from tests.pages.chromium import FOUND, chromium
from tests.pages.samples import ALL

pytestmark = pytest.mark.skipif(not FOUND, reason="needs Debian's chromium")
LANGUAGE, PLACE = "document.documentElement.lang", "location.pathname + location.search"
FOCUSED = "document.activeElement.value"


@pytest.fixture
def address(world):
    """The pages of the small world, on a port."""

    @asynccontextmanager
    async def life(_):
        yield vars(world)

    line = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Door(routes(), life, show), log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{line.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def window(tmp_path):
    with chromium(tmp_path, "de-BE,de") as opened:
        yield opened


def test_a_language_is_chosen_with_the_mouse_and_stays(window, address):
    window.go(f"{address}/espaces/la-ferme?semaine=2027-W10")
    assert window.see(LANGUAGE) == "de"  # as the browser asks
    window.click('[name="language"][value="nl"]')
    assert window.see(LANGUAGE) == "nl"
    assert window.see(PLACE) == "/espaces/la-ferme?semaine=2027-W10"
    window.go(f"{address}/connexion")
    assert window.see(LANGUAGE) == "nl"


def test_a_language_is_chosen_with_the_keyboard(window, address):
    window.go(f"{address}/inscription")
    for _ in range(60):
        if window.see(FOCUSED) == "en":
            break
        window.press("Tab", 9)
    window.press("Enter", 13, "\r")
    window.loaded()
    assert (window.see(LANGUAGE), window.see(PLACE)) == ("en", "/inscription")


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_page_is_wider_than_a_phone(window, address, code):
    phone = {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    window.do("Emulation.setDeviceMetricsOverride", **phone)
    wide = []
    for who, page in ALL:
        for name, value in ((LANGUAGE_COOKIE, code), (SESSION_COOKIE, who or "")):
            window.do("Network.setCookie", name=name, value=value, url=address)
        window.go(address + page)
        assert window.see(LANGUAGE) == code
        if window.see("document.documentElement.scrollWidth") > phone["width"]:
            wide.append(page)
    assert wide == []
