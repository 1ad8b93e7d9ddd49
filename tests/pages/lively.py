"""The pages of the small world on a port, and a window of Debian's Chromium, with scripts."""

import socket
import threading
import time
from contextlib import asynccontextmanager, contextmanager

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from deploy.local.packages import BROWSER, chromium
from gateway.app import routes
from gateway.door import Door
from gateway.pages.page import show
from gateway.people import COOKIE

PATIENCE = 15
WATCH = """
    window.complaints = []; document.addEventListener("securitypolicyviolation", (it) =>
        window.complaints.push(`${it.violatedDirective} ${it.blockedURI} ${it.sample}`));
"""


@contextmanager
def served(life):
    """The gateway on a port, with what `life` yields. Its port."""
    line = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Door(routes(), life, show), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield line.getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def address(world):
    @asynccontextmanager
    async def life(_):
        yield vars(world)

    with served(life) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def window():
    """On a wide screen. What the policy of pages forbids stands in `complaints`."""
    if not (found := chromium()):
        pytest.skip(f"needs Debian's Chromium: sudo apt-get install {' '.join(BROWSER)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(WATCH)
        yield Window(page)
        browser.close()


class Window:
    def __init__(self, page):
        self.page, self.tools = page, page.context.new_cdp_session(page)

    def sign_in(self, who, address):
        self.page.context.add_cookies([{"name": COOKIE, "value": who, "url": address}])

    def go(self, address):
        self.page.goto(address)

    def see(self, expression):
        """What is on the page now, as an expression of the DOM."""
        return self.page.evaluate(expression)

    def do(self, method, **words):
        """What no expression can: moving the mouse, by the DevTools protocol."""
        return self.tools.send(method, words)


def until(there):
    """Wait until it is so. Pages may change in between."""
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
