"""What neighbours told us: whom and what a space may refer to."""

from uuid import UUID, uuid5

from kernel.facts import Aggregate, Created, Refused, event


class UnknownOperator(Refused):
    """No organisation of the network has this id. The operator registers first."""


class UnknownCourse(Refused):
    """No course of the network has this id. The course is offered first."""


class UnknownBorrower(Refused):
    """No space of the network has the borrower's id."""


class KnownOrganisation(Aggregate):
    """An organisation that may operate a space, as the members service told us."""

    class OrganisationLearned(Created):
        organisation_id: UUID

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        return uuid5(organisation_id, "known")

    @event(OrganisationLearned)
    def __init__(self, organisation_id: UUID) -> None:
        self.organisation_id = organisation_id


class KnownCourse(Aggregate):
    """A course that a resource may ask for, as the training service told us."""

    class CourseLearned(Created):
        course_id: UUID

    @staticmethod
    def create_id(course_id: UUID) -> UUID:
        return uuid5(course_id, "known")

    @event(CourseLearned)
    def __init__(self, course_id: UUID) -> None:
        self.course_id = course_id
