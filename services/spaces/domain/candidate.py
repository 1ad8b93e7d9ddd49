"""A place that may become a space of the network: proposed by somebody, followed to its opening."""

from typing import Final
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event

STEPS: Final = ("proposed", "visited", "planned", "equipped")
"""How far a candidate has come. After the last one it can open."""


class AlreadyProposed(Refused):
    """This person has proposed a place of this name already."""


class StepsGoForward(Refused):
    """This candidate has already come to the step {step}."""


class NotReadyToOpen(Refused):
    """A candidate opens once it is equipped; this one has come to the step {step}."""


class CandidateClosed(Refused):
    """This application is over: opened, declined or withdrawn."""


class Candidate(Aggregate):
    """An application, in codes and figures: nothing that is said of it is about a person."""

    class CandidateProposed(Created):
        person_id: UUID
        name: str
        town: str
        country: str
        premises: str
        desks: int
        rooms: int

    class StepTaken(Event):
        step: str

    class CandidateDeclined(Event):
        reason: str

    class CandidateWithdrawn(Event):
        pass

    class CandidateOpened(Event):
        space_id: UUID

    @staticmethod
    def create_id(candidate_id: UUID) -> UUID:
        return candidate_id

    @staticmethod
    def id_of(person_id: UUID, name: str) -> UUID:
        """One id per person and name: whoever sends a form twice proposes once."""
        return uuid5(person_id, f"candidate/{name.casefold()}")

    @event(CandidateProposed)
    def __init__(
        self,
        id: UUID,
        person_id: UUID,
        name: str,
        town: str,
        country: str,
        premises: str,
        desks: int,
        rooms: int,
    ) -> None:
        self.person_id, self.name = person_id, name
        self.town, self.country = town, country
        self.step = STEPS[0]
        self.over = False

    def take_step(self, step: str) -> None:
        """Go on to a later step; some may be skipped. Refuses CandidateClosed, StepsGoForward."""
        self._still_open()
        if STEPS.index(step) <= STEPS.index(self.step):
            raise StepsGoForward(step=self.step)
        self._stepped(step)

    def decline(self, reason: str) -> None:
        """Refuses CandidateClosed."""
        self._still_open()
        self._declined(reason)

    def withdraw(self) -> None:
        """Refuses CandidateClosed."""
        self._still_open()
        self._withdrawn()

    def open(self, space_id: UUID) -> None:
        """It is a space from now on. Refuses CandidateClosed, NotReadyToOpen."""
        self._still_open()
        if self.step != STEPS[-1]:
            raise NotReadyToOpen(step=self.step)
        self._opened(space_id)

    def _still_open(self) -> None:
        if self.over:
            raise CandidateClosed

    @event(StepTaken)
    def _stepped(self, step: str) -> None:
        self.step = step

    @event(CandidateDeclined)
    def _declined(self, reason: str) -> None:
        self.over = True

    @event(CandidateWithdrawn)
    def _withdrawn(self) -> None:
        self.over = True

    @event(CandidateOpened)
    def _opened(self, space_id: UUID) -> None:
        self.over = True
