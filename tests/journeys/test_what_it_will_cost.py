"""Before they book, people see the price and how it comes about; it is what they then pay."""

from datetime import timedelta

import pytest

HOUR, HALF_DAY, DAY = 1250, 3000, 5000
PRICED = ("price_cents", "price_rule", "price_lines", "price_version", "rules_version", "slots")


@pytest.fixture(scope="module")
def space(a_space):
    prices = {"hour_cents": HOUR, "half_day_cents": HALF_DAY, "day_cents": DAY}
    return a_space("Forge", room={"seats": 8, **prices})


@pytest.fixture(scope="module")
def member(somebody, space):
    return somebody(home=space)


@pytest.fixture(scope="module")
def room(space, operator):
    where = f"/v1/spaces/{space.id}/resources/{space.offers['room']}"
    operator.done(f"{where}/booking-rules", {"longest_minutes": 480}, "PUT")
    return {"space_id": space.id, "resource_id": space.offers["room"]}


def at(space, *spans):
    day = str(space.today() + timedelta(days=8))
    return {"times": [{"day": day, "start": start, "end": end} for start, end in spans]}


def test_the_price_is_seen_before_it_is_paid(member, space, room):
    asked = {**room, "person_id": member.id, **at(space, ("08:00", "08:30"), ("09:00", "12:00"))}
    previewed = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert previewed.status_code == 200, previewed.text
    seen = previewed.json()["facts"][0]["data"]
    assert (seen["price_cents"], seen["price_rule"]) == (3625, "hour x 30 min + half-day x 1")
    listed = member.read(f"/v1/persons/{member.id}/bookings")["items"]
    assert listed == [], "what was only looked at was booked"
    booked = member.done("/v1/room-bookings", asked)
    made = booked["facts"][0]["data"]
    assert {name: made[name] for name in PRICED} == {name: seen[name] for name in PRICED}
    shown = member.read(f"/v1/bookings/{booked['id']}")
    assert shown["price_lines"] == seen["price_lines"]
    taken = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert taken.json()["type"] == "/problems/AlreadyBooked"


def test_the_rules_of_the_place_are_shown_and_kept(member, space, room):
    asked = {**room, "person_id": member.id, **at(space, ("13:00", "21:15"))}
    refused = member.patiently("POST", "/v1/room-bookings/preview", json=asked)
    assert refused.json()["type"] == "/problems/TooLong"
    [shown] = [
        each
        for each in member.read(f"/v1/spaces/{space.id}")["resources"]
        if each["resource"] == space.offers["room"]
    ]
    assert shown["rules"] == {
        "version": 1,
        "shortest_minutes": None,
        "longest_minutes": 480,
        "notice_minutes": 0,
        "horizon_days": 366,
        "approval": False,
    }
