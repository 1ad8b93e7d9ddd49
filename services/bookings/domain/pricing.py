"""What a booking costs at list price, in integer euro cents, and line by line why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from kernel.facts import Refused
from services.bookings.domain.slots import HALF_DAY


class NoPriceSet(Refused):
    """The space has not set a price per {unit} for this place yet."""


@dataclass(frozen=True)
class Prices:
    """The list prices of a resource, in cents. None is no price; 0 is free of charge."""

    version: int = 0
    hour_cents: int | None = None
    half_day_cents: int | None = None
    day_cents: int | None = None
    month_cents: int | None = None


@dataclass(frozen=True)
class PriceLine:
    """So many of a unit (hour, half-day, day, month) at so much each. Hours come in minutes; what a
    membership includes comes in half-days, and costs nothing."""

    unit: str
    quantity: int
    each_cents: int
    cents: int

    def rule(self) -> str:
        return f"{self.unit} x {self.quantity}{' min' if self.unit == 'hour' else ''}"


class Price(NamedTuple):
    version: int
    """Of the resource's prices, as the space numbers them."""
    lines: list[PriceLine]

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def rule(self) -> str:
        """How the cents come about, in short: "day x 2", "hour x 150 min + half-day x 1"."""
        return " + ".join(line.rule() for line in self.lines)


def half_up(numerator: int, denominator: int) -> int:
    """The rounding rule: to the nearest cent, half a cent upwards. Once per line."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_the_day(
    prices: Prices, half_days: Sequence[int], included: Sequence[int] = (), guests: int = 0
) -> Price:
    """Desks: the day price for each whole day, the half-day price for each half day.

    `included`: how many half-days of each are paid by a membership already. What is left of a day
    costs a half-day; the whole day, where a half one has no price. `guests` pay the list price, as
    a membership is its members' own. Refuses NoPriceSet.
    """
    pairs = [
        *zip_longest(half_days, included, fillvalue=0),
        *[(each, 0) for each in half_days] * guests,
    ]
    free = sum(paid for _, paid in pairs)
    rest = [halves == 2 and paid == 1 for halves, paid in pairs].count(True)
    by_day, by_half = pairs.count((2, 0)), pairs.count((1, 0))
    if prices.half_day_cents is None:
        by_day += rest
    else:
        by_half += rest
    lines = [PriceLine("included half-day", free, 0, 0)] if free else []
    for unit, each, times in (
        ("day", prices.day_cents, by_day),
        ("half-day", prices.half_day_cents, by_half),
    ):
        if times:
            lines.append(_of(unit, times, _set(each, unit)))
    return Price(prices.version, lines)


def by_the_hour(prices: Prices, minutes: Iterable[int]) -> Price:
    """Rooms, studios, machines: each slot at the cheapest of what the space offers for it.

    That is the hour price for its minutes; or the half-day price, up to four hours; or the day
    price: so nobody pays more for hours than for the day. Refuses NoPriceSet.
    """
    return Price(prices.version, [_cheapest(prices, length) for length in minutes])


def by_the_month(prices: Prices, months: int) -> Price:
    """Offices: the month price for each calendar month. Refuses NoPriceSet."""
    return Price(prices.version, [_of("month", months, _set(prices.month_cents, "month"))])


def _cheapest(prices: Prices, minutes: int) -> PriceLine:
    """Of equal ones the one that is closest to what was asked for."""
    lines = []
    if (hour := prices.hour_cents) is not None:
        lines.append(PriceLine("hour", minutes, hour, half_up(hour * minutes, 60)))
    if prices.half_day_cents is not None and minutes <= HALF_DAY:
        lines.append(_of("half-day", 1, prices.half_day_cents))
    if prices.day_cents is not None:
        lines.append(_of("day", 1, prices.day_cents))
    if not lines:
        raise NoPriceSet(unit="hour")
    return min(lines, key=lambda line: line.cents)


def _of(unit: str, quantity: int, each_cents: int) -> PriceLine:
    return PriceLine(unit, quantity, each_cents, quantity * each_cents)


def _set(cents: int | None, unit: str) -> int:
    if cents is None:
        raise NoPriceSet(unit=unit)
    return cents
