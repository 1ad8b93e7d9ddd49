"""What one space lends to another: equipment, or the time of a person."""

from datetime import date
from typing import Self
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event


class LenderIsBorrower(Refused):
    """A space does not lend to itself."""


class EndsBeforeItStarts(Refused):
    """The last day of a loan is not before its first."""


class EquipmentNotNamed(Refused):
    """Say which equipment is lent."""


class HoursNotGiven(Refused):
    """Say how many hours of somebody's time are lent."""


class OnlyTimeHasHours(Refused):
    """Hours and a person belong to a loan of time, not to a loan of equipment."""


class LoanOfOthers(Refused):
    """This loan is between other spaces."""


class AlreadyReturned(Refused):
    """This loan was already returned on {day}."""


class NotLentYet(Refused):
    """This loan only begins on {start}."""


class NotReturnedYet(Refused):
    """A return is recorded on the day it happens, or later."""


class Loan(Aggregate):
    """Equipment or hours of work, lent from one day to another (both included)."""

    class ResourceLent(Created):
        lender_id: UUID
        borrower_id: UUID
        kind: str
        what: str
        person_id: UUID | None
        hours: int | None
        start: date
        end: date

    class LoanReturned(Event):
        day: date

    @staticmethod
    def create_id(loan_id: UUID) -> UUID:
        return loan_id

    @event(ResourceLent)
    def __init__(
        self,
        id: UUID,
        lender_id: UUID,
        borrower_id: UUID,
        kind: str,
        what: str,
        person_id: UUID | None,
        hours: int | None,
        start: date,
        end: date,
    ) -> None:
        self.lender_id = lender_id
        self.borrower_id = borrower_id
        self.kind = kind
        self.what = what
        self.person_id = person_id
        self.hours = hours
        self.start = start
        self.end = end
        self.returned: date | None = None

    @classmethod
    def between(
        cls,
        loan_id: UUID,
        lender_id: UUID,
        borrower_id: UUID,
        *,
        kind: str,
        what: str,
        person_id: UUID | None,
        hours: int | None,
        start: date,
        end: date,
    ) -> Self:
        """Lend `what` (kind "equipment") or `hours` of a person's time (kind "time").

        Refuses LenderIsBorrower, EndsBeforeItStarts, EquipmentNotNamed, OnlyTimeHasHours,
        HoursNotGiven.
        """
        if lender_id == borrower_id:
            raise LenderIsBorrower
        if end < start:
            raise EndsBeforeItStarts
        if kind == "equipment" and not what.strip():
            raise EquipmentNotNamed
        if kind == "equipment" and (hours or person_id):
            raise OnlyTimeHasHours
        if kind == "time" and not hours:
            raise HoursNotGiven
        return cls(loan_id, lender_id, borrower_id, kind, what, person_id, hours, start, end)

    def give_back(self, space_id: UUID, day: date, *, today: date) -> None:
        """Record, for the lender or the borrower, that it was returned on a day.

        `today` is the day in the zone of that space. Refuses LoanOfOthers, AlreadyReturned,
        NotLentYet, NotReturnedYet.
        """
        if space_id not in (self.lender_id, self.borrower_id):
            raise LoanOfOthers
        if self.returned:
            raise AlreadyReturned(day=self.returned)
        if day < self.start:
            raise NotLentYet(start=self.start)
        if day > today:
            raise NotReturnedYet
        self._returned(day)

    @event(LoanReturned)
    def _returned(self, day: date) -> None:
        self.returned = day
