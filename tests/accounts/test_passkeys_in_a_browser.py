"""A passkey in a real browser, with an authenticator that the browser plays."""

import re
from contextlib import asynccontextmanager

import pytest
from playwright.sync_api import sync_playwright

from deploy.local.packages import chromium
from gateway.credentials import Credentials
from gateway.records import pool
from tests.accounts.conftest import PASSWORD, QUICK
from tests.gateway.fakes import Services, Views
from tests.pages.lively import served

pytestmark = pytest.mark.skipif(not chromium(), reason="needs Debian's chromium")
WHO = "lise@example.org"
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

    with served(life) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def window(account, address):
    """Of a browser with an authenticator. Lise has an account, and has not signed in."""
    account()  # before a loop of Playwright's runs
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium())
        page = opened.new_context(base_url=address, locale="fr").new_page()
        page.device = page.context.new_cdp_session(page)
        page.device.send("WebAuthn.enable")
        made = page.device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        page.authenticator = made["authenticatorId"]
        yield page
        opened.close()


def sign_in(window):
    window.goto("/connexion?suite=/mon-compte")
    window.fill("#email", WHO)
    window.fill("#password", PASSWORD)
    window.click("main form button")
    window.wait_for_url(re.compile(r":\d+/mon-compte$"))  # not the address that asks for it


def test_a_passkey_is_made_and_signs_in(window):
    sign_in(window)
    window.goto("/mon-compte/cles")
    window.fill("#password", PASSWORD)
    window.click("form[data-passkey] button")
    window.wait_for_selector("#secours")
    window.wait_for_load_state()
    assert window.locator("main code").count() == 10
    window.context.clear_cookies()
    window.goto("/connexion/cle?suite=/mon-compte")
    window.click("form[data-passkey] button")
    window.wait_for_url(re.compile(r":\d+/mon-compte$"))
    window.goto("/mon-compte/cles")
    assert "Chrome, Linux" in window.inner_text("main")


def test_a_finger_that_is_not_known_is_told_on_the_page(window):
    sign_in(window)
    unknown = {"authenticatorId": window.authenticator, "isUserVerified": False}
    window.device.send("WebAuthn.setUserVerified", unknown)
    window.goto("/mon-compte/cles")
    window.fill("#password", PASSWORD)
    window.click("form[data-passkey] button")
    window.wait_for_selector("form[data-passkey] [role=alert]", state="visible")


def test_without_scripts_the_page_says_what_is_needed(window):
    window.device.send("Emulation.setScriptExecutionDisabled", {"value": True})
    window.goto("/connexion/cle")
    assert window.is_hidden("form[data-passkey]") and window.is_visible("[data-no-passkey]")
