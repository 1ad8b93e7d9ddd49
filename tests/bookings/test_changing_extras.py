"""Extras of a booking that stands, of an office, and of who waits for a place."""

from datetime import timedelta

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from tests.bookings.test_credits import price
from tests.bookings.test_extras import in_use, offer, room, wants
from tests.bookings.test_service import MONDAY, TUESDAY

BEGIN_ON_MONDAY = timedelta(days=2, hours=23)
"""From the clock of the tests to Monday, 9:00 in Chimay."""


def change(ferme, booking, ask=None, **quantities):
    return (ask or ferme.ask)("change_extras", booking_id=booking, extras=wants(**quantities))


@pytest.fixture
def meeting(ferme):
    """Two hours in a room with a screen; coffee can be had, too."""
    offer(ferme, stock=2)
    offer(ferme, "coffee", per="person", cents=250, stock=None)
    return room(ferme, extras=wants(screen=1))["done"]["id"]


# A booking that stands


def test_what_is_added_costs_what_the_preview_says_and_the_place_what_it_cost(ferme, meeting):
    about = {"resource_id": ferme.resource("room"), "version": 2, "hour_cents": 9900}
    rest = dict.fromkeys(("half_day_cents", "day_cents", "month_cents"))
    ferme.neighbours.say("spaces.PricesSet", **about, **rest)
    offer(ferme, stock=2, version=2, cents=700)
    seen = change(ferme, meeting, ferme.preview, screen=1, coffee=4)
    assert price(seen) == (2500 + 500 + 1000, "hour x 120 min + extra x 1 + extra person x 4")
    changed = change(ferme, meeting, screen=1, coffee=4)
    assert price(changed) == price(seen)
    said = changed["done"]["facts"][0]["data"]
    assert [(each["code"], each["version"]) for each in said["extras"]] == [
        ("screen", 1),
        ("coffee", 1),
    ]
    assert price(change(ferme, meeting, screen=2)) == (2500 + 1400, "hour x 120 min + extra x 2")
    assert set(in_use(ferme).values()) == {2}


def test_what_is_taken_away_is_free_for_others(ferme, meeting):
    assert price(change(ferme, meeting)) == (2500, "hour x 120 min")
    assert in_use(ferme) == {}
    both = {"person": ferme.bob, "name": "studio", "extras": wants(screen=2)}
    assert "done" in room(ferme, **both)
    taken = change(ferme, meeting, screen=1)
    assert (taken["refused"], taken["values"]["left"]) == ("ExtraTaken", "0")


def test_what_it_holds_itself_is_left_for_it_and_the_same_again_is_nothing(ferme, meeting):
    assert "done" in change(ferme, meeting, screen=2)
    before = len(ferme.announced)
    assert change(ferme, meeting, screen=2)["done"]["facts"] == []
    assert len(ferme.announced) == before
    assert change(ferme, meeting, screen=3)["refused"] == "ExtraTaken"
    assert change(ferme, meeting, lunch=1)["refused"] == "ExtraNotOffered"


def test_what_is_no_longer_offered_stays_while_nobody_changes_it(ferme, meeting):
    ferme.neighbours.say("spaces.ExtraWithdrawn", code="screen")
    assert price(change(ferme, meeting, screen=1, coffee=1))[0] == 2500 + 500 + 250
    assert change(ferme, meeting, screen=2)["refused"] == "ExtraNotOffered"
    assert price(change(ferme, meeting, coffee=1))[0] == 2500 + 250


def test_a_booking_that_is_moved_or_cancelled_afterwards_takes_them_along(ferme, meeting):
    change(ferme, meeting, screen=2)
    to = {"booking_id": meeting, "days": [TUESDAY], "part": "day"}
    assert ferme.ask("move_booking", **to)["refused"] == "RoomsMoveByTimes"
    to = {"times": [{"day": TUESDAY, "start": "09:00", "end": "10:00"}]}
    assert price(ferme.ask("move_booking", booking_id=meeting, **to))[0] == 1250 + 1000
    assert {day for _, day, _ in in_use(ferme)} == {TUESDAY}
    assert price(change(ferme, meeting, screen=1))[0] == 1250 + 500
    ferme.done("cancel_booking", booking_id=meeting)
    assert in_use(ferme) == {}
    assert change(ferme, meeting, screen=1)["refused"] == "AlreadyCancelled"


def test_extras_are_changed_until_the_booking_begins(ferme, meeting):
    ferme.now += BEGIN_ON_MONDAY - timedelta(minutes=1)
    assert "done" in change(ferme, meeting, screen=2)
    ferme.now += timedelta(minutes=1)
    assert change(ferme, meeting, screen=1)["refused"] == "AlreadyBegun"


def test_an_extra_is_asked_for_changed_and_given_up_within_its_notice(ferme, meeting):
    offer(ferme, "lunch", per="person", cents=1500, stock=None, notice_hours=24)
    ferme.now += BEGIN_ON_MONDAY - timedelta(hours=24)
    assert "done" in change(ferme, meeting, screen=1, lunch=2)
    ferme.now += timedelta(minutes=1)
    for wanted in ({"screen": 1}, {"screen": 1, "lunch": 3}):
        late = change(ferme, meeting, **wanted)
        assert (late["refused"], late["values"]["hours"]) == ("ExtraTooLate", "24")
    assert "done" in change(ferme, meeting, screen=2, lunch=2), "what stays needs no notice"
    at_once = {"person": ferme.bob, "name": "studio", "extras": wants(lunch=1)}
    assert room(ferme, **at_once)["refused"] == "ExtraTooLate"


def test_a_series_leaves_out_the_date_that_is_too_soon_for_an_extra(ferme):
    offer(ferme, "lunch", per="person", notice_hours=24 * 5)
    weekly = {"every": "week", "first": MONDAY, "until": "2026-03-16", "part": "morning"}
    made = ferme.ask(
        "book_desk_series", "desks", **weekly, extras=wants(lunch=1), skip_clashes=True
    )
    [series] = [f["data"] for f in made["done"]["facts"] if "SeriesBooked" in f["type"]]
    assert series["left_out"] == [{"day": MONDAY, "why": "ExtraTooLate"}]


# An office


def office(ferme, first="2026-03", months=3, ask=None, person=None, **quantities):
    asked = {"first_month": first, "months": months, "extras": wants(**quantities)}
    return (ask or ferme.ask)("book_office", "office", person, **asked)


def parking(ferme, stock=2):
    about = {"per": "month", "cents": 4000, "kinds": ["office"]}
    offer(ferme, "parking", stock=stock, **about)


def test_an_office_has_its_extras_by_the_month(ferme):
    parking(ferme)
    seen = office(ferme, ask=ferme.preview, parking=2)
    assert price(seen) == (3 * 24000 + 6 * 4000, "month x 3 + extra month x 6")
    let = office(ferme, parking=2)
    assert price(let) == price(seen)
    months = {day for _, day, _ in in_use(ferme)}
    assert months == {"2026-03-01", "2026-04-01", "2026-05-01"}
    ferme.done("cancel_booking", booking_id=let["done"]["id"])
    assert in_use(ferme) == {}


def test_never_more_of_them_in_a_month_than_there_are(ferme):
    parking(ferme, stock=2)
    about = {"resource_id": ferme.resource("cabin"), "code": "cabin", "name": "Cabin"}
    about |= {"kind": "office", "units": 1, "seats": None, "training_id": None}
    ferme.neighbours.say("spaces.ResourceAdded", **about)
    prices = dict.fromkeys(("hour_cents", "half_day_cents", "day_cents")) | {"month_cents": 1}
    said = {"resource_id": ferme.resource("cabin"), "version": 1}
    ferme.neighbours.say("spaces.PricesSet", **said, **prices)
    let = office(ferme, "2026-04", 2, parking=1)["done"]["id"]

    def cabin(many):
        asked = {"first_month": "2026-05", "months": 2, "extras": wants(parking=many)}
        return ferme.ask("book_office", "cabin", ferme.bob, **asked)

    assert cabin(2)["refused"] == "ExtraTaken"
    assert "done" in cabin(1)
    assert change(ferme, let, parking=2)["refused"] == "ExtraTaken"
    assert price(change(ferme, let))[0] == 2 * 24000
    assert set(in_use(ferme).values()) == {1}


def test_what_rooms_have_is_not_had_with_an_office_and_the_other_way_round(ferme):
    offer(ferme)
    parking(ferme)
    assert office(ferme, screen=1)["refused"] == "ExtraNotOffered"
    assert room(ferme, extras=wants(parking=1))["refused"] == "ExtraNotOffered"


# Who waits

AT_NINE = {"day": MONDAY, "start": "09:00", "end": "11:00"}


def waits(ferme, **quantities):
    """Bob waits for the room that Ada has: the entry."""
    asked = ferme.ask("join_waiting_list", "room", ferme.bob, **AT_NINE, extras=wants(**quantities))
    return asked["done"]["facts"][-1]["data"]["entry_id"]


def offered_since(ferme, order, **words):
    before = len(ferme.announced)
    ferme.done(order, **words)
    facts = ferme.announced[before:]
    return [fact.data for fact in facts if fact.type == "bookings.PlaceOffered"]


def taken(ferme, entry):
    words = {"space_id": ferme.space_id, "day": MONDAY, "entry_id": entry}
    return ferme.ask("take_offer", **words)


def made(answer):
    return next(f["data"] for f in answer["done"]["facts"] if f["type"] == "bookings.BookingMade")


def test_who_waits_says_which_extras_and_has_them_with_the_place(ferme, meeting):
    change(ferme, meeting, screen=2)
    entry = waits(ferme, screen=2, coffee=3)
    [offer_] = offered_since(ferme, "cancel_booking", booking_id=meeting)
    assert offer_["lacking"] == [], "what comes back with the place is there"
    booked = made(taken(ferme, entry))
    assert booked["price_cents"] == 2500 + 1000 + 750
    assert {each["code"]: each["quantity"] for each in booked["extras"]} == {
        "screen": 2,
        "coffee": 3,
    }


def test_the_offer_says_what_is_not_left_and_the_place_is_had_without_it(ferme, meeting):
    room(ferme, name="studio", person=ferme.cam, extras=wants(screen=1))
    entry = waits(ferme, screen=2, coffee=3)
    [offer_] = offered_since(ferme, "cancel_booking", booking_id=meeting)
    assert offer_["lacking"] == ["screen"]
    assert [each["code"] for each in made(taken(ferme, entry))["extras"]] == ["coffee"]


def test_a_move_frees_what_is_offered_with_the_place(ferme, meeting):
    change(ferme, meeting, screen=2)
    waits(ferme, screen=2)
    to = {"times": [{"day": TUESDAY, "start": "09:00", "end": "10:00"}]}
    [offer_] = offered_since(ferme, "move_booking", booking_id=meeting, **to)
    assert offer_["lacking"] == []


def test_nobody_waits_for_what_is_not_offered_there(ferme, meeting):
    asked = {**AT_NINE, "extras": wants(lunch=1)}
    refused = ferme.ask("join_waiting_list", "room", ferme.bob, **asked)
    assert refused["refused"] == "ExtraNotOffered"


# Whatever is changed

steps = st.lists(
    st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from(["screen", "coffee"]),
    st.integers(1, 3), max_size=2)), max_size=10
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@whatever(steps)
def test_whatever_is_changed_costs_what_it_would_have_cost_at_once(new_ferme, steps):
    """While no price changes, and for as long as there are enough."""
    ferme = new_ferme()
    offer(ferme, per="hour", cents=333, stock=9)
    offer(ferme, "coffee", per="person", cents=250, stock=9)
    spans = [("09:00", "10:15"), ("11:00", "12:00"), ("14:00", "16:45")]
    bookings = [room(ferme, span)["done"]["id"] for span in spans]
    for n, quantities in steps:
        changed = change(ferme, bookings[n], **quantities)["done"]["facts"]
        at_once = new_ferme()
        offer(at_once, per="hour", cents=333, stock=9)
        offer(at_once, "coffee", per="person", cents=250, stock=9)
        whole = price(room(at_once, spans[n], extras=wants(**quantities)))
        if changed:
            assert price({"done": {"facts": changed}}) == whole
