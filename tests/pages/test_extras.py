"""Extras: chosen with a booking, seen at the counter, and offered by the host."""

from uuid import UUID

import pytest

from gateway.views.agenda import ListBookings, SeeBooking, SeeVisitors
from services.bookings.domain import ExtraTaken, ExtraTooLate, RoomTaken
from tests.pages.samples import (
    BOOKED,
    HOST,
    LINE,
    MOVE,
    ROOM,
    TODAY,
    VISITOR,
    plain,
    previewed,
)
from tests.pages.samples import EXTRAS as CHANGE
from tests.pages.test_forms import answer
from tests.pages.test_settings import marked, order, post

TIMES, APOSTROPHE = "\u00d7", "\u2019"
EXTRAS = "/espaces/la-ferme/supplements"
MEETING = {"resource": "salle", "day": str(TODAY), "start": "09:00", "end": "11:00", "csrf": "lise"}
WITH = [{"code": "cafe", "version": 1, "name": "Café", "quantity": 6}]


def test_a_booking_offers_what_goes_with_its_place(browser, page):
    room = page(browser("lise").get("/reserver/la-ferme?ressource=salle"))
    assert room.value("extra-cafe") == "0" and room.value("extra-ecran") == "0"
    assert f"Café 2,50 € par personne, chaque fois, jusqu{APOSTROPHE}à 24 heures avant" in plain(
        room.text
    )
    desk = page(browser("lise").get("/reserver/la-ferme?ressource=open-space"))
    assert desk.all("input", name="extra-cafe") and not desk.all("input", name="extra-ecran")


def test_what_is_chosen_is_booked_and_what_is_not_is_left_out(browser, world):
    typed = {"extra-cafe": "6", "extra-ecran": "0", "people": "6"}
    browser("lise").post("/reserver/la-ferme", data=MEETING | typed)
    [(_, verb, words, _)] = world.services.asked
    assert (verb, words["resource_id"]) == ("book_room", str(ROOM))
    assert words["extras"] == [{"code": "cafe", "quantity": 6}]
    world.services.asked.clear()
    weekly = {"repeat": "week", "until": str(TODAY)}
    browser("lise").post("/reserver/la-ferme", data=MEETING | typed | weekly)
    assert world.services.asked[0][2]["extras"] == [{"code": "cafe", "quantity": 6}]


def test_a_number_that_is_none_is_marked_at_its_extra(browser, page, world):
    typed = {"extra-cafe": "6", "extra-ecran": "deux"}
    seen = page(browser("lise").post("/reserver/la-ferme", data=MEETING | typed))
    assert marked(seen) == {"extra-ecran"} and world.services.asked == []
    assert (seen.value("extra-ecran"), seen.value("extra-cafe")) == ("deux", "6")


def test_what_is_not_left_is_said(browser, page, world):
    world.services.answer = answer(
        ExtraTaken(name="Écran", day=TODAY, start="09:00", end="11:00", left=1)
    )
    refused = browser("lise").post("/reserver/la-ferme", data=MEETING | {"extra-ecran": "2"})
    assert refused.status_code == 409
    assert "pas autant de « Écran »" in plain(page(refused).text)
    assert "il en reste 1" in plain(page(refused).text)


@pytest.mark.parametrize(
    ("unit", "quantity", "each", "cents", "told"),
    [
        ("extra", 2, 500, 1000, f"2 {TIMES} Écran (5 €) 10 €"),
        ("extra person", 6, 250, 1500, "Écran : pour 6 personnes à 2,50 € 15 €"),
        ("extra hour", 120, 400, 800, f"Écran : 120 min à 4 € l{APOSTROPHE}heure 8 €"),
        ("extra half-day", 1, 900, 900, "Écran : 1 demi-journée à 9 € 9 €"),
        ("extra month", 6, 4000, 24000, "Écran : 6 mois à 40 € 240 €"),
    ],
)
def test_the_preview_has_a_line_for_each(browser, page, world, unit, quantity, each, cents, told):
    line = {"unit": unit, "quantity": quantity, "each_cents": each, "cents": cents}
    world.services.answer = previewed(TODAY, lines=[line | {"name": "Écran"}])
    shown = browser("lise").post("/reserver/la-ferme", data=MEETING | {"step": "preview"})
    assert told in plain(page(shown).text)


def test_the_counter_and_the_member_see_what_was_booked_with_it(browser, page, world):
    world.views.found[SeeVisitors.select] = lambda _: [VISITOR | {"extras": WITH}]
    assert f"6 {TIMES} Café" in page(browser("hugo").get(HOST)).text
    world.views.found[ListBookings.select] = lambda _: [BOOKED | {"extras": WITH}]
    assert f"6 {TIMES} Café" in page(browser("lise").get("/mes-reservations")).text


# Changed afterwards, and waited for


def changed(lines=(), cents=2500):
    said = {"price_lines": list(lines), "price_cents": cents, "extras": []}
    facts = [{"type": "bookings.ExtrasChanged", "data": said}]
    return {"done": {"id": str(BOOKED["booking"]), "facts": facts}, "position": 17}


def test_what_a_booking_has_is_changed_once_the_price_is_seen(browser, page, world):
    had = [{"code": "gone", "version": 1, "name": "Tableau", "quantity": 1}]
    world.views.found[SeeBooking.select] = lambda _: [BOOKED | {"extras": WITH + had}]
    seen = page(browser("lise").get(CHANGE))
    assert (seen.value("extra-cafe"), seen.value("extra-gone")) == ("6", "1")
    assert not seen.all("input", name="extra-ecran"), "that goes with rooms"
    world.services.answer = changed([LINE], 3000)
    form = {"csrf": "lise", "extra-cafe": "8", "extra-gone": "0"}
    shown = page(browser("lise").post(CHANGE, data=form | {"step": "preview"}))
    assert "Total hors TVA 30 €" in plain(shown.text) and shown.value("extra-cafe") == "8"
    done = browser("lise").post(CHANGE, data=form)
    assert done.headers["Location"] == "/mes-reservations?fait=supplements"
    (_, verb, words, _) = world.services.asked[-1]
    wanted = [{"code": "cafe", "quantity": 8}]
    assert (verb, words) == ("change_extras", {"booking_id": str(UUID(int=7)), "extras": wanted})
    browser("lise").post(CHANGE, data=form | {"extra-cafe": ""})
    assert world.services.asked[-1][2]["extras"] == []


def test_the_host_changes_them_too_and_comes_back_to_the_week(browser, page, world):
    assert "/supplements" in browser("hugo").get(MOVE).text
    seen = page(browser("hugo").get(CHANGE))
    form = {name: seen.value(name) for name in ("csrf", "suite", "day-0", "extra-cafe")}
    done = browser("hugo").post(CHANGE, data=form | {"extra-cafe": "1"})
    week = TODAY.strftime("%G-W%V")
    back = f"/espaces/la-ferme/planning?semaine={week}&fait=supplements"
    assert done.headers["Location"] == back


def test_extras_asked_for_too_late_come_back_as_typed(browser, page, world):
    world.services.answer = answer(ExtraTooLate(name="Café", hours=24))
    refused = browser("lise").post(CHANGE, data={"csrf": "lise", "extra-cafe": "9"})
    assert refused.status_code == 409 and page(refused).value("extra-cafe") == "9"
    assert f"« Café » peut être demandé et modifié jusqu{APOSTROPHE}à 24 heures" in plain(
        page(refused).text
    )
    wrong = page(browser("lise").post(CHANGE, data={"csrf": "lise", "extra-cafe": "x"}))
    assert marked(wrong) == {"extra-cafe"}


def test_what_no_longer_stands_has_no_extras_to_change(browser, world):
    world.views.found[SeeBooking.select] = lambda _: [BOOKED | {"state": "cancelled"}]
    assert browser("lise").get(CHANGE).status_code == 404
    assert browser().get(CHANGE).status_code == 303


def test_who_waits_takes_the_extras_along(browser, page, world):
    world.services.answer = answer(RoomTaken(day=TODAY, start="09:00", end="11:00"))
    full = page(browser("lise").post("/reserver/la-ferme", data=MEETING | {"extra-cafe": "6"}))
    assert "/reserver/la-ferme/attente" in [each["action"] for each in full.all("form")]
    assert full.all("input", name="extra-cafe", type="hidden", value="6")
    world.services.answer = {"done": {"id": str(ROOM), "facts": []}, "position": 17}
    browser("lise").post("/reserver/la-ferme/attente", data=MEETING | {"extra-cafe": "6"})
    (_, verb, words, _) = world.services.asked[-1]
    assert verb == "join_waiting_list" and words["extras"] == [{"code": "cafe", "quantity": 6}]


def test_an_offer_says_what_is_not_left(browser, page):
    for address in ("/liste-d-attente", "/accueil"):
        told = plain(page(browser("lise").get(address)).text)
        assert (
            f"Avec : 2 {TIMES} Café, 1 {TIMES} Écran Il n{APOSTROPHE}en reste plus : Écran." in told
        )


# The host


def test_an_extra_is_offered_changed_and_withdrawn(browser, page, world):
    typed = {"code": "menage", "name": "Ménage", "per": "booking", "cents": "25", "stock": ""}
    typed["notice_hours"] = "48"
    done = post(browser, "supplements", **typed, **{"kind-room": "1", "kind-studio": "1"})
    assert done.headers["Location"] == f"{EXTRAS}?fait=supplement"
    words = {"extra": "menage", "name": "Ménage", "per": "booking", "cents": 2500}
    words["notice_hours"] = 48
    assert order(world) == ("offer_extra", {**words, "kinds": ["room", "studio"]})
    seen = page(browser("hugo").get(f"{EXTRAS}?quoi=ecran"))
    assert [seen.value(each) for each in ("code", "cents", "stock")] == ["ecran", "4", "3"]
    checked = [e["name"] for e in seen.all("input", type="checkbox") if "checked" in e]
    assert checked == ["kind-room"]
    world.services.asked.clear()
    post(browser, "supplements/retrait", extra="ecran")
    assert order(world) == ("withdraw_extra", {"extra": "ecran"})


def test_an_extra_that_makes_no_sense_is_kept_as_typed(browser, page, world):
    typed = {"code": "É", "name": "", "per": "", "cents": "cher", "stock": "x"}
    seen = page(post(browser, "supplements", **typed))
    wrong = {each["id"] for _, each in seen.elements if each.get("aria-invalid")}
    assert wrong == {"code", "name", "per", "cents", "stock", "kinds"}
    assert seen.value("cents") == "cher" and world.services.asked == []
