"""The days that memberships include, as they are booked, given back and used up month by month."""

from datetime import UTC, datetime

import pytest

from gateway.views import VIEWS
from gateway.views.included import ListIncluded
from tests.views.ring import Ring, ask

MARCH, APRIL = "2027-03-05", "2027-04-05"


@pytest.fixture(scope="module")
def ring():
    """La Gare, with a plan of two days; Lise is on it, and Marc by his company, which Noor left."""
    ring = Ring()
    ring.time = datetime(2027, 3, 1, 7, tzinfo=UTC)
    do = ring.do
    bep = do("members", "register_organisation", code="b", name="B", country="BE", kind="public")
    ring.space = ring.open_space(bep, "gare", "La Gare", "Dinant", "BE", "Europe/Brussels")
    always = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
    do("spaces", "set_hours", space_id=ring.space, hours=always)
    do("spaces", "observe_holidays", space_id=ring.space, observed=False)
    ring.desks = ring.add(ring.space, "desks", "desks", 5, half_day_cents=900, day_cents=1500)
    ring.lise, ring.marc, ring.noor = (
        ring.join(name, "Lambert", ring.space, "BE") for name in ("Lise", "Marc", "Noor")
    )
    for person in (ring.marc, ring.noor):
        do("members", "join_organisation", organisation_id=bep, person_id=person)
    do("members", "leave_organisation", organisation_id=bep, person_id=ring.noor)
    terms = {"space_id": ring.space, "month_cents": 9000}
    two = do("members", "offer_plan", **terms, code="two", name="Two days", included_days=2)
    all_ = do("members", "offer_plan", **terms, code="all", name="Every day")
    about = {"space_id": ring.space, "start": "2027-03-01"}
    ring.subscription = do("members", "subscribe", **about, plan_id=two, person_id=ring.lise)
    do("members", "subscribe", **about, plan_id=all_, organisation_id=bep)
    return ring


@pytest.fixture
def seen(ring, databases):
    def look(person, day=MARCH):
        for view in VIEWS:
            shown = view(databases["GATEWAY_DB"])
            ring.show(shown)
            shown.close()
        found = ask(databases["GATEWAY_DB"], ListIncluded, person_id=str(person), day=day)
        return [(row["plan_name"], row["half_days"], row["half_days_used"]) for row in found]

    return look


def book(ring, *days, part="day", person=None):
    about = {"space_id": ring.space, "resource_id": ring.desks, "person_id": person or ring.lise}
    return ring.do("bookings", "book_desk", **about, days=list(days), part=part)


def test_what_is_booked_moved_and_given_back_is_counted(ring, seen):
    assert seen(ring.lise) == [("Two days", 4, 0)]
    first = book(ring, "2027-03-08")
    second = book(ring, "2027-03-10", part="morning")
    assert seen(ring.lise) == [("Two days", 4, 3)]
    ring.do("bookings", "move_booking", booking_id=second, days=["2027-03-11"], part="afternoon")
    assert seen(ring.lise) == [("Two days", 4, 3)]
    ring.do("bookings", "cancel_booking", booking_id=first)
    assert seen(ring.lise) == [("Two days", 4, 1)]


def test_no_more_is_used_than_is_included_and_each_month_is_counted_by_itself(ring, seen):
    book(ring, "2027-03-15", "2027-03-16", "2027-04-12")
    assert seen(ring.lise) == [("Two days", 4, 4)]
    assert seen(ring.lise, APRIL) == [("Two days", 4, 2)]


def test_who_belongs_to_an_organisation_shares_its_days(ring, seen):
    book(ring, "2027-03-09", person=ring.marc)
    assert seen(ring.marc) == [("Every day", None, 2)]
    assert seen(ring.noor) == []


def test_nothing_is_included_before_it_begins_or_while_it_rests(ring, seen):
    assert seen(ring.lise, "2027-02-27") == []
    ring.do("members", "pause_subscription", membership_id=ring.subscription, start="2027-05-01")
    assert seen(ring.lise, "2027-05-03") == []
