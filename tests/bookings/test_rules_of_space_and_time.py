"""When a space can be booked, for what, for how long, and at which price.

Times are minutes after midnight on the wall of the space; `at(9, 30)` is half past nine.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.bookings.domain import (
    HolidayClosed,
    InThePast,
    KnownPerson,
    KnownSpace,
    NoLongerOffered,
    NoOpeningHours,
    NoPriceSet,
    NoSuchTime,
    NotADesk,
    NotAMachine,
    NotAnOffice,
    NotARoom,
    NotOperatingYet,
    Opening,
    OutsideHours,
    PartClosed,
    Place,
    Prices,
    Rules,
    SharedByAll,
    Slot,
    SpaceClosed,
    Terms,
    TooFarAhead,
    TrainingNeeded,
    UnknownResource,
    by_the_day,
    by_the_hour,
    by_the_month,
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


MORNING = at(9), at(13)
MARCH = date(2026, 3, 1)


# A space takes bookings while it is open, for what it offers.

LEARNED = partial(
    KnownSpace.SpaceLearned,
    space_id=CHIMAY,
    country="BE",
    timezone="Europe/Brussels",
    planned=False,
)
WEEKDAYS = partial(
    KnownSpace.HoursLearned,
    hours=[Opening(day, *span) for day in range(1, 6) for span in (MORNING, (at(14), at(18)))],
)
EVERY_DAY = partial(KnownSpace.HoursLearned, hours=[Opening(n, 0, at(24)) for n in range(1, 8)])


def offers(resource_id, kind, units=1, training_id=None):
    return partial(
        KnownSpace.ResourceLearned,
        resource_id=resource_id,
        kind=kind,
        units=units,
        training_id=training_id,
    )


def closed(day):
    return partial(KnownSpace.ClosureLearned, day=day, reason="The roof is being repaired.")


def opened(day):
    return partial(KnownSpace.OpeningLearned, day=day)


def test_a_desk_is_booked_by_parts_of_the_day():
    space = given(KnownSpace, LEARNED, WEEKDAYS).aggregate
    assert space.desk_slot(MONDAY, "morning", now=LONG_AGO) == Slot(MONDAY, at(9), at(13), 1)
    assert space.desk_slot(MONDAY, "afternoon", now=LONG_AGO) == Slot(MONDAY, at(14), at(18), 1)
    assert space.desk_slot(MONDAY, "day", now=LONG_AGO) == Slot(MONDAY, at(9), at(18), 2)


def test_mornings_end_at_midday_as_the_space_understands_it():
    all_day = partial(KnownSpace.HoursLearned, hours=[Opening(1, at(8), at(20))])
    noon = partial(KnownSpace.TermsLearned, terms=Terms(midday=at(12)))
    space = given(KnownSpace, LEARNED, all_day, noon).aggregate
    assert space.desk_slot(MONDAY, "morning", now=LONG_AGO) == Slot(MONDAY, at(8), at(12), 1)
    assert space.desk_slot(MONDAY, "afternoon", now=LONG_AGO) == Slot(MONDAY, at(12), at(20), 1)


def test_there_is_no_afternoon_where_the_space_closes_at_midday():
    (
        given(KnownSpace, LEARNED, partial(KnownSpace.HoursLearned, hours=[Opening(1, *MORNING)]))
        .when(KnownSpace.desk_slot, MONDAY, "afternoon", now=LONG_AGO)
        .then_refused(PartClosed)
    )


def test_a_space_without_hours_is_closed():
    (
        given(KnownSpace, LEARNED)
        .when(KnownSpace.desk_slot, MONDAY, "day", now=LONG_AGO)
        .then_refused(NoOpeningHours)
    )


def test_a_room_is_booked_within_the_hours_and_not_across_the_lunch_break():
    space = given(KnownSpace, LEARNED, WEEKDAYS)
    space.when(KnownSpace.timed_slot, MONDAY, at(12), at(15), now=LONG_AGO)
    space.then_refused(OutsideHours)
    assert str(space.refusal) == "On 2026-03-02 the space is only open 09:00-13:00, 14:00-18:00."
    slot = space.aggregate.timed_slot(MONDAY, at(14), at(18), now=LONG_AGO)
    assert slot == Slot(MONDAY, at(14), at(18), half_days=1)


def test_hours_that_touch_are_one():
    halves = [Opening(1, at(13), at(18)), Opening(1, at(9), at(13))]
    space = given(KnownSpace, LEARNED, partial(KnownSpace.HoursLearned, hours=halves)).aggregate
    slot = space.timed_slot(MONDAY, at(12), at(16, 15), now=LONG_AGO)
    assert slot == Slot(MONDAY, at(12), at(16, 15), half_days=2), "over four hours is a whole day"


def test_a_closed_day_is_refused_with_its_reason():
    space = given(KnownSpace, LEARNED, WEEKDAYS, closed(MONDAY)).when(KnownSpace.open_on, MONDAY)
    space.then_refused(SpaceClosed)
    assert str(space.refusal) == "The space is closed on 2026-03-02: The roof is being repaired."


def test_a_closed_day_can_be_opened_and_closed_again():
    history = [LEARNED, WEEKDAYS, closed(MONDAY), opened(MONDAY)]
    assert given(KnownSpace, *history).aggregate.open_on(MONDAY)
    (
        given(KnownSpace, *history, closed(MONDAY))
        .when(KnownSpace.open_on, MONDAY)
        .then_refused(SpaceClosed)
    )


ARMISTICE = date(2026, 5, 8)  # a holiday in France, a Friday like any other in Belgium
IN_FRANCE = partial(LEARNED, country="FR", timezone="Europe/Paris")


def test_the_public_holidays_of_its_own_country_close_a_space():
    assert given(KnownSpace, LEARNED, WEEKDAYS).aggregate.open_on(ARMISTICE)
    space = given(KnownSpace, IN_FRANCE, WEEKDAYS).when(KnownSpace.open_on, ARMISTICE)
    space.then_refused(HolidayClosed)
    assert "2026-05-08" in str(space.refusal)
    assert "Victoire" in str(space.refusal)


@pytest.mark.parametrize(
    "says_otherwise", [opened(ARMISTICE), partial(KnownSpace.HolidayRuleLearned, observed=False)]
)
def test_unless_the_space_says_otherwise(says_otherwise):
    assert given(KnownSpace, IN_FRANCE, WEEKDAYS, says_otherwise).aggregate.open_on(ARMISTICE)


def test_a_planned_space_takes_no_bookings_until_it_operates():
    planned = [partial(LEARNED, planned=True), offers(OPEN_SPACE, "desks", 10)]
    (
        given(KnownSpace, *planned)
        .when(KnownSpace.offered, OPEN_SPACE, "desk")
        .then_refused(NotOperatingYet)
    )
    operating = given(KnownSpace, *planned, partial(KnownSpace.OperationLearned))
    assert operating.aggregate.offered(OPEN_SPACE, "desk").units == 10


def test_what_the_space_does_not_have_or_no_longer_offers_is_refused():
    retired = partial(KnownSpace.ResourceRetirementLearned, resource_id=OPEN_SPACE)
    space = given(KnownSpace, LEARNED, offers(OPEN_SPACE, "desks"), retired)
    space.when(KnownSpace.offered, OPEN_SPACE, "desk").then_refused(NoLongerOffered)
    space.when(KnownSpace.offered, uuid4(), "desk").then_refused(UnknownResource)


@pytest.mark.parametrize(
    ("kind", "booked_as", "why"),
    [
        ("room", "desk", NotADesk),
        ("desks", "room", NotARoom),
        ("studio", "machine", NotAMachine),
        ("machines", "office", NotAnOffice),
        ("amenity", "room", SharedByAll),
    ],
)
def test_each_kind_of_place_has_its_own_way_to_be_booked(kind, booked_as, why):
    (
        given(KnownSpace, LEARNED, offers(OPEN_SPACE, kind))
        .when(KnownSpace.offered, OPEN_SPACE, booked_as)
        .then_refused(why)
    )


def test_rooms_and_studios_are_one_with_a_buffer_and_a_person_holds_one_of_them():
    studio = uuid4()
    terms = partial(KnownSpace.TermsLearned, terms=Terms(buffer_minutes=30))
    things = [offers(POND_ROOM, "room"), offers(studio, "studio"), offers(OPEN_SPACE, "desks", 12)]
    space = given(KnownSpace, LEARNED, terms, *things).aggregate
    room, desks = space.resources[POND_ROOM], space.resources[OPEN_SPACE]
    assert space.place(room) == Place(POND_ROOM, "room", 1, frozenset({POND_ROOM, studio}), 30)
    assert space.place(desks) == Place(OPEN_SPACE, "desk", 12, frozenset({OPEN_SPACE}), 0)


def test_a_machine_is_for_those_who_completed_its_training():
    course = uuid4()
    learned = partial(KnownPerson.PersonLearned, person_id=ADA)
    trained = partial(KnownPerson.TrainingLearned, course_id=course)
    must = KnownPerson.must_have_completed
    given(KnownPerson, learned).when(must, course).then_refused(TrainingNeeded)
    given(KnownPerson, learned, trained).when(must, course).then()
    given(KnownPerson, learned).when(must, None).then()


# Time

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the Sundays on which clocks change


@pytest.fixture
def night_and_day():
    return given(KnownSpace, LEARNED, EVERY_DAY)


@pytest.mark.parametrize(
    ("day", "start", "end", "cents"),
    [
        (SPRING, at(1, 30), at(3, 30), 1000),  # 02:00 is 03:00: one hour
        (AUTUMN, at(1, 30), at(3, 30), 3000),  # 03:00 is 02:00 again: three hours
        (MONDAY, at(1, 30), at(3, 30), 2000),
        (SPRING, at(9), at(12), 3000),
        (AUTUMN, at(9), at(12), 3000),
        (MONDAY, at(9), at(12), 3000),
    ],
)
def test_the_price_counts_the_minutes_that_really_pass(night_and_day, day, start, end, cents):
    space = night_and_day.aggregate
    space.learn_resource(POND_ROOM, "room", 1, None)
    space.learn_prices(POND_ROOM, Prices(version=4, hour_cents=1000))
    slot = space.timed_slot(day, start, end, now=LONG_AGO)
    price = space.price(space.resources[POND_ROOM], [slot])
    assert (price.cents, price.version) == (cents, 4)
    assert price.rule == f"hour x {cents * 60 // 1000} min"


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize(("start", "end"), [(at(2, 30), at(4)), (at(1), at(2, 30))])
def test_a_time_that_does_not_happen_or_happens_twice_is_refused(night_and_day, day, start, end):
    night_and_day.when(KnownSpace.timed_slot, day, start, end, now=LONG_AGO)
    night_and_day.then_refused(NoSuchTime)
    assert f"The clocks change on {day}: 02:30" in str(night_and_day.refusal)


def test_half_days_too_are_counted_in_minutes_that_really_pass(night_and_day):
    space = night_and_day.aggregate
    assert space.timed_slot(SPRING, at(0), at(5), now=LONG_AGO).half_days == 1
    assert space.timed_slot(MONDAY, at(0), at(5), now=LONG_AGO).half_days == 2


def test_what_is_over_cannot_be_booked(night_and_day):
    ask = partial(night_and_day.when, KnownSpace.timed_slot, MONDAY, at(9), at(10))
    ask(now=utc(TUESDAY, 7)).then_refused(InThePast)
    ask(now=utc(MONDAY, 9)).then_refused(InThePast)


def test_a_part_of_today_that_is_over_cannot_be_booked_either(night_and_day):
    night_and_day.when(KnownSpace.desk_slot, MONDAY, "morning", now=utc(MONDAY, 12))
    night_and_day.then_refused(InThePast)
    assert night_and_day.aggregate.desk_slot(MONDAY, "morning", now=utc(MONDAY, 11, 59))


def test_no_desk_where_the_doors_open_at_a_time_that_does_not_happen():
    nights = partial(KnownSpace.HoursLearned, hours=[Opening(7, at(2, 30), at(12))])
    (
        given(KnownSpace, LEARNED, nights)
        .when(KnownSpace.desk_slot, SPRING, "morning", now=LONG_AGO)
        .then_refused(NoSuchTime)
    )


def test_who_walks_in_may_still_book_what_is_running(night_and_day):
    space = night_and_day.aggregate
    assert space.timed_slot(MONDAY, at(9), at(10), now=utc(MONDAY, 8, 59)).start == at(9)


def test_today_is_today_at_the_space(night_and_day):
    """At 23:30 on Sunday in UTC it is Monday in Chimay: Sunday is over, its last hour too."""
    night_and_day.when(KnownSpace.desk_slot, SUNDAY, "day", now=utc(SUNDAY, 23, 30))
    night_and_day.then_refused(InThePast)
    assert night_and_day.aggregate.desk_slot(SUNDAY, "day", now=utc(SUNDAY, 22, 30))


def test_bookings_are_taken_a_year_ahead_unless_the_space_says_otherwise():
    last = MONDAY + timedelta(days=366)
    allow = partial(Rules().must_be_time, "Europe/Brussels", start=at(9), now=utc(MONDAY, 8))
    allow(last)
    with pytest.raises(TooFarAhead, match="366 days"):
        allow(last + timedelta(days=1))
    Rules(horizon_days=732).must_be_time(
        "Europe/Brussels", last + timedelta(days=1), at(9), utc(MONDAY, 8)
    )


# Prices

HOURLY = Prices(version=3, hour_cents=1250)
LIST = Prices(version=3, hour_cents=1250, half_day_cents=900, day_cents=1500, month_cents=24000)


def test_prices_say_how_they_come_about():
    assert told(by_the_day(LIST, [2, 2])) == (3000, "day x 2")
    assert told(by_the_day(LIST, [1, 2, 1, 1])) == (4200, "day x 1 + half-day x 3")
    assert told(by_the_hour(HOURLY, [150])) == (3125, "hour x 150 min")
    assert told(by_the_hour(HOURLY, [60, 90])) == (3125, "hour x 60 min + hour x 90 min")
    assert told(by_the_month(LIST, 6)) == (144000, "month x 6")


def told(price):
    assert sum(line.cents for line in price.lines) == price.cents
    return price.cents, price.rule


def test_nobody_pays_more_for_hours_than_for_half_a_day_or_for_the_day():
    assert told(by_the_hour(LIST, [30])) == (625, "hour x 30 min")
    assert told(by_the_hour(LIST, [60])) == (900, "half-day x 1")
    assert told(by_the_hour(LIST, [240])) == (900, "half-day x 1")
    assert told(by_the_hour(LIST, [241])) == (1500, "day x 1")
    assert told(by_the_hour(LIST, [30, 300])) == (2125, "hour x 30 min + day x 1")
    assert told(by_the_hour(Prices(day_cents=1500), [15])) == (1500, "day x 1")


def test_half_a_cent_is_rounded_up_once_per_slot():
    odd = Prices(hour_cents=1250)  # a quarter of an hour is 312.5 cents
    assert by_the_hour(odd, [15]).cents == 313
    assert by_the_hour(odd, [15, 15]).cents == 626
    assert by_the_hour(odd, [30]).cents == 625


@pytest.mark.parametrize(
    "ask", [partial(by_the_day, half_days=[1]), partial(by_the_month, months=1)]
)
def test_without_a_price_nothing_is_booked_but_nothing_is_a_price_too(ask):
    with pytest.raises(NoPriceSet):
        ask(Prices(version=1, hour_cents=0, day_cents=0))
    assert ask(Prices(version=1, half_day_cents=0, month_cents=0)).cents == 0
    with pytest.raises(NoPriceSet):
        by_the_hour(Prices(), [60])


def test_months_have_the_days_that_they_have():
    lease = partial(KnownSpace.lease, now=LONG_AGO)
    space = given(KnownSpace, LEARNED).aggregate
    assert lease(space, date(2026, 2, 1), 1).last == date(2026, 2, 28)
    assert lease(space, date(2026, 12, 1), 3).last == date(2027, 2, 28)
    assert lease(space, date(2026, 3, 1), 24).last == date(2028, 2, 29)


def test_a_month_that_has_begun_can_still_be_let_but_not_one_that_is_over():
    space = given(KnownSpace, LEARNED)
    assert space.aggregate.lease(MARCH, 1, now=utc(date(2026, 3, 31), 12)).first == MARCH
    (space.when(KnownSpace.lease, MARCH, 2, now=utc(date(2026, 3, 31), 23)).then_refused(InThePast))


def test_a_let_begins_at_a_midnight_that_happens_once():
    havana = partial(LEARNED, timezone="America/Havana")  # 1 November 2026 has two
    (
        given(KnownSpace, havana)
        .when(KnownSpace.lease, date(2026, 11, 1), 1, now=LONG_AGO)
        .then_refused(NoSuchTime)
    )
