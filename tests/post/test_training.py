"""Word of a training session goes to those who agreed to it, once, and to nobody else."""

import re

import pytest

from tests.post.conftest import HOME, plain

SLOTS = [{"day": "2027-03-15", "half": "am", "minutes": 60, "module": "laser"}]


@pytest.fixture
def plan(world):
    """Plans a session, a minute later; who trains it is Ada."""
    do = world.ring.do
    world.ada = world.join("Ada", "fr")
    laser = {"code": "laser", "title": "Laser", "hours": 1}
    given = do("members", "register_organisation", code="x", name="X", country="BE", kind="public")
    about = {"code": "laser", "name": "Laser <1>", "provider_id": given, "modules": [laser]}
    course = do("training", "offer_course", **about)

    def planned():
        world.later(minutes=1)
        where = {"course_id": course, "space_id": world.ferme, "trainers": [world.ada]}
        done = do("training", "plan_session", **where, capacity=3, slots=SLOTS)
        world.show()
        world.later(minutes=1)
        return done

    return planned


@pytest.fixture
def agree(world):
    def say(verb="give_consent", person=None):
        words = {"version": 1} if verb == "give_consent" else {}
        about = {"person_id": person or world.lise, "consent": "training-letters"}
        world.ring.do("members", verb, **about, **words)
        world.show()

    return say


@pytest.fixture
def told(post, sent):
    def now():
        post.announce()
        return sent()

    return now


def test_who_agreed_is_told_once_in_her_language(agree, plan, told):
    agree()
    plan()
    assert len(told()) == len(told()) == 1
    [letter] = told()
    assert plain(letter["Subject"]) == "Opleiding: Laser <1>, maandag 15 maart 2027"
    for kind in ("plain", "html"):
        text = plain(letter.get_body([kind]).get_content())
        assert "La Ferme, Chimay" in text and "Maandag 15 maart 2027" in text
        assert f"{HOME}/agenda" in text and f"{HOME}/courriels/" in text
    [stop] = re.findall(rf"{HOME}/courriels/[0-9a-f-]{{36}}", str(letter["List-Unsubscribe"]))
    assert letter["List-Unsubscribe"].strip() == f"<{stop}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in letter.get_body(["plain"]).get_content()
    assert "<1>" not in letter.get_body(["html"]).get_content()


def test_who_agreed_to_nothing_is_not_told(plan, told):
    plan()
    assert told() == []


def test_who_withdrew_is_not_told_even_of_what_was_to_be_sent(agree, plan, post, sent, world):
    agree()
    plan()
    post.announce()
    agree("withdraw_consent")
    assert sent() == []
    assert [(row["state"], row["reason"]) for row in world.outgoing()] == [("dropped", "declined")]


def test_who_agrees_now_is_told_of_what_comes_and_not_of_what_was(agree, plan, told):
    plan()
    agree()
    assert told() == []
    plan()
    assert len(told()) == 1


def test_who_agreed_to_another_text_is_not_told(agree, plan, told, world):
    agree()
    world.views[1].sql.execute("UPDATE consents SET version = 99")
    plan()
    assert told() == []


def test_who_trains_it_or_takes_part_knows_it(agree, plan, told, world):
    agree()
    agree(person=world.ada)
    session = plan()
    world.ring.do("training", "enrol", session_id=session, person_id=world.lise)
    world.show()
    assert told() == []


def test_a_session_that_was_cancelled_or_is_long_known_is_not_told(agree, plan, post, told, world):
    agree()
    session = plan()
    post.announce()
    world.ring.do("training", "cancel_session", session_id=session)
    world.show()
    assert told() == []
    plan()
    world.later(days=2)
    assert told() == []
