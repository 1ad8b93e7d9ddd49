"""What travels: little, and packed only where there is no secret."""

from datetime import date

from gateway.language import LANGUAGES
from gateway.pages.space import feasts_from

PACKED = {"Accept-Encoding": "gzip"}


def test_a_page_for_everybody_travels_packed(browser):
    told = browser().get("/", headers=PACKED)
    assert told.headers["Content-Encoding"] == "gzip" and "<h1>" in told.text
    assert told.headers["Vary"] == "Accept-Language, Cookie, Accept-Encoding"
    assert int(told.headers["Content-Length"]) < len(told.content) / 2


def test_a_page_with_the_secret_of_its_forms_never_does(browser):
    told = browser("lise").get("/", headers=PACKED)
    assert 'name="csrf" value="lise"' in told.text and "Content-Encoding" not in told.headers


def test_a_first_visit_to_a_space_stays_below_100_kb(browser, page):
    """Of everything the page names, as it travels; the bench has one with ten rooms."""
    mine, sent = browser(), 0
    told = mine.get("/espaces/la-ferme", headers=PACKED)
    seen = page(told)
    named = [each["href"] for each in seen.all("link")] + [e["src"] for e in seen.all("script")]
    for each in [told, *(mine.get(address, headers=PACKED) for address in set(named))]:
        sent += int(each.headers["Content-Length"])
    assert len(named) == 5 and 40_000 < sent < 100_000


def test_holidays_of_both_countries_are_told_together():
    french = feasts_from(date(2027, 3, 20), LANGUAGES["fr"])
    told = {day: called for day, called in french}
    assert told[date(2027, 3, 29)] == {"Lundi de Pâques": ["BE", "FR"]}
    assert told[date(2027, 5, 8)] == {"Fête de la Victoire": ["FR"]}
    assert date(2027, 7, 14) not in told  # too far ahead


def test_packing_is_what_the_receiver_asked_for(browser):
    told = browser().get("/", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in told.headers
