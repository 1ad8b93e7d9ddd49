"""Reductions: what some kinds of customers pay less than the list price."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from services.bookings.domain.pricing import PriceLine, half_up


@dataclass(frozen=True)
class Reduction:
    """So many percent less, for whoever subscribes to the space ("subscriber"), belongs to an
    organisation ("organisation"), or is in a situation, such as "student"."""

    customer: str
    percent: int


def reduced(cents: int, reductions: Iterable[Reduction], kinds: Set[str]) -> list[PriceLine]:
    """What somebody of these kinds pays less, as a line of the price: by the largest reduction.

    Half a cent goes up. Nothing when nothing fits, or nothing is to be paid.
    """
    fit = [each for each in reductions if each.customer in kinds]
    if not fit or not cents:
        return []
    largest = max(fit, key=lambda each: each.percent)
    less = half_up(largest.percent * cents, 100)
    return [PriceLine("reduction", largest.percent, 0, -less, largest.customer)]
