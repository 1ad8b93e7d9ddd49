"""Home: what is today and next, what is offered and left; the counter, for whoever runs one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.views.agenda import ListBookings
from gateway.views.included import ListIncluded
from gateway.views.mobility import ListPasses
from gateway.views.waiting import ListWaiting
from tests.pages.samples import BOOKED, FERME, INCLUDED, PASS, TODAY, WAIT, plain

HOME = "/accueil"


def later(days, **more):
    day = TODAY + timedelta(days=days)
    slot = BOOKED["slots"][0] | {"day": str(day)}
    about = {"booking": UUID(int=70 + days), "first": day, "last": day, "slots": [slot]}
    return BOOKED | about | more


@pytest.fixture
def seen(world, browser, page):
    """Lise's home, when she has booked this."""

    def look(*bookings, who="lise"):
        world.views.found[ListBookings.select] = lambda _: list(bookings)
        found = page(browser(who).get(HOME))
        found.text = plain(found.text)
        return found

    return look


def test_today_has_its_code_and_its_button(seen):
    found = seen(BOOKED)
    assert "Bonjour Lise" in found.text and "08:00" not in found.text, "the clock is French"
    assert found.all("form", action=f"/arrivee/{BOOKED['booking']}")
    assert found.all("a", href=f"/arrivee/{BOOKED['booking']}")
    assert "La Ferme <Coworking>" in found.text and "8 h - 18 h" in found.text


def test_who_is_here_already_is_not_asked_to_arrive(seen):
    here = BOOKED | {"slots": [BOOKED["slots"][0] | {"state": "checked-in"}]}
    found = seen(here)
    assert not found.all("form", action=f"/arrivee/{BOOKED['booking']}")
    assert "arrivée notée" in found.text


def test_what_comes_next_is_there_up_to_three(seen):
    found = seen(*(later(n, resource_name=f"Table {n}") for n in range(1, 6)))
    assert [f"Table {n}" in found.text.partition("Ensuite")[2] for n in (1, 2, 3)] == [True] * 3
    assert "Table 4" not in found.text.partition("Réserver")[0] and found.all("a", href="/trouver")
    assert "Toutes mes réservations" in found.text


@pytest.mark.parametrize("state", ["cancelled", "declined"])
def test_what_was_given_back_is_neither_today_nor_next(seen, state):
    found = seen(BOOKED | {"state": state}, later(1, state=state))
    assert found.text.count("Rien de prévu") == 2


def test_an_offer_is_taken_from_here(seen):
    found = seen(BOOKED)
    [form] = found.all("form", action=f"/liste-d-attente/{WAIT['entry']}/reservation")
    assert form["method"] == "post" and "17 h" in found.text
    assert found.all("input", name="space_id", value=str(FERME))


def test_waiting_without_an_offer_is_a_word_and_a_way(seen, world):
    world.views.found[ListWaiting.select] = lambda _: [WAIT | {"until": None}]
    found = seen(BOOKED)
    assert found.all("a", href="/liste-d-attente") and not found.all("input", name="day")


def test_what_is_left_of_the_month_and_of_the_pass(seen):
    found = seen(BOOKED)
    assert "Dix jours, La Ferme" in found.text and "Il reste 6,5 jours sur 10" in found.text
    assert "Il reste 28,5 jours sur 30" in found.text


def test_more_than_is_left_is_none_and_no_number_is_as_many_as_there_are(seen, world):
    changes = [{"half_days_used": 22}, {"half_days": None}]
    world.views.found[ListIncluded.select] = lambda _: [INCLUDED | each for each in changes]
    world.views.found[ListPasses.select] = lambda _: [PASS | {"withdrawn": True}]
    found = seen(BOOKED)
    assert "Il reste 0 jour sur 10" in found.text
    assert "sans limite" in found.text and "retiré" in found.text


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({}, "ressource=open-space&partie=day"),
        (
            {"kind": "room", "resource_code": "salle"},
            "ressource=salle&debut=08%3A00&fin=18%3A00",
        ),
        ({"kind": "office", "resource_code": "bureau", "slots": []}, "ressource=bureau"),
    ],
)
def test_the_same_is_booked_again_at_the_same_time_of_day(seen, browser, change, asked):
    newer = later(2, made=datetime.now(UTC) + timedelta(hours=1)) | change
    address = f"/reserver/la-ferme?{asked}"
    assert seen(newer, BOOKED | {"resource_code": "elsewhere"}).all("a", href=address)
    assert browser("lise").get(address).status_code == 200


def test_who_is_new_is_told_what_to_do_first(seen, world):
    for question in (ListWaiting, ListIncluded, ListPasses):
        world.views.found[question.select] = lambda _: []
    found = seen()
    assert "Pour commencer" in found.text and "Rien de prévu" not in found.text
    assert len(found.all("a", href="/trouver")) >= 2 and found.all("a", href="/mon-pass")


def test_a_host_finds_the_way_to_the_counter(seen):
    found = seen(who="hugo")
    assert found.all("a", href="/espaces/la-ferme/jour")
    assert "1 personne est attendue" in found.text and "0 est" in found.text.replace("sont", "est")
    assert "Pour commencer" not in found.text


@pytest.mark.parametrize(
    ("who", "leads"), [("carla", "/candidats"), ("olga", "/exploitation"), ("lise", None)]
)
def test_others_who_work_here_find_theirs(seen, who, leads):
    found = seen(BOOKED, who=who).all("a", **{"class": "button quiet"})
    work = {"/candidats", "/exploitation", "/mes-espaces"} & {each["href"] for each in found}
    assert (leads in work) if leads else not work


def test_it_is_for_whoever_is_signed_in(browser):
    assert browser().get(HOME).headers["Location"] == "/connexion?suite=/accueil"


def test_whoever_is_signed_in_already_comes_home(browser):
    for path in ("/connexion", "/inscription", "/connexion/cle"):
        assert browser("lise").get(path).headers["Location"] == HOME
