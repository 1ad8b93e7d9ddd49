"""A room is also booked in the calendar of a town hall: its host says where that is, and what is in
it cannot be booked here until it is free there. What was booked before stays, and is shown."""

from datetime import timedelta

import psycopg
import pytest

from tests.conftest import eventually
from tests.outside.calendar_server import Answer, CalendarServer, calendar, meeting

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def town_hall():
    running = CalendarServer()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def space(a_space):
    room = {"seats": 8, "hour_cents": 1500}
    return a_space("La Grange", "Couvin", room=room)


@pytest.fixture(scope="module")
def host(somebody, space):
    return somebody(home=space, host_of=space, given_name="Eusebe")


@pytest.fixture(scope="module")
def lise(somebody, space):
    return somebody(home=space)


@pytest.fixture(scope="module")
def days(space):
    return [str(space.today() + timedelta(days=n)) for n in range(7)]


def room(space, person, day, start="10:00", end="11:00"):
    where = {"space_id": space.id, "resource_id": space.offers["room"], "person_id": person.id}
    return {**where, "times": [{"day": day, "start": start, "end": end}]}


def busy(visitor, space, day):
    """What everybody sees of the room."""
    shown = visitor.read(f"/v1/spaces/{space.id}/days/{day}")
    return shown["resources"][0]["busy"]


def its_turn(network):
    """It is read now, and not in a quarter of an hour."""
    with psycopg.connect(network.databases["GATEWAY_DB"]) as sql:
        sql.execute("UPDATE outside.calendar SET next_turn = now(), next_read = now()")


def test_what_the_town_hall_has_is_taken_until_it_gives_it_back(
    network, town_hall, space, host, lise, visitor, days
):
    here = f"/v1/spaces/{space.id}"
    of_room = f"{here}/resources/{space.offers['room']}"
    secret = "/private-7f3a.ics"
    booking = lise.done("/v1/room-bookings", room(space, lise, days[3]))["id"]
    council = f"{meeting(days[2])}\nRRULE:FREQ=DAILY;COUNT=2\nATTENDEE:mailto:zoe@example.org"
    town_hall.says[secret] = Answer(calendar(council))

    refused = lise.post(f"{of_room}/outside-calendars", {"name": "x", "address": town_hall.at()})
    assert refused.status_code == 403
    added = host.done(
        f"{of_room}/outside-calendars", {"name": "Mairie", "address": town_hall.at(secret)}
    )
    eventually(lambda: busy(visitor, space, days[2]) == [["10:00", "11:00"]])
    refused = lise.post("/v1/room-bookings", room(space, lise, days[2], "10:30", "11:30"))
    assert refused.json()["type"] == "/problems/TakenElsewhere"

    [shown] = host.read(f"{here}/outside-calendars")["items"]
    assert shown["calendar_id"] == added["calendar_id"] and shown["trouble"] is None
    assert shown["next"] == {"day": days[2], "start": "10:00", "end": "11:00"}
    assert secret not in str(shown)
    [clash] = host.items(f"{of_room}/clashes")
    assert (clash["booking"], clash["day"], clash["given_name"]) == (booking, days[3], "Lise")
    assert lise.read(f"/v1/bookings/{booking}")["state"] == "booked"

    town_hall.says[secret] = Answer(status=503)
    its_turn(network)

    def in_trouble():
        [shown] = host.read(f"{here}/outside-calendars")["items"]
        return shown["trouble"] == "out-of-order"

    eventually(in_trouble, within=30)
    assert busy(visitor, space, days[2]) == [["10:00", "11:00"]], "it stays as it was"

    town_hall.says[secret] = Answer(calendar(meeting(days[5])))
    its_turn(network)
    eventually(lambda: busy(visitor, space, days[2]) == [], within=30)
    assert host.items(f"{of_room}/clashes") == []
    lise.done("/v1/room-bookings", room(space, lise, days[2], "10:30", "11:30"))

    host.done(f"{here}/outside-calendars/{added['calendar_id']}", method="DELETE")
    eventually(lambda: busy(visitor, space, days[5]) == [])
    assert host.read(f"{here}/outside-calendars")["items"] == []


def test_no_log_knows_where_the_calendar_is_or_what_stands_in_it(network):
    with psycopg.connect(network.databases["BOOKINGS_DB"]) as sql:
        events = sql.execute("SELECT e::text FROM events e").fetchall()
        commands = sql.execute("SELECT c::text FROM commands c").fetchall()
    kept = str(events + commands)
    assert "OutsideTimesLearned" in kept
    for secret in ("private-7f3a", "Conseil", "zoe@example.org", "Mairie"):
        assert secret not in kept
