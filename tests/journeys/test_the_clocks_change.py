"""Bookings are on the space's own clock, and pay for the time that really passes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

HORIZON = 366
NOTICE = 2  # days before which a booking can be given back
AN_HOUR = 1000
# Both change between 02:00 and 03:00. From one change to the next like it 52 or 53 weeks pass,
# and 53 are more than the horizon: on those few days of a year we look at the other hemisphere.
ZONES = ("Europe/Brussels", "Australia/Sydney")


def days_of_change(zone):
    """The next day in that zone with 23 hours, the next one with 25, and one with 24."""
    clock, found = ZoneInfo(zone), {}
    soonest = datetime.now(clock).date() + timedelta(days=NOTICE)
    midnights = [
        datetime.combine(soonest + timedelta(days=n), datetime.min.time(), clock)
        for n in range(HORIZON - NOTICE + 2)
    ]
    for one, next_one in pairwise(midnights):
        hours = (next_one.astimezone(UTC) - one.astimezone(UTC)) / timedelta(hours=1)
        found.setdefault(hours, one.date())
    return found


@pytest.fixture(scope="module")
def days():
    """Spring is short, autumn is long, and any other day is ordinary."""
    zone, found = next((z, d) for z in ZONES if len(d := days_of_change(z)) == 3)
    return SimpleNamespace(zone=zone, spring=found[23], autumn=found[25], ordinary=found[24])


@pytest.fixture(scope="module")
def space(a_space, days):
    return a_space("Pépinière", zone=days.zone, room={"seats": 10, "hour_cents": AN_HOUR})


@pytest.fixture(scope="module")
def member(somebody, space):
    return somebody(home=space)


@pytest.fixture
def books(member, space):
    """Asks for the room on one of those days, from when until when. Given back after the test."""
    made = []

    def book(day, start, end):
        words = {"space_id": space.id, "resource_id": space.offers["room"], "person_id": member.id}
        times = [{"day": str(day), "start": start, "end": end}]
        answer = member.patiently("POST", "/v1/room-bookings", json={**words, "times": times})
        if answer.status_code == 201:
            made.append(answer.json()["id"])
        return answer

    yield book
    for each in made:
        member.done(f"/v1/bookings/{each}/cancellation")


def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()["facts"][0]["data"]


@pytest.mark.parametrize(("season", "hours"), [("spring", 1), ("autumn", 3), ("ordinary", 2)])
def test_half_past_one_to_half_past_three_costs_the_hours_that_pass(books, days, season, hours):
    booked = made(books(getattr(days, season), "01:30", "03:30"))
    assert booked["price_cents"] == hours * AN_HOUR
    assert booked["price_rule"] == f"hour x {hours * 60} min"


@pytest.mark.parametrize("season", ["spring", "autumn", "ordinary"])
def test_nine_to_noon_is_three_hours_on_any_day(books, days, season):
    booked = made(books(getattr(days, season), "09:00", "12:00"))
    assert booked["price_cents"] == 3 * AN_HOUR
    assert booked["price_rule"] == "hour x 180 min"


@pytest.mark.parametrize("season", ["spring", "autumn"])
@pytest.mark.parametrize("times", [("02:30", "04:00"), ("01:00", "02:30")])
def test_half_past_two_does_not_happen_or_happens_twice(books, days, season, times):
    day = getattr(days, season)
    refused = books(day, *times)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/NoSuchTime")
    assert refused.json()["values"] == {"day": str(day), "time": "02:30"}


def test_half_past_two_is_a_time_like_any_other_on_other_days(books, days):
    assert books(days.ordinary, "02:30", "04:00").status_code == 201


def test_the_room_is_shown_as_taken_on_the_clock_of_the_space(books, days, space, visitor):
    made(books(days.spring, "01:30", "03:30"))
    seen = visitor.read(f"/v1/spaces/{space.id}/days/{days.spring}")
    (room,) = seen["resources"]
    assert room["free"] == [["00:00", "01:30"], ["03:30", "24:00"]]
