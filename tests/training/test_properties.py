"""Whatever people do, in whatever order: seats, the line, minutes and completions stay right."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kernel.facts import Refused
from kernel.log import Log
from services.training.domain import Course, HalfDay, Module, Session

MONDAY = date(2026, 3, 2)
LAST_DAY = MONDAY + timedelta(days=3)
SESSION, PROVIDER, TRAINER = (UUID(int=n) for n in (100, 101, 102))
PEOPLE = [UUID(int=n) for n in range(1, 7)]
SLOTS = [
    HalfDay(MONDAY + timedelta(days=day), half, "drones", minutes=120)
    for day in range(3)
    for half in ("am", "pm")
]

people = st.sampled_from(PEOPLE)
slots = st.sampled_from(SLOTS)
enrol = st.tuples(st.just("enrol"), people)
cancel = st.tuples(st.just("cancel_enrolment"), people)
attend = st.tuples(st.just("record_attendance"), people, slots, st.integers(0, 120))


def planned(capacity, required_hours=4):
    course = Course.offer(
        "drones", "Drones", PROVIDER, [Module("drones", "Drones", 12)], required_hours
    )
    return Session.plan(
        SESSION,
        course,
        space_id=None,
        place="Marche-en-Famenne",
        trainers=[TRAINER],
        capacity=capacity,
        slots=SLOTS,
        today=MONDAY,
    )


def do(session, what, person, slot=None, minutes=None):
    """Ask, and say whether it was done."""
    attending = (slot.day, slot.half, minutes) if slot else ()
    around = {"today": LAST_DAY, "course_code": "drones"} if slot else {}
    try:
        getattr(session, what)(person, *attending, **around)
    except Refused:
        return False
    return True


def events_of(session, kind):
    return [event for event in session.pending_events if isinstance(event, kind)]


@given(st.integers(1, 3), st.lists(enrol | cancel | attend, max_size=60))
def test_seats_and_line_are_those_of_somebody_with_paper_and_pencil(capacity, asked):
    session, seated, line, attended = planned(capacity), [], [], Counter()
    for what, person, *attending in asked:
        done = do(session, what, person, *attending)
        match what:
            case "enrol":
                assert done == (person not in seated + line)
                if done:
                    (seated if len(seated) < capacity else line).append(person)
            case "cancel_enrolment":
                assert done == (person in line or (person in seated and not attended[person]))
                if done and person in line:
                    line.remove(person)
                elif done:
                    seated.remove(person)
                    seated += [line.pop(0)] if line else []
            case "record_attendance" if done:
                attended[person] = session.minutes_attended(person)
        assert len(session.enrolled) <= capacity
        assert set(session.enrolled) == set(seated)
        assert session.waiting == line


@given(st.integers(1, 3), st.lists(enrol | cancel, max_size=60))
def test_people_are_promoted_once_for_each_time_they_waited_and_in_that_order(capacity, asked):
    session = planned(capacity)
    for what, person in asked:
        do(session, what, person)
    line = []
    for event in session.pending_events:
        match event:
            case Session.Waitlisted(person_id=person):
                line.append(person)
            case Session.Promoted(person_id=person):
                assert person == line.pop(0)
            case Session.EnrolmentCancelled(person_id=person) if person in line:
                line.remove(person)
    waited = Counter(event.person_id for event in events_of(session, Session.Waitlisted))
    promoted = Counter(event.person_id for event in events_of(session, Session.Promoted))
    assert promoted <= waited


@given(st.integers(1, 12), st.lists(st.tuples(slots, st.integers(0, 120)), max_size=40))
def test_the_last_record_of_each_half_day_counts_and_the_course_is_completed_once(hours, records):
    session = planned(capacity=1, required_hours=hours)
    session.enrol(PEOPLE[0])
    last, completed = {}, False
    for slot, minutes in records:
        assert do(session, "record_attendance", PEOPLE[0], slot, minutes) is not completed
        if not completed:
            last[slot] = minutes
        assert session.minutes_attended(PEOPLE[0]) == sum(last.values())
        completed = sum(last.values()) >= hours * 60
    completions = events_of(session, Session.CourseCompleted)
    assert [event.minutes for event in completions] == [sum(last.values())] * completed


@given(st.lists(enrol | attend, max_size=80))
def test_every_certificate_has_a_number_of_its_own(asked):
    session = planned(capacity=len(PEOPLE), required_hours=2)
    for what, person, *attending in asked:
        do(session, what, person, *attending)
    completions = events_of(session, Session.CourseCompleted)
    serials = [int(event.certificate.rsplit("-", 1)[1]) for event in completions]
    assert serials == list(range(1, len(completions) + 1))
    assert len({event.person_id for event in completions}) == len(completions)


@given(st.integers(1, 3), st.lists(enrol | cancel | attend, max_size=40))
def test_a_session_read_from_its_log_is_the_session_that_was_written(capacity, asked):
    session = planned(capacity)
    for what, person, *attending in asked:
        do(session, what, person, *attending)
    log = Log("training")
    log.save(session)
    again = log.load(Session, SESSION)
    for name in ("enrolled", "waiting", "completed", "minutes_of", "required_minutes", "trainers"):
        assert getattr(again, name) == getattr(session, name)
