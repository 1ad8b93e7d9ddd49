"""What waits, as it is now: for a place, for the host, and for the time to pass."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.questions import Views
from gateway.records import pool
from gateway.views import VIEWS
from gateway.views.agenda import ListBookings, SeeBooking
from gateway.views.availability import SeeAvailability
from gateway.views.directory import SeeSpace
from gateway.views.waiting import (
    TO_OFFER,
    TO_RELEASE,
    ListRequests,
    ListWaiting,
    SeeWaitingList,
)
from tests.place import where_it_is_noon
from tests.views.ring import Ring, ask

ZONE = where_it_is_noon()  # so that an hour ago was today
HERE = datetime.now(ZoneInfo(ZONE)).date()
TODAY, TOMORROW = HERE.isoformat(), (HERE + timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def ring():
    """An hour ago, a space that never closes; one desk for today, one room for tomorrow."""
    ring = Ring()
    ring.it = it = SimpleNamespace(then=datetime.now(UTC) - timedelta(hours=1))
    ring.time = it.then
    do = ring.do
    bep = do("members", "register_organisation", code="b", name="B", country="BE", kind="public")
    it.space = ring.open_space(bep, "gare", "La Gare", "Dinant", "BE", ZONE)
    always = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
    do("spaces", "set_hours", space_id=it.space, hours=always)
    do("spaces", "observe_holidays", space_id=it.space, observed=False)
    terms = {"cancellation_hours": 0, "buffer_minutes": 0, "release_minutes": 0}
    do("spaces", "set_terms", space_id=it.space, **terms, offer_minutes=5, late_fee_percent=50)
    it.desks = ring.add(it.space, "desks", "desks", 2, half_day_cents=900, day_cents=1500)
    it.room = ring.add(it.space, "room", "quai", hour_cents=1000)
    it.studio = ring.add(it.space, "studio", "studio", hour_cents=2000)
    about = {"space_id": it.space, "resource_id": it.studio}
    do("spaces", "set_booking_rules", **about, approval=True)
    do("spaces", "set_parts", **about, parts=[it.room])
    four = {"kind": "desk", "per": "person", "period": "week", "most": 4}
    do("spaces", "set_quotas", space_id=it.space, quotas=[four])
    less = [{"customer": "student", "percent": 20}]
    do("spaces", "set_reductions", space_id=it.space, reductions=less)
    it.lise, it.marc, it.noor = (
        ring.join(name, "Lambert", it.space, "BE") for name in ("Lise", "Marc", "Noor")
    )

    def book(verb, resource, person, **words):
        about = {"space_id": it.space, "resource_id": resource, "person_id": person}
        return do("bookings", verb, **about, **words)

    it.gone = book("book_desk", it.desks, it.lise, days=[TODAY], part="day")
    it.come = book("book_desk", it.desks, it.marc, days=[TODAY], part="day")
    do("bookings", "check_in", booking_id=it.come)
    it.times = {"day": TOMORROW, "start": "09:00", "end": "10:00"}
    held = book("book_room", it.room, it.lise, times=[it.times])
    for code, stock in (("coffee", None), ("screen", 1)):
        about = {"name": code.title(), "per": "booking", "cents": 500, "kinds": ["room"]}
        do("spaces", "offer_extra", space_id=it.space, extra=code, stock=stock, **about)
    wanted = [{"code": "screen", "quantity": 2}, {"code": "coffee", "quantity": 3}]
    book("join_waiting_list", it.room, it.marc, **it.times, extras=wanted)
    book("join_waiting_list", it.room, it.noor, **it.times)
    do("bookings", "cancel_booking", booking_id=held)
    later = {"day": TOMORROW, "start": "20:00", "end": "21:00"}
    it.asked = book("book_room", it.studio, it.noor, times=[later])
    return ring


@pytest.fixture(scope="module")
def it(ring):
    return ring.it


@pytest.fixture
def see(gateway_database, views):
    def answer(question, **words):
        return json.loads(msgspec.json.encode(ask(gateway_database, question, **words)))

    return answer


@pytest.fixture
def due(gateway_database, views):
    def answer(select):
        async def rows():
            async with pool(gateway_database) as opened:
                return await Views(opened, VIEWS).rows(select, {})

        return [{name: str(value) for name, value in row.items()} for row in asyncio.run(rows())]

    return answer


def test_the_first_in_the_line_sees_what_is_offered_and_until_when(see, it):
    [marc] = see(ListWaiting, person_id=it.marc)
    assert (marc["start"], marc["end"], marc["ahead"]) == ("09:00", "10:00", 0)
    until = it.then + timedelta(minutes=5)
    assert abs(datetime.fromisoformat(marc["until"]) - until) < timedelta(seconds=1)
    [noor] = see(ListWaiting, person_id=it.noor)
    assert (noor["ahead"], noor["until"]) == (1, None)
    assert see(ListWaiting, person_id=it.lise) == []


def test_what_is_to_be_had_with_it_and_what_was_not_left_when_it_was_offered(see, it):
    [marc] = see(ListWaiting, person_id=it.marc)
    assert marc["extras"] == [
        {"code": "screen", "quantity": 2, "name": "Screen", "lacking": True},
        {"code": "coffee", "quantity": 3, "name": "Coffee", "lacking": False},
    ]
    [first, *_] = see(SeeWaitingList, space_id=it.space, day=TOMORROW)
    assert first["extras"] == marc["extras"]


def test_extras_of_a_booking_that_stands_are_changed(see, ring, it, views):
    before = see(SeeBooking, booking_id=it.come)
    assert (before["extras"], before["extras_offered"]) == ([], False)
    later = {"day": TOMORROW, "start": "13:00", "end": "14:00"}
    about = {"space_id": it.space, "resource_id": it.room, "person_id": it.lise}
    booking = ring.do("bookings", "book_room", **about, times=[later])
    had = [{"code": "coffee", "quantity": 2}]
    ring.do("bookings", "change_extras", booking_id=booking, extras=had)
    ring.show(views["agenda"])
    seen = see(SeeBooking, booking_id=booking)
    assert [(each["name"], each["quantity"]) for each in seen["extras"]] == [("Coffee", 2)]
    assert seen["price_cents"] == sum(line["cents"] for line in seen["price_lines"])
    assert (seen["price_rule"].endswith("extra x 2"), seen["extras_offered"]) == (True, True)
    ring.do("bookings", "cancel_booking", booking_id=booking)
    ring.show(views["agenda"])


def test_the_host_sees_the_line_in_its_order(see, it):
    line = see(SeeWaitingList, space_id=it.space, day=TOMORROW)
    assert [each["given_name"] for each in line] == ["Marc", "Noor"]
    assert see(SeeWaitingList, space_id=it.space, day=TODAY) == []


def test_what_is_offered_is_taken_for_everybody_else(see, it):
    day = see(SeeAvailability, space_id=it.space, day=TOMORROW)
    busy = {each["resource"]: each.get("busy") for each in day["resources"]}
    assert busy[it.room] == [["09:00", "10:00"], ["20:00", "21:00"]], "the studio has the room too"


def test_what_waits_for_the_host(see, it):
    [asked] = see(ListRequests, space_id=it.space)
    assert (asked["booking"], asked["given_name"], asked["price_cents"]) == (it.asked, "Noor", 2000)
    assert see(SeeBooking, booking_id=it.asked)["state"] == "requested"


def test_what_the_space_said_of_its_bookings(see, it):
    space = see(SeeSpace, space_id=it.space)
    names = ("late_fee_percent", "release_minutes", "offer_minutes")
    assert [space[name] for name in names] == [50, 0, 5]
    assert [each["most"] for each in space["quotas"]] == [4]
    assert space["reductions"] == [{"customer": "student", "percent": 20}]
    [studio] = [each for each in space["resources"] if each["resource"] == it.studio]
    assert studio["parts"] == [it.room]
    assert studio["rules"]["approval"]


def test_what_is_due_and_what_becomes_of_it(see, due, ring, it, views):
    assert due(TO_RELEASE) == [{"booking": it.gone, "day": TODAY}], "Marc has come"
    assert due(TO_OFFER) == [{"space": it.space, "day": TOMORROW}]
    ring.time = datetime.now(UTC)
    ring.do("bookings", "release_place", booking_id=it.gone, day=TODAY)
    ring.do("bookings", "offer_places", space_id=it.space, day=TOMORROW)
    ring.do("bookings", "approve_booking", booking_id=it.asked)
    ring.show(views["agenda"])
    assert due(TO_RELEASE) == due(TO_OFFER) == []
    assert see(ListWaiting, person_id=it.marc) == []
    [noor] = see(ListWaiting, person_id=it.noor)
    assert noor["until"]
    about = {"space_id": it.space, "day": TOMORROW, "entry_id": noor["entry"]}
    ring.do("bookings", "take_offer", **about)
    ring.show(views["agenda"])
    booked = see(ListBookings, person_id=it.noor)
    assert [each["state"] for each in booked] == ["booked", "booked"]
    assert see(ListWaiting, person_id=it.noor) == []
    assert see(ListRequests, space_id=it.space) == []


def test_a_late_cancellation_shows_its_fee(see, ring, it, views):
    ring.do("spaces", "set_terms", space_id=it.space, cancellation_hours=99, buffer_minutes=0)
    terms = {"cancellation_hours": 99, "buffer_minutes": 0, "late_fee_percent": 50}
    ring.do("spaces", "set_terms", space_id=it.space, **terms)
    ring.do("bookings", "cancel_booking", booking_id=it.asked)
    ring.show(views["agenda"])
    found = see(SeeBooking, booking_id=it.asked)
    assert (found["state"], found["price_cents"], found["fee_cents"]) == ("cancelled", 2000, 1000)
