"""With JavaScript: a search changes as it is typed, in a real browser, under the strict policy."""

import pytest
from tests.pages.chromium import FOUND, until
from tests.pages.test_in_a_browser import address, window  # noqa: F401  (fixtures)

from tests.pages.test_find import ASKED

pytestmark = pytest.mark.skipif(not FOUND, reason="needs Debian's chromium")
FOR_COMPLAINTS = """
    window.complaints = [];
    addEventListener("securitypolicyviolation", event => complaints.push(event.violatedDirective));
"""
ASK_FOR_MANY = """
    combien.value = 13;
    combien.dispatchEvent(new Event("change", {bubbles: true}));
"""


@pytest.fixture
def lively(window):  # noqa: F811
    window.do("Emulation.setScriptExecutionDisabled", value=False)
    window.do("Page.addScriptToEvaluateOnNewDocument", source=FOR_COMPLAINTS)
    return window


def results(of):
    return of.see("document.querySelectorAll('#resultats .found li').length")


def test_a_search_is_answered_without_another_page(lively, address):  # noqa: F811
    lively.go(address + ASKED)
    assert results(lively) > 0 and lively.see("typeof htmx") == "object"
    lively.see("window.here = true")
    lively.see(ASK_FOR_MANY)
    until(lambda: results(lively) == 0)
    assert lively.see("window.here") is True and lively.see("combien.value") == "13"
    assert "combien=13" in lively.see("location.search")
    assert lively.see("complaints.join()") == ""


def test_going_back_shows_the_search_before(lively, address):  # noqa: F811
    lively.go(address + ASKED)
    lively.see(ASK_FOR_MANY)
    until(lambda: results(lively) == 0)
    lively.see("history.back()")
    until(lambda: results(lively) > 0)
    assert "combien" not in lively.see("location.search")


def test_an_answer_that_is_another_page_is_gone_to(lively, address):  # noqa: F811
    """As when somebody was signed out in between."""
    lively.go(address + ASKED)
    lively.see("document.querySelector('.wish').setAttribute('hx-get', '/connexion')")
    lively.see("htmx.process(document.querySelector('.wish'))")
    lively.see(ASK_FOR_MANY)
    until(lambda: lively.see("location.pathname") == "/connexion")
    assert lively.see("document.querySelector('#email') !== null")


def test_with_a_tile_server_the_drawing_becomes_a_map(lively, address, monkeypatch):  # noqa: F811
    """Here the gateway itself hands out the pictures."""
    monkeypatch.setenv("MAP_TILES", f"{address}/static/essaim.svg?{{z}}/{{x}}/{{y}}")
    monkeypatch.setenv("MAP_CREDIT", "© somebody")
    lively.go(f"{address}/")
    until(lambda: lively.see("document.querySelectorAll('.leaflet-tile-loaded').length"))
    assert (
        lively.see("document.querySelector('.pin a').getAttribute('href')") == "/espaces/la-ferme"
    )
    assert "© somebody" in lively.see("document.querySelector('.map').innerText")
    assert lively.see("complaints.join()") == ""


def test_without_one_nothing_is_loaded_for_it(lively, address):  # noqa: F811
    lively.go(f"{address}/")
    assert lively.see("typeof L") == "undefined"
    assert lively.see("document.querySelectorAll('.map svg .marker').length") == 1
