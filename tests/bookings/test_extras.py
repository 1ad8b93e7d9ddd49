"""Coffee, lunch, a screen: what is had with a booking, its price, and never more than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from kernel.testing import given
from services.bookings.domain import Extra, ExtraDay, ExtraTaken, Slot
from services.bookings.domain.extras import charge
from tests.bookings.test_credits import price
from tests.bookings.test_properties import obey, said_of
from tests.bookings.test_service import MONDAY, TUESDAY, WEDNESDAY, times

FERME, ONE, OTHER = (uuid4() for _ in range(3))
DAY = date(2026, 3, 2)


def extra(per="booking", cents=500, stock=None):
    return Extra("screen", 1, "Screen", per, cents, stock, ("room",))


OPENED = partial(ExtraDay.ExtraDayOpened, space_id=FERME, code="screen", day=DAY)


def held(booking, quantity, start=540, end=600):
    about = {"booking_id": booking, "quantity": quantity, "start": start, "end": end}
    return partial(ExtraDay.ExtraHeld, **about)


# How many there are


def test_no_more_are_had_at_once_than_there_are():
    two = extra(stock=2)
    day = given(ExtraDay, OPENED, held(ONE, 1))
    day.when(ExtraDay.must_have_left, two, 2, 590, 660).then_refused(ExtraTaken)
    assert day.refusal.values["left"] == "1"
    given(ExtraDay, OPENED, held(ONE, 1)).when(ExtraDay.must_have_left, two, 1, 540, 600).then()
    given(ExtraDay, OPENED, held(ONE, 2)).when(ExtraDay.must_have_left, two, 2, 600, 660).then()


def test_what_is_not_counted_is_always_there():
    given(ExtraDay, OPENED, held(ONE, 400)).when(
        ExtraDay.must_have_left, extra(), 500, 540, 600
    ).then()


def test_what_a_booking_holds_itself_is_left_for_it():
    last = extra(stock=1)
    given(ExtraDay, OPENED, held(ONE, 1)).when(
        ExtraDay.must_have_left, last, 1, 540, 600, but=ONE
    ).then()
    given(ExtraDay, OPENED, held(ONE, 1)).when(
        ExtraDay.must_have_left, last, 1, 540, 600, but=OTHER
    ).then_refused(ExtraTaken)


def test_what_is_given_back_is_there_again():
    day = given(ExtraDay, OPENED, held(ONE, 1), held(ONE, 1, 700, 800))
    day.when(ExtraDay.give_back, ONE).then(partial(ExtraDay.ExtraReturned, booking_id=ONE))
    given(ExtraDay, OPENED).when(ExtraDay.give_back, ONE).then()


# What it costs

MORNING, LONG = (Slot(DAY, 540, 660, 1), 120), (Slot(DAY, 660, 1020, 2), 360)


@pytest.mark.parametrize(
    ("per", "quantity", "cents"),
    [
        ("booking", 2, 1000),
        ("person", 5, 5 * 2 * 500),
        ("half-day", 2, 2 * 3 * 500),
        ("hour", 2, 2 * 8 * 500),
    ],
)
def test_it_costs_once_or_for_each_person_or_by_the_time(per, quantity, cents):
    line = charge(extra(per), quantity, [MORNING, LONG])
    assert (line.cents, line.each_cents, line.name) == (cents, 500, "Screen")


def test_half_a_cent_goes_up_once_a_line():
    assert charge(extra("hour", cents=2), 1, [(Slot(DAY, 540, 555, 1), 15)]).cents == 1


# At work


def offer(ferme, code="screen", **more):
    about = {"code": code, "version": 1, "name": code.title(), "per": "booking", "cents": 500}
    about |= {"stock": 2, "kinds": ["room", "studio", "desks"]}
    ferme.neighbours.say("spaces.ExtraOffered", **{**about, **more})


def wants(**quantities):
    return [{"code": code, "quantity": n} for code, n in quantities.items()]


def in_use(ferme):
    """From the facts alone: how many of each extra are held in each minute of each day."""
    opened, held = {}, {}
    for fact in ferme.announced:
        match fact.type:
            case "bookings.ExtraDayOpened":
                opened[fact.subject] = fact.data["code"], fact.data["day"]
            case "bookings.ExtraHeld":
                key = *opened[fact.subject], fact.data["booking_id"]
                held.setdefault(key, []).append(fact.data)
            case "bookings.ExtraReturned":
                del held[*opened[fact.subject], fact.data["booking_id"]]
    used = {}
    for (code, day, _), spells in held.items():
        for each in spells:
            for minute in range(each["start"], each["end"]):
                at = code, day, minute
                used[at] = used.get(at, 0) + each["quantity"]
    return used


def room(ferme, *spans, day=MONDAY, person=None, name="room", ask=None, **more):
    asked = {"times": times(*(spans or [("09:00", "11:00")]), day=day), **more}
    return (ask or ferme.ask)("book_room", name, person, **asked)


def test_a_room_with_coffee_and_a_screen_costs_what_the_preview_says_line_by_line(ferme):
    offer(ferme, "coffee", per="person", cents=250, stock=None)
    offer(ferme, "screen", per="hour", cents=400)
    asked = {"people": 6, "extras": wants(coffee=6, screen=1)}
    seen = room(ferme, ask=ferme.preview, **asked)
    assert price(seen) == (
        2500 + 1500 + 800,
        "hour x 120 min + extra person x 6 + extra hour x 120 min",
    )
    booked = room(ferme, **asked)
    assert price(booked) == price(seen)
    made = booked["done"]["facts"][0]["data"]
    assert [line["name"] for line in made["price_lines"]] == [None, "Coffee", "Screen"]
    assert made["extras"] == [
        {"code": "coffee", "version": 1, "name": "Coffee", "quantity": 6},
        {"code": "screen", "version": 1, "name": "Screen", "quantity": 1},
    ]
    assert in_use(ferme)["screen", MONDAY, 9 * 60] == 1


def test_what_is_not_offered_with_that_place_or_no_more_is_refused(ferme):
    offer(ferme, "laser-glasses", kinds=["machines"])
    glasses = {"extras": [{"code": "laser-glasses", "quantity": 1}]}
    assert room(ferme, **glasses)["refused"] == "ExtraNotOffered"
    assert room(ferme, extras=wants(lunch=1))["refused"] == "ExtraNotOffered"
    ferme.done("book_machine", "lasers", times=times(("09:00", "10:00")), **glasses)
    ferme.neighbours.say("spaces.ExtraWithdrawn", code="laser-glasses")
    again = ferme.ask("book_machine", "printers", times=times(("12:00", "13:00")), **glasses)
    assert again["refused"] == "ExtraNotOffered"


def test_the_last_screen_is_had_by_one_only_and_is_free_again_once_given_back(ferme):
    offer(ferme, stock=1)
    first = room(ferme, extras=wants(screen=1))["done"]["id"]
    at_once = {"person": ferme.bob, "name": "studio", "extras": wants(screen=1)}
    taken = room(ferme, ("10:30", "12:00"), **at_once)
    assert (taken["refused"], taken["values"]["left"]) == ("ExtraTaken", "0")
    ferme.done("cancel_booking", booking_id=first)
    assert "done" in room(ferme, ("10:30", "12:00"), **at_once)


def test_a_person_and_a_projector_come_with_the_room_or_nothing_is_booked(ferme):
    """Whoever can be booked by the hour is offered like a screen: there is one of them."""
    for each in ("room", "studio"):
        ferme.parts(each, "printers")  # two projectors, as it were, one for each
    offer(ferme, "coach", name="Coach", per="hour", cents=6000, stock=1, kinds=["room", "studio"])
    with_coach = {"extras": wants(coach=1)}
    assert price(room(ferme, **with_coach))[0] == 2500 + 2 * 6000
    before = len(ferme.announced)
    busy = {"person": ferme.bob, "name": "studio", **with_coach}
    assert room(ferme, ("10:00", "12:00"), **busy)["refused"] == "ExtraTaken"
    assert len(ferme.announced) == before
    projector = {"times": times(("10:00", "11:00"))}
    assert "done" in ferme.ask("book_machine", "printers", ferme.bob, **projector)
    assert (
        ferme.ask("book_machine", "printers", ferme.cam, **projector)["refused"] == "NoMachineLeft"
    )


def test_extras_go_along_with_a_move_at_todays_price_and_may_be_changed(ferme):
    offer(ferme)
    booking = room(ferme, extras=wants(screen=1))["done"]["id"]
    offer(ferme, version=2, cents=700)
    moved = ferme.ask("move_booking", booking_id=booking, times=times(("12:00", "13:00")))
    assert price(moved) == (1250 + 700, "hour x 60 min + extra x 1")
    assert moved["done"]["facts"][0]["data"]["extras"][0]["version"] == 2
    assert {minute // 60 for _, _, minute in in_use(ferme)} == {12}
    to = {"times": times(("12:00", "13:00"), day=TUESDAY), "extras": []}
    assert price(ferme.ask("move_booking", booking_id=booking, **to))[0] == 1250
    assert in_use(ferme) == {}


def test_a_series_leaves_out_the_dates_on_which_nothing_is_left(ferme):
    offer(ferme, stock=1)
    day = ["book_desk", "desks", ferme.bob]
    ferme.done(*day, days=["2026-03-09"], part="day", extras=wants(screen=1))
    weekly = {"every": "week", "first": MONDAY, "until": "2026-03-16", "part": "morning"}
    weekly |= {"extras": wants(screen=1)}
    refused = ferme.ask("book_desk_series", "desks", **weekly)
    assert refused["refused"] == "SeriesClashes"
    made = ferme.ask("book_desk_series", "desks", **weekly, skip_clashes=True)
    [series] = [f["data"] for f in made["done"]["facts"] if "SeriesBooked" in f["type"]]
    assert series["left_out"] == [{"day": "2026-03-09", "why": "ExtraTaken"}]
    assert {day for _, day, _ in in_use(ferme)} == {MONDAY, "2026-03-09", "2026-03-16"}
    ferme.done("cancel_series", series_id=made["done"]["id"], since=None)
    assert {day for _, day, _ in in_use(ferme)} == {"2026-03-09"}


def test_a_series_moves_where_something_is_left(ferme):
    offer(ferme, stock=1)
    weekly = {"every": "week", "first": MONDAY, "until": "2026-03-16", "part": "morning"}
    made = ferme.ask("book_desk_series", "desks", **weekly, extras=wants(screen=1))
    day = {"days": ["2026-03-09"], "part": "afternoon", "extras": wants(screen=1)}
    ferme.done("book_desk", "desks", ferme.bob, **day)
    to = {"series_id": made["done"]["id"], "part": "afternoon", "skip_clashes": True}
    ferme.done("move_series", **to)
    starts = {day: minute for _, day, minute in sorted(in_use(ferme), reverse=True)}
    assert starts == {MONDAY: 780, "2026-03-09": 540, "2026-03-16": 780}


def test_whoever_does_not_come_or_is_declined_gives_it_back(ferme):
    offer(ferme)
    ferme.terms(release_minutes=30)
    booking = room(ferme, extras=wants(screen=2))["done"]["id"]
    ferme.rules("room", approval=True)
    asked = room(ferme, day=TUESDAY, extras=wants(screen=1))["done"]["id"]
    ferme.done("decline_booking", booking_id=asked)
    ferme.now = ferme.now.replace(month=3, day=2, hour=9)
    ferme.done("release_place", booking_id=booking, day=MONDAY)
    assert in_use(ferme) == {}


def test_a_credit_or_a_membership_pays_for_no_extra(ferme):
    offer(ferme, "coffee", per="person", cents=200)
    ferme.buys(ferme.ada, 2)
    words = {"days": [WEDNESDAY], "part": "day", "extras": wants(coffee=1)}
    booked = ferme.ask("book_desk", "desks", **words)
    assert price(booked) == (200, "credit half-day x 2 + extra person x 1")


def test_eight_at_once_for_three_screens(ferme):
    offer(ferme, stock=3)
    people = [str(uuid4()) for _ in range(8)]
    for person in people:
        ferme.neighbours.say("members.PersonJoined", person, status="employee")

    def book(each):
        n, person = each
        about = {"days": [MONDAY], "part": "morning", "extras": wants(screen=1)}
        return ferme.ask("book_desk", ("desks", "attic")[n % 2], person, **about)

    ferme.neighbours.say(
        "spaces.PricesSet",
        **{"resource_id": ferme.resource("attic"), "version": 1, "hour_cents": None},
        **{"half_day_cents": 0, "day_cents": 0, "month_cents": None},
    )
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(book, enumerate(people)))
    done = [each for each in answers if "done" in each]
    assert len(done) == 3
    assert max(in_use(ferme).values()) == 3


# Whatever people ask

extras = st.dictionaries(st.sampled_from(["screen", "coffee"]), st.integers(1, 3), max_size=2)
hours = st.tuples(st.integers(9, 15), st.integers(1, 3)).map(
    lambda at: (f"{at[0]:02d}:00", f"{at[0] + at[1]:02d}:00")
)
by_part = st.fixed_dictionaries(
    {"days": st.just([MONDAY]), "part": st.sampled_from(["day", "morning", "afternoon"])}
)
by_times = hours.map(lambda span: {"times": times(span)})
who = st.sampled_from(["ada", "bob", "cam"])
chosen = extras.map(lambda found: {"extras": wants(**found)})


def with_extras(words):
    return st.tuples(words, chosen).map(lambda both: {**both[0], **both[1]})


asked = st.one_of(
    st.tuples(st.just("book_desk"), st.just("desks"), who, with_extras(by_part)),
    st.tuples(
        st.just("book_room"), st.sampled_from(["room", "studio"]), who, with_extras(by_times)
    ),
)
changed = st.one_of(
    st.tuples(st.just("cancel_booking"), st.integers(0, 9), st.just({})),
    st.tuples(st.just("move_booking"), st.integers(0, 9), st.one_of(by_times, by_part)),
    st.tuples(st.just("move_booking"), st.integers(0, 9), with_extras(by_times)),
    st.tuples(st.just("change_extras"), st.integers(0, 9), chosen),
)
STOCK = {"screen": 2, "coffee": 4}


@settings(max_examples=80, deadline=None)
@whatever(st.lists(st.one_of(asked, asked, changed), max_size=12))
def test_there_are_never_more_in_use_than_there_are_and_bookings_say_which(new_ferme, orders):
    ferme = new_ferme()
    offer(ferme, "screen", per="hour", cents=333, stock=STOCK["screen"])
    offer(ferme, "coffee", per="person", cents=250, stock=STOCK["coffee"])
    obey(ferme, orders)
    used = in_use(ferme)
    assert all(many <= STOCK[code] for (code, _, _), many in used.items())
    said = {}
    for data in said_of(ferme).values():
        assert data["price_cents"] == sum(line["cents"] for line in data["price_lines"])
        for each in data["extras"]:
            for slot in data["slots"]:
                for minute in range(slot["start"], slot["end"]):
                    at = each["code"], slot["day"], minute
                    said[at] = said.get(at, 0) + each["quantity"]
    assert used == said
