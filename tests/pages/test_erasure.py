"""To be forgotten, on pages: what has to be kept is said before, and a certificate stays."""

from datetime import date

import pytest

from gateway.views.rights import ListDisclosures, SeeErasure, SeeRights
from tests.pages import samples
from tests.pages.samples import DUTIES, ERASURE, LISE, RIGHTS

HERE = "/mon-profil/effacement"
NUMBER = str(ERASURE["certificate"])
GONE = {"type": "members.PersonErased", "subject": str(LISE), "data": {"certificate": NUMBER}}
SURE = {"csrf": "lise", "confirme": "oui"}


@pytest.fixture
def lise(browser):
    return browser("lise")


@pytest.fixture
def erased(world):
    world.services.answer = {"done": {"id": str(LISE), "facts": [GONE]}, "position": 17}


def owing(world):
    world.views.found[SeeRights.select] = lambda _: [RIGHTS | {"duties": DUTIES}]


def test_whoever_owes_nothing_is_erased_and_finds_a_certificate(lise, world, erased):
    form = {**SURE, "quand": "maintenant"}
    done = lise.post(HERE, data=form)
    assert (done.status_code, done.headers["Location"]) == (303, f"/effacement/{NUMBER}")
    [(service, verb, words, _)] = world.services.asked
    assert (service, verb, words) == ("members", "erase_person", {"person_id": str(LISE)})
    assert "essaim_session=" in "".join(done.headers.get_list("Set-Cookie"))


def test_what_has_to_be_kept_is_said_before_it_is_asked(lise, page, world, erased):
    assert page(lise.get(HERE)).all("input", name="quand", value="maintenant")
    owing(world)
    seen = page(lise.get(HERE))
    assert "31 décembre 2036" in seen.text and "comptabilité" in seen.text
    assert seen.all("input", name="quand", value="des-que-possible")
    lise.post(HERE, data={**SURE, "quand": "des-que-possible"})
    assert world.services.asked[0][1] == "request_erasure"


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "31 décembre 2036"), ("nl", "31 december 2036"), ("de", "31. Dezember 2036")],
)
def test_a_refusal_says_until_when_and_why(lise, page, world, language, said):
    reason = "Some of these details have to be kept until 2036-12-31 (accounting)."
    values = {"until": "2036-12-31", "why": "accounting"}
    world.services.answer = {"refused": "MustBeKept", "reason": reason, "values": values}
    headers = {"Accept-Language": language}
    told = lise.post(HERE, data={**SURE, "quand": "maintenant"}, headers=headers)
    assert told.status_code == 409
    text = page(told).text.replace("\xa0", " ")
    assert said in text and "accounting" not in text


@pytest.mark.parametrize("missing", ["confirme", "quand"])
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_nobody_is_erased_by_mistake(lise, page, world, missing, language):
    form = {**SURE, "quand": "maintenant", missing: ""}
    told = lise.post(HERE, data=form, headers={"Accept-Language": language})
    assert told.status_code == 422 and world.services.asked == []
    if missing == "confirme":
        assert page(told).all("p", id="confirme-faux")


def test_a_certificate_names_nobody_and_is_there_for_whoever_has_its_number(browser, page):
    told = browser().get(f"/effacement/{NUMBER}")
    seen = page(told)
    assert NUMBER in seen.text and "ab" * 32 in seen.text and "2 mars 2026" in seen.text
    assert "prénom" in seen.text and "Lise" not in told.text
    assert browser().get("/effacement/00000000-0000-0000-0000-000000000009").status_code == 404
    assert browser().get("/effacement/17").status_code in (404, 422)


def test_a_certificate_of_what_is_still_to_come_says_from_when_on(browser, page, world):
    waiting = {"erased": None, "requested": ERASURE["erased"], "until": date(2036, 12, 31)}
    world.views.found[SeeErasure.select] = lambda _: [ERASURE | waiting | {"fields": None}]
    assert "31 décembre 2036" in page(browser().get(f"/effacement/{NUMBER}")).text


def test_details_are_withheld_and_shown_again(lise, page, world):
    assert page(lise.get("/mon-profil")).all("form", action="/mon-profil/restriction")
    done = lise.post("/mon-profil/restriction", data={"csrf": "lise"})
    assert done.headers["Location"] == "/mon-profil?fait=restreint"
    world.views.found[SeeRights.select] = lambda _: [RIGHTS | {"restricted": True}]
    assert page(lise.get("/mon-profil")).all("form", action="/mon-profil/restriction/fin")
    lise.post("/mon-profil/restriction/fin", data={"csrf": "lise"})
    verbs = [verb for _, verb, *_ in world.services.asked]
    assert verbs == ["restrict_processing", "lift_restriction"]


def test_one_sees_what_was_told_to_whom_and_for_what(lise, page, world):
    world.views.found[ListDisclosures.select] = lambda _: [samples.DISCLOSED]
    text = page(lise.get("/mon-profil")).text.replace("\xa0", " ")
    assert "Autorité de gestion" in text and "contrôle" in text and "2 mars 2026" in text
    assert "prénom, année de naissance" in text


def test_everything_can_be_taken_away(lise, page):
    seen = page(lise.get("/mon-profil"))
    assert seen.all("a", href=f"/v1/persons/{LISE}/export")
