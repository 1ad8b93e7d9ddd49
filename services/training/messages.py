"""What may be asked of training."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kernel.wire import Message
from vocabulary.fields import Code, Day, Line, Whole

HALVES = validate.OneOf(["am", "pm"])


def distinct(ids: list[UUID]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("Name each one once.")


class CourseModule(Schema):
    """A part of a course, with the hours it takes to teach."""

    code = Code(required=True, metadata={"example": "pilotage"})
    title = Line(200, required=True, metadata={"example": "Pilotage de l'école"})
    hours = Whole(1, 400, required=True, metadata={"example": 12})


class SessionHalfDay(Schema):
    """A half-day of a session: which module is taught, and for how many minutes."""

    day = Day(required=True)
    half = fields.String(required=True, validate=HALVES, metadata={"example": "am"})
    module = Code(required=True, metadata={"example": "pilotage"})
    minutes = Whole(30, 300, required=True, metadata={"example": 210})


class OfferCourse(Message):
    """Offer a course under a code of its own, with its modules in the order they are taught.

    Whoever attends `required_hours` of a session completes the course; without a figure, all
    hours of all modules are required. Normally done by a coordinator for the organisation that
    provides the course. Refused: UnknownOrganisation, CodeTaken, ModuleTwice, MoreHoursThanTaught.
    """

    route = "POST /courses"

    code = Code(required=True, metadata={"example": "forsud-direction"})
    name = Line(200, required=True, metadata={"example": "Formation des directions d'école"})
    provider_id = fields.UUID(required=True)
    modules = fields.List(
        fields.Nested(CourseModule), required=True, validate=validate.Length(min=1, max=100)
    )
    required_hours = Whole(1, 40_000, load_default=None, metadata={"example": 30})


class WithdrawCourse(Message):
    """Stop offering a course: no new sessions, while those already planned take place.

    Normally done by a coordinator. Refused: CourseNotOffered.
    """

    route = "POST /courses/{course_id}/withdrawal"

    course_id = fields.UUID(required=True)


class PlanSession(Message):
    """Plan a session of a course: where, with which trainers, and on which half-days.

    Give `space_id` for a space of the network, `place` for anywhere else, or both to say where
    in the space. A module may begin only after the modules that come before it in the course
    have begun, and the half-days must come to the hours that the course requires. Normally done
    by a trainer or a coordinator. Refused: UnknownSpace, UnknownPerson, CourseNotOffered,
    HalfDayTwice, NoSuchModule, ModulesOutOfOrder, SessionTooShort, SessionAlreadyOver.
    """

    route = "POST /courses/{course_id}/sessions"

    course_id = fields.UUID(required=True)
    space_id = fields.UUID(load_default=None)
    place = Line(200, load_default="", metadata={"example": "École de Couvin"})
    trainers = fields.List(
        fields.UUID(),
        required=True,
        validate=[validate.Length(min=1, max=50), distinct],
        metadata={"uniqueItems": True},
    )
    capacity = Whole(1, 500, required=True, metadata={"example": 12})
    slots = fields.List(
        fields.Nested(SessionHalfDay), required=True, validate=validate.Length(min=1, max=400)
    )

    @validates_schema
    def takes_place_somewhere(self, asked: dict[str, Any], **_: Any) -> None:
        if not asked.get("space_id") and not asked.get("place", "").strip():
            raise ValidationError("Say where: a space_id, a place, or both.", "place")


class Enrol(Message):
    """Enrol a person: a seat while there is one, otherwise the end of the waiting list.

    Normally done by the person. Refused: UnknownPerson, SessionAlreadyCancelled,
    TrainsThisSession, AlreadyEnrolled.
    """

    route = "POST /sessions/{session_id}/enrolments"

    session_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class CancelEnrolment(Message):
    """Give up a seat, which the first in line gets at once, or leave the waiting list.

    Normally done by the person. Refused: SessionAlreadyCancelled, NotEnrolled, AlreadyAttended.
    """

    route = "DELETE /sessions/{session_id}/enrolments/{person_id}"

    session_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class RecordAttendance(Message):
    """Record how many minutes of a half-day a person attended; a later record replaces it.

    When the attended minutes reach what the session requires, the person has completed the
    course, gets a certificate number, and no longer has attendance to record. Normally done by
    a trainer of the session. Refused: SessionAlreadyCancelled, NotEnrolled, AlreadyCompleted,
    NoSuchHalfDay, LongerThanTheHalfDay, TooEarlyForAttendance.
    """

    route = "PUT /sessions/{session_id}/attendance/{person_id}"

    session_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    day = Day(required=True)
    half = fields.String(required=True, validate=HALVES, metadata={"example": "am"})
    minutes = Whole(0, 300, required=True, metadata={"example": 210})


class CancelSession(Message):
    """Cancel a session: nobody can enrol or attend any more.

    Normally done by a trainer of the session or a coordinator. Refused: SessionAlreadyCancelled,
    SomebodyCompleted.
    """

    route = "POST /sessions/{session_id}/cancellation"

    session_id = fields.UUID(required=True)
