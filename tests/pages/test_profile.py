"""My profile: what is known is shown and put right; nothing is agreed to until somebody says so."""

from hashlib import sha256
from uuid import UUID

import pytest

from gateway.language import LANGUAGES
from gateway.pages.consents import TEXTS
from gateway.pages.profile import consents
from gateway.views.people import SeePerson
from services.members.messages import CONSENTS
from tests.pages.samples import DETAILS, FERME, HUGO, KNOWN, LISE

HERE = "/mon-profil"
GOOD = {name: value for name, value in DETAILS.items() if value}
READ = {
    ("training-letters", 1): "d30850",
    ("surveys", 1): "027a76",
}
"""What each version says, as people have agreed to it. Other words are another version."""


@pytest.fixture
def lise(browser):
    return browser("lise")


def agreeing(world, **states):
    told = [{"consent": name.replace("_", "-"), **state} for name, state in states.items()]
    world.views.found[SeePerson.select] = lambda _: [KNOWN | {"consents": told}]


def chosen(page, name):
    [value] = [a["value"] for a in page.all("option") if "selected" in a and a["value"] == name]
    return value


def test_what_is_known_of_somebody_is_filled_in(lise, page):
    seen = page(lise.get(HERE))
    for name in ("given_name", "family_name", "email", "phone"):
        assert seen.value(name) == DETAILS[name]
    assert seen.value("birth_year") == "" and chosen(seen, "nl") and chosen(seen, str(FERME))
    assert chosen(seen, "student") and chosen(seen, "FR")
    assert "lise@example.org" in seen.text and "BEP" in seen.text and "formateur" in seen.text


def test_details_are_corrected_by_the_command_of_the_api(lise, world):
    done = lise.post(f"{HERE}/coordonnees", data={"csrf": "lise", **GOOD, "birth_year": "1987"})
    assert done.headers["Location"] == f"{HERE}?fait=coordonnees"
    [(service, verb, words, _)] = world.services.asked
    assert (service, verb) == ("members", "correct_details")
    assert words == {"person_id": str(LISE), **GOOD, "birth_year": 1987}


def test_a_detail_that_is_left_empty_is_gone(lise, world):
    form = {"csrf": "lise", **GOOD, "phone": "", "birth_year": ""}
    assert lise.post(f"{HERE}/coordonnees", data=form).status_code == 303
    [(_, _, words, _)] = world.services.asked
    assert "phone" not in words and "birth_year" not in words


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *[("given_name", ""), ("family_name", "x" * 101), ("email", "lise")],
        *[("phone", "060 12 34"), ("birth_year", "1812"), ("birth_year", "'87")],
        *[("language", "xx"), ("language", "")],
    ],
)
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_a_mistake_comes_back_with_what_was_typed(lise, page, world, name, typed, language):
    headers = {"Accept-Language": language}
    form = {"csrf": "lise", **GOOD, "family_name": "Typed", name: typed}
    told = lise.post(f"{HERE}/coordonnees", data=form, headers=headers)
    seen = page(told)
    assert told.status_code == 422 and told.headers["Content-Language"] == language
    marked = [a for tag, a in seen.elements if a.get("aria-invalid")]
    assert [a["name"] for a in marked] == [name]
    assert seen.all("p", id=f"{name}-faux")
    if name != "language":
        assert seen.value(name) == typed
    assert name == "family_name" or seen.value("family_name") == "Typed"
    assert world.services.asked == []


def test_a_situation_is_changed(lise, world):
    form = {"home_space_id": str(FERME), "status": "employee", "residence": "BE"}
    done = lise.post(f"{HERE}/situation", data={"csrf": "lise", **form})
    assert done.headers["Location"] == f"{HERE}?fait=situation"
    [(_, verb, words, _)] = world.services.asked
    assert verb == "change_situation" and words == {"person_id": str(LISE), **form}


@pytest.mark.parametrize("name", ["home_space_id", "status", "residence"])
def test_a_situation_that_does_not_exist_comes_back(lise, page, name):
    form = {"home_space_id": str(FERME), "status": "employee", "residence": "BE", name: "nowhere"}
    told = lise.post(f"{HERE}/situation", data={"csrf": "lise", **form})
    assert told.status_code == 422 and page(told).all("p", id=f"{name}-faux")


def test_who_is_at_home_in_no_space_need_not_choose_one(lise, page, world):
    world.views.found[SeePerson.select] = lambda _: [KNOWN | {"home_space": None}]
    assert chosen(page(lise.get(HERE)), "aucun")
    form = {"home_space_id": "aucun", "status": "employee", "residence": "BE"}
    assert lise.post(f"{HERE}/situation", data={"csrf": "lise", **form}).status_code == 303
    assert world.services.asked[0][2]["home_space_id"] is None


def test_who_has_a_home_space_is_not_offered_to_have_none(lise, page):
    assert not page(lise.get(HERE)).all("option", value="aucun")


# Consents


def read(text):
    """In every language, as people read it."""
    return [language.gettext(part) for language in LANGUAGES.values() for part in text]


def test_nothing_is_agreed_to_until_somebody_says_so(lise, page):
    seen = page(lise.get(HERE))
    for name, version in CONSENTS.items():
        assert seen.all("form", action=f"{HERE}/consentements/{name}")
        assert not seen.all("form", action=f"{HERE}/consentements/{name}/retrait")
        assert TEXTS[name, version]
    assert seen.text.count("non accepté") == len(CONSENTS)


def test_agreeing_says_to_which_text(lise, world):
    form = {"csrf": "lise", "version": "1"}
    done = lise.post(f"{HERE}/consentements/surveys", data=form)
    assert done.headers["Location"] == f"{HERE}?fait=consenti"
    [(service, verb, words, _)] = world.services.asked
    assert (service, verb) == ("members", "give_consent")
    assert words == {"person_id": str(LISE), "consent": "surveys", "version": 1}


def test_what_was_agreed_is_withdrawn_as_easily(lise, page, world):
    agreeing(world, surveys={"version": 1, "since": "2027-03-01T08:00:00+00:00"})
    seen = page(lise.get(HERE))
    assert "1er mars" in seen.text.replace("\u00a0", " ")
    [form] = seen.all("form", action=f"{HERE}/consentements/surveys/retrait")
    done = lise.post(form["action"], data={"csrf": "lise"})
    assert done.headers["Location"] == f"{HERE}?fait=plus-consenti"
    assert world.services.asked[0][1:3] == (
        "withdraw_consent",
        {"person_id": str(LISE), "consent": "surveys"},
    )


def test_what_was_withdrawn_says_when(lise, page, world):
    agreeing(world, surveys={"version": None, "since": "2027-03-01T08:00:00+00:00"})
    seen = page(lise.get(HERE))
    assert "retiré à" in seen.text and seen.all("form", action=f"{HERE}/consentements/surveys")


def test_whoever_agreed_to_another_text_is_asked_again():
    [letters, surveys] = consents([{"consent": "surveys", "version": 99, "since": "2027-03-01"}])
    assert surveys["asked_again"] and not surveys["given"]
    assert not letters["asked_again"] and not letters["given"]


def test_a_text_that_changed_meanwhile_is_told(lise, page, world):
    world.services.answer = {
        "refused": "ConsentTextChanged",
        "reason": "The text of this consent is another one now: read it again before you agree.",
        "values": {},
    }
    told = lise.post(f"{HERE}/consentements/surveys", data={"csrf": "lise", "version": "1"})
    assert told.status_code == 409 and "a changé" in page(told).text


def test_what_people_agreed_to_is_never_other_words_than_they_read():
    said = {
        each: sha256(" ".join(read(text)).encode()).hexdigest()[:6] for each, text in TEXTS.items()
    }
    assert said == READ, "a text that changes is another version: add it, and leave the old one"
    assert {name: version for name, version in TEXTS if CONSENTS[name] == version} == CONSENTS


def test_nobody_sees_or_says_it_for_somebody_else(browser, world):
    assert browser().get(HERE).headers["Location"] == f"/connexion?suite={HERE}"
    hugo = browser("hugo")
    hugo.post(f"{HERE}/consentements/surveys", data={"csrf": "hugo", "version": "1"})
    assert world.services.asked[0][2]["person_id"] == str(HUGO)
    assert browser("hugo").post(f"{HERE}/coordonnees", data={"csrf": "x"}).status_code == 403
    assert UUID(world.services.asked[0][2]["person_id"]) != LISE
