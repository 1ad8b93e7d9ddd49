"""Extras: what is had with a booking, such as coffee or a screen, and how many there are left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.hours import wall
from services.bookings.domain.pricing import PriceLine, half_up
from services.bookings.domain.slots import Slot
from services.bookings.domain.space_day import at_once


class ExtraNotOffered(Refused):
    """Nothing of the short name {code} can be had with this place."""


class ExtraTaken(Refused):
    """There are not as many of “{name}” on {day} between {start} and {end}: {left} left."""


class ExtraTooLate(Refused):
    """“{name}” can be asked for, and changed, until {hours} hours before the booking begins."""


@dataclass(frozen=True)
class Extra:
    """As the space offers it: so many cents each per booking, person, hour, half-day or month.

    `stock`: how many there are at a time; None: as many as are asked for. `kinds`: the kinds of
    resources that it goes with. `notice_hours`: so long before the booking begins it must be known
    how many are wanted.
    """

    code: str
    version: int
    name: str
    per: str
    cents: int
    stock: int | None
    kinds: tuple[str, ...]
    notice_hours: int = 0

    def must_be_in_time(self, begins: datetime, now: datetime) -> None:
        """Refuses ExtraTooLate. Without notice, also what has begun may have it."""
        if self.notice_hours and now > begins - timedelta(hours=self.notice_hours):
            raise ExtraTooLate(name=self.name, hours=self.notice_hours)


@dataclass(frozen=True)
class BookedExtra:
    """So many of an extra, as it was offered in that version."""

    code: str
    version: int
    name: str
    quantity: int


class Held(NamedTuple):
    """So many, in minutes after local midnight, `end` excluded."""

    start: int
    end: int
    units: int

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


class ExtraDay(Aggregate):
    """One extra of one space on one day: how many of it are held, from when until when.

    Two bookings that want the last one meet here. What is had by the month is held on the day on
    which the month begins, all day.
    """

    class ExtraDayOpened(Created):
        space_id: UUID
        code: str
        day: date

    class ExtraHeld(Event):
        booking_id: UUID
        quantity: int
        start: int
        end: int

    class ExtraReturned(Event):
        booking_id: UUID

    @staticmethod
    def create_id(space_id: UUID, code: str, day: date) -> UUID:
        return uuid5(space_id, f"extra/{code}/{day}")

    @event(ExtraDayOpened)
    def __init__(self, space_id: UUID, code: str, day: date) -> None:
        self.code, self.day = code, day
        self.held: dict[UUID, list[Held]] = {}

    def must_have_left(
        self, extra: Extra, quantity: int, start: int, end: int, but: UUID | None = None
    ) -> None:
        """`but` for what that booking holds. Refuses ExtraTaken."""
        if extra.stock is None:
            return
        held = (each for booking, each in self.held.items() if booking != but)
        left = extra.stock - at_once((each for holds in held for each in holds), start, end)
        if quantity > left:
            when = {"day": self.day, "start": wall(start), "end": wall(end)}
            raise ExtraTaken(name=extra.name, left=max(left, 0), **when)

    def hold(self, booking_id: UUID, quantity: int, start: int, end: int) -> None:
        self._held(booking_id, quantity, start, end)

    def give_back(self, booking_id: UUID) -> None:
        """All that the booking holds of it on this day, if anything."""
        if booking_id in self.held:
            self._returned(booking_id)

    @event(ExtraHeld)
    def _held(self, booking_id: UUID, quantity: int, start: int, end: int) -> None:
        self.held.setdefault(booking_id, []).append(Held(start, end, quantity))

    @event(ExtraReturned)
    def _returned(self, booking_id: UUID) -> None:
        del self.held[booking_id]


class Order:
    """What a booking has with it: looked at first, and held once it is made."""

    def __init__(
        self,
        chosen: Iterable[tuple[Extra, int]],
        timed: Iterable[tuple[Slot, int]],
        on: Callable[[str, date], ExtraDay],
        but: UUID | None = None,
    ) -> None:
        """Each extra with how many are wanted, each slot with the minutes that really pass in it;
        `but` for what a booking that is moved holds until now. Refuses ExtraTaken."""
        self.chosen, self.timed, self.on = list(chosen), list(timed), on
        for extra, quantity in self.chosen:
            for slot, _ in self.timed:
                on(extra.code, slot.day).must_have_left(extra, quantity, slot.start, slot.end, but)

    @property
    def booked(self) -> list[BookedExtra]:
        return [BookedExtra(e.code, e.version, e.name, quantity) for e, quantity in self.chosen]

    @property
    def lines(self) -> list[PriceLine]:
        return [charge(extra, quantity, self.timed) for extra, quantity in self.chosen]

    def hold(self, booking_id: UUID) -> list[ExtraDay]:
        """Now it is made."""
        days = {}
        for extra, quantity in self.chosen:
            for slot, _ in self.timed:
                day = self.on(extra.code, slot.day)
                day.hold(booking_id, quantity, slot.start, slot.end)
                days[day.id] = day
        return list(days.values())


def charge(extra: Extra, quantity: int, timed: Sequence[tuple[Slot, int]]) -> PriceLine:
    """Once per booking; for each person each time, each month; or by the time that it is held.

    The unit is "extra", or "extra hour" and so on; hours come in minutes, half a cent goes up.
    """
    match extra.per:
        case "person" | "month":
            many = quantity * len(timed)
        case "half-day":
            many = quantity * sum(slot.half_days for slot, _ in timed)
        case "hour":
            many = quantity * sum(took for _, took in timed)
        case _:
            return PriceLine("extra", quantity, extra.cents, quantity * extra.cents, extra.name)
    cents = half_up(many * extra.cents, 60) if extra.per == "hour" else many * extra.cents
    return PriceLine(f"extra {extra.per}", many, extra.cents, cents, extra.name)
