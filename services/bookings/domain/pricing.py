"""What a booking costs at list price, in integer euro cents, and line by line why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple, Self

from kernel.facts import Refused
from services.bookings.domain.slots import HALF_DAY
from services.bookings.domain.tiers import Tier, portions


class NoPriceSet(Refused):
    """The space has not set a price per {unit} for this place yet."""


@dataclass(frozen=True)
class Prices:
    """The list prices of a resource, in cents. None is no price; 0 is free of charge.

    `tiers`: other prices of the hour, the day or the month, from a length on.
    """

    version: int = 0
    hour_cents: int | None = None
    half_day_cents: int | None = None
    day_cents: int | None = None
    month_cents: int | None = None
    tiers: tuple[Tier, ...] = ()

    @property
    def desks_are_free(self) -> bool:
        return {self.half_day_cents, self.day_cents} - {None} == {0}

    @property
    def times_are_free(self) -> bool:
        return 0 in (self.hour_cents, self.half_day_cents, self.day_cents)


@dataclass(frozen=True)
class PriceLine:
    """So many of a unit (hour, half-day, day, month) at so much each. Hours come in minutes; what a
    membership includes, or a credit pays, costs nothing. `name`: of the pack that the credit was
    got with, or of an extra; or the kind of customer for whom a reduction is, of so many percent:
    its cents are below zero."""

    unit: str
    quantity: int
    each_cents: int
    cents: int
    name: str | None = None

    def rule(self) -> str:
        return f"{self.unit} x {self.quantity}{' min' if self.unit.endswith('hour') else ''}"


class Price(NamedTuple):
    version: int
    """Of the resource's prices, as the space numbers them."""
    lines: list[PriceLine]

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    def with_lines(self, lines: list[PriceLine]) -> Self:
        """And so much more."""
        return self._replace(lines=[*self.lines, *lines])

    @property
    def rule(self) -> str:
        """How the cents come about, in short: "day x 2", "hour x 150 min + half-day x 1"."""
        return " + ".join(line.rule() for line in self.lines)


def half_up(numerator: int, denominator: int) -> int:
    """The rounding rule: to the nearest cent, half a cent upwards. Once per line."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_the_day(
    prices: Prices,
    half_days: Sequence[int],
    paid: Sequence[int] = (),
    by_credits: Sequence[PriceLine] = (),
    guests: int = 0,
) -> Price:
    """Desks: the day price for each whole day, the half-day price for each half day.

    `paid`: how many half-days of each are paid already, by a membership but for those that the
    lines `by_credits` say. What is left of a day costs a half-day; the whole day, where a half one
    has no price. `guests` pay the list price, as a membership and a pack are their holder's own.
    Refuses NoPriceSet.
    """
    pairs = [
        *zip_longest(half_days, paid, fillvalue=0),
        *[(each, 0) for each in half_days] * guests,
    ]
    free = sum(already for _, already in pairs) - sum(line.quantity for line in by_credits)
    rest = pairs.count((2, 1))
    by_day, by_half = pairs.count((2, 0)), pairs.count((1, 0))
    if prices.half_day_cents is None:
        by_day += rest
    else:
        by_half += rest
    lines = [PriceLine("included half-day", free, 0, 0)] if free else []
    lines += by_credits
    if by_day:
        lines += _tiered("day", by_day, _set(prices.day_cents, "day"), prices.tiers)
    if by_half:
        lines.append(_of("half-day", by_half, _set(prices.half_day_cents, "half-day")))
    return Price(prices.version, lines)


def by_the_hour(
    prices: Prices,
    minutes: Iterable[int],
    paid: Iterable[int] = (),
    by_credits: Sequence[PriceLine] = (),
) -> Price:
    """Rooms, studios, machines: each slot at the cheapest of what the space offers for it.

    That is the hour price for its minutes, with its tiers; or the half-day price, up to four hours;
    or the day price: so nobody pays more for hours than for the day. `paid`: how many minutes of
    each are paid already, as the lines `by_credits` say; the rest costs what so many minutes cost.
    Refuses NoPriceSet.
    """
    left = (length - already for length, already in zip_longest(minutes, paid, fillvalue=0))
    lines = [line for length in left if length for line in _cheapest(prices, length)]
    return Price(prices.version, [*by_credits, *lines])


def by_the_month(prices: Prices, months: int) -> Price:
    """Offices: the month price for each calendar month. Refuses NoPriceSet."""
    month = _set(prices.month_cents, "month")
    return Price(prices.version, _tiered("month", months, month, prices.tiers))


def _cheapest(prices: Prices, minutes: int) -> list[PriceLine]:
    """Of equal ones the one that is closest to what was asked for."""
    ways = []
    if (hour := prices.hour_cents) is not None:
        ways.append([_by_time(*each) for each in portions(minutes, hour, prices.tiers, 60)])
    if prices.half_day_cents is not None and minutes <= HALF_DAY:
        ways.append([_of("half-day", 1, prices.half_day_cents)])
    if prices.day_cents is not None:
        ways.append([_of("day", 1, prices.day_cents)])
    if not ways:
        raise NoPriceSet(unit="hour")
    return min(ways, key=lambda lines: sum(line.cents for line in lines))


def _by_time(minutes: int, hour_cents: int) -> PriceLine:
    return PriceLine("hour", minutes, hour_cents, half_up(hour_cents * minutes, 60))


def _tiered(unit: str, quantity: int, each_cents: int, tiers: tuple[Tier, ...]) -> list[PriceLine]:
    return [_of(unit, *each) for each in portions(quantity, each_cents, tiers)]


def _of(unit: str, quantity: int, each_cents: int) -> PriceLine:
    return PriceLine(unit, quantity, each_cents, quantity * each_cents)


def _set(cents: int | None, unit: str) -> int:
    if cents is None:
        raise NoPriceSet(unit=unit)
    return cents
