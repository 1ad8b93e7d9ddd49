"""The rules of booking. Read these first.

Times are minutes after midnight on the wall of the space; `at(9, 30)` is half past nine.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.bookings.domain import (
    AlreadyBegun,
    AlreadyBooked,
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyMissed,
    AlreadyUsed,
    Basis,
    Booking,
    DesksMoveByPart,
    NoDeskLeft,
    NoMachineLeft,
    NotBegunYet,
    NotThatDay,
    NotToday,
    OfficeLets,
    OfficesStay,
    OfficeTaken,
    Place,
    Price,
    PriceLine,
    RoomsMoveByTimes,
    RoomTaken,
    Slot,
    SpaceDay,
    TenantsComeAndGo,
    TooLateToCancel,
)

SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
CHIMAY, ADA, BOB, CAM = (uuid4() for _ in range(4))
OPEN_SPACE, ANNEX, LASERS, POND_ROOM = (uuid4() for _ in range(4))
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def at(hour, minute=0):
    return hour * 60 + minute


def utc(day, hour, minute=0):
    """In winter, clocks in Chimay are one hour ahead of this."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


# A place is promised while there is one, at every instant of the time asked for.

ROOM = [Place(POND_ROOM, "room", 1, frozenset({POND_ROOM}), buffer_minutes=15)]
MORNING, AFTERNOON, DAY = (at(9), at(13)), (at(13), at(18)), (at(9), at(18))
DAY_OPENED = partial(SpaceDay.SpaceDayOpened, space_id=CHIMAY, day=MONDAY)


def desks(units):
    return [Place(OPEN_SPACE, "desk", units, frozenset({OPEN_SPACE, ANNEX}))]


def machines(units):
    return [Place(LASERS, "machine", units, frozenset({LASERS}))]


def promised(who, start, end, resource_id=OPEN_SPACE, booking_id=None):
    return partial(
        SpaceDay.PlacePromised,
        booking_id=booking_id or uuid4(),
        resource_id=resource_id,
        person_id=who,
        start=start,
        end=end,
    )


def test_a_desk_is_promised_to_who_asks():
    booking = uuid4()
    (
        given(SpaceDay, DAY_OPENED)
        .when(SpaceDay.promise, booking, ADA, desks(units=1), *DAY)
        .then(promised(ADA, *DAY, booking_id=booking))
    )


def test_no_desk_is_promised_twice():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *DAY))
        .when(SpaceDay.promise, uuid4(), BOB, desks(units=1), *AFTERNOON)
        .then_refused(NoDeskLeft)
    )


def test_a_morning_and_an_afternoon_share_a_desk():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *MORNING))
        .when(SpaceDay.promise, uuid4(), BOB, desks(units=1), *AFTERNOON)
        .then(partial(SpaceDay.PlacePromised, person_id=BOB))
    )


def test_a_whole_day_does_not_fit_around_half_days_that_take_turns():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *MORNING), promised(BOB, *AFTERNOON))
        .when(SpaceDay.promise, uuid4(), CAM, desks(units=2), *DAY)
        .then(partial(SpaceDay.PlacePromised, person_id=CAM))
    )


def test_a_person_holds_one_desk_at_a_time():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *MORNING))
        .when(SpaceDay.promise, uuid4(), ADA, desks(units=9), *DAY)
        .then_refused(AlreadyBooked)
    )


def test_also_when_the_other_desk_is_elsewhere_in_the_space():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *MORNING, resource_id=ANNEX))
        .when(SpaceDay.promise, uuid4(), ADA, desks(units=9), *MORNING)
        .then_refused(AlreadyBooked)
    )


def test_but_a_desk_and_a_room_at_the_same_time_are_fine():
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, *MORNING))
        .when(SpaceDay.promise, uuid4(), ADA, ROOM, at(10), at(11))
        .then(partial(SpaceDay.PlacePromised, resource_id=POND_ROOM))
    )


def test_a_desk_given_back_can_be_promised_again():
    booking = uuid4()
    (
        given(
            SpaceDay,
            DAY_OPENED,
            promised(ADA, *DAY, booking_id=booking),
            partial(SpaceDay.PlaceReturned, booking_id=booking),
        )
        .when(SpaceDay.promise, uuid4(), BOB, desks(units=1), *DAY)
        .then(partial(SpaceDay.PlacePromised, person_id=BOB))
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [(at(10, 30), at(11)), (at(11), at(12)), (at(11, 14), at(12)), (at(9), at(9, 46))],
)
def test_a_room_rests_between_two_bookings(start, end):
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, at(10), at(11), POND_ROOM))
        .when(SpaceDay.promise, uuid4(), BOB, ROOM, start, end)
        .then_refused(RoomTaken)
    )


@pytest.mark.parametrize(("start", "end"), [(at(11, 15), at(12)), (at(9), at(9, 45))])
def test_and_is_free_again_after_that(start, end):
    (
        given(SpaceDay, DAY_OPENED, promised(ADA, at(10), at(11), POND_ROOM))
        .when(SpaceDay.promise, uuid4(), BOB, ROOM, start, end)
        .then(partial(SpaceDay.PlacePromised, start=start, end=end))
    )


def test_machines_are_as_many_as_there_are_without_any_rest():
    history = [promised(ADA, at(10), at(12), LASERS), promised(BOB, at(11), at(13), LASERS)]
    (
        given(SpaceDay, DAY_OPENED, *history)
        .when(SpaceDay.promise, uuid4(), CAM, machines(units=2), at(11), at(12))
        .then_refused(NoMachineLeft)
    )
    (
        given(SpaceDay, DAY_OPENED, *history)
        .when(SpaceDay.promise, uuid4(), CAM, machines(units=2), at(12), at(14))
        .then(partial(SpaceDay.PlacePromised, person_id=CAM))
    )


# The life of a booking

THURSDAY = date(2026, 3, 5)


def made(kind="desk", slots=(), first=None, last=None):
    return partial(
        Booking.BookingMade,
        person_id=ADA,
        space_id=CHIMAY,
        resource_id=OPEN_SPACE,
        kind=kind,
        slots=list(slots),
        first=first,
        last=last,
        price_cents=3000,
        price_version=1,
        price_rule="day x 2",
    )


TWO_DAYS = made(slots=[Slot(THURSDAY, *DAY, 2), Slot(MONDAY, *DAY, 2)])
OFFICE = made("office", first=date(2026, 3, 1), last=date(2026, 4, 30))
CANCELLED = partial(Booking.BookingCancelled)
COMES = {"person_id": ADA, "space_id": CHIMAY, "day": MONDAY, "half_days": 2}
HERE = partial(Booking.CheckedIn, **COMES, at=utc(MONDAY, 8))
MISSED = partial(Booking.NoShowRecorded, day=MONDAY, at=utc(MONDAY, 8))
TERMS = {"zone": "Europe/Brussels", "hours": 24}
IN_TIME, LATE = utc(SUNDAY, 8), utc(SUNDAY, 8, 1)  # 24 hours before 09:00 in Chimay, and after


def test_a_booking_is_cancelled_until_the_deadline_before_its_first_slot():
    given(Booking, TWO_DAYS).when(Booking.cancel, **TERMS, now=IN_TIME).then(CANCELLED)
    late = given(Booking, TWO_DAYS).when(Booking.cancel, **TERMS, now=LATE)
    late.then_refused(TooLateToCancel)
    assert "until 24 hours before" in str(late.refusal)


def test_what_has_begun_cannot_be_cancelled_whatever_the_terms():
    terms = {"zone": "Europe/Brussels", "hours": 0}
    given(Booking, TWO_DAYS).when(Booking.cancel, **terms, now=utc(MONDAY, 7, 59)).then(CANCELLED)
    (
        given(Booking, TWO_DAYS)
        .when(Booking.cancel, **terms, now=utc(MONDAY, 8))
        .then_refused(AlreadyBegun)
    )


@pytest.mark.parametrize(
    ("since", "why"), [(CANCELLED, AlreadyCancelled), (HERE, AlreadyUsed), (MISSED, AlreadyUsed)]
)
def test_a_booking_changes_only_while_it_is_untouched(since, why):
    given(Booking, TWO_DAYS, since).when(Booking.cancel, **TERMS, now=IN_TIME).then_refused(why)
    slots, price = [Slot(TUESDAY, *DAY, 2)], Price(2, [PriceLine("day", 1, 1500, 1500)])
    (
        given(Booking, TWO_DAYS, since)
        .when(Booking.move, ANNEX, slots, price, Basis(), 1, **TERMS, now=IN_TIME)
        .then_refused(why)
    )


def test_an_office_is_cancelled_until_the_deadline_before_its_first_midnight():
    midnight = utc(date(2026, 2, 28), 23)
    (
        given(Booking, OFFICE)
        .when(Booking.cancel, **TERMS, now=midnight - timedelta(hours=24))
        .then(CANCELLED)
    )
    (
        given(Booking, OFFICE)
        .when(Booking.cancel, **TERMS, now=midnight - timedelta(hours=23))
        .then_refused(TooLateToCancel)
    )


def test_a_booking_is_moved_at_the_price_of_today_until_the_same_deadline():
    slots, price = [Slot(TUESDAY, *DAY, 2)], Price(2, [PriceLine("day", 1, 1600, 1600)])
    moved = partial(
        Booking.BookingMoved,
        slots=slots,
        price_cents=1600,
        price_version=2,
        price_rule="day x 1",
        resource_id=ANNEX,
    )
    (
        given(Booking, TWO_DAYS)
        .when(Booking.move, ANNEX, slots, price, Basis(), 1, **TERMS, now=IN_TIME)
        .then(moved)
    )
    (
        given(Booking, TWO_DAYS)
        .when(Booking.move, ANNEX, slots, price, Basis(), 1, **TERMS, now=LATE)
        .then_refused(TooLateToCancel)
    )
    (
        given(Booking, TWO_DAYS, moved)
        .when(Booking.cancel, **TERMS, now=utc(MONDAY, 8))
        .then(CANCELLED)
    )


def test_each_kind_of_booking_moves_in_its_own_way():
    given(Booking, OFFICE).when(Booking.must_move_by, times=False).then_refused(OfficesStay)
    given(Booking, TWO_DAYS).when(Booking.must_move_by, times=True).then_refused(DesksMoveByPart)
    given(Booking, TWO_DAYS).when(Booking.must_move_by, times=False).then()
    for kind in ("room", "machine"):
        booking = made(kind, [Slot(MONDAY, at(9), at(10), 1)])
        (
            given(Booking, booking)
            .when(Booking.must_move_by, times=False)
            .then_refused(RoomsMoveByTimes)
        )
        given(Booking, booking).when(Booking.must_move_by, times=True).then()


def test_somebody_checks_in_on_the_day():
    nine = {"zone": "Europe/Brussels", "now": utc(MONDAY, 8)}
    given(Booking, TWO_DAYS).when(Booking.check_in, MONDAY, **nine).then(HERE)
    (
        given(Booking, TWO_DAYS, HERE)
        .when(Booking.check_in, THURSDAY, zone="Europe/Brussels", now=utc(THURSDAY, 8))
        .then(partial(HERE, day=THURSDAY, at=utc(THURSDAY, 8)))
    )


def test_several_slots_of_a_day_count_as_one_day_at_most():
    times = [Slot(MONDAY, at(hour), at(hour + 1), 1) for hour in (9, 12, 15)]
    nine = {"zone": "Europe/Brussels", "now": utc(MONDAY, 8)}
    arrives = partial(Booking.check_in, day=MONDAY, **nine)
    given(Booking, made("room", times)).when(arrives).then(partial(HERE, half_days=2))
    given(Booking, made("room", times[:1])).when(arrives).then(partial(HERE, half_days=1))


def test_a_tenant_checks_in_on_any_day_of_the_let_and_is_never_missed():
    last = date(2026, 4, 30)
    arrives = partial(Booking.check_in, zone="Europe/Brussels")
    comes = partial(HERE, day=last, at=utc(last, 8))
    given(Booking, OFFICE).when(arrives, last, now=utc(last, 8)).then(comes)
    after = date(2026, 5, 1)
    given(Booking, OFFICE).when(arrives, after, now=utc(after, 8)).then_refused(NotThatDay)
    (
        given(Booking, OFFICE)
        .when(Booking.record_no_show, MONDAY, zone="Europe/Brussels", now=utc(TUESDAY, 8))
        .then_refused(TenantsComeAndGo)
    )


@pytest.mark.parametrize(
    ("since", "day", "today", "why"),
    [
        ([], THURSDAY, MONDAY, NotToday),
        ([], MONDAY, TUESDAY, NotToday),
        ([], TUESDAY, TUESDAY, NotThatDay),
        ([HERE], MONDAY, MONDAY, AlreadyCheckedIn),
        ([MISSED], MONDAY, MONDAY, AlreadyMissed),
        ([CANCELLED], MONDAY, MONDAY, AlreadyCancelled),
    ],
)
def test_checking_in_is_refused(since, day, today, why):
    arrives = partial(Booking.check_in, zone="Europe/Brussels", now=utc(today, 8))
    given(Booking, TWO_DAYS, *since).when(arrives, day).then_refused(why)


@pytest.mark.parametrize(
    ("since", "day", "now", "why"),
    [
        ([], MONDAY, utc(MONDAY, 7, 59), NotBegunYet),
        ([], TUESDAY, utc(TUESDAY, 8), NotThatDay),
        ([HERE], MONDAY, utc(MONDAY, 12), AlreadyCheckedIn),
        ([MISSED], MONDAY, utc(MONDAY, 12), AlreadyMissed),
        ([CANCELLED], MONDAY, utc(MONDAY, 12), AlreadyCancelled),
    ],
)
def test_a_no_show_is_refused(since, day, now, why):
    (
        given(Booking, TWO_DAYS, *since)
        .when(Booking.record_no_show, day, zone="Europe/Brussels", now=now)
        .then_refused(why)
    )


def test_a_no_show_is_recorded_once_the_last_slot_of_the_day_has_begun():
    ask = partial(Booking.record_no_show, day=MONDAY, zone="Europe/Brussels")
    given(Booking, TWO_DAYS).when(ask, now=utc(MONDAY, 8)).then(MISSED)
    twice = made("room", [Slot(MONDAY, at(9), at(10), 1), Slot(MONDAY, at(16), at(17), 1)])
    given(Booking, twice).when(ask, now=utc(MONDAY, 9)).then_refused(NotBegunYet)
    given(Booking, twice).when(ask, now=utc(MONDAY, 15)).then(partial(MISSED, at=utc(MONDAY, 15)))


# Offices are let for whole months, to one tenant at a time.

LETS_OPENED = partial(OfficeLets.OfficeLetsOpened, space_id=CHIMAY, resource_id=OPEN_SPACE)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def let(first, last, booking_id=CAM):
    return partial(
        OfficeLets.OfficeLet, booking_id=booking_id, person_id=ADA, first=first, last=last
    )


SPRING_LET = let(MARCH, date(2026, 4, 30))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 4, 30), MAY), (date(2026, 2, 1), MARCH), (APRIL, APRIL), (date(2026, 2, 1), MAY)],
)
def test_one_day_in_common_is_too_many(first, last):
    (
        given(OfficeLets, LETS_OPENED, SPRING_LET)
        .when(OfficeLets.let, uuid4(), BOB, first, last)
        .then_refused(OfficeTaken)
    )


def test_an_office_has_one_tenant_at_a_time():
    (
        given(OfficeLets, LETS_OPENED, SPRING_LET)
        .when(OfficeLets.let, uuid4(), BOB, APRIL, date(2026, 4, 30))
        .then_refused(OfficeTaken)
    )
    booking = uuid4()
    (
        given(OfficeLets, LETS_OPENED, SPRING_LET)
        .when(OfficeLets.let, booking, ADA, MAY, date(2026, 5, 31))
        .then(let(MAY, date(2026, 5, 31), booking))
    )


def test_an_office_given_back_can_be_let_again():
    booking = uuid4()
    returned = partial(OfficeLets.OfficeReturned, booking_id=CAM)
    (
        given(OfficeLets, LETS_OPENED, SPRING_LET, returned)
        .when(OfficeLets.let, booking, ADA, APRIL, date(2026, 4, 30))
        .then(let(APRIL, date(2026, 4, 30), booking))
    )
