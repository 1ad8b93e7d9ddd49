"""The half-days of a session, and what makes them a session of its course."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from kernel.facts import Refused
from services.training.domain.course import Course

Half = Literal["am", "pm"]


class HalfDayTwice(Refused):
    """The session has the half-day {day} {half} twice."""


class NoSuchModule(Refused):
    """The course has no module {module}."""


class ModulesOutOfOrder(Refused):
    """Module {later} would begin before module {earlier}, which the course teaches first."""


class SessionTooShort(Refused):
    """The half-days come to {offered} minutes, but the course requires {required}."""


class SessionAlreadyOver(Refused):
    """Every half-day of this session is already past."""


@dataclass(frozen=True)
class HalfDay:
    """A morning or an afternoon of one module, `minutes` long."""

    day: date
    half: Half
    module: str
    minutes: int


def timetable(course: Course, slots: list[HalfDay], today: date) -> list[HalfDay]:
    """The half-days in the order of time. A module may begin only after those that the course
    teaches before it have begun; afterwards they may alternate. Refuses HalfDayTwice,
    NoSuchModule, ModulesOutOfOrder, SessionTooShort, SessionAlreadyOver."""
    slots = sorted(slots, key=lambda slot: (slot.day, slot.half))
    (day, half), times = Counter((slot.day, slot.half) for slot in slots).most_common(1)[0]
    if times > 1:
        raise HalfDayTwice(day=day, half=half)
    as_taught = {module: place for place, module in enumerate(course.module_codes)}
    as_begun = list(dict.fromkeys(slot.module for slot in slots))
    for module in as_begun:
        if module not in as_taught:
            raise NoSuchModule(module=module)
    for first, second in pairwise(as_begun):
        if as_taught[second] < as_taught[first]:
            raise ModulesOutOfOrder(later=first, earlier=second)
    offered = sum(slot.minutes for slot in slots)
    if offered < course.required_minutes:
        raise SessionTooShort(offered=offered, required=course.required_minutes)
    if slots[-1].day < today:
        raise SessionAlreadyOver
    return slots
