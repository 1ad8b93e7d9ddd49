"""The week of a space as its host plans it, from what has happened (story.py)."""

import json

import msgspec
import pytest

from gateway.views.planning import SeePlanning
from tests.views.ring import ask
from tests.views.story import MONDAY


@pytest.fixture
def week(gateway_database, views, ring):
    """resource -> its days, as they are read: JSON."""

    def of(space, monday=MONDAY):
        found = ask(gateway_database, SeePlanning, space_id=space, monday=monday)
        told = json.loads(msgspec.json.encode(found))["resources"]
        return {each["resource"]: each["days"] for each in told}

    return of


def test_each_place_has_its_bookings_day_by_day(week, ring):
    it = ring.it
    [tuesday] = week(it.ferme)[it.room][1]
    assert tuesday == {
        **{"booking": it.meeting, "kind": "room", "who": "Marc Petit"},
        **{"start": "09:00", "end": "10:30", "state": "no-show", "people": 1},
    }
    desks = [[each["who"] for each in day] for day in week(it.ferme)[it.desks]]
    assert desks == [[], ["Marc Petit", "Marc Petit"], ["Noor Claes"], [], [], [], []]


def test_what_was_cancelled_is_not_planned(week, ring):
    it = ring.it
    booked = [each["booking"] for days in week(it.ferme).values() for day in days for each in day]
    assert it.moved in booked and it.dropped not in booked


def test_an_office_is_there_on_each_day_of_its_let(week, ring):
    it = ring.it
    days = week(it.ferme, "2026-03-30")[it.office]
    assert [len(day) for day in days] == [0, 0, 1, 1, 1, 1, 1]
    assert days[2][0]["who"] == "Noor Claes"
