"""When, and for how long, a resource may be booked: set by the space, beside its opening hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kernel.facts import Refused
from services.bookings.domain.slots import Slot, minutes, moment
from vocabulary import calendar

A_YEAR = 366


class TooFarAhead(Refused):
    """Bookings of this place are taken up to {days} days ahead."""


class TooShort(Refused):
    """This place is booked for {minutes} minutes or more."""


class TooLong(Refused):
    """This place is booked for {minutes} minutes at most."""


class TooSoon(Refused):
    """This place is booked at least {minutes} minutes before: {day} is too soon."""


@dataclass(frozen=True)
class Rules:
    """Minutes of one slot (rooms, studios, machines), minutes before its start, days ahead.

    None is no limit. `approval`: each booking waits until the host has approved it.
    """

    version: int = 0
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    notice_minutes: int = 0
    horizon_days: int = A_YEAR
    approval: bool = False

    def must_allow(self, zone: str, slots: Iterable[Slot], now: datetime) -> None:
        """Refuses TooShort, TooLong, TooSoon, TooFarAhead."""
        for slot in slots:
            passed = minutes(zone, slot)
            if self.shortest_minutes and passed < self.shortest_minutes:
                raise TooShort(minutes=self.shortest_minutes)
            if self.longest_minutes and passed > self.longest_minutes:
                raise TooLong(minutes=self.longest_minutes)
            self.must_be_time(zone, slot.day, slot.start, now)

    def must_be_time(self, zone: str, day: date, start: int, now: datetime) -> None:
        """Refuses TooSoon, TooFarAhead. Without notice, also what has begun may be booked."""
        before = timedelta(minutes=self.notice_minutes)
        if before and now > moment(zone, day, start) - before:
            raise TooSoon(minutes=self.notice_minutes, day=day)
        if day > calendar.today(zone, now) + timedelta(days=self.horizon_days):
            raise TooFarAhead(days=self.horizon_days)
