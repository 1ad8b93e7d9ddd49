"""What the network answers about what has happened in it (story.py)."""

import json
from uuid import UUID

import msgspec
import pytest

from gateway.views.agenda import ListBookings, SeeBooking, SeeVisitors
from gateway.views.candidates import ListCandidates
from gateway.views.courses import (
    ListCourses,
    ListParticipants,
    ListSessions,
    SeeCourse,
    SeeSession,
)
from gateway.views.directory import ListLoans, ListSpaces, SeeSpace
from gateway.views.feed import PRIVATE, ReadEvents
from gateway.views.mobility import (
    ListPasses,
    ListSettlementLines,
    ListSettlements,
    ListTariffs,
    ListWorkDays,
)
from gateway.views.people import (
    ListMemberships,
    ListOrganisations,
    ListPlans,
    SeeDetails,
    SeePerson,
)
from tests.views.ring import ask, tables
from tests.views.story import MONDAY

NOBODY = str(UUID(int=7))


@pytest.fixture(scope="module")
def it(ring):
    return ring.it


@pytest.fixture
def see(gateway_database, views):
    """The answer as it is read: JSON."""

    def answer(question, **words):
        return json.loads(msgspec.json.encode(ask(gateway_database, question, **words)))

    return answer


def told(rows, *words):
    return [tuple(row[word] for word in words) for row in rows]


def test_spaces_are_listed_by_name_with_their_desks_and_rooms(see):
    assert told(see(ListSpaces), "name", "country", "desks", "rooms", "planned") == [
        ("Arlon", "BE", 0, 0, True),
        ("La Ferme", "BE", 3, 1, False),
        ("Rimbaud'Tech", "FR", 2, 0, False),
    ]
    assert told(see(ListSpaces, country="fr"), "name") == [("Rimbaud'Tech",)]


def test_a_space_is_shown_with_hours_terms_and_prices(see, it):
    space = see(SeeSpace, space_id=it.ferme)
    assert (space["languages"], space["amenities"]) == (["fr", "nl"], ["garden"])
    assert space["hours"][:2] == [
        {"weekday": 1, "opens": "08:00", "closes": "12:30"},
        {"weekday": 1, "opens": "14:00", "closes": "18:00"},
    ]
    terms = {"cancellation_hours": 1, "buffer_minutes": 15, "midday": "13:00"}
    assert terms.items() <= space.items()
    (desks,) = [each for each in space["resources"] if each["kind"] == "desks"]
    prices = {"price_version": 1, "half_day_cents": 900, "day_cents": 1500, "hour_cents": None}
    assert prices.items() <= desks.items()


def test_what_nobody_knows_is_not_found(see):
    assert see(SeeSpace, space_id=NOBODY) is None
    assert see(SeeBooking, booking_id=NOBODY) is None
    assert see(SeePerson, person_id=NOBODY) is None
    assert see(SeeSession, session_id=NOBODY) is None


def test_a_loan_is_seen_by_both_sides(see, it):
    lent, borrowed = (see(ListLoans, space_id=space) for space in (it.ferme, it.rimbaud))
    assert lent == borrowed
    words = ("what", "lender_name", "borrower_name", "returned")
    assert told(lent, *words) == [("Projector", "La Ferme", "Rimbaud'Tech", MONDAY)]


def test_a_candidate_is_seen_with_whoever_proposed_it_and_how_far_it_came(see, it):
    words = ("candidate", "name", "step", "state", "reason", "given_name", "space_code")
    seen = [(it.idea, "La Grange", "visited", "declined", "too-near", "Noor", None)]
    assert told(see(ListCandidates), *words) == told(see(ListCandidates, person_id=it.noor), *words)
    assert [tuple(map(str, each)) for each in told(see(ListCandidates), *words)] == [
        tuple(map(str, each)) for each in seen
    ]
    assert see(ListCandidates, person_id=it.lise) == []


def test_a_person_is_shown_with_the_newest_details(see, it):
    lise = see(SeePerson, person_id=it.lise)
    assert (lise["given_name"], lise["family_name"]) == ("Lise", "Lambertmont")
    assert lise["home_space_name"] == "La Ferme"
    assert see(SeePerson, person_id=it.noor)["organisations"] == [
        {"organisation": it.bep, "name": "BEP"}
    ]


def test_consents_are_seen_with_their_text_and_the_moment_and_none_is_there_unsaid(see, it):
    seen = see(SeePerson, person_id=it.lise)["consents"]
    words = [(each["consent"], each["version"]) for each in seen]
    assert words == [("surveys", 1), ("training-letters", None)]
    assert all(each["since"] for each in seen)
    assert see(SeePerson, person_id=it.noor)["consents"] == []


def test_everything_in_the_vault_is_shown_to_its_person(see, it):
    assert see(SeeDetails, person_id=it.lise) == {
        **{"given_name": "Lise", "family_name": "Lambertmont", "email": "lise@example.org"},
        **{"phone": None, "birth_year": 1987, "language": "fr"},
    }
    assert "birth_year" not in see(SeePerson, person_id=it.lise)


def test_a_role_that_was_taken_back_is_gone(see, it):
    roles = see(SeePerson, person_id=it.marc)["roles"]
    assert roles == [{"role": "host", "space": it.rimbaud}]


def test_plans_organisations_and_memberships(see, it):
    plan = ("Dix jours", 18000, 10, None)
    words = ("name", "month_cents", "included_days", "access_hours")
    assert told(see(ListPlans, space_id=it.ferme), *words) == [plan]
    assert told(see(ListOrganisations), "code", "name") == [("bep", "BEP")]
    members = see(ListMemberships, space_id=it.ferme)
    words = ("subscriber", "plan_name", "state", "since")
    assert told(members, *words) == [("Lise Lambertmont", "Dix jours", "paused", "2026-05-01")]


def test_a_persons_bookings_are_in_the_order_of_days(see, it):
    found = see(ListBookings, person_id=it.noor)
    assert sorted(told(found, "first", "kind", "last", "state")) == [
        ("2026-03-04", "desk", "2026-03-04", "booked"),
        ("2026-03-04", "machine", "2026-03-04", "booked"),
        ("2026-04-01", "office", "2026-05-31", "booked"),
    ]
    assert told(found, "booking")[2] == (it.let,)
    assert told(see(ListBookings, person_id=it.noor, since="2026-03-05"), "booking") == [(it.let,)]


def test_a_booking_tells_when_and_what_came_of_it(see, it):
    visit = see(SeeBooking, booking_id=it.visit)
    assert (visit["space_name"], visit["resource_name"]) == ("Rimbaud'Tech", "Tables")
    assert visit["price_cents"] == 2400
    assert told(visit["slots"], "day", "start", "end", "state") == [
        (MONDAY, "08:00", "18:00", "checked-in"),
        ("2026-03-03", "08:00", "18:00", "booked"),
    ]
    assert see(SeeBooking, booking_id=it.dropped)["state"] == "cancelled"
    assert told(see(SeeBooking, booking_id=it.meeting)["slots"], "state") == [("no-show",)]


def test_a_booking_that_was_moved_is_only_where_it_was_moved_to(see, it):
    moved = see(SeeBooking, booking_id=it.moved)
    assert told(moved["slots"], "day", "start", "end") == [("2026-03-04", "14:00", "18:00")]
    assert (moved["first"], moved["price_rule"]) == ("2026-03-04", "credit half-day x 1")


def test_a_host_sees_who_comes_and_from_where(see, it):
    words = ("given_name", "home_space_name", "home_country", "kind", "start", "state")
    assert told(see(SeeVisitors, space_id=it.rimbaud, day=MONDAY), *words) == [
        ("Lise", "La Ferme", "BE", "desk", "08:00", "checked-in")
    ]
    assert told(see(SeeVisitors, space_id=it.ferme, day="2026-03-03"), *words) == [
        ("Marc", "Rimbaud'Tech", "FR", "desk", "08:00", "checked-in"),
        ("Marc", "Rimbaud'Tech", "FR", "room", "09:00", "no-show"),
        ("Marc", "Rimbaud'Tech", "FR", "desk", "14:00", "booked"),
    ]


def test_who_has_cancelled_does_not_come_and_who_lets_an_office_may(see, it):
    wednesday = see(SeeVisitors, space_id=it.ferme, day="2026-03-04")
    assert it.dropped not in [each["booking"] for each in wednesday]
    words = ("booking", "kind", "start", "end", "state")
    assert told(see(SeeVisitors, space_id=it.ferme, day="2026-05-31"), *words) == [
        (it.let, "office", "00:00", "24:00", "booked")
    ]


def test_a_pass_has_a_day_less_after_a_day_abroad(see, it):
    (found,) = see(ListPasses, person_id=it.lise)
    assert (found["days"], found["half_days_used"], found["half_days_left"]) == (7, 2, 12)
    assert told(found["visits"], "day", "host_space_name", "half_days") == [
        (MONDAY, "Rimbaud'Tech", 2)
    ]
    assert found["sponsor_name"] == "BEP"


def test_what_a_home_space_owes_is_listed_per_month_and_line(see, it):
    owed = [(it.ferme, it.rimbaud, "2026-03", 1, 2, 1000)]
    words = ("home_space", "host_space", "month", "visits", "half_days", "amount_cents")
    assert told(see(ListSettlements), *words) == owed
    assert told(see(ListSettlements, space_id=it.rimbaud, month="2026-03"), *words) == owed
    assert see(ListSettlements, month="2026-04") == []
    assert see(ListSettlements, space_id=it.arlon) == []
    lines = see(
        ListSettlementLines, home_space_id=it.ferme, host_space_id=it.rimbaud, month="2026-03"
    )
    words = ("day", "booking", "pass", "amount_cents", "tariff_version")
    assert told(lines, *words) == [(MONDAY, it.visit, it.pass_, 1000, 1)]
    words = ("version", "half_day_cents", "day_cents")
    assert told(see(ListTariffs, space_id=it.rimbaud), *words) == [(1, 600, 1000)]


def test_contested_days_are_listed_but_not_counted(see, it):
    found = see(ListWorkDays, person_id=it.lise, year=2026)
    assert found["countries"] == [
        {"country": "BE", "half_days": 1},
        {"country": "FR", "half_days": 2},
    ]
    assert told(found["days"], "day", "country", "source", "contested") == [
        ("2026-03-01", "BE", "declared", True),
        (MONDAY, "FR", "check-in", False),
        ("2026-03-03", "BE", "declared", False),
    ]
    assert see(ListWorkDays, person_id=it.lise, year=2025)["countries"] == []


def test_sessions_say_how_many_seats_are_left_and_who_waits(see, it):
    words = ("course_name", "space_name", "first", "capacity", "seats_left", "waiting", "state")
    expected = ("Direction", "La Ferme", "2026-03-09", 2, 0, 1, "planned")
    assert told(see(ListSessions), *words) == [expected]
    assert told([see(SeeSession, session_id=it.session)], *words) == [expected]
    assert see(ListSessions, since="2026-03-10") == []
    assert see(ListSessions, course_id=NOBODY) == []


def test_the_public_page_of_a_session_names_nobody(see, it):
    assert not {"trainers", "participants"} & see(SeeSession, session_id=it.session).keys()


def test_participants_are_shown_with_attendance_and_their_place_in_the_line(see, it):
    words = ("given_name", "state", "place_in_line", "minutes")
    assert set(told(see(ListParticipants, session_id=it.session), *words)) == {
        ("Lise", "completed", None, 180),
        ("Noor", "enrolled", None, 0),
        ("Marc", "waiting", 1, 0),
    }


def test_courses_are_listed_with_their_modules(see, it):
    (course,) = see(ListCourses)
    assert (course["code"], course["provider_name"]) == ("direction", "BEP")
    assert [each["code"] for each in course["modules"]] == ["one"]
    assert see(SeeCourse, course_id=it.course)["required_hours"] == 3


def test_the_feed_tells_every_fact_once_as_cloudevents(see, ring):
    events = see(ReadEvents)
    facts = [fact for source in ring.services for fact in ring.facts(source, 0)]
    facts = [fact for fact in facts if fact.type not in PRIVATE]
    assert sorted(each["id"] for each in events) == sorted(each.id for each in facts)
    assert {each["specversion"] for each in events} == {"1.0"}
    for source in ring.services:
        places = [each["sequence"] for each in events if each["source"] == f"/{source}"]
        assert places == sorted(places)


def test_no_view_but_people_keeps_personal_details(gateway_database, views):
    for name in views:
        kept = "Lambertmont" in repr(tables(gateway_database, name))
        assert kept is (name == "people"), name
