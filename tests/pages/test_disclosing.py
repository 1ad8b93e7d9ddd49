"""Details of people are told to somebody outside: what may be asked comes back as it was typed."""

from uuid import UUID

import pytest

from gateway.problems import NoAnswer, away
from services.members.domain import NothingToDisclose
from services.members.messages import PURPOSES
from tests.pages.samples import HUGO, LISE, told
from tests.pages.test_forms import answer

FORM = "/audit/communication"
BOOKING, SESSION = str(UUID(int=7)), str(UUID(int=71))
RIGHT = {"person_ids": f"{LISE}\n{HUGO}", "purpose": "grant-control", "recipient": "BEP"}


@pytest.fixture
def send(browser):
    return lambda who="aude", **typed: browser(who).post(FORM, data={"csrf": who, **typed})


@pytest.fixture
def ordered(world):
    """The words of what members was asked to do."""

    def found():
        asked = [(verb, words) for _, verb, words, _ in world.services.asked]
        assert [verb for verb, _ in asked] in ([], ["disclose_details"])
        return asked[0][1] if asked else None

    return found


@pytest.fixture
def enrolled(world):
    """A session in which Lise has a seat and Hugo waits; it is not about whoever planned it."""
    planned = told("registered")
    planned["fact"] |= {"by": str(UUID(int=5)), "data": {"space_id": str(UUID(int=70))}}
    seats = [told("registered", n) for n in (2, 3, 4)]
    for each, data in zip(
        seats,
        ({"person_id": str(LISE)}, {"line": [{"person_id": str(HUGO)}]}, {"person_id": None}),
        strict=True,
    ):
        each["fact"] |= {"data": data}
    path = f"/histories/training/{SESSION}"
    world.audit.tells[path] = {
        **{"service": "training", "subject": SESSION},
        "facts": [planned, *seats],
    }


def test_it_is_for_whoever_may_disclose(browser, send, ordered):
    seen = {who: browser(who).get(FORM).status_code for who in ("lise", "hugo", "aude")}
    assert seen == {"lise": 403, "hugo": 403, "aude": 200}
    assert [browser(who).get(FORM).status_code for who in ("carla", "olga")] == [200, 200]
    assert browser().get(FORM).headers["Location"].startswith("/connexion?suite=/audit")
    assert send("hugo", **RIGHT).status_code == 403
    assert browser("aude").post(FORM, data={"csrf": "hugo", **RIGHT}).status_code == 403
    assert ordered() is None


def test_pages_lead_there(browser, page):
    for who, address in (("aude", "/audit"), ("aude", "/audit/dossier"), ("carla", "/accueil")):
        assert page(browser(who).get(address)).all("a", href=FORM), address


def test_each_purpose_says_what_it_tells(browser, page):
    seen = page(browser("aude").get(FORM))
    assert {each["value"] for each in seen.all("input", name="purpose")} == set(PURPOSES)
    assert "argent public prénom, nom, année de naissance" in seen.text


def test_it_is_disclosed_and_leads_to_the_bundle_with_its_number(browser, send, page, ordered):
    done = send(**RIGHT)
    assert (done.status_code, done.headers["Location"].partition("?")[0]) == (303, "/audit/dossier")
    assert ordered() == {
        **{"person_ids": [str(LISE), str(HUGO)], "purpose": "grant-control"},
        "recipient": "BEP",
    }
    seen = page(browser("aude").get(done.headers["Location"]))
    number = seen.value("communication")
    assert number and number in done.headers["Location"]
    assert seen.all("a", href=f"/v1/disclosures/{number}")
    assert "La communication est enregistrée." in seen.text
    assert str(LISE) in seen.text and str(HUGO) in seen.text  # whom the bundle is then about


def test_whoever_makes_no_bundles_is_told_its_number(browser, send, page):
    done = send("carla", **RIGHT)
    where = done.headers["Location"]
    assert where.startswith(f"{FORM}?")
    seen = page(browser("carla").get(where))
    assert [each for each in seen.all("a") if each["href"].startswith("/v1/disclosures/")]


def test_everybody_whom_facts_name_once_each(browser, send, page, ordered, enrolled):
    done = send(**{**RIGHT, "person_ids": str(HUGO)}, objets=SESSION)
    assert ordered()["person_ids"] == [str(HUGO), str(LISE), str(HUGO)]
    seen = page(browser("aude").get(done.headers["Location"]))
    assert f"{SESSION} {HUGO} {LISE}" in seen.text


def test_things_are_for_whoever_sees_their_history(send, browser, page, ordered, enrolled):
    assert not page(browser("carla").get(FORM)).all("textarea", name="objets")
    assert send("carla", **RIGHT, objets=SESSION).status_code == 403
    assert ordered() is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"person_ids": ""}, "person_ids"),
        ({"person_ids": "Lise Lambert"}, "person_ids"),
        ({"person_ids": f"{LISE} " * 501}, "person_ids"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "curiosity"}, "purpose"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "lise.lambert@example.org"}, "recipient"),
        ({"recipient": "Lise <lise@example.org>"}, "recipient"),
        ({"objets": "lise"}, "objets"),
        ({"objets": str(UUID(int=72))}, "objets"),
        ({"objets": BOOKING}, "objets"),
        ({"objets": f"{SESSION} " * 21}, "objets"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_was_typed_wrongly_comes_back(send, page, ordered, enrolled, typed, field):
    """The facts of this booking name nobody."""
    form = {**RIGHT, **typed}
    back = send(**form)
    assert (back.status_code, ordered()) == (422, None)
    seen = page(back)
    tag = {"recipient": "input", "purpose": "fieldset"}.get(field, "textarea")
    assert [each["id"] for t, each in seen.elements if each.get("aria-invalid")] == [field]
    assert seen.all(tag, **{"id": field, "aria-describedby": f"{field}-faux"})
    assert seen.value("recipient") == form["recipient"]
    assert form["person_ids"].strip() in back.text


def test_a_thing_alone_is_enough_and_alone_is_marked(send, page, ordered, enrolled):
    alone = {**RIGHT, "person_ids": ""}
    back = page(send(**alone, objets="lise"))
    assert [each["id"] for _, each in back.elements if each.get("aria-invalid")] == ["objets"]
    for other in ({"recipient": "a@b"}, {"recipient": ""}, {"purpose": ""}, {"person_ids": "a"}):
        both = page(send(**{**alone, **other}, objets="lise"))
        marked = {each["id"] for _, each in both.elements if each.get("aria-invalid")}
        assert marked == {"objets", *other}
    assert send(**alone, objets=SESSION).status_code == 303


def test_a_refusal_is_said_at_the_form(send, page, world):
    world.services.answer = answer(NothingToDisclose())
    back = send(**RIGHT)
    assert back.status_code == 409 and page(back).all("p", role="alert")
    assert page(back).value("recipient") == "BEP"


def test_without_an_answer_the_same_form_is_sent_again(send, page, world):
    key = "5f0c1d2e-0000-4000-8000-000000000001"
    world.services.answer = NoAnswer()
    back = send(**RIGHT, key=key)
    assert (back.status_code, page(back).value("key")) == (504, key)


def test_with_the_auditors_process_away_what_was_typed_comes_back(send, page, world, ordered):
    world.audit.tells[f"/histories/training/{SESSION}"] = away()
    back = send(**RIGHT, objets=SESSION)
    assert (back.status_code, ordered()) == (503, None)
    assert page(back).value("recipient") == "BEP" and SESSION in back.text


@pytest.mark.parametrize("many", [30, 120])
def test_a_bundle_about_too_many_is_of_everything(send, page, browser, many):
    """There the number of things is limited."""
    people = "\n".join(str(UUID(int=1000 + n)) for n in range(many))
    done = send(**{**RIGHT, "person_ids": people})
    assert ("objets=" in done.headers["Location"]) is (many <= 100)
