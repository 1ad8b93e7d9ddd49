"""One day in one space: who has been promised which place, from when until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.bookings.domain.hours import wall


class NoDeskLeft(Refused):
    """Every desk is already taken on {day} between {start} and {end}."""


class RoomTaken(Refused):
    """The room is already taken, or being made ready, on {day} between {start} and {end}."""


class NoMachineLeft(Refused):
    """Every machine is already taken on {day} between {start} and {end}."""


class AlreadyBooked(Refused):
    """This person already holds a {kind} in this space on {day} between {start} and {end}."""


FULL = {"desk": NoDeskLeft, "room": RoomTaken, "machine": NoMachineLeft}


@dataclass(frozen=True)
class Place:
    """A resource as a day sees it.

    `units`: how many may use it at once. `alike`: the resources of which a person holds one
    at a time. `buffer_minutes`: kept free between two uses.
    """

    resource_id: UUID
    kind: str
    units: int
    alike: frozenset[UUID]
    buffer_minutes: int = 0


class Allocation(NamedTuple):
    """A place promised to a person, in minutes after local midnight, `end` excluded."""

    resource_id: UUID
    person_id: UUID
    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


class SpaceDay(Aggregate):
    """Places are promised first come, first served, and never to more than there are units."""

    class SpaceDayOpened(Created):
        space_id: UUID
        day: date

    class PlacePromised(Event):
        booking_id: UUID
        resource_id: UUID
        person_id: UUID
        start: int
        end: int

    class PlaceReturned(Event):
        booking_id: UUID

    @staticmethod
    def create_id(space_id: UUID, day: date) -> UUID:
        """One id per space and day: the log itself cannot hold the same day twice."""
        return uuid5(space_id, day.isoformat())

    @event(SpaceDayOpened)
    def __init__(self, space_id: UUID, day: date) -> None:
        self.day = day
        self.promised: dict[UUID, list[Allocation]] = {}

    def promise(
        self, booking_id: UUID, person_id: UUID, place: Place, start: int, end: int
    ) -> None:
        """A place from start until end. Refuses AlreadyBooked, NoDeskLeft, RoomTaken, ..."""
        self.must_have_left(person_id, place, start, end)
        self._promised(booking_id, place.resource_id, person_id, start, end)

    def must_have_left(
        self, person_id: UUID, place: Place, start: int, end: int, but: UUID | None = None
    ) -> None:
        """Whether it could be promised, `but` for what that booking holds. Refuses as `promise`."""
        when = {"day": self.day, "start": wall(start), "end": wall(end)}
        held = (places for booking, places in self.promised.items() if booking != but)
        taken = [each for places in held for each in places]
        for each in taken:
            mine = each.person_id == person_id and each.resource_id in place.alike
            if mine and each.overlaps(start, end):
                raise AlreadyBooked(kind=place.kind, **when)
        here = (each for each in taken if each.resource_id == place.resource_id)
        wide = start - place.buffer_minutes, end + place.buffer_minutes
        if at_once(here, *wide) >= place.units:
            raise FULL[place.kind](**when)

    def give_back(self, booking_id: UUID) -> None:
        """Everything that the booking holds on this day."""
        self._returned(booking_id)

    @event(PlacePromised)
    def _promised(
        self, booking_id: UUID, resource_id: UUID, person_id: UUID, start: int, end: int
    ) -> None:
        allocation = Allocation(resource_id, person_id, start, end)
        self.promised.setdefault(booking_id, []).append(allocation)

    @event(PlaceReturned)
    def _returned(self, booking_id: UUID) -> None:
        del self.promised[booking_id]


def at_once(allocations: Iterable[Allocation], start: int, end: int) -> int:
    """The most allocations that there are at one instant between start and end."""
    inside = [each for each in allocations if each.overlaps(start, end)]
    # The number only grows where an allocation starts, so no other instant needs a look.
    instants = {max(each.start, start) for each in inside}
    return max((sum(a.start <= now < a.end for a in inside) for now in instants), default=0)
