"""What a membership includes, what is counted, and what somebody may book of it."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.bookings.domain import (
    Count,
    KnownMembership,
    KnownPlan,
    Price,
    PriceLine,
    Prices,
    Quota,
    Slot,
    Subscription,
    TooManyHalfDays,
    TooManyHours,
    Usage,
    by_the_day,
    first_of,
)

ADA, TEN_DAYS, FULL_TIME = uuid4(), uuid4(), uuid4()
MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9)
FERME, MEMBERSHIP = uuid4(), uuid4()


# Which plan is in force

LEARNED = partial(KnownMembership.MembershipLearned, membership_id=MEMBERSHIP)


def since(start, plan):
    return partial(KnownMembership.PlanInForceLearned, start=start, plan_id=plan)


def test_a_plan_is_in_force_from_its_first_day_to_its_last():
    membership = given(KnownMembership, LEARNED, since(MONDAY, TEN_DAYS)).aggregate
    membership.learn_end(NEXT_MONDAY)
    days = (date(2026, 3, 1), MONDAY, NEXT_MONDAY, date(2026, 3, 10))
    assert [membership.plan_on(day) for day in days] == [None, TEN_DAYS, TEN_DAYS, None]


def test_a_plan_that_was_put_to_rest_is_taken_up_again():
    membership = given(
        KnownMembership, LEARNED, since(MONDAY, FULL_TIME), since(TUESDAY, TEN_DAYS)
    ).aggregate
    membership.learn_pause(date(2026, 3, 5))
    membership.learn_resumption(NEXT_MONDAY)
    days = (MONDAY, TUESDAY, date(2026, 3, 5), date(2026, 3, 8), NEXT_MONDAY)
    plans = [FULL_TIME, TEN_DAYS, None, None, TEN_DAYS]
    assert [membership.plan_on(day) for day in days] == plans


# What it includes is used first

LIST = Prices(1, None, 900, 1500)


@pytest.mark.parametrize(
    ("half_days", "included", "lines"),
    [
        ([2, 1], [0, 0], [("day", 1, 1500), ("half-day", 1, 900)]),
        ([2, 2], [2, 2], [("included half-day", 4, 0)]),
        ([2, 2], [2, 0], [("included half-day", 2, 0), ("day", 1, 1500)]),
        ([2, 1], [1, 0], [("included half-day", 1, 0), ("half-day", 2, 900)]),
        ([1], [1], [("included half-day", 1, 0)]),
    ],
)
def test_what_a_membership_includes_costs_nothing(half_days, included, lines):
    expected = [PriceLine(unit, times, each, times * each) for unit, times, each in lines]
    assert by_the_day(LIST, half_days, included) == Price(1, expected)


def test_the_rest_of_a_day_costs_the_day_where_halves_have_no_price():
    only_days = Prices(1, None, None, 1500)
    assert by_the_day(only_days, [2], [1]).cents == 1500


def test_nothing_needs_a_price_that_is_paid_already():
    assert by_the_day(Prices(), [2, 1], [2, 1]).cents == 0


# What is counted

OPENED = partial(Usage.UsageOpened, space_id=FERME, holder_id=ADA, counted="x", first=MONDAY)


def used(amount, booking=None):
    return partial(Usage.Used, booking_id=booking or uuid4(), amount=amount)


def test_what_is_given_back_can_be_used_again():
    booking = uuid4()
    returned = partial(Usage.UsageReturned, booking_id=booking)
    usage = given(Usage, OPENED, used(3), used(2, booking))
    assert usage.aggregate.used() == 5
    usage.when(Usage.give_back, booking).then(returned)
    given(Usage, OPENED, used(3)).when(Usage.give_back, booking).then()


def slot(day, half_days=2):
    return Slot(day, 540, 1080, half_days), 540


class Counting:
    """Counts for Ada, who may be subscribed, what was used before."""

    def __init__(self, *quotas, plan_days=None, subscribed=False):
        plan = given(
            KnownPlan, partial(KnownPlan.PlanLearned, plan_id=TEN_DAYS, included_days=plan_days)
        ).aggregate
        self.subscription = Subscription(MEMBERSHIP, plan) if subscribed else None
        self.quotas, self.usages = quotas, {}

    def usage(self, holder, counted, first):
        about = (FERME, holder, counted, first)
        known = Usage.id_of(*about)
        return self.usages.setdefault(known, Usage(known, *about))

    def count(self, *slots, kind="desk"):
        return Count(kind, ADA, slots, self.quotas, lambda day: self.subscription, self.usage)


def test_included_days_are_used_first_until_none_is_left_in_the_month():
    ada = Counting(plan_days=2, subscribed=True)
    first = ada.count(slot(MONDAY), slot(TUESDAY, 1))
    assert first.included == [2, 1]
    first.use(uuid4())
    second = ada.count(slot(NEXT_MONDAY), slot(date(2026, 4, 1)))
    assert second.included == [1, 2], "April has days of its own"


def test_nothing_is_used_by_looking():
    ada = Counting(plan_days=1, subscribed=True)
    assert ada.count(slot(MONDAY)).included == ada.count(slot(MONDAY)).included == [2]


def test_a_plan_without_a_number_includes_every_day():
    ada = Counting(subscribed=True)
    assert ada.count(*[slot(date(2026, 3, day)) for day in range(2, 28)]).included == [2] * 26


def test_who_is_not_subscribed_has_no_days_and_a_room_is_never_included():
    assert Counting().count(slot(MONDAY)).included == [0]
    assert Counting(subscribed=True).count(slot(MONDAY), kind="room").included == []


def test_a_quota_is_for_each_week_by_itself():
    ada = Counting(Quota("desk", "person", "week", 3))
    ada.count(slot(MONDAY), slot(NEXT_MONDAY)).use(uuid4())
    ada.count(slot(TUESDAY, 1)).use(uuid4())
    with pytest.raises(TooManyHalfDays) as refused:
        ada.count(slot(date(2026, 3, 4), 1))
    assert refused.value.values == {
        "most": "3",
        "period": "week",
        "first": "2026-03-02",
        "used": "3",
    }
    ada.count(slot(date(2026, 3, 10), 1))


def test_one_booking_cannot_be_more_than_a_quota_either():
    with pytest.raises(TooManyHalfDays):
        Counting(Quota("desk", "person", "month", 3)).count(slot(MONDAY), slot(TUESDAY))


def test_hours_are_counted_as_the_minutes_that_pass():
    ada = Counting(Quota("room", "person", "day", 9))
    ada.count(slot(MONDAY), kind="room").use(uuid4())
    with pytest.raises(TooManyHours):
        ada.count((Slot(MONDAY, 1080, 1095, 1), 15), kind="room")
    ada.count((Slot(MONDAY, 1080, 1095, 1), 15), kind="machine")


def test_a_quota_of_memberships_counts_all_of_an_organisation_together():
    quota = Quota("desk", "membership", "day", 2)
    Counting(quota).count(slot(MONDAY))
    subscribed = Counting(quota, subscribed=True)
    [usage] = subscribed.count(slot(MONDAY)).use(uuid4())[:1]
    assert usage.id == Usage.id_of(FERME, MEMBERSHIP, "desk/day", MONDAY)


def test_a_quota_of_a_plan_is_for_those_who_are_on_it():
    on_plan, on_another = (
        Quota("desk", "person", "day", 1, plan) for plan in (TEN_DAYS, FULL_TIME)
    )
    Counting(on_another, subscribed=True).count(slot(MONDAY))
    Counting(on_plan).count(slot(MONDAY))
    with pytest.raises(TooManyHalfDays):
        Counting(on_plan, subscribed=True).count(slot(MONDAY))


def test_a_week_begins_on_monday_and_a_month_on_its_first():
    sunday = date(2026, 3, 8)
    begins = [first_of(period, sunday) for period in ("day", "week", "month")]
    assert begins == [sunday, MONDAY, date(2026, 3, 1)]
