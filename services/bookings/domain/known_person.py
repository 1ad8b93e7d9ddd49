"""What bookings knows of a person: that there is one, and what she has learned."""

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

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return uuid5(person_id, "known-person")

    @event(PersonLearned)
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.courses: set[UUID] = set()

    @event(TrainingLearned)
    def learn_training(self, course_id: UUID) -> None:
        self.courses.add(course_id)

    def must_have_completed(self, course_id: UUID | None) -> None:
        """Refuses TrainingNeeded; no course is always completed."""
        if course_id and course_id not in self.courses:
            raise TrainingNeeded(course_id=course_id)
