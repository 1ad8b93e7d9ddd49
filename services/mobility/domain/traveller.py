"""The traveller: a person of the network, and the space that is home."""

from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.mobility.domain.visit import NotCovered, Visit


class UnknownPerson(Refused):
    """Nobody in the network has this id."""


class Traveller(Aggregate):
    """Where somebody is at home, as members last told us, and the visits no pass covered.

    Who is at home nowhere (None) is at home wherever they work: nobody owes for their visits.
    """

    class TravellerMet(Created):
        person_id: UUID
        home_space_id: UUID | None

    class HomeMoved(Event):
        home_space_id: UUID | None

    class VisitNotCovered(Event):
        booking_id: UUID
        host_space_id: UUID
        day: date
        half_days: int
        reason: str

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return uuid5(person_id, "traveller")

    def move_home(self, home_space_id: UUID | None) -> None:
        """Visits taken in from now on start there. Those recorded keep their home."""
        if home_space_id != self.home_space_id:
            self._home_moved(home_space_id)

    def go_uncovered(self, visit: Visit, why: NotCovered) -> None:
        """Remember a visit that nobody settles, so that it can be explained to both hosts."""
        self._not_covered(
            visit.booking_id, visit.host_space_id, visit.day, visit.half_days, why.code
        )

    @event(TravellerMet)
    def __init__(self, person_id: UUID, home_space_id: UUID | None) -> None:
        self.person_id = person_id
        self.home_space_id = home_space_id
        self.not_covered: dict[tuple[UUID, date], str] = {}

    @event(HomeMoved)
    def _home_moved(self, home_space_id: UUID | None) -> None:
        self.home_space_id = home_space_id

    @event(VisitNotCovered)
    def _not_covered(
        self, booking_id: UUID, host_space_id: UUID, day: date, half_days: int, reason: str
    ) -> None:
        self.not_covered[booking_id, day] = reason
