"""The slots of a booking: intervals of wall-clock time on a local day, and when they may be."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.facts import Refused
from services.bookings.domain.hours import wall
from vocabulary import calendar

HALF_DAY, MIDNIGHT = 4 * 60, 24 * 60


class InThePast(Refused):
    """{day} is over at the space, or that time of it: only what is still to come can be booked."""


class NoSuchTime(Refused):
    """The clocks change on {day}: {time} does not happen on that day, or happens twice.
    Choose another time to start or end."""


@dataclass(frozen=True, order=True)
class Slot:
    """From start until end, in minutes after midnight of a local day; half_days: 1 or 2."""

    day: date
    start: int
    end: int
    half_days: int


def moment(zone: str, day: date, minute: int) -> datetime:
    """The moment at which clocks at the space show this. Refuses NoSuchTime."""
    try:
        return calendar.moment(zone, day, minute)
    except calendar.NoSuchTime:
        raise NoSuchTime(day=day, time=wall(minute)) from None


def minutes(zone: str, slot: Slot) -> int:
    """The minutes that really pass in a slot, also when the clocks change. Refuses NoSuchTime."""
    passed = moment(zone, slot.day, slot.end) - moment(zone, slot.day, slot.start)
    return round(passed.total_seconds() / 60)


def timed_slot(zone: str, day: date, start: int, end: int) -> Slot:
    """Up to four hours count as half a day, more as a whole one. Refuses NoSuchTime."""
    passed = minutes(zone, Slot(day, start, end, half_days=1))
    return Slot(day, start, end, half_days=1 if passed <= HALF_DAY else 2)


def must_not_be_past(zone: str, day: date, now: datetime) -> None:
    """Refuses InThePast for yesterday and before."""
    if day < calendar.today(zone, now):
        raise InThePast(day=day)


def must_not_be_over(zone: str, slot: Slot, now: datetime) -> None:
    """A slot that is running may still be booked, by somebody who walks in.

    Refuses InThePast; NoSuchTime when it starts or ends at no time of that day, or at two.
    """
    moment(zone, slot.day, slot.start)
    if moment(zone, slot.day, slot.end) <= now:
        raise InThePast(day=slot.day)
