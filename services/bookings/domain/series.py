"""The same booking again and again: every week, every fortnight, or once a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.extras import ExtraTaken, ExtraTooLate
from services.bookings.domain.hours import (
    HolidayClosed,
    NoOpeningHours,
    OutsideHours,
    PartClosed,
    SpaceClosed,
)
from services.bookings.domain.slots import NoSuchTime
from services.bookings.domain.space_day import TAKEN, AlreadyBooked
from services.bookings.domain.usage import TooManyHalfDays, TooManyHours

WEEKS = {"week": 1, "fortnight": 2}
CLASHES = (
    *(SpaceClosed, HolidayClosed, NoOpeningHours, PartClosed, OutsideHours, NoSuchTime),
    *(AlreadyBooked, *TAKEN),
    *(TooManyHalfDays, TooManyHours, ExtraTaken, ExtraTooLate),
)
"""What is said of one date alone. Any other refusal is one of the whole series."""


class SeriesClashes(Refused):
    """Not possible on {days}: leave these days out, or choose another time."""


class NothingLeft(Refused):
    """Nothing of this series is left to be booked, moved or cancelled."""


@dataclass(frozen=True)
class Occurrence:
    """One date of a series, which is a booking like any other."""

    day: date
    booking_id: UUID


ASKED, SCHOOL = "asked", "SchoolHoliday"
"""Why a date is left out that whoever books wants to be left out: that day, or school holidays."""


@dataclass(frozen=True)
class LeftOut:
    """A date on which nothing was done. `why`: the name of a refusal, or one of those two."""

    day: date
    why: str


def days_of(first: date, every: str, until: date) -> Iterator[date]:
    """The dates of a series, `until` included. Every month is on the same weekday of the month as
    the first (the second Tuesday); the fifth is the last one, as most months have four.
    """
    if weeks := WEEKS.get(every):
        day = first
        while day <= until:
            yield day
            day += timedelta(weeks=weeks)
        return
    number = (first.day - 1) // 7
    for month in range(first.year * 12 + first.month - 1, until.year * 12 + until.month):
        begin = date(month // 12, month % 12 + 1, 1)
        day = begin + timedelta((first.weekday() - begin.weekday()) % 7 + 7 * number)
        if day.month != begin.month:
            day -= timedelta(weeks=1)
        if day <= until:
            yield day


class Series(Aggregate):
    """Whose dates are bookings: each may be moved, cancelled or checked in to by itself."""

    class SeriesBooked(Created):
        person_id: UUID
        space_id: UUID
        resource_id: UUID
        every: str
        first: date
        until: date
        occurrences: list[Occurrence]
        left_out: list[LeftOut]

    class SeriesMoved(Event):
        since: date | None
        moved: list[UUID]
        kept: list[LeftOut]

    class SeriesCancelled(Event):
        since: date | None
        cancelled: list[UUID]

    @staticmethod
    def create_id(series_id: UUID) -> UUID:
        return series_id

    @event(SeriesBooked)
    def __init__(
        self,
        id: UUID,
        person_id: UUID,
        space_id: UUID,
        resource_id: UUID,
        every: str,
        first: date,
        until: date,
        occurrences: list[Occurrence],
        left_out: list[LeftOut],
    ) -> None:
        self.person_id = person_id
        self.space_id = space_id
        self.resource_id = resource_id
        self.bookings = [each.booking_id for each in occurrences]

    @classmethod
    def of(cls, occurrences: list[Occurrence], left_out: list[LeftOut], **about: Any) -> "Series":
        """Refuses NothingLeft."""
        if not occurrences:
            raise NothingLeft
        return cls(occurrences=occurrences, left_out=left_out, **about)

    def move(self, since: date | None, moved: list[UUID], kept: list[LeftOut]) -> None:
        """Refuses NothingLeft."""
        if not moved:
            raise NothingLeft
        self._moved(since, moved, kept)

    def cancel(self, since: date | None, cancelled: list[UUID]) -> None:
        """Refuses NothingLeft."""
        if not cancelled:
            raise NothingLeft
        self._cancelled(since, cancelled)

    @event(SeriesMoved)
    def _moved(self, since: date | None, moved: list[UUID], kept: list[LeftOut]) -> None:
        pass

    @event(SeriesCancelled)
    def _cancelled(self, since: date | None, cancelled: list[UUID]) -> None:
        pass


def must_not_clash(left_out: list[LeftOut], allowed: bool) -> None:
    """Refuses SeriesClashes, unless the days that clash may be left out."""
    clashing = [each.day.isoformat() for each in left_out if each.why not in (ASKED, SCHOOL)]
    if clashing and not allowed:
        raise SeriesClashes(days=", ".join(clashing))
