"""The rules of mobility. Read these first."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.mobility.domain import (
    NO_TARIFF,
    AllowanceTooLarge,
    AllowanceUsed,
    DayCovered,
    DayIsFull,
    HalfDayDearerThanDay,
    Host,
    NoPass,
    NotAnExtension,
    NothingCounted,
    NotWorkedYet,
    OutsideValidity,
    Pass,
    PassIsWithdrawn,
    Settlement,
    Tariff,
    TariffStartsTooEarly,
    Traveller,
    ValidityOutsideYear,
    Visit,
    VisitAlreadyRecorded,
    WorkYear,
)

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ADA, BEP, CHIMAY, RIMBAUD = uuid4(), uuid4(), uuid4(), uuid4()
BOOKING, OTHER = uuid4(), uuid4()
HALF, WHOLE = 1, 2


def issued(days=10, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31)):
    return partial(
        Pass.PassIssued,
        person_id=ADA,
        year=2026,
        valid_from=valid_from,
        valid_until=valid_until,
        days=days,
        sponsor_id=BEP,
    )


def extended(days, valid_until=date(2026, 12, 31)):
    return partial(Pass.PassExtended, days=days, valid_until=valid_until)


withdrawn = partial(Pass.PassWithdrawn)


def visit(half_days=WHOLE, day=MONDAY, booking=BOOKING):
    return Visit(booking, CHIMAY, RIMBAUD, "FR", day, half_days)


def recorded(half_days=WHOLE, day=MONDAY, booking=BOOKING):
    return partial(Pass.VisitRecorded, **vars(visit(half_days, day, booking)))


# A pass is for one person and one year


def issue(**words):
    return Pass.issue(ADA, 2026, **{"days": 10, "sponsor_id": BEP, **words})


def test_a_pass_is_valid_for_the_whole_year_unless_it_says_otherwise():
    new = issue()
    assert (new.valid_from, new.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert new.half_days_left == 20


@pytest.mark.parametrize(
    "validity",
    [
        {"valid_from": date(2025, 12, 31)},
        {"valid_until": date(2027, 1, 1)},
        {"valid_from": TUESDAY, "valid_until": MONDAY},
        {"valid_from": date(2027, 1, 1), "valid_until": date(2027, 2, 1)},
    ],
)
def test_a_pass_stays_within_its_year(validity):
    with pytest.raises(ValidityOutsideYear, match="within 2026"):
        issue(**validity)


def test_a_pass_may_be_valid_for_one_day():
    assert issue(valid_from=MONDAY, valid_until=MONDAY).valid_until == MONDAY


def test_a_pass_holds_no_more_days_than_a_year():
    with pytest.raises(AllowanceTooLarge):
        issue(days=367)


# A visit uses the pass


@pytest.mark.parametrize("half_days", [HALF, WHOLE])
def test_a_visit_uses_half_a_day_or_a_day(half_days):
    (given(Pass, issued()).when(Pass.record_visit, visit(half_days)).then(recorded(half_days)))


def test_a_visit_on_the_first_and_on_the_last_day_is_covered():
    for day in MONDAY, TUESDAY:
        (
            given(Pass, issued(valid_from=MONDAY, valid_until=TUESDAY))
            .when(Pass.record_visit, visit(day=day))
            .then(recorded(day=day))
        )


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 4)])
def test_a_visit_before_or_after_the_validity_is_not_covered(day):
    (
        given(Pass, issued(valid_from=MONDAY, valid_until=TUESDAY))
        .when(Pass.record_visit, visit(day=day))
        .then_refused(OutsideValidity)
    )


def test_the_allowance_is_never_exceeded():
    (
        given(Pass, issued(days=1), recorded())
        .when(Pass.record_visit, visit(HALF, TUESDAY, OTHER))
        .then_refused(AllowanceUsed)
    )


def test_half_a_day_that_is_left_does_not_cover_half_of_a_day():
    (
        given(Pass, issued(days=1), recorded(HALF))
        .when(Pass.record_visit, visit(WHOLE, TUESDAY, OTHER))
        .then_refused(AllowanceUsed)
    )


def test_half_a_day_that_is_left_covers_half_a_day():
    (
        given(Pass, issued(days=1), recorded(HALF))
        .when(Pass.record_visit, visit(HALF, TUESDAY, OTHER))
        .then(recorded(HALF, TUESDAY, OTHER))
    )


def test_a_morning_here_and_an_afternoon_there_are_one_day():
    (
        given(Pass, issued(), recorded(HALF))
        .when(Pass.record_visit, visit(HALF, booking=OTHER))
        .then(recorded(HALF, booking=OTHER))
    )


def test_a_day_has_no_third_half():
    (
        given(Pass, issued(), recorded(HALF))
        .when(Pass.record_visit, visit(WHOLE, booking=OTHER))
        .then_refused(DayCovered)
    )


def test_a_booking_pays_once_a_day():
    (
        given(Pass, issued(), recorded(HALF))
        .when(Pass.record_visit, visit(HALF))
        .then_refused(VisitAlreadyRecorded)
    )


def test_a_booking_over_two_days_pays_for_both():
    (
        given(Pass, issued(), recorded())
        .when(Pass.record_visit, visit(day=TUESDAY))
        .then(recorded(day=TUESDAY))
    )


def test_a_withdrawn_pass_covers_nothing_more_and_keeps_its_visits():
    story = given(Pass, issued(), recorded(), withdrawn)
    assert story.aggregate.half_days_left == 18
    story.when(Pass.record_visit, visit(day=TUESDAY)).then_refused(PassIsWithdrawn)


# A pass changes


def test_withdrawing_a_pass():
    given(Pass, issued()).when(Pass.withdraw).then(withdrawn)


def test_a_pass_is_withdrawn_once():
    given(Pass, issued(), withdrawn).when(Pass.withdraw).then_refused(PassIsWithdrawn)


def test_days_that_are_added_can_be_used():
    (
        given(Pass, issued(days=1), recorded(), extended(days=1))
        .when(Pass.record_visit, visit(day=TUESDAY))
        .then(recorded(day=TUESDAY))
    )


def test_an_extension_leaves_the_last_day_where_it_is():
    (
        given(Pass, issued(valid_until=TUESDAY))
        .when(Pass.extend, days=5)
        .then(extended(5, valid_until=TUESDAY))
    )


def test_a_pass_may_end_later():
    (
        given(Pass, issued(valid_until=MONDAY), extended(0, valid_until=TUESDAY))
        .when(Pass.record_visit, visit(day=TUESDAY))
        .then(recorded(day=TUESDAY))
    )


@pytest.mark.parametrize(
    "words",
    [
        {"days": 0},
        {"days": -1},
        {"days": 5, "valid_until": MONDAY},
        {"days": 5, "valid_until": date(2027, 1, 1)},
        {"days": 0, "valid_until": TUESDAY},
    ],
)
def test_a_pass_never_shrinks_and_never_leaves_its_year(words):
    (
        given(Pass, issued(valid_until=TUESDAY))
        .when(Pass.extend, **words)
        .then_refused(NotAnExtension)
    )


def test_no_extension_goes_past_the_days_of_a_year():
    (given(Pass, issued(days=366)).when(Pass.extend, days=1).then_refused(AllowanceTooLarge))


def test_a_withdrawn_pass_is_not_extended():
    given(Pass, issued(), withdrawn).when(Pass.extend, days=1).then_refused(PassIsWithdrawn)


# A traveller has a home


met = partial(Traveller.TravellerMet, person_id=ADA, home_space_id=CHIMAY)


def test_home_moves():
    (
        given(Traveller, met)
        .when(Traveller.move_home, RIMBAUD)
        .then(partial(Traveller.HomeMoved, home_space_id=RIMBAUD))
    )


def test_another_status_at_the_same_home_is_no_move():
    given(Traveller, met).when(Traveller.move_home, CHIMAY).then()


def test_a_visit_that_is_not_covered_is_remembered_with_the_reason():
    (
        given(Traveller, met)
        .when(Traveller.go_uncovered, visit(HALF), NoPass())
        .then(
            partial(
                Traveller.VisitNotCovered,
                booking_id=BOOKING,
                host_space_id=RIMBAUD,
                day=MONDAY,
                half_days=HALF,
                reason="no-pass",
            )
        )
    )


def test_the_reasons_keep_their_names_for_ever():
    reasons = NoPass, PassIsWithdrawn, OutsideValidity, DayCovered, AllowanceUsed
    assert [each.code for each in reasons] == [
        "no-pass",
        "pass-withdrawn",
        "outside-validity",
        "day-covered",
        "allowance-used",
    ]


# A host agrees tariffs


host_met = partial(Host.HostMet, space_id=RIMBAUD, country="FR", timezone="Europe/Paris")


def agreed(version, valid_from, half_day=700, day=1200):
    return partial(
        Host.TariffAgreed,
        host_space_id=RIMBAUD,
        version=version,
        valid_from=valid_from,
        half_day_cents=half_day,
        day_cents=day,
    )


def test_the_first_tariff_is_version_one():
    (
        given(Host, host_met)
        .when(Host.agree_tariff, MONDAY, half_day_cents=700, day_cents=1200)
        .then(agreed(1, MONDAY))
    )


def test_a_new_tariff_may_replace_one_from_the_same_day_on():
    (
        given(Host, host_met, agreed(1, MONDAY))
        .when(Host.agree_tariff, MONDAY, half_day_cents=600, day_cents=600)
        .then(agreed(2, MONDAY, 600, 600))
    )


def test_a_tariff_does_not_start_before_the_one_it_follows():
    (
        given(Host, host_met, agreed(1, TUESDAY))
        .when(Host.agree_tariff, MONDAY, half_day_cents=700, day_cents=1200)
        .then_refused(TariffStartsTooEarly)
    )


def test_half_a_day_does_not_cost_more_than_a_day():
    (
        given(Host, host_met)
        .when(Host.agree_tariff, MONDAY, half_day_cents=1201, day_cents=1200)
        .then_refused(HalfDayDearerThanDay)
    )


def test_the_tariff_in_force_is_the_newest_that_has_started():
    history = agreed(1, MONDAY), agreed(2, TUESDAY), agreed(3, TUESDAY), agreed(4, date(2026, 6, 1))
    host = given(Host, host_met, *history).aggregate
    days = date(2026, 3, 1), MONDAY, TUESDAY, date(2026, 5, 31), date(2026, 6, 1)
    assert [host.tariff_on(day).version for day in days] == [0, 1, 3, 3, 4]


# A settlement grows by visits


opened = partial(
    Settlement.SettlementOpened, home_space_id=CHIMAY, host_space_id=RIMBAUD, month="2026-03"
)
THE_PASS = uuid4()


@pytest.mark.parametrize(
    ("tariff", "half_days", "cents"),
    [
        (Tariff(3, MONDAY, 700, 1200), HALF, 700),
        (Tariff(3, MONDAY, 700, 1200), WHOLE, 1200),
        (NO_TARIFF, WHOLE, 0),
    ],
)
def test_a_visit_is_owed_at_the_tariff_and_says_which(tariff, half_days, cents):
    (
        given(Settlement, opened)
        .when(Settlement.add_visit, THE_PASS, visit(half_days), tariff)
        .then(
            partial(
                Settlement.SettlementLineAdded,
                pass_id=THE_PASS,
                booking_id=BOOKING,
                day=MONDAY,
                half_days=half_days,
                amount_cents=cents,
                tariff_version=tariff.version,
            )
        )
    )


# A work year counts days


work_year = partial(WorkYear.WorkYearOpened, person_id=ADA, year=2026)


def counted(half_days, country="FR", place_kind="space", source="check-in", day=MONDAY):
    return partial(
        WorkYear.WorkDayCounted,
        day=day,
        country=country,
        place_kind=place_kind,
        half_days=half_days,
        source=source,
    )


contested = partial(WorkYear.WorkDayContested, day=MONDAY, country="FR")
declare = partial(WorkYear.declare, today=MONDAY)


def test_a_check_in_counts():
    (
        given(WorkYear, work_year)
        .when(WorkYear.count_check_in, MONDAY, "FR", WHOLE)
        .then(counted(WHOLE))
    )


def test_a_check_in_counts_as_far_as_the_day_has_room():
    (
        given(WorkYear, work_year, counted(HALF, "BE"))
        .when(WorkYear.count_check_in, MONDAY, "FR", WHOLE)
        .then(counted(HALF))
    )


def test_a_check_in_on_a_full_day_does_not_count():
    (
        given(WorkYear, work_year, counted(WHOLE, "BE", "home", "declared"))
        .when(WorkYear.count_check_in, MONDAY, "FR", HALF)
        .then()
    )


def test_a_day_worked_elsewhere_is_declared():
    (
        given(WorkYear, work_year, counted(HALF))
        .when(declare, MONDAY, "BE", "home", HALF)
        .then(counted(HALF, "BE", "home", "declared"))
    )


def test_a_day_that_has_not_come_is_not_declared():
    (
        given(WorkYear, work_year)
        .when(declare, TUESDAY, "BE", "home", HALF)
        .then_refused(NotWorkedYet)
    )


def test_a_declaration_needs_room_for_all_of_it():
    (
        given(WorkYear, work_year, counted(HALF))
        .when(declare, MONDAY, "BE", "home", WHOLE)
        .then_refused(DayIsFull)
    )


def test_what_is_contested_no_longer_counts_and_stays_on_record():
    story = given(WorkYear, work_year, counted(WHOLE), counted(HALF, "BE", day=TUESDAY), contested)
    assert story.aggregate.half_days_by_country == {"BE": HALF}
    assert story.aggregate.contested == {(MONDAY, "FR"): WHOLE}


def test_the_truth_is_declared_in_place_of_what_is_contested():
    (
        given(WorkYear, work_year, counted(WHOLE), contested)
        .when(declare, MONDAY, "BE", "home", WHOLE)
        .then(counted(WHOLE, "BE", "home", "declared"))
    )


def test_contesting_takes_one_country_of_a_day():
    (
        given(WorkYear, work_year, counted(HALF, "BE"), counted(HALF, "FR"))
        .when(WorkYear.contest, MONDAY, "FR")
        .then(contested)
    )


@pytest.mark.parametrize("history", [[], [counted(HALF, "BE")], [counted(HALF), contested]])
def test_only_what_is_counted_can_be_contested(history):
    (
        given(WorkYear, work_year, *history)
        .when(WorkYear.contest, MONDAY, "FR")
        .then_refused(NothingCounted)
    )
