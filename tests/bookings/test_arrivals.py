"""Arrivals that were noted where there was no network, and are told later.

What counts is the moment of the press. The clock at the space is one hour ahead of UTC.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import given as all_
from hypothesis import strategies as st

from kernel.facts import Refused
from kernel.testing import given
from services.bookings.domain import (
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyMissed,
    ArrivedLongAgo,
    ArrivedOnAnotherDay,
    Booking,
    NotApprovedYet,
    NotArrivedYet,
    NotThatDay,
    Slot,
)

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ADA, CHIMAY, DESKS = (uuid4() for _ in range(3))
ZONE = "Europe/Brussels"


def at(hour, minute=0, day=2):
    """On the wall of the space."""
    return datetime(2026, 3, day, hour, minute, tzinfo=timezone(timedelta(hours=1)))


MADE = partial(
    Booking.BookingMade,
    **{"person_id": ADA, "space_id": CHIMAY, "resource_id": DESKS, "kind": "desk"},
    **{"slots": [Slot(MONDAY, 540, 1080, 2)], "first": None, "last": None},
    **{"price_cents": 1500, "price_version": 1, "price_rule": "day x 1"},
)
COMES = {"person_id": ADA, "space_id": CHIMAY, "day": MONDAY, "half_days": 2}
HERE_AT_TEN = partial(Booking.CheckedIn, **COMES, at=at(10))
MISSED_AT_TEN = partial(Booking.NoShowRecorded, day=MONDAY, at=at(10))
ARRIVES = partial(Booking.check_in, day=MONDAY, zone=ZONE)


def here(moment):
    return partial(Booking.CheckedIn, **COMES, at=moment)


def test_the_moment_of_the_press_counts_not_that_of_the_sending():
    given(Booking, MADE).when(ARRIVES, at=at(9, 12), now=at(11)).then(here(at(9, 12)))
    given(Booking, MADE).when(ARRIVES, now=at(11)).then(here(at(11)))


def test_a_moment_is_within_a_day_and_not_still_to_come():
    a_day_later = at(9, 12, day=3)
    given(Booking, MADE).when(ARRIVES, at=at(9, 12), now=a_day_later).then(here(at(9, 12)))
    late = given(Booking, MADE).when(ARRIVES, at=at(9, 12), now=a_day_later + timedelta(seconds=1))
    late.then_refused(ArrivedLongAgo)
    assert "within 24 hours" in str(late.refusal)
    given(Booking, MADE).when(ARRIVES, at=at(9, 2), now=at(9)).then_refused(NotArrivedYet)


def test_what_the_clocks_of_two_machines_differ_by_is_now():
    given(Booking, MADE).when(ARRIVES, at=at(9, 1), now=at(9)).then(here(at(9)))


def test_a_moment_is_of_the_day_of_the_booking_at_the_space():
    midnight = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # in Chimay
    (
        given(Booking, MADE)
        .when(ARRIVES, at=midnight - timedelta(minutes=1), now=at(9))
        .then_refused(ArrivedOnAnotherDay)
    )
    given(Booking, MADE).when(ARRIVES, at=midnight, now=at(9)).then(here(midnight))
    (given(Booking, MADE).when(ARRIVES, day=TUESDAY, at=at(9), now=at(11)).then_refused(NotThatDay))


def test_after_midnight_it_can_still_be_told_of_the_day_before():
    given(Booking, MADE).when(ARRIVES, at=at(17), now=at(8, day=3)).then(here(at(17)))


def test_of_two_moments_the_earlier_one_stays_and_nobody_comes_twice():
    earlier = partial(Booking.ArrivedEarlier, day=MONDAY, at=at(9, 12))
    told = partial(ARRIVES, now=at(11))
    given(Booking, MADE, HERE_AT_TEN).when(told, at=at(9, 12)).then(earlier)
    given(Booking, MADE, HERE_AT_TEN).when(told, at=at(10)).then_refused(AlreadyCheckedIn)
    given(Booking, MADE, HERE_AT_TEN).when(told, at=at(10, 5)).then_refused(AlreadyCheckedIn)
    given(Booking, MADE, HERE_AT_TEN, earlier).when(told, at=at(9, 30)).then_refused(
        AlreadyCheckedIn
    )


def test_what_was_recorded_before_moments_were_kept_stays_as_it_is():
    old = partial(Booking.CheckedIn, **COMES)
    given(Booking, MADE, old).when(ARRIVES, at=at(9), now=at(11)).then_refused(AlreadyCheckedIn)
    missed = partial(Booking.NoShowRecorded, day=MONDAY)
    given(Booking, MADE, missed).when(ARRIVES, at=at(9), now=at(11)).then_refused(AlreadyMissed)


def test_whoever_was_noted_before_they_were_missed_has_come():
    told = partial(ARRIVES, now=at(11))
    given(Booking, MADE, MISSED_AT_TEN).when(told, at=at(9, 59)).then(here(at(9, 59)))
    given(Booking, MADE, MISSED_AT_TEN).when(told, at=at(10)).then_refused(AlreadyMissed)
    given(Booking, MADE, MISSED_AT_TEN).when(told).then_refused(AlreadyMissed)
    again = given(Booking, MADE, MISSED_AT_TEN, here(at(9, 59)))
    again.when(Booking.record_no_show, MONDAY, zone=ZONE, now=at(11))
    again.then_refused(AlreadyCheckedIn)


def test_a_moment_does_not_make_a_booking_stand():
    told = partial(ARRIVES, at=at(9, 12), now=at(11))
    cancelled = partial(Booking.BookingCancelled)
    given(Booking, MADE, cancelled).when(told).then_refused(AlreadyCancelled)
    waits = partial(MADE, awaits_approval=True)
    given(Booking, waits).when(told).then_refused(NotApprovedYet)


@all_(st.lists(st.integers(0, 600), min_size=1, max_size=6), st.integers(0, 600))
def test_in_whatever_order_it_is_told_the_first_moment_stays(minutes, waited):
    """Several tablets note the same person, and send what they kept in any order."""
    booking = given(Booking, MADE).aggregate
    moments = [at(9) + timedelta(minutes=each) for each in minutes]
    now = max(moments) + timedelta(minutes=waited)
    for moment in moments:
        try:
            booking.check_in(MONDAY, moment, zone=ZONE, now=now)
        except Refused as refusal:
            assert type(refusal) is AlreadyCheckedIn
    assert booking.checked_in == {MONDAY: min(moments)}
    events = booking.collect_events()
    assert sum(type(each) is Booking.CheckedIn for each in events) == 1


# With the places of a day


DAY = {"days": [str(MONDAY)], "part": "day"}


@pytest.fixture
def released(ferme):
    """Ada's desk, the only one there, was released at ten; she was noted at twenty to ten."""
    ferme.terms(release_minutes=60)
    booking = ferme.done("book_desk", "annex", **DAY)
    ferme.now = at(10)
    ferme.done("release_place", booking_id=booking, day=str(MONDAY))
    ferme.now = at(11)
    return {"booking_id": booking, "day": str(MONDAY), "at": at(9, 40).isoformat()}


def types(answer):
    return [fact["type"].partition(".")[2] for fact in answer["done"]["facts"]]


def test_what_was_released_all_the_same_is_hers_again(ferme, released):
    told = ferme.ask("check_in", **released)
    assert types(told) == ["CheckedIn", "PlacePromised"]
    [held] = ferme.promised()[str(MONDAY)][released["booking_id"]]
    assert (held["start"], held["end"], held["resource_id"]) == (540, 1080, ferme.resource("annex"))
    assert ferme.ask("book_desk", "annex", ferme.bob, **DAY)["refused"] == "NoDeskLeft"
    assert ferme.ask("check_in", **released)["refused"] == "AlreadyCheckedIn"


def test_what_somebody_else_has_by_now_stays_theirs(ferme, released):
    ferme.done("book_desk", "annex", ferme.bob, days=[str(MONDAY)], part="afternoon")
    assert ferme.ask("check_in", **released)["refused"] == "PlaceGivenAway"
    assert [*ferme.promised()[str(MONDAY)]] != [released["booking_id"]]
    assert "bookings.CheckedIn" not in [each.type for each in ferme.since()]


def test_what_is_offered_to_whoever_waits_is_theirs_for_the_time_of_the_offer(ferme):
    ferme.terms(release_minutes=60, offer_minutes=30)
    booking = ferme.done("book_desk", "annex", **DAY)
    half = {"day": str(MONDAY), "part": "afternoon"}
    ferme.done("join_waiting_list", "annex", ferme.bob, **half)
    ferme.now = at(10)
    ferme.done("release_place", booking_id=booking, day=str(MONDAY))
    told = {"booking_id": booking, "day": str(MONDAY), "at": at(9, 40).isoformat()}
    ferme.now = at(10, 29)
    assert ferme.ask("check_in", **told)["refused"] == "PlaceGivenAway"
    ferme.now = at(10, 30)
    assert "PlacePromised" in types(ferme.ask("check_in", **told))


def test_whoever_has_booked_again_meanwhile_holds_that(ferme, released):
    ferme.done("book_desk", "desks", **DAY)
    assert ferme.ask("check_in", **released)["refused"] == "AlreadyBooked"


def test_whoever_was_missed_without_a_release_still_holds_the_place(ferme):
    booking = ferme.done("book_desk", "annex", **DAY)
    ferme.now = at(10)
    ferme.done("record_no_show", booking_id=booking, day=str(MONDAY))
    ferme.now = at(11)
    told = {"booking_id": booking, "day": str(MONDAY), "at": at(9, 40).isoformat()}
    assert types(ferme.ask("check_in", **told)) == ["CheckedIn"]


def test_of_the_extras_there_are_those_that_nobody_else_has(ferme):
    ferme.terms(release_minutes=60)
    for code in ("ecran", "tableau"):
        offer = {"code": code, "version": 1, "name": code, "per": "booking", "cents": 400}
        ferme.neighbours.say("spaces.ExtraOffered", **offer, stock=1, kinds=["desks"])
    extras = [{"code": "ecran", "quantity": 1}, {"code": "tableau", "quantity": 1}]
    booking = ferme.done("book_desk", "desks", **DAY, extras=extras)
    ferme.now = at(10)
    ferme.done("release_place", booking_id=booking, day=str(MONDAY))
    ferme.done("book_desk", "desks", ferme.bob, **DAY, extras=extras[:1])
    told = {"booking_id": booking, "day": str(MONDAY), "at": at(9, 40).isoformat()}
    answer = ferme.ask("check_in", **told)
    assert types(answer) == ["CheckedIn", "PlacePromised", "ExtraHeld"]
    taken = ferme.ask("book_desk", "desks", ferme.cam, **DAY, extras=extras[1:])
    assert taken["refused"] == "ExtraTaken"


@pytest.mark.parametrize("moment", ["nine", "2026-03-02T09:00", 9, "2026-13-02T09:00:00Z"])
def test_a_moment_without_its_zone_or_without_sense_is_invalid(ferme, moment):
    booking = ferme.done("book_desk", "annex", **DAY)
    assert "at" in ferme.ask("check_in", booking_id=booking, at=moment)["invalid"]


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("0001-01-01T00:00:00+14:00", "ArrivedLongAgo"),
        ("9999-12-31T23:59:59-14:00", "NotArrivedYet"),
    ],
)
def test_the_ends_of_time_are_refused_like_any_other_moment(ferme, moment, why):
    booking = ferme.done("book_desk", "annex", **DAY)
    told = {"booking_id": booking, "day": str(MONDAY), "at": moment}
    ferme.now = at(9)
    assert ferme.ask("check_in", **told)["refused"] == why
