"""Spans of a day: when a space is open, what is taken, what is left."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.views.calendar import (
    clock,
    closed,
    crowded,
    deepest,
    free_desks,
    opening,
    remaining,
    without,
)

MONDAY, ARMISTICE, FEAST = date(2026, 3, 2), date(2026, 5, 8), date(2026, 7, 21)
WEEKDAYS = [{"weekday": n, "opens": 480, "closes": 1080} for n in range(1, 6)]
SPACE = {
    "country": "BE",
    "planned": False,
    "hours": WEEKDAYS,
    "holidays_observed": True,
    "exceptions": {},
    "midday": 780,
    "buffer_minutes": 0,
}
SPANS = some.lists(some.tuples(some.integers(0, 60), some.integers(0, 60)), max_size=8)


def minutes(spans):
    """The long way round: every minute that lies in a span."""
    return {minute for start, end in spans for minute in range(start, end)}


@given(SPANS, some.integers(1, 4))
def test_crowded_says_where_so_many_lie_over_each_other(spans, many):
    found = crowded(spans, many)
    depth = {m: sum(start <= m < end for start, end in spans) for m in range(61)}
    assert minutes(found) == {minute for minute, deep in depth.items() if deep >= many}
    assert all(a[1] < b[0] for a, b in pairwise(found)), "in order, and few"
    assert deepest(spans) == max(depth.values())


@given(SPANS, SPANS)
def test_what_is_left_is_neither_taken_nor_invented(spans, taken):
    assert minutes(without(spans, taken)) == minutes(spans) - minutes(taken)


@given(
    some.integers(1, 5), some.lists(some.tuples(some.integers(480, 1080), some.integers(480, 1080)))
)
def test_a_desk_for_the_day_is_a_desk_for_the_morning_and_for_the_afternoon(units, busy):
    free = free_desks(units, [(480, 1080)], busy, 780)
    assert 0 <= free["day"] == min(free["morning"], free["afternoon"]) <= units


def test_a_space_opens_by_its_weekly_hours():
    assert opening(SPACE, MONDAY) == [(480, 1080)]
    sunday = date(2026, 3, 1)
    assert (opening(SPACE, sunday), closed(SPACE, sunday)["why"]) == ([], "hours")


def test_hours_that_touch_are_one_span():
    hours = [
        {"weekday": 1, "opens": 780, "closes": 900},
        {"weekday": 1, "opens": 480, "closes": 780},
        {"weekday": 1, "opens": 960, "closes": 1440},
    ]
    assert opening(SPACE | {"hours": hours}, MONDAY) == [(480, 900), (960, 1440)]


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [("BE", FEAST, "Fête nationale"), ("BE", ARMISTICE, None), ("FR", FEAST, None)],
)
def test_the_holidays_are_those_of_the_spaces_own_country(country, day, name):
    space = SPACE | {"country": country}
    assert bool(opening(space, day)) is (name is None)
    assert closed(space, day) == (name and {"why": "holiday", "name": name})


def test_a_space_may_work_on_holidays_on_all_or_on_one():
    assert opening(SPACE | {"holidays_observed": False}, FEAST)
    exceptions = {FEAST.isoformat(): {"open": True, "reason": None}}
    assert opening(SPACE | {"exceptions": exceptions}, FEAST)


def test_a_day_may_be_closed_with_a_reason():
    space = SPACE | {"exceptions": {"2026-03-02": {"open": False, "reason": "Works"}}}
    assert opening(space, MONDAY) == []
    assert closed(space, MONDAY) == {"why": "closure", "name": "Works"}


def test_a_planned_space_is_never_open():
    space = SPACE | {"planned": True}
    assert (opening(space, MONDAY), closed(space, MONDAY)["why"]) == ([], "planned")


def test_between_two_bookings_of_a_room_there_is_the_buffer():
    room, space = {"kind": "room", "units": 1}, SPACE | {"buffer_minutes": 15}
    left = remaining(room, space, [(480, 1080)], [(540, 600)], let=False)
    assert left == {
        "busy": [["09:00", "10:00"]],
        "free": [["08:00", "08:45"], ["10:15", "18:00"]],
    }


def test_machines_are_busy_when_all_of_them_are():
    machines = {"kind": "machines", "units": 2}
    busy = [(540, 600), (570, 660)]
    left = remaining(machines, SPACE | {"buffer_minutes": 15}, [(480, 720)], busy, let=False)
    assert left == {
        "busy": [["09:30", "10:00"]],
        "free": [["08:00", "09:30"], ["10:00", "12:00"]],
    }


def test_nobody_finds_a_desk_for_a_part_in_which_the_space_is_closed():
    assert free_desks(3, [(480, 780)], [(480, 780)], 780) == {
        "morning": 2,
        "afternoon": 0,
        "day": 2,
    }


def test_the_day_ends_at_twenty_four():
    assert [clock(0), clock(545), clock(1440)] == ["00:00", "09:05", "24:00"]
