"""A pack: half-days at desks, or hours in rooms, for one price, to be used within some months."""

from calendar import monthrange
from datetime import date, timedelta
from uuid import UUID, uuid5

from kernel.facts import NETWORK, Aggregate, Created, Event, Refused, event


class UnknownPack(Refused):
    """No pack has this id."""


class PackCodeTaken(Refused):
    """There is, or was, a pack with the code {code} here already."""


class PackAlreadyWithdrawn(Refused):
    """This pack has already been withdrawn."""


class PackNoLongerOffered(Refused):
    """This pack has been withdrawn: nobody can get it any more."""


class PackOfAnotherSpace(Refused):
    """This pack is offered by another space."""


class Pack(Aggregate):
    """What it is never changes: another price is another pack, with a code of its own.

    `kind`: what its time is spent on, as for quotas: a desk, in half-days; a room (or studio) or a
    machine, in minutes. One without a space is good in every space of the network.
    """

    class PackOffered(Created):
        space_id: UUID | None
        code: str
        name: str
        half_days: int
        cents: int
        valid_months: int
        kind: str = "desk"
        minutes: int = 0

    class PackWithdrawn(Event):
        pass

    @staticmethod
    def create_id(pack_id: UUID) -> UUID:
        return pack_id

    @staticmethod
    def id_of(space_id: UUID | None, code: str) -> UUID:
        """One id per space and code: the log itself cannot hold the same pack twice."""
        return uuid5(space_id or NETWORK, f"pack/{code}")

    @event(PackOffered)
    def __init__(
        self,
        id: UUID,
        space_id: UUID | None,
        code: str,
        name: str,
        half_days: int,
        cents: int,
        valid_months: int,
        kind: str,
        minutes: int,
    ) -> None:
        self.space_id = space_id
        self.name, self.cents = name, cents
        self.kind, self.half_days, self.minutes = kind, half_days, minutes
        self.valid_months = valid_months
        self.withdrawn = False

    def withdraw(self) -> None:
        """Nobody can get the pack any more; whoever has it keeps it. Refuses
        PackAlreadyWithdrawn."""
        if self.withdrawn:
            raise PackAlreadyWithdrawn
        self._withdrawn()

    def check_on_offer(self, space_id: UUID) -> None:
        """Refuses unless it can be sold today in that space: PackOfAnotherSpace,
        PackNoLongerOffered."""
        if self.space_id not in (None, space_id):
            raise PackOfAnotherSpace
        if self.withdrawn:
            raise PackNoLongerOffered

    def last_day(self, first: date) -> date:
        """A month from 15 March lasts until 14 April; one from 31 January until 28 February."""
        months = 12 * first.year + first.month - 1 + self.valid_months
        year, month = months // 12, months % 12 + 1
        longest = monthrange(year, month)[1]
        if first.day > longest:
            return date(year, month, longest)
        return date(year, month, first.day) - timedelta(days=1)

    @event(PackWithdrawn)
    def _withdrawn(self) -> None:
        self.withdrawn = True
