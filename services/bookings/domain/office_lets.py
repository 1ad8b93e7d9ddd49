"""The lets of one private office: whole calendar months, one tenant at a time."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.slots import MIDNIGHT, Slot


class OfficeTaken(Refused):
    """The office is already let from {first} to {last}."""


class Lease(NamedTuple):
    first: date
    last: date


def months_from(first: date, months: int) -> Lease:
    """The first and the last day of so many calendar months, of which `first` begins the first."""
    year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
    return Lease(first, date(year, month + 1, monthrange(year, month + 1)[1]))


def months_of(lease: Lease) -> list[Slot]:
    """Each of its calendar months, as the day on which it begins."""
    first, last = (12 * day.year + day.month - 1 for day in lease)
    days = (date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1))
    return [Slot(day, 0, MIDNIGHT, half_days=2) for day in days]


class OfficeLets(Aggregate):
    class OfficeLetsOpened(Created):
        space_id: UUID
        resource_id: UUID

    class OfficeLet(Event):
        booking_id: UUID
        person_id: UUID
        first: date
        last: date

    class OfficeReturned(Event):
        booking_id: UUID

    @staticmethod
    def create_id(resource_id: UUID) -> UUID:
        return uuid5(resource_id, "office-lets")

    @event(OfficeLetsOpened)
    def __init__(self, space_id: UUID, resource_id: UUID) -> None:
        self.lets: dict[UUID, Lease] = {}

    def let(self, booking_id: UUID, person_id: UUID, first: date, last: date) -> None:
        """From the first day to the last, both included. Refuses OfficeTaken."""
        for each in self.lets.values():
            if each.first <= last and first <= each.last:
                raise OfficeTaken(first=each.first, last=each.last)
        self._let(booking_id, person_id, first, last)

    def give_back(self, booking_id: UUID) -> None:
        self._returned(booking_id)

    @event(OfficeLet)
    def _let(self, booking_id: UUID, person_id: UUID, first: date, last: date) -> None:
        self.lets[booking_id] = Lease(first, last)

    @event(OfficeReturned)
    def _returned(self, booking_id: UUID) -> None:
        del self.lets[booking_id]
