"""A session of a course: who has a seat, who waits for one, who attended, who has completed."""

from datetime import date
from typing import Self
from uuid import UUID

from kernel.facts import Aggregate, Created, Event, Refused, event
from services.training.domain.course import Course
from services.training.domain.timetable import Half, HalfDay, timetable


class SessionAlreadyCancelled(Refused):
    """This session has been cancelled."""


class TrainsThisSession(Refused):
    """A trainer cannot enrol in their own session."""


class AlreadyEnrolled(Refused):
    """This person already has a seat in this session, or a place in its waiting list."""


class NotEnrolled(Refused):
    """This person is not enrolled in this session."""


class AlreadyAttended(Refused):
    """This person has already attended a part of this session, so the enrolment stays."""


class NoSuchHalfDay(Refused):
    """This session has no half-day {day} {half}."""


class LongerThanTheHalfDay(Refused):
    """That half-day is {minutes} minutes long; nobody can attend more of it."""


class TooEarlyForAttendance(Refused):
    """Attendance can be recorded from {day} on, the day it is about."""


class AlreadyCompleted(Refused):
    """This person has completed the course in this session; their attendance is closed."""


class SomebodyCompleted(Refused):
    """Somebody has completed the course in this session, so it can no longer be cancelled."""


class Session(Aggregate):
    """A course given once, somewhere, on certain half-days, to as many people as it has seats."""

    class SessionPlanned(Created):
        course_id: UUID
        space_id: UUID | None
        place: str
        trainers: list[UUID]
        capacity: int
        required_minutes: int
        slots: list[HalfDay]

    class Enrolled(Event):
        person_id: UUID

    class Waitlisted(Event):
        person_id: UUID

    class EnrolmentCancelled(Event):
        person_id: UUID

    class Promoted(Event):
        person_id: UUID

    class AttendanceRecorded(Event):
        person_id: UUID
        day: date
        half: Half
        minutes: int

    class CourseCompleted(Event):
        person_id: UUID
        course_id: UUID
        minutes: int
        certificate: str

    class SessionCancelled(Event):
        pass

    @staticmethod
    def create_id(session_id: UUID) -> UUID:
        return session_id

    # What may be asked

    @classmethod
    def plan(
        cls,
        session_id: UUID,
        course: Course,
        *,
        space_id: UUID | None,
        place: str,
        trainers: list[UUID],
        capacity: int,
        slots: list[HalfDay],
        today: date,
    ) -> Self:
        """`today` is today where the session takes place. Refuses CourseNotOffered
        and what the timetable refuses."""
        course.must_be_offered()
        slots = timetable(course, slots, today)
        required = course.required_minutes
        return cls(session_id, course.id, space_id, place, trainers, capacity, required, slots)

    def enrol(self, person_id: UUID) -> None:
        """A seat while there is one, otherwise the end of the line. Refuses
        SessionAlreadyCancelled, TrainsThisSession, AlreadyEnrolled."""
        self.must_take_place()
        if person_id in self.trainers:
            raise TrainsThisSession
        if person_id in self.enrolled or person_id in self.waiting:
            raise AlreadyEnrolled
        if len(self.enrolled) < self.capacity:
            self._enrolled(person_id)
        else:
            self._waitlisted(person_id)

    def cancel_enrolment(self, person_id: UUID) -> None:
        """A seat goes to the first in line. Refuses SessionAlreadyCancelled, NotEnrolled,
        AlreadyAttended."""
        self.must_take_place()
        if person_id in self.waiting:
            self._enrolment_cancelled(person_id)
            return
        if person_id not in self.enrolled:
            raise NotEnrolled
        if self.minutes_attended(person_id):
            raise AlreadyAttended
        self._enrolment_cancelled(person_id)
        if self.waiting:
            self._promoted(self.waiting[0])

    def record_attendance(
        self, person_id: UUID, day: date, half: Half, minutes: int, *, today: date, course_code: str
    ) -> None:
        """Replaces what was recorded for that half-day; completes the course when the minutes
        suffice. Refuses SessionAlreadyCancelled, NotEnrolled, AlreadyCompleted, NoSuchHalfDay,
        LongerThanTheHalfDay, TooEarlyForAttendance."""
        self.must_take_place()
        if person_id not in self.enrolled:
            raise NotEnrolled
        if person_id in self.completed:
            raise AlreadyCompleted
        if (day, half) not in self.minutes_of:
            raise NoSuchHalfDay(day=day, half=half)
        if minutes > self.minutes_of[day, half]:
            raise LongerThanTheHalfDay(minutes=self.minutes_of[day, half])
        if today < day:
            raise TooEarlyForAttendance(day=day)
        self._attendance_recorded(person_id, day, half, minutes)
        attended = self.minutes_attended(person_id)
        if attended >= self.required_minutes:
            certificate = self.next_certificate(course_code)
            self._course_completed(person_id, self.course_id, attended, certificate)

    def cancel(self) -> None:
        """Refuses SessionAlreadyCancelled, SomebodyCompleted."""
        self.must_take_place()
        if self.completed:
            raise SomebodyCompleted
        self._cancelled()

    # What the rules look at

    def must_take_place(self) -> None:
        if self.cancelled:
            raise SessionAlreadyCancelled

    def minutes_attended(self, person_id: UUID) -> int:
        return sum(self.enrolled[person_id].values())

    def next_certificate(self, course_code: str) -> str:
        """Course, year of the last half-day, session, and how many completed it before."""
        year = max(self.minutes_of)[0].year
        serial = len(self.completed) + 1
        return f"{course_code.upper()}-{year}-{self.id.hex[:8].upper()}-{serial:03d}"

    # What then is true

    @event(SessionPlanned)
    def __init__(
        self,
        id: UUID,
        course_id: UUID,
        space_id: UUID | None,
        place: str,
        trainers: list[UUID],
        capacity: int,
        required_minutes: int,
        slots: list[HalfDay],
    ) -> None:
        self.course_id = course_id
        self.space_id = space_id
        self.trainers = trainers
        self.capacity = capacity
        self.required_minutes = required_minutes
        self.minutes_of = {(slot.day, slot.half): slot.minutes for slot in slots}
        self.enrolled: dict[UUID, dict[tuple[date, Half], int]] = {}
        self.waiting: list[UUID] = []
        self.completed: set[UUID] = set()
        self.cancelled = False

    @event(Enrolled)
    def _enrolled(self, person_id: UUID) -> None:
        self.enrolled[person_id] = {}

    @event(Waitlisted)
    def _waitlisted(self, person_id: UUID) -> None:
        self.waiting.append(person_id)

    @event(EnrolmentCancelled)
    def _enrolment_cancelled(self, person_id: UUID) -> None:
        if person_id in self.waiting:
            self.waiting.remove(person_id)
        else:
            del self.enrolled[person_id]

    @event(Promoted)
    def _promoted(self, person_id: UUID) -> None:
        self.waiting.remove(person_id)
        self.enrolled[person_id] = {}

    @event(AttendanceRecorded)
    def _attendance_recorded(self, person_id: UUID, day: date, half: Half, minutes: int) -> None:
        self.enrolled[person_id][day, half] = minutes

    @event(CourseCompleted)
    def _course_completed(
        self, person_id: UUID, course_id: UUID, minutes: int, certificate: str
    ) -> None:
        self.completed.add(person_id)

    @event(SessionCancelled)
    def _cancelled(self) -> None:
        self.cancelled = True
