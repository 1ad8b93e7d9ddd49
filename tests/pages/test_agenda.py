"""What can be learnt, for everybody; a seat, for who is signed in."""

from datetime import timedelta
from uuid import UUID

import pytest

from gateway.views.courses import ListSessions
from services.training.domain.session import AlreadyEnrolled
from tests.pages.samples import LISE, SESSION, TODAY, plain
from tests.pages.test_forms import KEY, answer

WHERE = f"/agenda/{UUID(int=9)}/inscription"


def enrol(client):
    return client.post(WHERE, data={"csrf": "lise", "key": KEY})


def test_everybody_sees_what_is_planned_and_where(browser, page):
    seen = page(browser().get("/agenda"))
    assert "Initiation au fablab" in seen.text and "3 places" in plain(seen.text)
    assert seen.all("a", href="/espaces/la-ferme") and not seen.all("form", action=WHERE)
    assert seen.all("a", href="/connexion?suite=/agenda")


def test_a_space_says_what_can_be_learnt_there(browser, world):
    mine = browser()
    assert "Initiation au fablab" in mine.get("/espaces/la-ferme").text
    elsewhere = [SESSION | {"space": None}, SESSION | {"state": "cancelled"}]
    world.views.found[ListSessions.select] = lambda _: elsewhere
    assert "Initiation au fablab" not in mine.get("/espaces/la-ferme").text


@pytest.mark.parametrize(
    ("happened", "said"),
    [("training.Enrolled", "fait=inscrit"), ("training.Waitlisted", "fait=attente")],
)
def test_a_member_gets_a_seat_or_a_place_in_the_line_and_is_told_which(
    browser, world, happened, said
):
    world.services.answer = {"done": {"id": "x", "facts": [{"type": happened}]}, "position": 3}
    done = enrol(browser("lise"))
    assert done.status_code == 303 and done.headers["Location"].endswith(said)
    [(service, verb, words, _)] = world.services.asked
    assert (service, verb, words["person_id"]) == ("training", "enrol", str(LISE))


def test_a_refusal_is_told_at_the_agenda(browser, world):
    world.services.answer = answer(AlreadyEnrolled())
    told = enrol(browser("lise"))
    assert told.status_code == 409 and 'role="alert"' in told.text


def test_cancelled_sessions_are_not_shown_and_months_are_in_order(browser, page, world):
    later = TODAY + timedelta(days=40)
    rows = [SESSION, SESSION | {"first": later}, SESSION | {"state": "cancelled"}]
    world.views.found[ListSessions.select] = lambda _: rows
    seen = page(browser().get("/agenda"))
    assert [each["id"] for each in seen.all("h2")] == [
        f"mois-{TODAY:%Y-%m}",
        f"mois-{later:%Y-%m}",
    ]
