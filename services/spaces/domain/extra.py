"""Extras: what can be had with a booking, such as coffee, lunch, a screen or cleaning."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Extra:
    """So many euro cents each, without VAT, `per` booking, person, hour, half-day
    or month.

    `stock`: how many can be had at the same time; None: as many as are asked for. `kinds`: the
    kinds of resources with which it can be had. `notice_hours`: so long before a booking begins it
    must be known how many are wanted.
    """

    version: int
    name: str
    per: str
    cents: int
    stock: int | None
    kinds: list[str]
    notice_hours: int = 0
