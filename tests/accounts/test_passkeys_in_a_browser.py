"""A passkey in a real browser, with an authenticator that the browser plays."""

import socket
import threading
from contextlib import asynccontextmanager

import pytest
import uvicorn
from tests.pages.chromium import FOUND, chromium, until

from gateway.app import routes
from gateway.credentials import Credentials
from gateway.door import Door
from gateway.pages.page import show
from gateway.records import pool
from tests.accounts.conftest import PASSWORD, QUICK
from tests.gateway.fakes import Services, Views

pytestmark = pytest.mark.skipif(not FOUND, reason="needs Debian's chromium")
WHO = "lise@example.org"
PLACE = "location.pathname"
DEVICE = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
DEVICE |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture
def address(gateway_database):
    """The gateway with its real tables. Passkeys belong to a name, and not to 127.0.0.1."""

    @asynccontextmanager
    async def life(_):
        async with pool(gateway_database) as opened:
            credentials = Credentials(opened, QUICK)
            yield {"services": Services(), "views": Views(), "credentials": credentials}

    line = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Door(routes(), life, show), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [line]})
    thread.start()
    until(lambda: server.started)
    yield f"http://localhost:{line.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def window(tmp_path):
    with chromium(tmp_path, "fr") as opened:
        opened.do("Emulation.setScriptExecutionDisabled", value=False)
        opened.do("WebAuthn.enable")
        opened.device = opened.do("WebAuthn.addVirtualAuthenticator", options=DEVICE)
        yield opened


def write(window, **fields):
    for name, value in fields.items():
        window.see(f"document.getElementById('{name}').value = '{value}'")


def push(window, button):
    window.see(f"document.querySelector('{button}').click()")
    window.loaded()


def sign_in(window, address):
    window.go(f"{address}/connexion")
    write(window, email=WHO, password=PASSWORD)
    push(window, "main form button")


def test_a_passkey_is_made_and_signs_in(window, address, account):
    account()
    sign_in(window, address)
    assert window.see(PLACE) == "/"
    window.go(f"{address}/mon-compte/cles")
    write(window, password=PASSWORD)
    push(window, "form[data-passkey] button")
    assert window.see("document.querySelectorAll('main code').length") == 10
    push(window, ".top form button")
    window.go(f"{address}/connexion/cle?suite=/mon-compte")
    push(window, "form[data-passkey] button")
    assert window.see(PLACE) == "/mon-compte"
    window.go(f"{address}/mon-compte/cles")
    assert "Chrome, Linux" in window.see("document.querySelector('main li h2').innerText")


def test_a_finger_that_is_not_known_is_told_on_the_page(window, address, account):
    account()
    sign_in(window, address)
    device = window.device["authenticatorId"]
    window.do("WebAuthn.setUserVerified", authenticatorId=device, isUserVerified=False)
    window.go(f"{address}/mon-compte/cles")
    write(window, password=PASSWORD)
    window.see("document.querySelector('form[data-passkey] button').click()")
    seen = "document.querySelector('form[data-passkey] [role=alert]').hidden"
    until(lambda: window.see(seen) is False)


def test_without_scripts_the_page_says_what_is_needed(window, address):
    window.do("Emulation.setScriptExecutionDisabled", value=True)
    window.go(f"{address}/connexion/cle")
    assert window.see("document.querySelector('form[data-passkey]').hidden") is True
    assert window.see("document.querySelector('[data-no-passkey]').hidden") is False
