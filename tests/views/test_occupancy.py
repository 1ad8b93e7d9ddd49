"""How much of what a space offers is used, from what has happened (story.py)."""

import json

import msgspec
import pytest

from gateway.views.occupancy import SeeOccupancy
from tests.views.ring import ask


@pytest.fixture
def day(gateway_database, views, ring):
    def of(day, space="ferme"):
        words = {"space_id": getattr(ring.it, space), "first": day, "last": day}
        [found] = json.loads(msgspec.json.encode(ask(gateway_database, SeeOccupancy, **words)))[
            "days"
        ]
        return found

    return of


def test_a_day_says_what_was_offered_booked_and_who_came(day):
    # three desks and a room, open from 8:00 to 12:30 and from 14:00 to 18:00
    open_ = 270 + 240
    assert day("2026-03-03") == {
        **{"day": "2026-03-03", "desks_offered": 3 * open_, "rooms_offered": open_},
        **{"desks_booked": 270 + 240, "rooms_booked": 90},  # a morning, an afternoon, a meeting
        **{"visits": 3, "checked_in": 1, "no_shows": 1},
    }


def test_what_was_cancelled_or_moved_away_does_not_count(day):
    wednesday = day("2026-03-04")
    assert wednesday["desks_booked"] == 240 and wednesday["visits"] == 2  # a desk and a machine


def test_a_closed_day_offers_nothing(day):
    for closed in ("2026-03-05", "2026-03-07"):
        figures = day(closed)
        assert (figures["desks_offered"], figures["rooms_offered"]) == (0, 0)
    assert day("2026-03-03", "arlon")["desks_offered"] == 0


def test_an_office_is_no_visit(day):
    assert day("2026-04-02")["visits"] == 0
