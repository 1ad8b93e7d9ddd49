"""Who a host finds at the counter: their own by a part of the name, others by the whole of it."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace

from gateway.views.agenda import SeeBooking, SeeVisitors
from gateway.views.reception import FindMembers
from tests.views.ring import ask


@pytest.fixture(scope="module")
def it(ring):
    return ring.it


@pytest.fixture
def see(gateway_database, views):
    def answer(question, **words):
        return json.loads(msgspec.json.encode(ask(gateway_database, question, **words)))

    return answer


def found(see, space, name):
    return [each["given_name"] for each in see(FindMembers, space_id=space, name=name)]


def test_people_at_home_and_earlier_visitors_are_found_by_a_part_of_the_name(see, it):
    assert found(see, it.ferme, "mont") == ["Lise"]  # at home, "Lambertmont"
    assert found(see, it.ferme, "PETI") == ["Marc"]  # has booked there
    assert found(see, it.rimbaud, "lise lam") == ["Lise"]
    assert found(see, it.ferme, "claes noo") == ["Noor"]


def test_others_are_found_by_their_whole_name_only(see, it):
    assert found(see, it.ferme, "rou") == found(see, it.ferme, "hugo rou") == []
    assert found(see, it.ferme, "hugo roux") == found(see, it.ferme, "Roux Hugo") == ["Hugo"]
    assert found(see, it.rimbaud, "noor") == []


def test_accents_do_not_matter(see, it):
    assert found(see, it.ferme, "Hügó Roùx") == ["Hugo"]
    assert found(see, it.ferme, "lambertmônt") == ["Lise"]


def test_a_host_is_told_names_and_homes_and_nothing_else(see, it):
    [lise] = see(FindMembers, space_id=it.ferme, name="lise")
    assert lise.keys() == {
        *("person", "given_name", "family_name", "home_space_name", "home_country")
    }


def test_nothing_in_a_name_is_a_pattern(see, it):
    assert found(see, it.ferme, "li%") == found(see, it.ferme, "l.se") == []


def test_an_arrival_and_an_absence_say_when_they_were_noted(see, it, ring):
    day = see(SeeVisitors, space_id=it.ferme, day="2026-03-03")
    noted = {each["booking"]: each["noted"] for each in day if each["noted"]}
    came, missed = datetime(2026, 3, 3, 7, 50, tzinfo=UTC), datetime(2026, 3, 3, 8, tzinfo=UTC)
    found = {booking: datetime.fromisoformat(moment) for booking, moment in noted.items()}
    assert found == {it.morning: came, it.meeting: missed}, "of two moments the earlier one"
    first, second = see(SeeBooking, booking_id=it.visit)["slots"]
    assert datetime.fromisoformat(first["noted"]) == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert second["noted"] is None


def test_facts_that_keep_no_moment_say_when_they_were_recorded(see, it, ring, views):
    agenda = views["agenda"]
    here = next(f for f in ring.facts("bookings", 0) if f.type == "bookings.CheckedIn")
    place = agenda.place_in("bookings")
    old = replace(here, data={**here.data, "at": None}, sequence=f"{place + 1:020d}")
    agenda.take_in("bookings", place, [old])
    first, _ = see(SeeBooking, booking_id=here.subject)["slots"]
    assert datetime.fromisoformat(first["noted"]) == here.time
