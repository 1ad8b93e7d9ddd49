"""Something that a space offers, and with which kind of booking it is booked."""

from dataclasses import dataclass
from uuid import UUID

from kernel.facts import Refused
from services.bookings.domain.pricing import Prices
from services.bookings.domain.rules import Rules


class NoLongerOffered(Refused):
    """The space no longer offers this place."""


class SharedByAll(Refused):
    """An amenity is there for everybody in the space and cannot be booked."""


class NotADesk(Refused):
    """This place is not a desk: desks are booked by days and parts of the day."""


class NotARoom(Refused):
    """This place is neither a room nor a studio: those are booked from one time to another."""


class NotAMachine(Refused):
    """This place is not a machine: machines are booked from one time to another."""


class TooManyPeople(Refused):
    """There is room for {seats} here, and {people} are to come."""


class NotAnOffice(Refused):
    """This place is not an office: offices are let by the month."""


class NotByTheDay(Refused):
    """An office is let by the month: nothing else can take a part of it."""


BOOKED_AS = {
    "desks": "desk",
    "room": "room",
    "studio": "room",
    "machines": "machine",
    "office": "office",
}
"""The kinds of resources that can be booked, and the kind of booking that each is booked with."""
ANOTHER_KIND = {"desk": NotADesk, "room": NotARoom, "machine": NotAMachine, "office": NotAnOffice}


NO_PRICES, NO_RULES = Prices(), Rules()


@dataclass(frozen=True)
class Resource:
    """Something that a space offers. `training_id`: the course to complete before using it.
    `parts`: what is booked with it, at its price. `seats`: for how many it is, if that is known."""

    id: UUID
    kind: str
    units: int
    training_id: UUID | None
    seats: int | None = None
    prices: Prices = NO_PRICES
    rules: Rules = NO_RULES
    parts: tuple[UUID, ...] = ()
    retired: bool = False

    def booked_as(self) -> str:
        """The kind of booking: desk, room, machine, office; nothing for an amenity."""
        return BOOKED_AS.get(self.kind, "")

    def is_free_of_charge(self) -> bool:
        prices = self.prices
        return prices.desks_are_free if self.booked_as() == "desk" else prices.times_are_free

    def units_for(self, people: int) -> int:
        """A desk for each of them; a room for all; a machine is for one. Refuses TooManyPeople."""
        kind = self.booked_as()
        seats = {"desk": self.units, "machine": 1}.get(kind, self.seats)
        if seats is not None and people > seats:
            raise TooManyPeople(seats=seats, people=people)
        return people if kind == "desk" else 1

    def must_be_offered_as(self, kind: str) -> None:
        """Refuses SharedByAll; NotADesk and its like; NoLongerOffered."""
        if not self.booked_as():
            raise SharedByAll
        if self.booked_as() != kind:
            raise ANOTHER_KIND[kind]
        if self.retired:
            raise NoLongerOffered
