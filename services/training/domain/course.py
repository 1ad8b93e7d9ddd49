"""A course: what is taught, in which order, and how much of it somebody must attend."""

from collections import Counter
from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid5

from kernel.facts import NETWORK, Aggregate, Created, Event, Refused, event


class CodeTaken(Refused):
    """The network already has a course with the code {code}; a code is given once and for ever."""


class ModuleTwice(Refused):
    """Two modules of the course have the code {module}."""


class MoreHoursThanTaught(Refused):
    """The modules come to {taught} hours, so a course cannot require {required} of them."""


class CourseNotOffered(Refused):
    """This course is no longer offered."""


@dataclass(frozen=True)
class Module:
    """A part of a course. Its code is unique in the course; `hours` are whole hours taught."""

    code: str
    title: str
    hours: int


class Course(Aggregate):
    """A course of the network, known everywhere by its code."""

    class CourseOffered(Created):
        code: str
        name: str
        provider_id: UUID
        modules: list[Module]
        required_hours: int

    class CourseWithdrawn(Event):
        pass

    @staticmethod
    def create_id(course_id: UUID) -> UUID:
        return course_id

    @staticmethod
    def id_of(code: str) -> UUID:
        """One id per code: the log itself cannot hold a code twice."""
        return uuid5(NETWORK, f"course/{code}")

    @classmethod
    def offer(
        cls,
        code: str,
        name: str,
        provider_id: UUID,
        modules: list[Module],
        required_hours: int | None = None,
    ) -> Self:
        """Modules in the order in which they are taught. All of their hours are required unless
        `required_hours` says fewer. Refuses ModuleTwice, MoreHoursThanTaught."""
        module, times = Counter(each.code for each in modules).most_common(1)[0]
        if times > 1:
            raise ModuleTwice(module=module)
        taught = sum(each.hours for each in modules)
        required = taught if required_hours is None else required_hours
        if required > taught:
            raise MoreHoursThanTaught(taught=taught, required=required)
        return cls(cls.id_of(code), code, name, provider_id, modules, required)

    def withdraw(self) -> None:
        """No more sessions; those already planned take place. Refuses CourseNotOffered."""
        self.must_be_offered()
        self._withdrawn()

    def must_be_offered(self) -> None:
        if not self.offered:
            raise CourseNotOffered

    @property
    def required_minutes(self) -> int:
        return self.required_hours * 60

    @event(CourseOffered)
    def __init__(
        self,
        id: UUID,
        code: str,
        name: str,
        provider_id: UUID,
        modules: list[Module],
        required_hours: int,
    ) -> None:
        self.code = code
        self.module_codes = [each.code for each in modules]
        self.required_hours = required_hours
        self.offered = True

    @event(CourseWithdrawn)
    def _withdrawn(self) -> None:
        self.offered = False
