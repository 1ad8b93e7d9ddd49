"""Prices that change with length: from the fourth hour on, say, each hour costs less."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """What goes above so many units of a booking costs so much each.

    The unit is the one that a resource is known by: the hour of each time in a room or on a
    machine, the day at a desk, the month in an office.
    """

    above: int
    each_cents: int


def portions(
    amount: int, each_cents: int, tiers: Iterable[Tier], parts: int = 1
) -> Iterator[tuple[int, int]]:
    """How much of an amount is paid at which price: (amount, cents of a unit), in order.

    `tiers`: the lowest first. `parts`: how many make a unit, when the amount is one of minutes.
    """
    begin = 0
    for tier in tiers:
        end = min(amount, parts * tier.above)
        if end > begin:
            yield end - begin, each_cents
        begin, each_cents = end, tier.each_cents
    if amount > begin:
        yield amount - begin, each_cents
