"""The rules of spaces. Read these first."""

from datetime import date
from functools import partial
from uuid import uuid4, uuid5

import pytest

from kernel.facts import NETWORK
from kernel.testing import ANY, given
from services.spaces.domain import (
    AlreadyOperating,
    AlreadyReturned,
    ClosesBeforeItOpens,
    DayAlreadyClosed,
    DayAlreadyOpen,
    DayIsPast,
    EndsBeforeItStarts,
    EquipmentNotNamed,
    HoursNotGiven,
    HoursOverlap,
    LenderIsBorrower,
    Loan,
    LoanOfOthers,
    NoLongerOffered,
    NotLentYet,
    NotReturnedYet,
    OneOfAKind,
    OnlyTimeHasHours,
    Opening,
    PricesMissing,
    ResourceCodeTaken,
    SeatsMissing,
    Space,
    Tier,
    TierWithoutPrice,
    UnitsMissing,
)

SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
DESKS, ROOM = uuid5(ANY, "open-space"), uuid5(ANY, "salle-etang")
LOAN, LENDER, BORROWER, STRANGER, ADA = (uuid4() for _ in range(5))
NOON = 12 * 60


def opened(planned=False):
    return partial(
        Space.SpaceOpened,
        code="la-ferme",
        name="La Ferme Coworking",
        operator_id=uuid4(),
        town="Chimay",
        country="BE",
        timezone="Europe/Brussels",
        lat=50.048,
        lon=4.317,
        languages=["fr"],
        amenities=[],
        planned=planned,
    )


def operation_started():
    return partial(Space.OperationStarted)


def desks_added(units=12):
    return partial(
        Space.ResourceAdded,
        resource_id=DESKS,
        code="open-space",
        kind="desks",
        name="Open space",
        units=units,
        seats=None,
        training_id=None,
    )


def room_added():
    return partial(
        Space.ResourceAdded,
        resource_id=ROOM,
        code="salle-etang",
        kind="room",
        name="Salle de réunion",
        units=1,
        seats=10,
        training_id=None,
    )


def retired(resource_id=DESKS):
    return partial(Space.ResourceRetired, resource_id=resource_id)


def priced(version, hour=None, half_day=None, day=None, month=None, tiers=()):
    return partial(
        Space.PricesSet,
        resource_id=DESKS,
        version=version,
        hour_cents=hour,
        half_day_cents=half_day,
        day_cents=day,
        month_cents=month,
        tiers=list(tiers),
    )


def closed(day, reason="Works"):
    return partial(Space.DayClosed, day=day, reason=reason)


def opened_on(day):
    return partial(Space.DayOpened, day=day)


# A space


def test_a_code_gives_one_id_in_the_whole_network():
    assert Space.id_of("la-ferme") == uuid5(NETWORK, "space/la-ferme")
    assert Space.id_of("la-ferme") != Space.id_of("e420")


def test_a_planned_space_starts_operating():
    given(Space, opened(planned=True)).when(Space.start_operation).then(operation_started())


def test_a_planned_space_starts_operating_once():
    (
        given(Space, opened(planned=True), operation_started())
        .when(Space.start_operation)
        .then_refused(AlreadyOperating)
    )


def test_a_space_that_was_never_planned_operates_already():
    given(Space, opened()).when(Space.start_operation).then_refused(AlreadyOperating)


def test_a_planned_space_is_furnished_before_it_operates():
    (
        given(Space, opened(planned=True))
        .when(Space.add_resource, "open-space", "desks", "Open space", units=12)
        .then(desks_added(units=12))
    )
    (
        given(Space, opened(planned=True), desks_added())
        .when(Space.set_prices, DESKS, day_cents=1400, half_day_cents=800)
        .then(priced(1, day=1400, half_day=800))
    )


# Its resources


def test_a_room_is_one_thing_that_seats_people():
    (
        given(Space, opened())
        .when(Space.add_resource, "salle-etang", "room", "Salle de réunion", seats=10)
        .then(room_added())
    )


def test_a_machine_may_ask_for_a_training():
    drones = uuid4()
    (
        given(Space, opened())
        .when(Space.add_resource, "drone", "machines", "Drone", units=2, training_id=drones)
        .then(partial(Space.ResourceAdded, kind="machines", units=2, training_id=drones))
    )


def test_an_amenity_needs_no_figure():
    (
        given(Space, opened())
        .when(Space.add_resource, "cuisine", "amenity", "Cuisine")
        .then(partial(Space.ResourceAdded, kind="amenity", units=1, seats=None))
    )


def test_a_code_is_used_once_in_a_space():
    (
        given(Space, opened(), desks_added())
        .when(Space.add_resource, "open-space", "room", "Petit bureau", seats=2)
        .then_refused(ResourceCodeTaken)
    )


def test_the_code_of_a_retired_resource_stays_taken():
    (
        given(Space, opened(), desks_added(), retired())
        .when(Space.add_resource, "open-space", "desks", "Open space", units=12)
        .then_refused(ResourceCodeTaken)
    )


@pytest.mark.parametrize("kind", ["desks", "machines"])
@pytest.mark.parametrize("units", [None, 0])
def test_desks_and_machines_are_counted(kind, units):
    (
        given(Space, opened())
        .when(Space.add_resource, "new", kind, "New", units=units, seats=3)
        .then_refused(UnitsMissing)
    )


@pytest.mark.parametrize("kind", ["room", "office", "studio"])
@pytest.mark.parametrize("seats", [None, 0])
def test_rooms_offices_and_studios_say_how_many_they_seat(kind, seats):
    (
        given(Space, opened())
        .when(Space.add_resource, "new", kind, "New", units=1, seats=seats)
        .then_refused(SeatsMissing)
    )


@pytest.mark.parametrize("kind", ["room", "office", "studio", "amenity"])
def test_only_desks_and_machines_are_interchangeable(kind):
    (
        given(Space, opened())
        .when(Space.add_resource, "new", kind, "New", units=2, seats=4)
        .then_refused(OneOfAKind)
    )


def test_a_resource_is_retired():
    given(Space, opened(), desks_added()).when(Space.retire_resource, DESKS).then(retired())


def test_a_resource_is_retired_once():
    (
        given(Space, opened(), desks_added(), retired())
        .when(Space.retire_resource, DESKS)
        .then_refused(NoLongerOffered)
    )


# Its prices


def test_each_setting_of_prices_is_the_next_version():
    (
        given(Space, opened(), desks_added(), priced(1, day=1500), priced(2, day=1600))
        .when(Space.set_prices, DESKS, day_cents=1700)
        .then(priced(3, day=1700))
    )


def test_versions_count_for_each_resource_alone():
    (
        given(Space, opened(), desks_added(), priced(1, day=1500), room_added())
        .when(Space.set_prices, ROOM, hour_cents=1500)
        .then(partial(Space.PricesSet, resource_id=ROOM, version=1, hour_cents=1500))
    )


def test_free_is_a_price():
    (
        given(Space, opened(), desks_added())
        .when(Space.set_prices, DESKS, day_cents=0)
        .then(priced(1, day=0))
    )


def test_a_price_may_change_with_length_if_there_is_one():
    tiers = [Tier(2, 1200), Tier(5, 1000)]
    desks = given(Space, opened(), desks_added())
    desks.when(Space.set_prices, DESKS, day_cents=1400, tiers=tiers).then(
        priced(1, day=1400, tiers=tiers)
    )
    desks = given(Space, opened(), desks_added())
    desks.when(Space.set_prices, DESKS, half_day_cents=800, tiers=tiers).then_refused(
        TierWithoutPrice
    )
    room = given(Space, opened(), room_added())
    room.when(Space.set_prices, ROOM, day_cents=9000, tiers=tiers).then_refused(TierWithoutPrice)


def test_no_price_at_all_is_none():
    (
        given(Space, opened(), desks_added())
        .when(Space.set_prices, DESKS)
        .then_refused(PricesMissing)
    )


def test_what_is_retired_has_no_new_price():
    (
        given(Space, opened(), desks_added(), retired())
        .when(Space.set_prices, DESKS, day_cents=1700)
        .then_refused(NoLongerOffered)
    )


# Its hours


def test_a_weekday_may_have_several_spans_and_they_are_kept_in_order():
    evening, morning = Opening(1, 18 * 60, 24 * 60), Opening(1, 8 * 60, NOON)
    (
        given(Space, opened())
        .when(Space.set_hours, [evening, morning])
        .then(partial(Space.HoursSet, hours=[morning, evening]))
    )


def test_one_span_may_begin_when_another_ends():
    spans = [Opening(1, 8 * 60, NOON), Opening(1, NOON, 18 * 60)]
    given(Space, opened()).when(Space.set_hours, spans).then(partial(Space.HoursSet, hours=spans))


def test_the_same_hours_on_two_weekdays_do_not_overlap():
    spans = [Opening(1, 8 * 60, NOON), Opening(2, 8 * 60, NOON)]
    given(Space, opened()).when(Space.set_hours, spans).then(partial(Space.HoursSet, hours=spans))


def test_two_spans_of_a_weekday_do_not_overlap():
    (
        given(Space, opened())
        .when(Space.set_hours, [Opening(1, 8 * 60, NOON + 1), Opening(1, NOON, 18 * 60)])
        .then_refused(HoursOverlap)
    )


@pytest.mark.parametrize("opens, closes", [(NOON, NOON), (NOON, 480), (NOON, 1441), (-1, NOON)])
def test_a_span_begins_before_it_ends_within_one_day(opens, closes):
    (
        given(Space, opened())
        .when(Space.set_hours, [Opening(1, opens, closes)])
        .then_refused(ClosesBeforeItOpens)
    )


def test_a_space_may_give_up_all_its_hours():
    before = partial(Space.HoursSet, hours=[Opening(1, 8 * 60, NOON)])
    given(Space, opened(), before).when(Space.set_hours, []).then(partial(Space.HoursSet, hours=[]))


# Its days


def test_a_space_closes_for_a_day():
    (
        given(Space, opened())
        .when(Space.close_day, TUESDAY, "Works", today=MONDAY)
        .then(closed(TUESDAY))
    )


def test_today_can_still_be_closed_but_not_yesterday():
    (
        given(Space, opened())
        .when(Space.close_day, MONDAY, "Works", today=MONDAY)
        .then(closed(MONDAY))
    )
    (
        given(Space, opened())
        .when(Space.close_day, SUNDAY, "Works", today=MONDAY)
        .then_refused(DayIsPast)
    )


def test_a_day_is_closed_once():
    (
        given(Space, opened(), closed(TUESDAY))
        .when(Space.close_day, TUESDAY, "Snow", today=MONDAY)
        .then_refused(DayAlreadyClosed)
    )


def test_a_closed_day_can_open_and_close_again():
    (
        given(Space, opened(), closed(TUESDAY))
        .when(Space.open_day, TUESDAY, today=MONDAY)
        .then(opened_on(TUESDAY))
    )
    (
        given(Space, opened(), closed(TUESDAY), opened_on(TUESDAY))
        .when(Space.close_day, TUESDAY, "Works", today=MONDAY)
        .then(closed(TUESDAY))
    )
    (
        given(Space, opened(), closed(TUESDAY), opened_on(TUESDAY), closed(TUESDAY))
        .when(Space.open_day, TUESDAY, today=MONDAY)
        .then(opened_on(TUESDAY))
    )


def test_a_day_nobody_closed_can_be_opened_for_it_may_be_a_holiday():
    (given(Space, opened()).when(Space.open_day, TUESDAY, today=MONDAY).then(opened_on(TUESDAY)))


def test_a_day_is_opened_once():
    (
        given(Space, opened(), opened_on(TUESDAY))
        .when(Space.open_day, TUESDAY, today=MONDAY)
        .then_refused(DayAlreadyOpen)
    )


def test_the_past_is_not_opened():
    (
        given(Space, opened(), closed(SUNDAY))
        .when(Space.open_day, SUNDAY, today=MONDAY)
        .then_refused(DayIsPast)
    )


# What it lends


SCANNER = {"kind": "equipment", "what": "3D scanner", "person_id": None, "hours": None}
WORK = {"kind": "time", "what": "", "person_id": ADA, "hours": 6}


def lent(start=MONDAY, end=TUESDAY, **what):
    return partial(
        Loan.ResourceLent,
        lender_id=LENDER,
        borrower_id=BORROWER,
        start=start,
        end=end,
        **{**SCANNER, **what},
    )


def returned(day):
    return partial(Loan.LoanReturned, day=day)


def lend(borrower=BORROWER, start=MONDAY, end=TUESDAY, **what):
    return Loan.between(LOAN, LENDER, borrower, start=start, end=end, **what)


@pytest.mark.parametrize("what", [SCANNER, WORK, {**WORK, "person_id": None}])
def test_equipment_or_time_is_lent(what):
    (event,) = lend(**what).collect_events()
    assert type(event) is Loan.ResourceLent
    assert lent(**what).keywords.items() <= vars(event).items()


def test_a_loan_may_last_a_day_but_does_not_end_before_it_starts():
    assert lend(**SCANNER, start=MONDAY, end=MONDAY).end == MONDAY
    with pytest.raises(EndsBeforeItStarts):
        lend(**SCANNER, start=TUESDAY, end=MONDAY)


def test_a_space_does_not_lend_to_itself():
    with pytest.raises(LenderIsBorrower):
        lend(**SCANNER, borrower=LENDER)


@pytest.mark.parametrize("what", ["", "  "])
def test_equipment_has_a_name(what):
    with pytest.raises(EquipmentNotNamed):
        lend(**{**SCANNER, "what": what})


@pytest.mark.parametrize("what", [{"hours": 6}, {"person_id": ADA}])
def test_equipment_is_not_counted_in_hours_and_is_nobody(what):
    with pytest.raises(OnlyTimeHasHours):
        lend(**{**SCANNER, **what})


def test_time_is_counted_in_hours():
    with pytest.raises(HoursNotGiven):
        lend(**{**WORK, "hours": None})


@pytest.mark.parametrize("side", [LENDER, BORROWER])
def test_either_side_records_the_return(side):
    (given(Loan, lent()).when(Loan.give_back, side, TUESDAY, today=TUESDAY).then(returned(TUESDAY)))


def test_a_return_can_be_recorded_days_later_but_not_before():
    (given(Loan, lent()).when(Loan.give_back, LENDER, MONDAY, today=TUESDAY).then(returned(MONDAY)))
    (
        given(Loan, lent())
        .when(Loan.give_back, LENDER, TUESDAY, today=MONDAY)
        .then_refused(NotReturnedYet)
    )


def test_nobody_else_returns_it():
    (
        given(Loan, lent())
        .when(Loan.give_back, STRANGER, TUESDAY, today=TUESDAY)
        .then_refused(LoanOfOthers)
    )


def test_a_loan_is_returned_once():
    (
        given(Loan, lent(), returned(MONDAY))
        .when(Loan.give_back, LENDER, TUESDAY, today=TUESDAY)
        .then_refused(AlreadyReturned)
    )


def test_what_is_not_lent_yet_is_not_returned():
    (
        given(Loan, lent(start=TUESDAY))
        .when(Loan.give_back, LENDER, MONDAY, today=MONDAY)
        .then_refused(NotLentYet)
    )


def test_a_refusal_tells_the_partner_what_stands_in_the_way():
    assert str(ResourceCodeTaken(code="open-space")).endswith("with the code open-space.")
    assert str(HoursOverlap(weekday=1)).endswith("(weekday 1, where Monday is 1).")
    assert str(AlreadyReturned(day=MONDAY)) == "This loan was already returned on 2026-03-02."
