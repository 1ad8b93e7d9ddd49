"""The rules of training. Read these first."""

from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.training.domain import (
    AlreadyAttended,
    AlreadyCompleted,
    AlreadyEnrolled,
    Course,
    CourseNotOffered,
    HalfDay,
    HalfDayTwice,
    LongerThanTheHalfDay,
    Module,
    ModulesOutOfOrder,
    ModuleTwice,
    MoreHoursThanTaught,
    NoSuchHalfDay,
    NoSuchModule,
    NotEnrolled,
    Session,
    SessionAlreadyCancelled,
    SessionAlreadyOver,
    SessionTooShort,
    SomebodyCompleted,
    TooEarlyForAttendance,
    TrainsThisSession,
)

MONDAY = date(2026, 3, 2)
TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY - timedelta(days=1)
ADA, BOB, CAM, TRAINER = (uuid4() for _ in range(4))
FORSUD, COURSE, SESSION, SPACE = (uuid4() for _ in range(4))

ADMINISTRATION, VISION, STEERING = (
    Module("administration", "Axe administratif", hours=3),
    Module("vision", "Construire une vision", hours=3),
    Module("pilotage", "Pilotage de l'école", hours=3),
)
MORNING = HalfDay(MONDAY, "am", "administration", minutes=180)
AFTERNOON = HalfDay(MONDAY, "pm", "vision", minutes=180)
NEXT_MORNING = HalfDay(TUESDAY, "am", "pilotage", minutes=180)
THREE_HALF_DAYS = [MORNING, AFTERNOON, NEXT_MORNING]


# A course


def offer(*modules, required_hours=None):
    name = "Formation des directions d'école"
    return Course.offer("forsud-direction", name, FORSUD, list(modules), required_hours)


def test_a_course_requires_all_of_its_hours_unless_it_says_fewer():
    assert offer(ADMINISTRATION, VISION).required_hours == 6
    assert offer(ADMINISTRATION, VISION, required_hours=5).required_hours == 5


def test_a_course_cannot_require_more_hours_than_it_teaches():
    with pytest.raises(MoreHoursThanTaught, match=r"6 hours.* 7"):
        offer(ADMINISTRATION, VISION, required_hours=7)


def test_the_modules_of_a_course_have_different_codes():
    with pytest.raises(ModuleTwice, match="vision"):
        offer(ADMINISTRATION, VISION, VISION)


def test_a_course_with_the_same_code_is_the_same_course_everywhere():
    assert offer(VISION).id == offer(STEERING).id == Course.id_of("forsud-direction")


def offered(*modules, required_hours):
    return partial(
        Course.CourseOffered,
        code="forsud-direction",
        name="Formation des directions d'école",
        provider_id=FORSUD,
        modules=list(modules),
        required_hours=required_hours,
    )


def test_a_course_is_withdrawn():
    given(Course, offered(VISION, required_hours=3)).when(Course.withdraw).then(
        partial(Course.CourseWithdrawn)
    )


def test_a_course_is_withdrawn_once():
    (
        given(Course, offered(VISION, required_hours=3), partial(Course.CourseWithdrawn))
        .when(Course.withdraw)
        .then_refused(CourseNotOffered)
    )


# Planning a session


def plan(*slots, course=None, today=SUNDAY):
    return Session.plan(
        SESSION,
        course or offer(ADMINISTRATION, VISION, STEERING),
        space_id=SPACE,
        place="Salle de formation",
        trainers=[TRAINER],
        capacity=2,
        slots=list(slots),
        today=today,
    )


def test_a_session_takes_the_required_hours_over_from_its_course():
    session = plan(*THREE_HALF_DAYS, course=offer(ADMINISTRATION, VISION, STEERING))
    assert session.required_minutes == 9 * 60


def test_half_days_are_kept_in_the_order_of_time():
    (planned,) = plan(NEXT_MORNING, AFTERNOON, MORNING).collect_events()
    assert planned.slots == THREE_HALF_DAYS


def test_no_session_of_a_course_that_is_no_longer_offered():
    course = offer(ADMINISTRATION, VISION, STEERING)
    course.withdraw()
    with pytest.raises(CourseNotOffered):
        plan(*THREE_HALF_DAYS, course=course)


def test_a_half_day_is_given_once():
    with pytest.raises(HalfDayTwice, match="2026-03-02 pm"):
        plan(*THREE_HALF_DAYS, HalfDay(MONDAY, "pm", "pilotage", minutes=30))


def test_a_session_teaches_only_what_the_course_contains():
    with pytest.raises(NoSuchModule, match="couture"):
        plan(*THREE_HALF_DAYS, HalfDay(TUESDAY, "pm", "couture", minutes=180))


def test_a_module_cannot_begin_before_one_that_the_course_teaches_first():
    first = HalfDay(SUNDAY, "pm", "vision", minutes=180)
    with pytest.raises(ModulesOutOfOrder, match="vision would begin before module administration"):
        plan(first, *THREE_HALF_DAYS)


def test_the_order_holds_between_morning_and_afternoon_too():
    morning = HalfDay(MONDAY, "am", "vision", minutes=270)
    afternoon = HalfDay(MONDAY, "pm", "administration", minutes=270)
    with pytest.raises(ModulesOutOfOrder):
        plan(morning, afternoon, course=offer(ADMINISTRATION, VISION))


def test_modules_that_have_begun_may_alternate():
    back_to_the_first = HalfDay(TUESDAY, "pm", "administration", minutes=60)
    assert plan(*THREE_HALF_DAYS, back_to_the_first)


def test_a_session_offers_at_least_the_hours_that_its_course_requires():
    short = HalfDay(TUESDAY, "am", "pilotage", minutes=179)
    with pytest.raises(SessionTooShort, match=r"539 minutes.* 540"):
        plan(MORNING, AFTERNOON, short)


def test_a_module_may_be_left_out_when_the_course_does_not_require_its_hours():
    assert plan(
        MORNING, AFTERNOON, course=offer(ADMINISTRATION, VISION, STEERING, required_hours=6)
    )


def test_a_session_may_have_begun_but_not_be_over_when_it_is_planned():
    assert plan(*THREE_HALF_DAYS, today=TUESDAY)
    with pytest.raises(SessionAlreadyOver):
        plan(*THREE_HALF_DAYS, today=TUESDAY + timedelta(days=1))


# Enrolling


def planned(capacity=1, required_minutes=360):
    return partial(
        Session.SessionPlanned,
        course_id=COURSE,
        space_id=SPACE,
        place="",
        trainers=[TRAINER],
        capacity=capacity,
        required_minutes=required_minutes,
        slots=[MORNING, AFTERNOON, NEXT_MORNING],
    )


def enrolled(person):
    return partial(Session.Enrolled, person_id=person)


def waitlisted(person):
    return partial(Session.Waitlisted, person_id=person)


def enrolment_cancelled(person):
    return partial(Session.EnrolmentCancelled, person_id=person)


def promoted(person):
    return partial(Session.Promoted, person_id=person)


def attended(person, slot, minutes):
    return partial(
        Session.AttendanceRecorded, person_id=person, day=slot.day, half=slot.half, minutes=minutes
    )


def completed(person, minutes, certificate):
    return partial(
        Session.CourseCompleted,
        person_id=person,
        course_id=COURSE,
        minutes=minutes,
        certificate=certificate,
    )


CANCELLED = partial(Session.SessionCancelled)
ADA_COMPLETED = (
    enrolled(ADA),
    attended(ADA, MORNING, 180),
    attended(ADA, AFTERNOON, 180),
    completed(ADA, 360, "FORSUD-DIRECTION-2026-00000000-001"),
)


def test_while_there_are_seats_whoever_enrols_gets_one():
    given(Session, planned(capacity=2), enrolled(ADA)).when(Session.enrol, BOB).then(enrolled(BOB))


def test_without_a_seat_one_waits_in_line():
    given(Session, planned(), enrolled(ADA)).when(Session.enrol, BOB).then(waitlisted(BOB))


@pytest.mark.parametrize("already", [enrolled(BOB), waitlisted(BOB), promoted(BOB)])
def test_nobody_enrols_twice(already):
    waited = [waitlisted(BOB)] if already.func is Session.Promoted else []
    (
        given(Session, planned(capacity=2), *waited, already)
        .when(Session.enrol, BOB)
        .then_refused(AlreadyEnrolled)
    )


def test_trainers_do_not_enrol_in_their_own_session():
    given(Session, planned()).when(Session.enrol, TRAINER).then_refused(TrainsThisSession)


def test_a_seat_given_up_goes_to_the_first_in_line_at_once():
    (
        given(Session, planned(), enrolled(ADA), waitlisted(BOB), waitlisted(CAM))
        .when(Session.cancel_enrolment, ADA)
        .then(enrolment_cancelled(ADA), promoted(BOB))
    )


def test_a_seat_given_up_while_nobody_waits_is_free():
    (
        given(Session, planned(), enrolled(ADA), enrolment_cancelled(ADA))
        .when(Session.enrol, BOB)
        .then(enrolled(BOB))
    )


def test_whoever_leaves_the_line_frees_no_seat():
    (
        given(Session, planned(), enrolled(ADA), waitlisted(BOB), waitlisted(CAM))
        .when(Session.cancel_enrolment, BOB)
        .then(enrolment_cancelled(BOB))
    )


def test_only_somebody_enrolled_or_waiting_can_cancel():
    (
        given(Session, planned(), enrolled(ADA))
        .when(Session.cancel_enrolment, BOB)
        .then_refused(NotEnrolled)
    )


def test_whoever_attended_a_part_cannot_cancel():
    (
        given(Session, planned(), enrolled(ADA), attended(ADA, MORNING, 10))
        .when(Session.cancel_enrolment, ADA)
        .then_refused(AlreadyAttended)
    )


def test_whoever_was_absent_so_far_can_cancel():
    (
        given(
            Session,
            planned(),
            enrolled(ADA),
            attended(ADA, MORNING, 180),
            attended(ADA, MORNING, 0),
        )
        .when(Session.cancel_enrolment, ADA)
        .then(enrolment_cancelled(ADA))
    )


# Attending


def attends(person, slot, minutes, today=TUESDAY):
    return (
        partial(Session.record_attendance, today=today, course_code="forsud-direction"),
        person,
        slot.day,
        slot.half,
        minutes,
    )


def test_attendance_is_recorded_by_half_day():
    (
        given(Session, planned(), enrolled(ADA))
        .when(*attends(ADA, MORNING, 170))
        .then(attended(ADA, MORNING, 170))
    )


@pytest.mark.parametrize("history", [[], [enrolled(ADA), waitlisted(BOB)]])
def test_only_somebody_with_a_seat_attends(history):
    (
        given(Session, planned(), *history)
        .when(*attends(BOB, MORNING, 170))
        .then_refused(NotEnrolled)
    )


def test_whoever_was_promoted_attends():
    (
        given(
            Session,
            planned(),
            enrolled(ADA),
            waitlisted(BOB),
            enrolment_cancelled(ADA),
            promoted(BOB),
        )
        .when(*attends(BOB, MORNING, 170))
        .then(attended(BOB, MORNING, 170))
    )


def test_attendance_belongs_to_a_half_day_of_the_session():
    elsewhere = HalfDay(TUESDAY, "pm", "vision", minutes=180)
    (
        given(Session, planned(), enrolled(ADA))
        .when(*attends(ADA, elsewhere, 170))
        .then_refused(NoSuchHalfDay)
    )


def test_nobody_attends_more_than_the_whole_half_day():
    (
        given(Session, planned(), enrolled(ADA))
        .when(*attends(ADA, MORNING, 181))
        .then_refused(LongerThanTheHalfDay)
    )


def test_attendance_is_recorded_on_the_day_at_the_earliest():
    session = given(Session, planned(), enrolled(ADA))
    session.when(*attends(ADA, MORNING, 180, today=SUNDAY)).then_refused(TooEarlyForAttendance)
    given(Session, planned(), enrolled(ADA)).when(*attends(ADA, MORNING, 180, today=MONDAY)).then(
        attended(ADA, MORNING, 180)
    )


def test_whoever_reaches_the_required_minutes_has_completed_the_course():
    (
        given(Session, planned(), enrolled(ADA), attended(ADA, MORNING, 180))
        .when(*attends(ADA, AFTERNOON, 180))
        .then(
            attended(ADA, AFTERNOON, 180),
            completed(ADA, 360, "FORSUD-DIRECTION-2026-00000000-001"),
        )
    )


def test_a_minute_less_is_not_enough():
    (
        given(Session, planned(), enrolled(ADA), attended(ADA, MORNING, 180))
        .when(*attends(ADA, AFTERNOON, 179))
        .then(attended(ADA, AFTERNOON, 179))
    )


def test_a_correction_replaces_what_was_recorded_before():
    (
        given(
            Session,
            planned(),
            enrolled(ADA),
            attended(ADA, MORNING, 180),
            attended(ADA, AFTERNOON, 100),
            attended(ADA, MORNING, 60),
        )
        .when(*attends(ADA, AFTERNOON, 180))
        .then(attended(ADA, AFTERNOON, 180))
    )


def test_after_completion_attendance_is_closed_for_that_person():
    (
        given(Session, planned(), *ADA_COMPLETED)
        .when(*attends(ADA, MORNING, 0))
        .then_refused(AlreadyCompleted)
    )


def test_certificates_of_a_session_are_numbered():
    (
        given(
            Session,
            planned(capacity=2),
            *ADA_COMPLETED,
            enrolled(BOB),
            attended(BOB, MORNING, 180),
        )
        .when(*attends(BOB, NEXT_MORNING, 180))
        .then(
            attended(BOB, NEXT_MORNING, 180),
            completed(BOB, 360, "FORSUD-DIRECTION-2026-00000000-002"),
        )
    )


def test_a_certificate_names_the_session_and_the_year_in_which_it_ends():
    new_year = [
        HalfDay(date(2026, 12, 31), "am", "vision", minutes=180),
        HalfDay(date(2027, 1, 4), "am", "vision", minutes=180),
    ]
    session = plan(*new_year, course=offer(VISION))
    assert session.next_certificate("drones") == f"DRONES-2027-{SESSION.hex[:8].upper()}-001"


# Cancelling a session


def test_a_session_is_cancelled():
    given(Session, planned(), enrolled(ADA)).when(Session.cancel).then(CANCELLED)


def test_a_session_in_which_somebody_completed_is_not_cancelled():
    given(Session, planned(), *ADA_COMPLETED).when(Session.cancel).then_refused(SomebodyCompleted)


@pytest.mark.parametrize(
    "ask",
    [
        (Session.enrol, BOB),
        (Session.cancel_enrolment, ADA),
        attends(ADA, MORNING, 180),
        (Session.cancel,),
    ],
    ids=["enrol", "cancel_enrolment", "record_attendance", "cancel"],
)
def test_nothing_more_happens_in_a_cancelled_session(ask):
    (
        given(Session, planned(), enrolled(ADA), CANCELLED)
        .when(*ask)
        .then_refused(SessionAlreadyCancelled)
    )
