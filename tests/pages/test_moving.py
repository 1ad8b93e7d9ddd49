"""Moving: a booking and a series, by the member or by the host, seen before it is done."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gateway.views.agenda import SeeBooking
from gateway.views.directory import SeeSpace
from gateway.whose import BOOKING, SERIES
from services.bookings.domain import TooLateToCancel
from services.bookings.domain.series import SeriesClashes
from tests.pages.samples import BOOKED, HUGO, MOVE, SPACE, THE_SERIES, TODAY, plain, resource
from tests.pages.test_forms import KEY, answer

TOMORROW = TODAY + timedelta(days=1)
DESK = {"csrf": "lise", "key": KEY, "day-0": str(TOMORROW), "part": "morning"}
SLOT = BOOKED["slots"][0]
ROOM = BOOKED | {
    "kind": "room",
    "resource_name": "Salle",
    "slots": [SLOT, SLOT | {"day": str(TOMORROW), "start": 540, "end": 600}],
}
LINE = {"unit": "day", "quantity": 1, "each_cents": 1800, "cents": 1800}


def told(*facts):
    named = [{"type": f"bookings.{name}", "data": data} for name, data in facts]
    return {"done": {"id": str(UUID(int=7)), "facts": named}, "position": None}


MOVED = told(("BookingMoved", {"price_lines": [LINE], "price_cents": 1800}))


def test_the_form_is_filled_in_with_what_is_booked(browser, page, world):
    desk = page(browser("lise").get(MOVE))
    assert desk.value("day-0") == str(TODAY) and "start-0" not in str(desk.elements)
    assert desk.all("option", value="day", selected=None)
    world.views.found[SeeBooking.select] = lambda _: [ROOM]
    room = page(browser("lise").get(MOVE))
    assert (room.value("day-1"), room.value("start-1"), room.value("end-1")) == (
        *(str(TOMORROW), "09:00", "10:00"),
    )


def test_what_a_move_costs_is_seen_before(browser, page, world):
    world.services.answer = MOVED
    seen = page(browser("lise").post(MOVE, data=DESK | {"step": "preview"}))
    assert "18 €" in plain(seen.text) and "était 15 €" in plain(seen.text)
    [(_, verb, words, call)] = world.services.asked
    assert (verb, call["preview"]) == ("move_booking", "yes") and "command" not in call
    assert (words["days"], words["part"]) == ([str(TOMORROW)], "morning")
    assert seen.value("key") == KEY and seen.value("day-0") == str(TOMORROW)


def test_a_member_moves_and_comes_back_to_her_bookings(browser, world):
    done = browser("lise").post(MOVE, data=DESK)
    assert done.headers["Location"] == "/mes-reservations?fait=deplace"
    [(_, verb, words, call)] = world.services.asked
    assert verb == "move_booking" and KEY in call["command"]
    assert words == {
        "booking_id": str(UUID(int=7)),
        "days": [str(TOMORROW)],
        "part": "morning",
    }


def test_a_host_moves_and_comes_back_to_that_week(browser, world):
    form = DESK | {"csrf": "hugo", "suite": "/espaces/la-ferme/planning"}
    done = browser("hugo").post(MOVE, data=form)
    year, week, _ = TOMORROW.isocalendar()
    planning = "/espaces/la-ferme/planning"
    assert done.headers["Location"] == f"{planning}?semaine={year}-W{week:02d}&fait=deplace"
    elsewhere = browser("hugo").post(MOVE, data=form | {"suite": "//evil.example/x"})
    assert elsewhere.headers["Location"].startswith("/?semaine=")


def test_it_moves_to_another_place_of_the_space(browser, page, world):
    two = [resource(uuid4(), f"salle-{n}", "room", f"Salle {n}", hour_cents=1000) for n in (1, 2)]
    here = ROOM | {"resource": UUID(two[0]["resource"]), "slots": [SLOT]}
    world.views.found[SeeBooking.select] = lambda _: [here]
    world.views.found[SeeSpace.select] = lambda _: [SPACE | {"resources": two}]
    shown = page(browser("hugo").get(MOVE))
    assert shown.all("option", value="salle-1", selected=None)
    form = {"day-0": str(TODAY), "start-0": "10:00", "end-0": "11:00", "csrf": "hugo", "key": KEY}
    browser("hugo").post(MOVE, data=form | {"resource": "salle-2"})
    assert world.services.asked[-1][2]["resource_id"] == two[1]["resource"]
    wrong = browser("hugo").post(MOVE, data=form | {"resource": "grenier"})
    assert wrong.status_code == 422
    [marked] = page(wrong).all("select", name="resource")
    assert marked["aria-invalid"] == "true"


def test_each_time_of_a_room_is_moved(browser, world):
    world.views.found[SeeBooking.select] = lambda _: [ROOM]
    times = {"day-0": str(TODAY), "start-0": "10:00", "end-0": "11:00", "csrf": "lise"}
    more = {"day-1": str(TOMORROW), "start-1": "14:00", "end-1": "15:00"}
    browser("lise").post(MOVE, data=times | more)
    [(_, _, words, _)] = world.services.asked
    assert words["times"] == [
        {"day": str(TODAY), "start": "10:00", "end": "11:00"},
        {"day": str(TOMORROW), "start": "14:00", "end": "15:00"},
    ]


@pytest.mark.parametrize("step", ["preview", ""])
def test_a_refusal_keeps_what_was_typed(browser, page, world, step):
    world.services.answer = answer(TooLateToCancel(hours=24))
    refused = browser("lise").post(MOVE, data=DESK | {"step": step})
    seen = page(refused)
    assert refused.status_code == 409 and "24 heures" in plain(seen.text)
    assert seen.value("day-0") == str(TOMORROW)
    assert seen.all("option", value="morning", selected=None)


def test_a_mistake_is_marked_at_the_time_it_is_in(browser, page, world):
    world.views.found[SeeBooking.select] = lambda _: [ROOM]
    right = {"day-0": str(TODAY), "start-0": "10:00", "end-0": "11:00", "csrf": "lise"}
    wrong = {"day-1": str(TOMORROW), "start-1": "14:00", "end-1": "13:00"}
    seen = page(browser("lise").post(MOVE, data=right | wrong))
    marked = {each["name"] for _, each in seen.elements if each.get("aria-invalid")}
    assert marked == {"end-1"} and world.services.asked == []
    world.views.found[SeeBooking.select] = lambda _: [BOOKED]
    seen = page(browser("lise").post(MOVE, data=DESK | {"day-0": "soon", "part": "night"}))
    marked = {each["name"] for _, each in seen.elements if each.get("aria-invalid")}
    assert marked == {"day-0", "part"} and seen.value("day-0") == "soon"


def test_an_office_and_what_is_cancelled_stay(browser, world):
    for still in (BOOKED | {"kind": "office"}, BOOKED | {"state": "cancelled"}):
        world.views.found[SeeBooking.select] = lambda _, still=still: [still]
        assert browser("lise").get(MOVE).status_code == 404


def test_nobody_moves_what_is_others(browser, world):
    strangers = [{"person": HUGO, "space": UUID(int=99)}]
    world.views.found |= {BOOKING.select: lambda _: strangers, SERIES.select: lambda _: strangers}
    lise = browser("lise")
    for address in (MOVE, THE_SERIES):
        assert lise.get(address).status_code == 403
    for address in (MOVE, f"{THE_SERIES}/deplacement", f"{THE_SERIES}/annulation"):
        assert lise.post(address, data=DESK).status_code == 403, address
    assert world.services.asked == []


# A series

KEPT = [{"day": str(TODAY + timedelta(weeks=2)), "why": "NoDeskLeft"}]
WEEKS = [str(UUID(int=7)), str(UUID(int=8))]
SERIES_MOVED = told(
    *(("BookingMoved", {"price_lines": [LINE], "price_cents": 900}) for _ in WEEKS),
    ("SeriesMoved", {"moved": WEEKS, "kept": KEPT}),
)


def test_what_becomes_of_a_series_is_seen_date_by_date(browser, page, world):
    world.services.answer = SERIES_MOVED
    form = {"csrf": "lise", "key": KEY, "part": "morning", "since": ""}
    seen = page(browser("lise").post(f"{THE_SERIES}/deplacement", data=form | {"step": "preview"}))
    text = plain(seen.text)
    assert "2 dates sont déplacées" in text and "18 €" in text and "30 €" in text
    assert "plus aucun poste libre" in text
    assert seen.value("skip") == "yes"
    [(_, verb, words, call)] = world.services.asked
    assert (verb, words["skip_clashes"], call["preview"]) == ("move_series", True, "yes")
    assert "since" not in words


def test_a_series_is_moved_from_a_day_on(browser, world):
    form = {"csrf": "lise", "key": KEY, "part": "morning", "since": str(TODAY), "skip": "yes"}
    done = browser("lise").post(f"{THE_SERIES}/deplacement", data=form)
    assert done.headers["Location"] == f"{THE_SERIES}?fait=serie-deplacee"
    [(_, _, words, _)] = world.services.asked
    about = {"series_id": str(UUID(int=9)), "since": str(TODAY), "part": "morning"}
    assert words == about | {"skip_clashes": True}


def test_dates_that_clash_are_shown_before_they_are_left(browser, page, world):
    world.services.answers = [answer(SeriesClashes(days=KEPT[0]["day"])), SERIES_MOVED]
    form = {"csrf": "lise", "part": "morning"}
    refused = browser("lise").post(f"{THE_SERIES}/deplacement", data=form)
    assert refused.status_code == 409 and page(refused).value("skip") == "yes"
    assert [asked[2]["skip_clashes"] for asked in world.services.asked] == [False, True]


def test_a_series_is_cancelled_from_a_day_on(browser, world):
    form = {"csrf": "lise", "key": KEY, "since": str(TOMORROW)}
    done = browser("lise").post(f"{THE_SERIES}/annulation", data=form)
    assert done.headers["Location"] == f"{THE_SERIES}?fait=serie-annulee"
    [(_, verb, words, _)] = world.services.asked
    assert verb == "cancel_series"
    assert words == {"series_id": str(UUID(int=9)), "since": str(TOMORROW)}


def test_bookings_lead_to_where_they_are_moved(browser, page):
    seen = page(browser("lise").get("/mes-reservations"))
    assert seen.all("a", href=MOVE) and seen.all("a", href=THE_SERIES)
