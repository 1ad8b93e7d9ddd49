"""What a booking costs at list price, in integer euro cents, and the rule that says why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kernel.facts import Refused


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


class Price(NamedTuple):
    cents: int
    version: int
    """Of the resource's prices, as the space numbers them."""
    rule: str
    """How the cents come about, in short: "day x 2", "hour x 150 min"."""


def half_up(numerator: int, denominator: int) -> int:
    """The rounding rule: to the nearest cent, half a cent upwards. Once per slot."""
    return (2 * numerator + denominator) // (2 * denominator)


def by_the_day(prices: Prices, half_days: Iterable[int]) -> Price:
    """Desks: the day price for each whole day, the half-day price for each half day."""
    counted = list(half_days)
    cents, rule = 0, []
    for unit, each, times in (
        ("day", prices.day_cents, counted.count(2)),
        ("half-day", prices.half_day_cents, counted.count(1)),
    ):
        if times:
            cents += _set(each, unit) * times
            rule.append(f"{unit} x {times}")
    return Price(cents, prices.version, " + ".join(rule))


def by_the_hour(prices: Prices, minutes: Iterable[int]) -> Price:
    """Rooms, studios, machines: the hour price for the minutes of each slot, rounded half up."""
    lengths = list(minutes)
    hour = _set(prices.hour_cents, "hour")
    cents = sum(half_up(hour * length, 60) for length in lengths)
    return Price(cents, prices.version, "hour x " + " + ".join(f"{m} min" for m in lengths))


def by_the_month(prices: Prices, months: int) -> Price:
    """Offices: the month price for each calendar month."""
    return Price(_set(prices.month_cents, "month") * months, prices.version, f"month x {months}")


def _set(cents: int | None, unit: str) -> int:
    if cents is None:
        raise NoPriceSet(unit=unit)
    return cents
