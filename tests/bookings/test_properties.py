"""Whatever people ask, in whatever order: no place twice, all or nothing, and the right price."""

import math
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.bookings.domain import Opening, Prices, by_the_day, by_the_hour
from services.bookings.domain.hours import by_weekday
from services.bookings.domain.space_day import Allocation, at_once

UNITS = {"desks": 2, "annex": 1, "room": 1, "studio": 1, "lasers": 2, "printers": 2}
KIND = {
    "desks": "desk",
    "annex": "desk",
    "room": "room",
    "studio": "room",
    "lasers": "machine",
    "printers": "machine",
}
BUFFER = 15
MONDAY, TUESDAY = "2026-03-02", "2026-03-03"

days = st.lists(st.sampled_from([MONDAY, TUESDAY]), min_size=1, max_size=2, unique=True)
parts = st.sampled_from(["day", "morning", "afternoon"])
quarters = st.lists(st.integers(36, 56), min_size=2, max_size=2, unique=True).map(sorted)


def wall(quarter):
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


@st.composite
def times(draw):
    return [
        {"day": day, "start": wall(start), "end": wall(end)}
        for day, (start, end) in draw(
            st.lists(
                st.tuples(st.sampled_from([MONDAY, TUESDAY]), quarters), min_size=1, max_size=3
            )
        )
    ]


parties = {"people": st.integers(1, 2)}
by_part = st.fixed_dictionaries({"days": days, "part": parts})
by_times = st.fixed_dictionaries({"times": times()})
part_of_some = st.fixed_dictionaries({"days": days, "part": parts}, optional=parties)
times_of_some = st.fixed_dictionaries({"times": times()}, optional=parties)
people = st.sampled_from(["ada", "bob", "cam"])
bookings = st.one_of(
    st.tuples(st.just("book_desk"), st.sampled_from(["desks", "annex"]), people, part_of_some),
    st.tuples(st.just("book_room"), st.sampled_from(["room", "studio"]), people, times_of_some),
    st.tuples(st.just("book_machine"), st.sampled_from(["lasers", "printers"]), people, by_times),
)
changes = st.one_of(
    st.tuples(st.just("cancel_booking"), st.integers(0, 9), st.just({})),
    st.tuples(st.just("move_booking"), st.integers(0, 9), st.one_of(part_of_some, times_of_some)),
)
orders = st.lists(st.one_of(bookings, bookings, changes), max_size=14)


def obey(ferme, orders):
    """Asks for everything in turn. A refusal leaves nothing behind."""
    made = []
    for verb, about, *who, words in orders:
        before = len(ferme.announced)
        if who:
            answer = ferme.ask(verb, about, getattr(ferme, who[0]), **words)
        elif made:
            answer = ferme.ask(verb, booking_id=made[about % len(made)], **words)
        else:
            continue
        assert "done" in answer or "refused" in answer, answer
        if "refused" in answer:
            assert len(ferme.announced) == before
        elif who:
            made.append(answer["done"]["id"])


def minutes_of(promises):
    return [
        (promise, minute)
        for promise in promises
        for minute in range(promise["start"], promise["end"])
    ]


@settings(max_examples=60, deadline=None)
@given(orders)
def test_no_place_is_promised_twice_and_rooms_keep_their_rest(new_ferme, orders):
    ferme = new_ferme()
    obey(ferme, orders)
    code = {ferme.resource(each): each for each in UNITS}
    for day in ferme.promised().values():
        promises = [promise for booking in day.values() for promise in booking]
        used, busy = {}, set()
        for promise, minute in minutes_of(promises):
            resource = code[promise["resource_id"]]
            used[resource, minute] = used.get((resource, minute), 0) + promise["units"]
            assert used[resource, minute] <= UNITS[resource]
            person = promise["person_id"], KIND[resource], minute
            assert person not in busy, "one person in two places of a kind"
            busy.add(person)
        for one, other in combinations(promises, 2):
            if one["resource_id"] == other["resource_id"] and code[one["resource_id"]] in (
                "room",
                "studio",
            ):
                first, second = sorted((one, other), key=lambda each: each["start"])
                assert second["start"] - first["end"] >= BUFFER


@settings(max_examples=60, deadline=None)
@given(orders)
def test_what_a_booking_says_is_what_is_promised_and_what_is_paid(new_ferme, orders):
    ferme = new_ferme()
    obey(ferme, orders)
    said = said_of(ferme)
    promised = sorted(
        (booking, day, each["start"], each["end"], each["resource_id"], each["units"])
        for day, held in ferme.promised().items()
        for booking, promises in held.items()
        for each in promises
    )
    code = {ferme.resource(each): each for each in UNITS}
    assert promised == sorted(
        (booking, slot["day"], slot["start"], slot["end"], data["resource_id"], desks_of(data))
        for booking, data in said.items()
        for slot in data["slots"]
    )
    hourly = {"room": 1250, "studio": 2500, "lasers": 1200, "printers": 800}
    for data in said.values():
        resource = code[data["resource_id"]]
        paid = 0
        for slot in data["slots"]:
            if KIND[resource] == "desk":
                each = 0 if resource == "annex" else {1: 900, 2: 1500}[slot["half_days"]]
                paid += each * data["people"]
            else:
                exact = Fraction(hourly[resource] * (slot["end"] - slot["start"]), 60)
                paid += int(exact + Fraction(1, 2))
        assert data["price_cents"] == paid


@settings(max_examples=60, deadline=None)
@given(orders, bookings, st.one_of(by_part, by_times))
def test_moving_is_cancelling_and_booking_again_in_one(new_ferme, orders, first, to):
    verb, resource, who, words = first
    moving, again = new_ferme(), new_ferme()
    for ferme in (moving, again):
        obey(ferme, [order for order in orders if order[0] != "move_booking"])
    asked = verb, resource, getattr(moving, who)
    one, other = moving.ask(*asked, **words), again.ask(*asked, **words)
    if "refused" in one or ("times" in to) != ("times" in words):
        return
    held = places(moving)
    moved = moving.ask("move_booking", booking_id=one["done"]["id"], **to)
    again.ask("cancel_booking", booking_id=other["done"]["id"])
    people = {"people": words["people"]} if "people" in words else {}
    booked = again.ask(*asked, **people, **to)
    assert moved.get("refused") == booked.get("refused")
    assert places(moving) == (held if "refused" in moved else places(again))
    if "done" in moved:
        prices = [priced(answer) for answer in (moved, booked)]
        assert prices[0] == prices[1]


def desks_of(booking):
    """A desk for each of those who come, a room for all."""
    return booking["people"] if booking["kind"] == "desk" else 1


def places(ferme):
    return sorted(
        (day, each["resource_id"], each["person_id"], each["start"], each["end"], each["units"])
        for day, held in ferme.promised().items()
        for promises in held.values()
        for each in promises
    )


def priced(answer):
    said = answer["done"]["facts"][0]["data"]
    return said["price_cents"], said["price_version"], said["price_rule"]


@settings(max_examples=60, deadline=None)
@given(orders, bookings)
def test_what_is_previewed_is_what_then_happens(new_ferme, orders, next_):
    """The price above all: it is the very same decision."""
    ferme = new_ferme()
    obey(ferme, orders)
    before, (verb, resource, who, words) = len(ferme.announced), next_
    asked = verb, resource, getattr(ferme, who)
    previewed = ferme.preview(*asked, **words)
    assert len(ferme.announced) == before
    happened = ferme.ask(*asked, **words)
    assert previewed.get("refused") == happened.get("refused")
    if "done" in happened:
        told = [each["done"]["facts"][0]["data"] for each in (previewed, happened)]
        assert told[0] == told[1]


HALF_DAYS_A_DAY, HOURS_A_WEEK, INCLUDED_DAYS = 1, 3, 1


def with_quotas(ferme):
    """Ada has a day of each month paid; at desks and in rooms there is not all that one likes."""
    ferme.subscribes(ferme.ada, INCLUDED_DAYS)
    about = {"per": "person", "plan_id": None}
    ferme.quotas(
        {**about, "kind": "desk", "period": "day", "most": HALF_DAYS_A_DAY},
        {**about, "kind": "room", "period": "week", "most": HOURS_A_WEEK},
    )
    return ferme


SAYING = ("bookings.BookingMade", "bookings.BookingMoved", "bookings.ExtrasChanged")


def said_of(ferme):
    """booking -> what its facts say of it now, but for those that are cancelled."""
    said = {}
    for fact in ferme.since():
        if fact.type in SAYING:
            said[fact.subject] = {**said.get(fact.subject, {}), **fact.data}
        elif fact.type == "bookings.BookingCancelled":
            del said[fact.subject]
    return said


@settings(max_examples=60, deadline=None)
@given(orders)
def test_nobody_holds_more_than_a_quota_and_no_day_is_paid_twice(new_ferme, orders):
    ferme = with_quotas(new_ferme())
    obey(ferme, orders)
    half_days, minutes, included = Counter(), Counter(), 0
    for data in said_of(ferme).values():
        for slot in data["slots"]:
            if data["kind"] == "desk":
                half_days[data["person_id"], slot["day"]] += slot["half_days"]
            elif data["kind"] == "room":
                minutes[data["person_id"]] += slot["end"] - slot["start"]
        lines = data["price_lines"]
        free = sum(line["quantity"] for line in lines if line["unit"] == "included half-day")
        assert not free or data["person_id"] == ferme.ada
        included += free
        assert data["price_cents"] == sum(line["cents"] for line in lines)
    assert max(half_days.values(), default=0) <= HALF_DAYS_A_DAY
    assert max(minutes.values(), default=0) <= 60 * HOURS_A_WEEK
    assert included <= 2 * INCLUDED_DAYS


@settings(max_examples=60, deadline=None)
@given(orders, bookings)
def test_what_is_given_back_is_as_if_it_had_never_been_used(new_ferme, orders, first):
    """A booking that is cancelled in time leaves quotas and included days as they were."""
    verb, resource, who, words = first
    cancelled, never = with_quotas(new_ferme()), with_quotas(new_ferme())
    answer = cancelled.ask(verb, resource, getattr(cancelled, who), **words)
    if "done" in answer:
        cancelled.done("cancel_booking", booking_id=answer["done"]["id"])
    for ferme in (cancelled, never):
        obey(ferme, [order for order in orders if len(order) == 4])
    prices = [
        [(each["slots"], each["price_cents"]) for each in said_of(ferme).values()]
        for ferme in (cancelled, never)
    ]
    assert prices[0] == prices[1]


# Prices

cents = st.integers(0, 100_000)


@given(cents, st.lists(st.integers(1, 1500), min_size=1, max_size=31))
def test_the_price_of_several_times_is_the_sum_of_their_prices(hour, lengths):
    prices = Prices(hour_cents=hour)
    alone = [by_the_hour(prices, [length]).cents for length in lengths]
    assert by_the_hour(prices, lengths).cents == sum(alone)
    for length, price in zip(lengths, alone, strict=True):
        exact = Fraction(hour * length, 60)
        assert -Fraction(1, 2) < price - exact <= Fraction(1, 2), "half a cent goes up"


maybe = st.none() | cents


@given(cents, maybe, maybe, st.integers(1, 1500), st.integers(0, 600))
def test_longer_never_costs_less_and_never_more_than_the_day(hour, half, whole, length, more):
    if half is not None and whole is not None:
        half = min(half, whole)
    prices = Prices(hour_cents=hour, half_day_cents=half, day_cents=whole)
    shorter, longer = (by_the_hour(prices, [m]).cents for m in (length, length + more))
    assert shorter <= longer <= (math.inf if whole is None else whole)
    if half is not None and length <= 240:
        assert shorter <= half


@given(cents, cents, st.lists(st.sampled_from([1, 2]), min_size=1, max_size=31))
def test_the_price_of_several_days_is_the_sum_of_their_prices(half, whole, half_days):
    prices = Prices(half_day_cents=half, day_cents=whole)
    alone = [by_the_day(prices, [each]).cents for each in half_days]
    assert by_the_day(prices, half_days).cents == sum(alone)


# Intervals

spans = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(spans, max_size=8), spans)
def test_counting_where_something_starts_is_counting_at_every_minute(held, asked):
    allocations = [Allocation(None, None, *each) for each in held]
    brute = max(sum(start <= minute < end for start, end in held) for minute in range(*asked))
    assert at_once(allocations, *asked) == brute


@given(st.lists(spans, max_size=8))
def test_hours_cover_what_the_openings_cover_with_a_break_between_any_two(openings):
    monday = date(2026, 3, 2).isoweekday()
    week = by_weekday([Opening(monday, *each) for each in openings])
    covered = {minute for each in week.get(monday, []) for minute in range(*each)}
    assert covered == {minute for each in openings for minute in range(*each)}
    for earlier, later in zip(week.get(monday, []), week.get(monday, [])[1:], strict=False):
        assert earlier[1] < later[0]
