"""What bookings knows of a person: that there is one, what she has learned, where she belongs."""

from datetime import date
from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Event, Refused, event


class UnknownPerson(Refused):
    """Nobody in the network is known under this person id."""


class TrainingNeeded(Refused):
    """This place is only for those who have completed the training that it needs."""


class KnownPerson(Aggregate):
    """Known from the first neighbour who speaks of her: members or training, in either order."""

    class PersonLearned(Created):
        person_id: UUID

    class TrainingLearned(Event):
        course_id: UUID

    class OrganisationLearned(Event):
        organisation_id: UUID

    class DepartureLearned(Event):
        organisation_id: UUID

    class SubscriptionLearned(Event):
        space_id: UUID

    class SituationLearned(Event):
        status: str

    class CreditHeld(Event):
        credit_id: UUID
        last: date

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return uuid5(person_id, "known-person")

    @event(PersonLearned)
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.courses: set[UUID] = set()
        self.organisations: list[UUID] = []
        self.spaces: set[UUID] = set()
        self.credits: dict[UUID, date] = {}
        self.status: str | None = None

    def learn_situation(self, status: str) -> None:
        """Student, employee and so on, from now on. Saying it again changes nothing."""
        if status != self.status:
            self._in_situation(status)

    @event(SituationLearned)
    def _in_situation(self, status: str) -> None:
        self.status = status

    @event(TrainingLearned)
    def learn_training(self, course_id: UUID) -> None:
        self.courses.add(course_id)

    @event(OrganisationLearned)
    def learn_organisation(self, organisation_id: UUID) -> None:
        self.organisations.append(organisation_id)

    @event(DepartureLearned)
    def learn_departure(self, organisation_id: UUID) -> None:
        """She no longer belongs to it."""
        self.organisations.remove(organisation_id)

    @event(SubscriptionLearned)
    def learn_subscription(self, space_id: UUID) -> None:
        """She is, or was, subscribed to that space herself."""
        self.spaces.add(space_id)

    @event(CreditHeld)
    def hold_credit(self, credit_id: UUID, last: date) -> None:
        """It is hers until its last day."""
        self.credits[credit_id] = last

    def credits_on(self, day: date) -> list[UUID]:
        """Those that have not ended by then."""
        return [credit_id for credit_id, last in self.credits.items() if day <= last]

    def subscribers(self, space_id: UUID) -> list[UUID]:
        """Who may be subscribed to a space so that she has the use of it; herself first."""
        return ([self.person_id] if space_id in self.spaces else []) + self.organisations

    def must_have_completed(self, course_id: UUID | None) -> None:
        """Refuses TrainingNeeded; no course is always completed."""
        if course_id and course_id not in self.courses:
            raise TrainingNeeded(course_id=course_id)
