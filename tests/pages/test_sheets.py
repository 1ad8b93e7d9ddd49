"""Attendance sheets: one for each half-day, for those who may know who takes part."""

from uuid import UUID

import pytest

from gateway.views.courses import ListParticipants, SeeSession
from gateway.whose import SESSION as WHOSE
from tests.pages.samples import CARLA, HUGO, LISE, SESSION, TODAY

SHEETS = f"/agenda/{SESSION['session']}/feuilles"


def participant(n, family, given, state):
    who = {"person": UUID(int=60 + n), "family_name": family, "given_name": given}
    more = {"certificate": None, "place_in_line": None, "minutes": 0, "attendance": []}
    return {"since": n, "state": state, **who, **more}


PARTICIPANTS = [
    participant(1, "Zimmer", "Zoé", "enrolled"),
    participant(2, "Adam <b>", "Ada", "completed"),
    participant(3, "Waits", "Wim", "waiting"),
    participant(4, "Gone", "Guy", "cancelled"),
]


@pytest.fixture(autouse=True)
def known(world):
    world.views.found |= {
        ListParticipants.select: lambda _: PARTICIPANTS,
        SeeSession.select: lambda _: [SESSION],
        WHOSE.select: lambda _: [{"trainers": [HUGO]}],
    }
    world.credentials.roles = {
        LISE: [],
        HUGO: ["trainer "],
        CARLA: ["coordinator "],
    }


@pytest.mark.parametrize("who", ["hugo", "carla"])
def test_each_half_day_has_a_sheet_with_everybody_who_has_a_seat(browser, page, who):
    shown = browser(who).get(SHEETS)
    seen = page(shown)
    assert len(seen.all("section")) == len(SESSION["slots"]) == 2
    assert seen.text.count("Adam <b> Ada") == seen.text.count("Zimmer Zoé") == 2
    assert seen.text.index("Adam") < seen.text.index("Zimmer")
    assert "Waits" not in seen.text and "Gone" not in seen.text
    assert len(seen.all("td", **{"class": "signed"})) == 2 * (2 + 1), "and whoever trains"
    assert "matin" in seen.text and "après-midi" in seen.text


def test_nobody_else_has_them_or_is_led_there(browser, page, world):
    assert browser().get(SHEETS).headers["Location"].startswith("/connexion?suite=")
    assert browser("lise").get(SHEETS).status_code == 403
    for who, led in ((None, False), ("lise", False), ("hugo", True), ("carla", True)):
        assert bool(page(browser(who).get("/agenda")).all("a", href=SHEETS)) is led
    world.views.found[WHOSE.select] = lambda _: [{"trainers": [LISE]}]
    assert browser("hugo").get(SHEETS).status_code == 403, "another's session"
    assert not page(browser("hugo").get("/agenda")).all("a", href=SHEETS)


def test_who_was_forgotten_is_a_line_without_a_name(browser, page, world):
    forgotten = participant(5, None, None, "enrolled")
    world.views.found[ListParticipants.select] = lambda _: [forgotten]
    assert page(browser("carla").get(SHEETS)).text.count("sans nom") == 2
    assert str(TODAY.year) in browser("carla").get(SHEETS).text
