"""The pass: how many days a person may work abroad in a year, and who sponsors them."""

from datetime import date
from typing import Self
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.mobility.domain.visit import (
    AllowanceUsed,
    DayCovered,
    OutsideValidity,
    PassIsWithdrawn,
    Visit,
)

MOST_DAYS = 366
HALF_DAYS_A_DAY = 2


class PassAlreadyIssued(Refused):
    """This person already has a pass for that year. Extend it instead."""


class ValidityOutsideYear(Refused):
    """A pass for {year} starts and ends within {year}, and does not end before it starts."""


class NotAnExtension(Refused):
    """A pass is only ever extended: with more days, or with a later last day within {year}."""


class AllowanceTooLarge(Refused):
    """A pass holds at most {most} days."""


class VisitAlreadyRecorded(Refused):
    """This pass has already paid for this booking on this day."""


class Pass(Aggregate):
    """What one person may use in one calendar year.

    A visit is covered whole or not at all: half a day that is left covers half a day, and
    never half of a day. So the allowance is never exceeded, and no visit is settled in part.
    """

    class PassIssued(Created):
        person_id: UUID
        year: int
        valid_from: date
        valid_until: date
        days: int
        sponsor_id: UUID

    class PassExtended(Event):
        """`days` were added to the allowance. `valid_until` is the new last day."""

        days: int
        valid_until: date

    class PassWithdrawn(Event):
        pass

    class VisitRecorded(Event):
        booking_id: UUID
        home_space_id: UUID
        host_space_id: UUID
        country: str
        day: date
        half_days: int

    @staticmethod
    def create_id(id: UUID) -> UUID:
        return id

    @staticmethod
    def id_of(person_id: UUID, year: int) -> UUID:
        """One id per person and year: nobody can hold two passes for the same year."""
        return uuid5(person_id, f"pass/{year}")

    # What a partner may ask

    @classmethod
    def issue(
        cls,
        person_id: UUID,
        year: int,
        *,
        days: int,
        sponsor_id: UUID,
        valid_from: date | None = None,
        valid_until: date | None = None,
    ) -> Self:
        """A pass of so many days; both ends of its validity are inclusive, by default the year's.

        Refused: ValidityOutsideYear, AllowanceTooLarge.
        """
        first = valid_from or date(year, 1, 1)
        last = valid_until or date(year, 12, 31)
        if not first.year == last.year == year or last < first:
            raise ValidityOutsideYear(year=year)
        if days > MOST_DAYS:
            raise AllowanceTooLarge(most=MOST_DAYS)
        return cls(cls.id_of(person_id, year), person_id, year, first, last, days, sponsor_id)

    def extend(self, *, days: int, valid_until: date | None = None) -> None:
        """Add days, or move the last day later, or both.

        Refused: PassIsWithdrawn, NotAnExtension, AllowanceTooLarge.
        """
        last = valid_until or self.valid_until
        if self.withdrawn:
            raise PassIsWithdrawn
        if days < 0 or last < self.valid_until or last.year != self.year:
            raise NotAnExtension(year=self.year)
        if days == 0 and last == self.valid_until:
            raise NotAnExtension(year=self.year)
        if self.days + days > MOST_DAYS:
            raise AllowanceTooLarge(most=MOST_DAYS)
        self._extended(days, last)

    def withdraw(self) -> None:
        """Cover no further visit. Those recorded stay. Refused: PassIsWithdrawn."""
        if self.withdrawn:
            raise PassIsWithdrawn
        self._withdrawn()

    def record_visit(self, visit: Visit) -> None:
        """Use the pass. Refused: VisitAlreadyRecorded, or NotCovered with the reason."""
        if (visit.booking_id, visit.day) in self.visits:
            raise VisitAlreadyRecorded
        if self.withdrawn:
            raise PassIsWithdrawn
        if not self.valid_from <= visit.day <= self.valid_until:
            raise OutsideValidity
        if self.half_days_on(visit.day) + visit.half_days > HALF_DAYS_A_DAY:
            raise DayCovered
        if visit.half_days > self.half_days_left:
            raise AllowanceUsed
        self._recorded(**vars(visit))

    # What then is true

    @event(PassIssued)
    def __init__(
        self,
        id: UUID,
        person_id: UUID,
        year: int,
        valid_from: date,
        valid_until: date,
        days: int,
        sponsor_id: UUID,
    ) -> None:
        self.person_id = person_id
        self.year = year
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.days = days
        self.sponsor_id = sponsor_id
        self.withdrawn = False
        self.visits: dict[tuple[UUID, date], int] = {}

    @event(PassExtended)
    def _extended(self, days: int, valid_until: date) -> None:
        self.days += days
        self.valid_until = valid_until

    @event(PassWithdrawn)
    def _withdrawn(self) -> None:
        self.withdrawn = True

    @event(VisitRecorded)
    def _recorded(
        self,
        booking_id: UUID,
        home_space_id: UUID,
        host_space_id: UUID,
        country: str,
        day: date,
        half_days: int,
    ) -> None:
        self.visits[booking_id, day] = half_days

    @property
    def half_days_left(self) -> int:
        return HALF_DAYS_A_DAY * self.days - sum(self.visits.values())

    def half_days_on(self, day: date) -> int:
        return sum(half_days for (_, on), half_days in self.visits.items() if on == day)
