"""What somebody books stands in the calendar of their phone, and goes when it is cancelled."""

from datetime import timedelta
from urllib.parse import urlsplit

import icalendar
import pytest


@pytest.fixture(scope="module")
def space(a_space):
    return a_space("Brasserie", desks={"units": 2, "half_day_cents": 900, "day_cents": 1500})


@pytest.fixture
def member(somebody, space):
    return somebody(home=space)


@pytest.fixture
def subscribed(member, visitor):
    """Reads the calendar as a phone does, without signing in: the path, and what it finds there."""
    path = urlsplit(member.done("/v1/calendar")["address"]).path

    def read():
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (
            200,
            "text/calendar; charset=utf-8",
        )
        return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")

    return path, read


def test_what_is_booked_moved_and_cancelled_is_told(member, space, subscribed):
    _, read = subscribed
    day = space.today() + timedelta(days=9)
    booking = member.books_a_desk(space, str(day), part="morning")
    [event] = read()
    assert event.decoded("dtstart").astimezone(space.zone).date() == day
    assert (int(event["sequence"]), str(event["status"])) == (0, "CONFIRMED")
    to = {"days": [str(day + timedelta(days=1))], "part": "day"}
    member.done(f"/v1/bookings/{booking}/move", to)
    [moved] = read()
    assert moved["uid"] == event["uid"]
    assert moved.decoded("dtstart").astimezone(space.zone).date() == day + timedelta(days=1)
    assert int(moved["sequence"]) == 1
    member.done(f"/v1/bookings/{booking}/cancellation")
    [gone] = read()
    assert (int(gone["sequence"]), str(gone["status"])) == (2, "CANCELLED")
    assert "Brasserie" in str(gone["summary"])


def test_an_address_is_private_and_can_be_changed(member, visitor, subscribed):
    path, _ = subscribed
    newer = urlsplit(member.done("/v1/calendar")["address"]).path
    assert newer != path
    assert visitor.get(path).status_code == 404
    assert visitor.get(newer).status_code == 200
    assert member.patiently("DELETE", "/v1/calendar").status_code == 200
    assert visitor.get(newer).status_code == 404
    assert member.patiently("DELETE", "/v1/calendar").status_code == 404
    assert visitor.get("/calendars/guessed.ics").status_code == 404


def test_who_has_the_calendar_already_is_not_sent_it_again(member, visitor, subscribed):
    path, _ = subscribed
    tag = visitor.get(path).headers["ETag"]
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 304
