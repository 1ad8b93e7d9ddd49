"""Training at work: each message, each neighbour, and what changes."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from kernel.service import Fact, Service, follows, handles
from services.training.domain import (
    CodeTaken,
    Course,
    Half,
    HalfDay,
    KnownOrganisation,
    KnownPerson,
    KnownSpace,
    Module,
    Session,
    UnknownOrganisation,
    UnknownPerson,
    UnknownSpace,
)
from services.training.messages import (
    CancelEnrolment,
    CancelSession,
    Enrol,
    OfferCourse,
    PlanSession,
    RecordAttendance,
    WithdrawCourse,
)
from vocabulary import calendar

ELSEWHERE = "Europe/Brussels"
"""The time zone of a place that is no space of the network."""


class Training(Service):
    name = "training"

    # Courses

    @handles(OfferCourse)
    def offer_course(
        self,
        code: str,
        name: str,
        provider_id: UUID,
        modules: list[dict[str, Any]],
        required_hours: int | None,
    ) -> Course:
        if not self.log.find(KnownOrganisation, provider_id):
            raise UnknownOrganisation(organisation_id=provider_id)
        if self.log.find(Course, Course.id_of(code)):
            raise CodeTaken(code=code)
        taught = [Module(**each) for each in modules]
        return Course.offer(code, name, provider_id, taught, required_hours)

    @handles(WithdrawCourse)
    def withdraw_course(self, course_id: UUID) -> Course:
        course = self.log.load(Course, course_id)
        course.withdraw()
        return course

    # Sessions

    @handles(PlanSession)
    def plan_session(
        self,
        course_id: UUID,
        space_id: UUID | None,
        place: str,
        trainers: list[UUID],
        capacity: int,
        slots: list[dict[str, Any]],
    ) -> Session:
        course = self.log.load(Course, course_id)
        for trainer in trainers:
            self.must_know(trainer)
        return Session.plan(
            uuid4(),
            course,
            space_id=space_id,
            place=place,
            trainers=trainers,
            capacity=capacity,
            slots=[HalfDay(**each) for each in slots],
            today=self.today_at(space_id),
        )

    @handles(CancelSession)
    def cancel_session(self, session_id: UUID) -> Session:
        session = self.log.load(Session, session_id)
        session.cancel()
        return session

    # People

    @handles(Enrol)
    def enrol(self, session_id: UUID, person_id: UUID) -> Session:
        session = self.log.load(Session, session_id)
        self.must_know(person_id)
        session.enrol(person_id)
        return session

    @handles(CancelEnrolment)
    def cancel_enrolment(self, session_id: UUID, person_id: UUID) -> Session:
        session = self.log.load(Session, session_id)
        session.cancel_enrolment(person_id)
        return session

    @handles(RecordAttendance)
    def record_attendance(
        self, session_id: UUID, person_id: UUID, day: date, half: Half, minutes: int
    ) -> Session:
        session = self.log.load(Session, session_id)
        session.record_attendance(
            person_id,
            day,
            half,
            minutes,
            today=self.today_at(session.space_id),
            course_code=self.log.load(Course, session.course_id).code,
        )
        return session

    # What neighbours say

    @follows("members")
    def learn_from_members(self, fact: Fact) -> KnownPerson | KnownOrganisation | None:
        match fact:
            case Fact(type="members.PersonJoined", subject=person):
                return KnownPerson(UUID(person))
            case Fact(type="members.OrganisationRegistered", subject=organisation):
                return KnownOrganisation(UUID(organisation))
        return None

    @follows("spaces")
    def learn_from_spaces(self, fact: Fact) -> KnownSpace | None:
        match fact:
            case Fact(type="spaces.SpaceOpened", subject=space, data={"timezone": timezone}):
                return KnownSpace(UUID(space), timezone)
        return None

    def must_know(self, person_id: UUID) -> None:
        if not self.log.find(KnownPerson, person_id):
            raise UnknownPerson(person_id=person_id)

    def today_at(self, space_id: UUID | None) -> date:
        if space_id is None:
            return calendar.today(ELSEWHERE, self.now())
        if space := self.log.find(KnownSpace, space_id):
            return calendar.today(space.timezone, self.now())
        raise UnknownSpace(space_id=space_id)
