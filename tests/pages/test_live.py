"""With JavaScript: a search changes as it is typed, in a real browser, under the strict policy."""

from urllib.parse import urlsplit

from tests.pages.lively import address, until, window
from tests.pages.samples import TODAY, previewed
from tests.pages.test_find import ASKED

__all__ = ["address", "window"]
ASK_FOR_MANY = """
    combien.value = 13;
    combien.dispatchEvent(new Event("change", {bubbles: true}));
"""


def results(of):
    return of.see("document.querySelectorAll('#resultats .found li').length")


def test_a_search_is_answered_without_another_page(window, address):
    window.go(address + ASKED)
    assert results(window) > 0 and window.see("typeof htmx") == "object"
    window.see("window.here = true")
    window.see(ASK_FOR_MANY)
    until(lambda: results(window) == 0)
    assert window.see("window.here") is True and window.see("combien.value") == "13"
    assert "combien=13" in window.see("location.search")
    assert window.see("complaints.join()") == ""


def test_going_back_shows_the_search_before(window, address):
    window.go(address + ASKED)
    window.see(ASK_FOR_MANY)
    until(lambda: results(window) == 0)
    window.see("history.back()")
    until(lambda: results(window) > 0)
    assert "combien" not in window.see("location.search")


def test_an_answer_that_is_another_page_is_gone_to(window, address):
    """As when somebody was signed out in between."""
    window.go(address + ASKED)
    window.see("document.querySelector('.wish').setAttribute('hx-get', '/connexion')")
    window.see("htmx.process(document.querySelector('.wish'))")
    window.see(ASK_FOR_MANY)
    window.page.wait_for_url(lambda address: urlsplit(address).path == "/connexion")
    window.page.wait_for_selector("#email")


def test_with_a_tile_server_the_drawing_becomes_a_map(window, address, monkeypatch):
    """Here the gateway itself hands out the pictures."""
    monkeypatch.setenv("MAP_TILES", f"{address}/static/essaim.svg?{{z}}/{{x}}/{{y}}")
    monkeypatch.setenv("MAP_CREDIT", "© somebody")
    window.go(f"{address}/")
    until(lambda: window.see("document.querySelectorAll('.leaflet-tile-loaded').length"))
    assert (
        window.see("document.querySelector('.pin a').getAttribute('href')") == "/espaces/la-ferme"
    )
    assert "© somebody" in window.see("document.querySelector('.map').innerText")
    assert window.see("complaints.join()") == ""


def test_without_one_nothing_is_loaded_for_it(window, address):
    window.go(f"{address}/")
    assert window.see("typeof L") == "undefined"
    assert window.see("document.querySelectorAll('.map svg .marker').length") == 1


def test_what_a_booking_costs_is_told_while_it_is_filled_in(window, address, world):
    world.services.answer = previewed(TODAY)
    window.sign_in("lise", address)
    window.go(f"{address}/reserver/la-ferme?ressource=open-space")
    window.see("window.here = true")
    window.page.check("[name=part][value=day]")
    window.see(
        "document.querySelector('#part input').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    until(lambda: window.see("document.querySelector('#cout table') !== null"))
    assert "15" in window.see("cout.innerText") and window.see("window.here") is True
    [(_, verb, _, call)] = world.services.asked
    assert (verb, call["preview"]) == ("book_desk", "yes")
    assert window.see("document.querySelectorAll('#envoi button').length") == 2
    assert window.see("complaints.join()") == ""
