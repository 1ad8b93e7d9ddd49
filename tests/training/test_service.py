"""Training as its neighbours see it: messages and facts in, answers and facts out."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from kernel.log import Log
from kernel.wire import Fact
from services.training.service import Training

FORSUD, RIMBAUD_TECH, FAR_AWAY = (str(uuid4()) for _ in range(3))
ADA, BOB, CAM, TRAINER = (str(uuid4()) for _ in range(4))

BEFORE = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
LATE_MONDAY_EVENING = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""In Brussels it is already Tuesday the 3rd; in Cayenne it is not."""


class Clock:
    now = BEFORE

    def __call__(self):
        return self.now


def fact(position, source, name, subject, /, **data):
    return Fact(
        source=f"/{source}",
        id=f"{subject}/1",
        type=f"{source}.{name}",
        subject=subject,
        time=BEFORE,
        sequence=str(position),
        by="coordinator",
        data=data,
    )


@pytest.fixture
def announced():
    return []


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def training(announced, clock):
    service = Training(Log("training", announce=announced.extend), now=clock)
    joined = [
        fact(position, "members", "PersonJoined", person, home_space_id=RIMBAUD_TECH)
        for position, person in enumerate([ADA, BOB, CAM, TRAINER], start=1)
    ]
    registered = fact(5, "members", "OrganisationRegistered", FORSUD, code="forsud")
    corrected = fact(6, "members", "DetailsCorrected", ADA)
    service.take_in("members", 0, [*joined, registered, corrected])
    opened = [
        fact(1, "spaces", "SpaceOpened", RIMBAUD_TECH, timezone="Europe/Paris", name="R"),
        fact(2, "spaces", "SpaceOpened", FAR_AWAY, timezone="America/Cayenne", name="F"),
        fact(3, "spaces", "OperationStarted", FAR_AWAY),
    ]
    service.take_in("spaces", 0, opened)
    announced.clear()
    return service


def module(code, hours=3):
    return {"code": code, "title": code.capitalize(), "hours": hours}


def half_day(day="2026-03-03", half="am", module="vision", minutes=180):
    return {"day": day, "half": half, "module": module, "minutes": minutes}


def offers(training, **changes):
    asked = {
        "code": "forsud-direction",
        "name": "Formation des directions d'école",
        "provider_id": FORSUD,
        "modules": [module("administration"), module("vision"), module("pilotage")],
        "required_hours": 3,
        **changes,
    }
    return training.answer("offer_course", asked)


def plans(training, course=None, **changes):
    asked = {
        "course_id": course or offers(training)["done"]["id"],
        "space_id": RIMBAUD_TECH,
        "trainers": [TRAINER],
        "capacity": 2,
        "slots": [half_day()],
        **changes,
    }
    return training.answer("plan_session", asked)


@pytest.fixture
def session(training, announced):
    planned = plans(training)["done"]["id"]
    announced.clear()
    return planned


def enrols(training, session, person):
    return training.answer("enrol", {"session_id": session, "person_id": person})


def cancels(training, session, person):
    return training.answer("cancel_enrolment", {"session_id": session, "person_id": person})


def attends(training, session, person, minutes=180, **slot):
    words = {"session_id": session, "person_id": person, "day": "2026-03-03", "half": "am"}
    return training.answer("record_attendance", {**words, **slot, "minutes": minutes})


def happened(answer):
    return [fact["type"].removeprefix("training.") for fact in answer["done"]["facts"]]


# Courses


@pytest.mark.parametrize(
    ("code", "name", "modules"),
    [
        ("forsud-direction", "Formation des directions d'école", 3),
        ("ifapme-marketing", "Marketing digital", 1),
        ("ifapme-decorateur", "Décorateur d'intérieur", 1),
        ("ifapme-image", "Conseiller en image", 1),
        ("drones", "Utilisation et valorisation des drones", 1),
        ("chercheurs-emploi", "Formation pour chercheurs d'emploi", 3),
    ],
)
def test_the_courses_of_the_network_are_offered(training, code, name, modules):
    parts = [module(f"module-{n}", hours=12) for n in range(1, modules + 1)]
    answer = offers(training, code=code, name=name, modules=parts, required_hours=None)
    assert answer["done"]["facts"] == [
        {
            "type": "training.CourseOffered",
            "subject": answer["done"]["id"],
            "data": {
                "code": code,
                "name": name,
                "provider_id": FORSUD,
                "modules": parts,
                "required_hours": 12 * modules,
            },
        }
    ]


def test_a_code_is_given_once_and_for_ever(training):
    course = offers(training)["done"]["id"]
    training.answer("withdraw_course", {"course_id": course})
    answer = offers(training, name="Another one")
    assert answer["refused"] == "CodeTaken"
    assert "forsud-direction" in answer["reason"]


def test_only_an_organisation_of_the_network_offers_courses(training):
    assert offers(training, provider_id=ADA)["refused"] == "UnknownOrganisation"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Not A Code"}, "code"),
        ({"name": ""}, "name"),
        ({"modules": []}, "modules"),
        ({"modules": [module("vision", hours=401)]}, "modules"),
        ({"modules": [module("vision", hours=0)]}, "modules"),
        ({"modules": [{**module("vision"), "colour": "red"}]}, "modules"),
        ({"required_hours": 0}, "required_hours"),
        ({"required_hours": "3"}, "required_hours"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_course_that_makes_no_sense_is_sent_back(training, changes, field):
    assert offers(training, **changes)["invalid"].keys() == {field}


def test_no_session_of_a_withdrawn_course(training):
    course = offers(training)["done"]["id"]
    assert happened(training.answer("withdraw_course", {"course_id": course})) == [
        "CourseWithdrawn"
    ]
    assert plans(training, course)["refused"] == "CourseNotOffered"


# Sessions


def test_a_session_is_planned_and_announced(training, announced):
    answer = plans(training, place="Salle de création")
    assert announced[-1].data == answer["done"]["facts"][0]["data"]
    assert announced[-1].data == {
        "course_id": announced[0].subject,
        "space_id": RIMBAUD_TECH,
        "place": "Salle de création",
        "trainers": [TRAINER],
        "capacity": 2,
        "required_minutes": 180,
        "slots": [half_day()],
    }


def test_a_session_may_take_place_anywhere(training):
    answer = plans(training, space_id=None, place="École communale de Couvin")
    assert answer["done"]["facts"][0]["data"]["space_id"] is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"space_id": ADA}, "UnknownSpace"),
        ({"trainers": [TRAINER, FORSUD]}, "UnknownPerson"),
        ({"slots": [half_day(minutes=179)]}, "SessionTooShort"),
        ({"slots": [half_day(day="2026-01-31")]}, "SessionAlreadyOver"),
    ],
)
def test_a_session_that_cannot_be(training, changes, refusal):
    assert plans(training, **changes)["refused"] == refusal


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"space_id": None}, "place"),
        ({"space_id": None, "place": "  "}, "place"),
        ({"trainers": []}, "trainers"),
        ({"trainers": [TRAINER, TRAINER]}, "trainers"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
        ({"slots": []}, "slots"),
        ({"slots": [half_day(half="noon")]}, "slots"),
        ({"slots": [half_day(minutes=29)]}, "slots"),
        ({"slots": [half_day(minutes=301)]}, "slots"),
    ],
)
def test_a_session_that_makes_no_sense_is_sent_back(training, changes, field):
    assert plans(training, **changes)["invalid"].keys() == {field}


def test_what_was_never_planned_is_unknown(training, session):
    assert "unknown" in enrols(training, str(uuid4()), ADA)
    assert "unknown" in plans(training, str(uuid4()))


def test_a_course_is_not_a_session_and_a_session_is_not_a_course(training, session):
    course = offers(training, code="drones")["done"]["id"]
    assert "unknown" in enrols(training, course, ADA)
    assert "unknown" in training.answer("withdraw_course", {"course_id": session})


# People


def test_a_session_from_the_first_seat_to_the_certificate(training, session, announced, clock):
    assert [happened(enrols(training, session, who)) for who in (ADA, BOB, CAM)] == [
        ["Enrolled"],
        ["Enrolled"],
        ["Waitlisted"],
    ]
    assert happened(cancels(training, session, ADA)) == ["EnrolmentCancelled", "Promoted"]
    assert announced[-1].data == {"person_id": CAM}
    clock.now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert happened(attends(training, session, BOB, minutes=120)) == ["AttendanceRecorded"]
    assert happened(attends(training, session, CAM)) == ["AttendanceRecorded", "CourseCompleted"]
    certificate = f"FORSUD-DIRECTION-2026-{session[:8].upper()}-001"
    assert announced[-1].data["person_id"] == CAM
    assert (announced[-1].data["minutes"], announced[-1].data["certificate"]) == (180, certificate)
    assert attends(training, session, CAM)["refused"] == "AlreadyCompleted"
    assert happened(attends(training, session, BOB)) == ["AttendanceRecorded", "CourseCompleted"]
    assert announced[-1].data["certificate"].endswith("-002")


def test_only_people_of_the_network_enrol(training, session):
    assert enrols(training, session, FORSUD)["refused"] == "UnknownPerson"


@pytest.mark.parametrize(
    ("place", "day", "answer"),
    [
        ({"space_id": RIMBAUD_TECH}, "2026-03-03", "done"),
        ({"space_id": FAR_AWAY}, "2026-03-03", "refused"),
        ({"space_id": FAR_AWAY}, "2026-03-02", "done"),
        ({"space_id": None, "place": "École de Couvin"}, "2026-03-03", "done"),
    ],
)
def test_today_is_today_where_the_session_takes_place(training, clock, place, day, answer):
    session = plans(training, **place, slots=[half_day(day=day)])["done"]["id"]
    enrols(training, session, ADA)
    clock.now = LATE_MONDAY_EVENING
    assert answer in attends(training, session, ADA, day=day)


def test_yesterday_is_over_where_the_session_takes_place(training, clock):
    clock.now = LATE_MONDAY_EVENING
    monday = [half_day(day="2026-03-02")]
    assert plans(training, slots=monday)["refused"] == "SessionAlreadyOver"
    course = offers(training, code="drones")["done"]["id"]
    assert "done" in plans(training, course, space_id=FAR_AWAY, slots=monday)


def test_attendance_must_make_sense(training, session):
    assert attends(training, session, ADA, minutes=-1)["invalid"].keys() == {"minutes"}
    assert attends(training, session, ADA, half="night")["invalid"].keys() == {"half"}


def test_a_cancelled_session_takes_nobody_any_more(training, session):
    cancelled = training.answer("cancel_session", {"session_id": session})
    assert happened(cancelled) == ["SessionCancelled"]
    assert enrols(training, session, ADA)["refused"] == "SessionAlreadyCancelled"


# Neighbours and the log


def test_what_a_neighbour_says_becomes_a_fact_of_ours_signed_by_the_same_person(announced):
    training = Training(Log("training", announce=announced.extend))
    joined = fact(1, "members", "PersonJoined", ADA, home_space_id=RIMBAUD_TECH)
    training.take_in("members", 0, [joined])
    opened = fact(1, "spaces", "SpaceOpened", FAR_AWAY, timezone="America/Cayenne", name="F")
    training.take_in("spaces", 0, [opened])
    assert [(fact.type, fact.by, fact.data) for fact in announced] == [
        ("training.PersonMet", "coordinator", {"person_id": ADA}),
        (
            "training.SpaceMet",
            "coordinator",
            {"space_id": FAR_AWAY, "timezone": "America/Cayenne"},
        ),
    ]


def test_a_command_sent_twice_is_done_once_and_answered_twice(training, session, announced):
    words = {"session_id": session, "person_id": ADA}
    first = training.answer("enrol", words, command="k1")
    assert training.answer("enrol", words, command="k1") == first
    assert training.answer("enrol", words, command="k2")["refused"] == "AlreadyEnrolled"
    assert [fact.type for fact in announced] == ["training.Enrolled"]
