"""Prices that change with length: what goes above so many hours, days or months costs another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bookings.domain import NoPriceSet, Prices, Tier, by_the_day, by_the_hour, by_the_month

FROM_THE_FOURTH = (Tier(3, 1500),)
ROOM = Prices(1, hour_cents=2000, tiers=FROM_THE_FOURTH)


def told(price):
    return price.cents, price.rule


@pytest.mark.parametrize(
    ("minutes", "cents", "rule"),
    [
        (60, 2000, "hour x 60 min"),
        (180, 6000, "hour x 180 min"),
        (195, 6375, "hour x 180 min + hour x 15 min"),
        (300, 9000, "hour x 180 min + hour x 120 min"),
    ],
)
def test_from_the_fourth_hour_on_an_hour_costs_less(minutes, cents, rule):
    assert told(by_the_hour(ROOM, [minutes])) == (cents, rule)


def test_each_time_of_a_booking_begins_with_the_first_hour():
    assert by_the_hour(ROOM, [120, 120]).cents == 8000
    assert by_the_hour(ROOM, [240]).cents == 7500


def test_several_tiers_follow_each_other():
    prices = Prices(1, hour_cents=2000, tiers=(Tier(1, 1000), Tier(2, 0)))
    lines = by_the_hour(prices, [300]).lines
    assert [(line.quantity, line.each_cents, line.cents) for line in lines] == [
        (60, 2000, 2000),
        (60, 1000, 1000),
        (180, 0, 0),
    ]


def test_a_day_still_caps_what_hours_cost():
    capped = Prices(1, hour_cents=2000, day_cents=8000, tiers=FROM_THE_FOURTH)
    assert told(by_the_hour(capped, [240])) == (7500, "hour x 180 min + hour x 60 min")
    assert told(by_the_hour(capped, [300])) == (8000, "day x 1")


def test_days_at_a_desk_are_counted_over_the_booking_and_half_days_are_not():
    desks = Prices(1, half_day_cents=900, day_cents=1500, tiers=(Tier(2, 1200),))
    booked = by_the_day(desks, [2, 1, 2, 2, 2])
    assert told(booked) == (2 * 1500 + 2 * 1200 + 900, "day x 2 + day x 2 + half-day x 1")


def test_what_a_membership_includes_is_no_day_that_counts():
    desks = Prices(1, half_day_cents=900, day_cents=1500, tiers=(Tier(1, 1000),))
    assert by_the_day(desks, [2, 2, 2], [2, 0, 0]).cents == 1500 + 1000


def test_an_office_costs_less_after_half_a_year():
    office = Prices(1, month_cents=24000, tiers=(Tier(6, 20000),))
    assert told(by_the_month(office, 8)) == (6 * 24000 + 2 * 20000, "month x 6 + month x 2")


def test_a_tier_alone_is_no_price():
    with pytest.raises(NoPriceSet):
        by_the_hour(Prices(1, tiers=FROM_THE_FOURTH), [60])


# Whatever the tariff is

cents = st.integers(0, 100_000)
tiers = st.lists(st.tuples(st.integers(1, 24), cents), max_size=4, unique_by=lambda t: t[0]).map(
    lambda found: tuple(Tier(*each) for each in sorted(found))
)


@given(cents, st.none() | cents, tiers, st.integers(1, 1500), st.integers(0, 600))
def test_longer_never_costs_less_and_never_more_than_the_day(hour, day, tiers, length, more):
    prices = Prices(1, hour_cents=hour, day_cents=day, tiers=tiers)
    shorter, longer = (by_the_hour(prices, [m]).cents for m in (length, length + more))
    assert shorter <= longer <= (math.inf if day is None else day)


@given(cents, tiers, st.integers(1, 24))
def test_an_hour_costs_what_the_tier_says_in_which_it_lies(hour, tiers, hours):
    prices = Prices(1, hour_cents=hour, tiers=tiers)
    exact = sum(
        next((t.each_cents for t in reversed(tiers) if t.above <= n), hour) for n in range(hours)
    )
    assert by_the_hour(prices, [60 * hours]).cents == exact
    assert by_the_day(Prices(1, day_cents=hour, tiers=tiers), hours * [2]).cents == exact
    assert by_the_month(Prices(1, month_cents=hour, tiers=tiers), hours).cents == exact


@given(cents, tiers, st.lists(st.integers(1, 1500), min_size=1, max_size=5))
def test_the_lines_are_the_whole_price_and_all_of_the_time(hour, tiers, lengths):
    price = by_the_hour(Prices(1, hour_cents=hour, tiers=tiers), lengths)
    assert price.cents == sum(line.cents for line in price.lines)
    assert sum(line.quantity for line in price.lines) == sum(lengths)
