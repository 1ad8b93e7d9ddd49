"""What can be booked, or found, in a space."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from kernel.facts import Refused

COUNTED = {"desks", "machines"}
SEATED = {"room", "office", "studio"}
TIMED = {"room", "studio", "machines"}
TIERED_BY = {"desks": "day", "office": "month"}
"""The unit by whose number a price may change; all others are booked by the hour."""


class ResourceCodeTaken(Refused):
    """This space has, or once had, a resource with the code {code}."""


class UnitsMissing(Refused):
    """Say how many {kind} there are: at least one."""


class SeatsMissing(Refused):
    """Say how many people this {kind} seats: at least one."""


class OneOfAKind(Refused):
    """Only desks and machines are counted. Anything else is added one by one, with its own code."""


class NoLongerOffered(Refused):
    """This resource is retired, and stays so."""


class PricesMissing(Refused):
    """Give at least one price: per hour, half-day, day or month."""


class TierWithoutPrice(Refused):
    """Prices from a length on need the price until there: per {unit}."""


class BookedByTheDay(Refused):
    """Desks and offices are booked by days and months: only rooms, studios and machines have a
    shortest and a longest time, or parts."""


class UnknownPart(Refused):
    """The space has no resource under the id of one of the parts."""


class PartOfItself(Refused):
    """A part must be something else, and may have no parts of its own."""


@dataclass(frozen=True)
class Tier:
    """What goes above so many hours (room, studio, machines), days (desks) or months (office) of
    a booking costs so much each."""

    above: int
    each_cents: int


@dataclass(frozen=True)
class Prices:
    """In euro cents, without VAT. None: not offered for that length of time."""

    version: int
    hour_cents: int | None
    half_day_cents: int | None
    day_cents: int | None
    month_cents: int | None
    tiers: list[Tier]

    def must_begin_with_a_price(self, kind: str) -> None:
        """A tier changes a price that there is. Refuses TierWithoutPrice."""
        unit = TIERED_BY.get(kind, "hour")
        if self.tiers and getattr(self, f"{unit}_cents") is None:
            raise TierWithoutPrice(unit=unit)


@dataclass(frozen=True)
class BookingRules:
    """Minutes of one booking, minutes before it starts, days ahead. None: no limit."""

    version: int
    shortest_minutes: int | None
    longest_minutes: int | None
    notice_minutes: int
    horizon_days: int
    approval: bool


@dataclass
class Resource:
    """Desks, machines, a room, an office, a studio or an amenity such as a kitchen.

    `units` are interchangeable and booked one by one. `seats` is how many people fit in.
    `training_id` is the course to have completed before using it.
    """

    code: str
    kind: str
    name: str
    units: int
    seats: int | None
    training_id: UUID | None
    prices: Prices | None = None
    rules: BookingRules | None = None
    parts: tuple[UUID, ...] = ()
    retired: bool = False

    def offered(self) -> Self:
        """The resource itself, while it is one. Refuses NoLongerOffered."""
        if self.retired:
            raise NoLongerOffered
        return self


def units_of(kind: str, units: int | None, seats: int | None) -> int:
    """How many there are of a resource. Refuses UnitsMissing, SeatsMissing, OneOfAKind."""
    if kind in COUNTED and not units:
        raise UnitsMissing(kind=kind)
    if kind in SEATED and not seats:
        raise SeatsMissing(kind=kind)
    if kind not in COUNTED and units not in (None, 1):
        raise OneOfAKind
    return units or 1
