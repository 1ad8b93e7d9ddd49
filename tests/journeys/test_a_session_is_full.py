"""FORSUD trains head teachers: two seats, three of them enrol, one cancels."""

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest

A_MORNING, AN_AFTERNOON = 180, 120


@pytest.fixture(scope="module")
def chimay(a_space):
    return a_space("La Ferme", "Chimay")


@pytest.fixture(scope="module")
def today(chimay):
    return str(chimay.today())


@pytest.fixture(scope="module")
def trainer(somebody):
    return somebody(role="trainer")


@pytest.fixture(scope="module")
def teachers(somebody, chimay):
    return SimpleNamespace(
        anne=somebody(home=chimay, given_name="Anne", family_name="Antoine"),
        benoit=somebody(home=chimay, given_name="Benoît", family_name="Bodart"),
        claire=somebody(home=chimay, given_name="Claire", family_name="Colin"),
    )


@pytest.fixture(scope="module")
def course(operator, an_organisation):
    words = {
        "code": f"forsud-direction-{uuid4().hex[:8]}",
        "name": "Formation des directions d'école",
        "provider_id": an_organisation("FORSUD asbl"),
        "modules": [
            {"code": "pilotage", "title": "Pilotage de l'école", "hours": 3},
            {"code": "numerique", "title": "École numérique", "hours": 2},
        ],
    }
    return {"id": operator.done("/v1/courses", words)["id"], **words}


@pytest.fixture
def session(trainer, course, chimay, today):
    """Today, so that attendance can be recorded: with two seats, and empty."""
    words = {
        "space_id": chimay.id,
        "trainers": [trainer.id],
        "capacity": 2,
        "slots": [
            {"day": today, "half": "am", "module": "pilotage", "minutes": A_MORNING},
            {"day": today, "half": "pm", "module": "numerique", "minutes": AN_AFTERNOON},
        ],
    }
    return trainer.done(f"/v1/courses/{course['id']}/sessions", words)["id"]


@pytest.fixture
def full(session, teachers):
    """Anne and Benoît have a seat, Claire waits for one."""
    for each in vars(teachers).values():
        enrol(each, session)
    return session


def enrol(person, session):
    done = person.done(f"/v1/sessions/{session}/enrolments", {"person_id": person.id})
    return [fact["type"] for fact in done["facts"]]


def seats(visitor, session):
    seen = visitor.read(f"/v1/sessions/{session}")
    return seen["capacity"], seen["seats_left"], seen["waiting"]


def participants(trainer, session):
    found = trainer.items(f"/v1/sessions/{session}/participants")
    return {each["given_name"]: each for each in found}


def attends(trainer, session, person, today, half, minutes):
    words = {"day": today, "half": half, "minutes": minutes}
    return trainer.done(f"/v1/sessions/{session}/attendance/{person.id}", words, "PUT")["facts"]


def test_everybody_sees_how_many_seats_are_left(visitor, session, teachers):
    assert seats(visitor, session) == (2, 2, 0)
    assert enrol(teachers.anne, session) == ["training.Enrolled"]
    assert seats(visitor, session) == (2, 1, 0)
    assert enrol(teachers.benoit, session) == ["training.Enrolled"]
    assert enrol(teachers.claire, session) == ["training.Waitlisted"]
    assert seats(visitor, session) == (2, 0, 1)


def test_a_seat_that_is_given_up_goes_to_the_first_in_line_at_once(
    visitor, trainer, full, teachers
):
    seat = f"/v1/sessions/{full}/enrolments/{teachers.anne.id}"
    facts = teachers.anne.done(seat, method="DELETE")["facts"]
    assert [(fact["type"], fact["data"]["person_id"]) for fact in facts] == [
        ("training.EnrolmentCancelled", teachers.anne.id),
        ("training.Promoted", teachers.claire.id),
    ]
    assert seats(visitor, full) == (2, 0, 0)
    states = {name: each["state"] for name, each in participants(trainer, full).items()}
    assert states == {"Anne": "cancelled", "Benoît": "enrolled", "Claire": "enrolled"}


def test_who_attends_all_half_days_completes_the_course(trainer, full, teachers, course, today):
    in_the_morning = attends(trainer, full, teachers.benoit, today, "am", A_MORNING)
    assert [fact["type"] for fact in in_the_morning] == ["training.AttendanceRecorded"]
    _, completed = attends(trainer, full, teachers.benoit, today, "pm", AN_AFTERNOON)
    assert completed["type"] == "training.CourseCompleted"
    assert completed["data"]["minutes"] == A_MORNING + AN_AFTERNOON
    certificate = completed["data"]["certificate"]
    assert re.fullmatch(rf"{course['code'].upper()}-{today[:4]}-[0-9A-F]{{8}}-001", certificate)
    seen = participants(trainer, full)["Benoît"]
    assert (seen["state"], seen["certificate"]) == ("completed", certificate)
    assert seen["attendance"] == [
        {"day": today, "half": "am", "minutes": A_MORNING},
        {"day": today, "half": "pm", "minutes": AN_AFTERNOON},
    ]


def test_who_leaves_early_does_not_complete_it(visitor, trainer, full, teachers, today):
    attends(trainer, full, teachers.anne, today, "am", A_MORNING)
    attends(trainer, full, teachers.anne, today, "pm", AN_AFTERNOON - 1)
    seen = participants(trainer, full)["Anne"]
    assert (seen["state"], seen["certificate"]) == ("enrolled", None)
    assert seats(visitor, full) == (2, 0, 1), "nobody has given up a seat"


def test_who_has_no_seat_cannot_attend(trainer, full, teachers, today):
    words = {"day": today, "half": "am", "minutes": A_MORNING}
    path = f"/v1/sessions/{full}/attendance/{teachers.claire.id}"
    refused = trainer.put(path, json=words)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/NotEnrolled")


def test_machines_open_to_those_who_completed_their_course(
    a_space, trainer, full, teachers, course, today
):
    """What training says reaches bookings: the certificate opens the fablab."""
    machines = {"units": 1, "hour_cents": 500, "training_id": course["id"]}
    fablab = a_space("Fablab", "Charleville-Mézières", "FR", "Europe/Paris", machines=machines)
    for half, minutes in (("am", A_MORNING), ("pm", AN_AFTERNOON)):
        attends(trainer, full, teachers.benoit, today, half, minutes)
    assert uses_a_machine(teachers.benoit, fablab).status_code == 201
    refused = uses_a_machine(teachers.claire, fablab)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/TrainingNeeded")


def uses_a_machine(person, fablab):
    words = {"space_id": fablab.id, "resource_id": fablab.offers["machines"]}
    times = [{"day": str(fablab.today()), "start": "00:00", "end": "24:00"}]
    booking = {**words, "person_id": person.id, "times": times}
    return person.patiently("POST", "/v1/machine-bookings", json=booking)
