"""Choose a time first: the page, for visitors and for members, and what is typed wrongly."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.problems import Away
from gateway.views.availability import FindFree
from services.bookings.domain.space_day import NoDeskLeft
from tests.pages.samples import DESKS, FERME, LINE, LISE, SPACE, TODAY, plain, previewed
from tests.pages.test_forms import answer

TOMORROW = TODAY + timedelta(days=1)
ASKED = f"/trouver?jour={TOMORROW}"


def booking_links(seen):
    return [each["href"] for each in seen.all("a") if each["href"].startswith("/reserver/")]


def test_a_visitor_sees_what_is_free_and_what_it_costs(browser, page, world):
    told = browser().get(f"{ASKED}&partie=day&quoi=desks&ou=Chimay")
    seen = page(told)
    assert told.status_code == 200 and "15 €" in plain(seen.text) and "0 km" in plain(seen.text)
    assert world.services.asked == []
    [link] = booking_links(seen)
    assert parse_qs(urlsplit(link).query) == {
        **{"ressource": ["open-space"], "jour": [str(TOMORROW)], "partie": ["day"]}
    }


def test_a_result_leads_to_the_form_with_everything_filled_in(browser, page):
    mine = browser("lise")
    [link] = booking_links(page(mine.get(f"{ASKED}&quoi=room&partie=times&de=09:15&a=11:00")))
    form = page(mine.get(link))
    assert (form.value("day"), form.value("start"), form.value("end")) == (
        *(str(TOMORROW), "09:15"),
        "11:00",
    )
    [link] = booking_links(page(mine.get(f"{ASKED}&quoi=desks&partie=day")))
    chosen = page(mine.get(link)).all("input", name="part", checked=None)
    assert [each["value"] for each in chosen] == ["day"]


def test_a_member_sees_what_they_themselves_would_pay(browser, page, world):
    world.services.answer = previewed(TOMORROW, lines=[LINE | {"cents": 300, "each_cents": 300}])
    seen = page(browser("lise").get(ASKED))
    assert "3 €" in plain(seen.text) and "votre prix" in seen.text
    [(service, verb, words, call)] = world.services.asked
    assert (service, verb, call["preview"]) == ("bookings", "book_desk", "yes")
    about = {"space_id": str(FERME), "resource_id": str(DESKS), "person_id": str(LISE)}
    assert words == {**about, "days": [str(TOMORROW)], "part": "day", "people": 1}


def test_a_party_of_two_is_priced_and_booked_as_two(browser, page, world):
    more = [each | {"units": 2} for each in SPACE["resources"]]
    world.views.found[FindFree.select] = lambda _: [SPACE | {"resources": more}]
    visitor = page(browser().get(f"{ASKED}&combien=2"))
    assert "30 €" in plain(visitor.text)
    world.services.answer = previewed(TOMORROW)
    member = page(browser("lise").get(f"{ASKED}&combien=2"))
    assert world.services.asked[0][2]["people"] == 2
    [address] = booking_links(member)
    assert "combien=2" in address
    assert page(browser("lise").get(address)).value("people") == "2"


def test_a_member_reads_why_something_is_not_for_them(browser, page, world):
    world.services.answer = answer(NoDeskLeft(day=TOMORROW, start="08:00", end="18:00"))
    seen = page(browser("lise").get(ASKED))
    assert "poste" in seen.text and booking_links(seen) == []


def test_while_bookings_is_away_everybody_sees_list_prices(browser, page, world):
    world.services.answer = Away("bookings")
    seen = page(browser("lise").get(ASKED))
    assert "15 €" in plain(seen.text) and len(booking_links(seen)) == 1


def test_when_nothing_suits_the_next_day_with_something_is_offered(browser, page, world):
    later = TODAY + timedelta(days=3)
    hours = [{"weekday": later.isoweekday(), "opens": 480, "closes": 1080}]
    world.views.found[FindFree.select] = lambda _: [SPACE | {"hours": hours}]
    mine = browser()
    seen = page(mine.get(f"{ASKED}&combien=2"))
    assert booking_links(seen) == []
    [other] = [each["href"] for each in seen.all("a") if f"jour={later}" in each["href"]]
    assert "combien=2" in other
    assert booking_links(page(mine.get(f"/trouver{other}")))


def test_without_a_day_the_next_one_on_which_anybody_opens_is_shown(browser, page, world):
    later = TODAY + timedelta(days=2)
    hours = [{"weekday": later.isoweekday(), "opens": 480, "closes": 1080}]
    world.views.found[FindFree.select] = lambda _: [SPACE | {"hours": hours}]
    assert page(browser().get("/trouver")).value("jour") == str(later)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("jour=demain", "jour"),
        (f"jour={TODAY - timedelta(days=2)}", "jour"),
        ("jour=3000-01-01", "jour"),
        ("partie=nuit", "partie"),
        ("quoi=chateau", "quoi"),
        ("ou=Paris", "ou"),
        ("combien=0", "combien"),
        ("combien=beaucoup", "combien"),
        ("combien=²", "combien"),
        ("partie=times&de=9&a=11:00", "de"),
        ("partie=times&de=09:00&a=08:00", "a"),
        ("partie=times&de=09:00&a=09:05", "a"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(browser, page, typed, field):
    told = browser().get(f"/trouver?{typed}")
    seen = page(told)
    assert told.status_code == 422
    named = [a for tag, a in seen.elements if a.get("id") == field]
    assert named and (f"{field}-faux" in told.text)
    if field in ("jour", "combien"):
        assert seen.value(field) == parse_qs(typed)[field][0]


def test_the_search_is_a_plain_form_that_scripts_only_make_quicker(browser, page):
    [form] = page(browser().get(ASKED)).all("form", action="/trouver")
    assert form["method"] == "get" and form["hx-select"] == form["hx-target"] == "#resultats"
