"""From the wish to open a space to its opening, on pages: for members, and for coordinators."""

import pytest

from gateway.views.candidates import ListCandidates
from services.spaces.domain import AlreadyProposed, NotReadyToOpen
from tests.pages.samples import CANDIDATE, LISE, plain
from tests.pages.test_forms import KEY, answer

GRANGE = {
    **{"name": "La Grange", "town": "Couvin", "country": "BE", "premises": "farm"},
    **{"desks": "8", "rooms": "1", "csrf": "lise", "key": KEY},
}
ID = str(CANDIDATE["candidate"])
OPENING = {
    **{"code": "la-grange", "operator_id": str(LISE), "timezone": "Europe/Brussels"},
    **{"lat": "50,05", "lon": "4.49", "csrf": "carla"},
}


@pytest.fixture
def equipped(world):
    world.views.found[ListCandidates.select] = lambda _: [CANDIDATE | {"step": "equipped"}]


def test_everybody_reads_what_it_takes_and_members_may_propose(browser, page):
    seen = page(browser().get("/ouvrir-un-espace"))
    assert "Un lieu qui existe" in seen.text and not seen.all("input", name="town")
    seen = page(browser("lise").get("/ouvrir-un-espace"))
    assert seen.all("input", name="town") and "Candidature reçue" in seen.text


def test_an_application_is_made_once(browser, world):
    done = browser("lise").post("/ouvrir-un-espace", data=GRANGE)
    assert done.status_code == 303 and "fait=candidat" in done.headers["Location"]
    [(service, verb, words, call)] = world.services.asked
    assert (service, verb) == ("spaces", "propose_space") and KEY in call["command"]
    assert words == {
        **{"person_id": str(LISE), "name": "La Grange", "town": "Couvin", "country": "BE"},
        **{"premises": "farm", "desks": 8, "rooms": 1},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", ""), ("town", ""), ("country", "Belgique"), ("premises", "x"), ("desks", "huit")],
)
def test_what_makes_no_sense_comes_back_with_its_reason(browser, page, world, name, value):
    told = browser("lise").post("/ouvrir-un-espace", data=GRANGE | {name: value})
    seen = page(told)
    assert told.status_code == 422 and f'id="{name}-faux"' in told.text
    assert seen.value("town") == (GRANGE | {name: value})["town"]
    assert world.services.asked == []


def test_a_refusal_is_told_at_the_form(browser, page, world):
    world.services.answer = answer(AlreadyProposed())
    told = browser("lise").post("/ouvrir-un-espace", data=GRANGE)
    assert told.status_code == 409 and "déjà proposé" in told.text
    assert page(told).value("name") == "La Grange"


def test_whoever_proposed_may_withdraw(browser, world):
    done = browser("lise").post(f"/ouvrir-un-espace/{ID}/retrait", data={"csrf": "lise"})
    assert done.status_code == 303
    [(_, verb, words, _)] = world.services.asked
    assert (verb, words) == ("withdraw_candidate", {"candidate_id": ID})


def test_nobody_but_coordinators_sees_the_applications_of_others(browser):
    assert browser("lise").get("/candidats").status_code == 403
    assert browser("hugo").get("/candidats").status_code == 403
    assert browser().get("/candidats").headers["Location"].startswith("/connexion")
    assert "lise@example.org" in browser("carla").get("/candidats").text


def test_a_coordinator_takes_it_from_step_to_step(browser, page, world):
    mine = browser("carla")
    seen = page(mine.get("/candidats"))
    steps = [each["value"] for each in seen.all("input", name="step")]
    assert steps == ["visited", "planned", "equipped"] and not seen.all("input", name="code")
    done = mine.post(f"/candidats/{ID}/etape", data={"step": "visited", "csrf": "carla"})
    assert done.headers["Location"] == "/candidats?fait=etape"
    mine.post(f"/candidats/{ID}/refus", data={"reason": "no-host", "csrf": "carla"})
    orders = [(verb, words) for _, verb, words, _ in world.services.asked]
    assert orders == [
        ("take_step", {"candidate_id": ID, "step": "visited"}),
        ("decline_candidate", {"candidate_id": ID, "reason": "no-host"}),
    ]


def test_what_is_equipped_is_made_a_space(browser, page, world, equipped):
    mine = browser("carla")
    assert page(mine.get("/candidats")).all("input", name="code")
    done = mine.post(f"/candidats/{ID}/ouverture", data=OPENING)
    assert done.headers["Location"] == "/candidats?fait=ouverture"
    [(_, verb, words, _)] = world.services.asked
    assert verb == "open_candidate" and (words["lat"], words["lon"]) == (50.05, 4.49)


def test_a_mistake_at_the_opening_is_named_where_it_was_made(browser, page, world, equipped):
    wrong = OPENING | {"code": "La Grange", "lat": "nord"}
    told = browser("carla").post(f"/candidats/{ID}/ouverture", data=wrong)
    assert told.status_code == 422
    assert f'id="code-{ID}-faux"' in told.text and f'id="lat-{ID}-faux"' in told.text
    assert page(told).value("lat") == "nord" and page(told).value("lon") == "4.49"


def test_a_step_that_is_missing_is_told_in_words_of_the_reader(browser, world, equipped):
    world.services.answer = answer(NotReadyToOpen(step="visited"))
    told = browser("carla").post(f"/candidats/{ID}/ouverture", data=OPENING)
    assert told.status_code == 409 and "« Place" not in told.text
    assert "Lieu visité" in plain(told.text)


def test_how_it_ended_is_told_to_both(browser, world):
    declined = CANDIDATE | {"state": "declined", "reason": "no-host"}
    opened = CANDIDATE | {"state": "opened", "space_code": "la-grange"}
    world.views.found[ListCandidates.select] = lambda _: [declined, opened]
    for who, where in (("lise", "/ouvrir-un-espace"), ("carla", "/candidats")):
        text = browser(who).get(where).text
        assert "personne pour accueillir" in text and 'href="/espaces/la-grange"' in text
