"""Auditors make a bundle: of what they may see. What cannot be is said at the form."""

import logging

import pytest

from gateway.problems import Problem, away, makes_no_sense, nothing_known
from gateway.views.feed import PRIVATE
from tests.pages.conftest import AUDE

FORM = "/audit/dossier"
THING = "3b2f8a38-5f5b-4a30-8d2b-0f3d5a1c9e11"


@pytest.fixture
def asked(world):
    """What the auditor's process was asked for. It sends two pieces, or what a test puts first."""
    wishes = []

    async def bundle(wish):
        wishes.append(wish)
        if isinstance(found := world.audit.tells.get("/bundles"), Exception):
            raise found

        async def pieces():
            yield b"PK"
            yield b"rest"

        return pieces()

    world.audit.bundle = bundle
    return wishes


@pytest.fixture
def send(browser):
    """Aude's form, as she filled it in."""
    return lambda **typed: browser("aude").post(FORM, data={"csrf": "aude", **typed})


def test_it_is_for_auditors_and_operators(browser, page, asked):
    assert [browser(who).get(FORM).status_code for who in ("lise", "hugo", "aude")] == [
        403,
        403,
        200,
    ]
    assert browser().get(FORM).headers["Location"].startswith("/connexion?suite=/audit")
    assert browser("hugo").post(FORM, data={"csrf": "hugo"}).status_code == 403
    assert browser("aude").post(FORM, data={"csrf": "hugo"}).status_code == 403
    assert page(browser("aude").get("/audit")).all("a", href=FORM)
    assert asked == []


def test_a_period_has_both_its_days_and_nothing_private(send, asked, caplog):
    with caplog.at_level(logging.INFO):
        answer = send(de="2027-03-01", a="2027-03-31", journal="bookings")
    assert (answer.status_code, answer.content) == (200, b"PKrest")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bundle.zip"'
    assert asked == [
        {
            "without": sorted(PRIVATE),
            "since": "2027-03-01T00:00:00+01:00",
            "until": "2027-04-01T00:00:00+02:00",
            "services": ["bookings"],
            "subjects": [],
        }
    ]
    assert "a bundle was made for" in caplog.text and "2027-03-01" in caplog.text


def test_everything_about_some_things(send, asked):
    assert send(objets=f"{THING}\n {THING.upper()}").status_code == 200
    assert asked == [{"without": sorted(PRIVATE), "subjects": [THING, THING]}]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"de": "31/03/2027"}, "de"),
        ({"de": "1999-01-01"}, "de"),
        ({"a": "2027-02-30"}, "a"),
        ({"de": "2027-03-02", "a": "2027-03-01"}, "a"),
        ({"journal": "grants"}, "journal"),
        ({"objets": "lise"}, "objets"),
        ({"objets": THING, "de": "2027-03-01"}, "objets"),
        ({"objets": f"{THING} " * 101}, "objets"),
        ({"communication": "12"}, "communication"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_was_typed_wrongly_comes_back(send, page, asked, typed, field):
    answer = send(**typed)
    assert (answer.status_code, asked) == (422, [])
    tag = {"journal": "select", "objets": "textarea"}.get(field, "input")
    assert page(answer).all(tag, **{"id": field, "aria-invalid": "true"})


@pytest.mark.parametrize(
    ("problem", "status", "says"),
    [
        (nothing_known(), 404, "Le registre ne contient rien de tel."),
        (makes_no_sense({"details": ["x"]}), 422, "Ces données ne peuvent pas"),
        (away("Another bundle is being made."), 503, ""),
        (Problem(409, "The log was changed."), 409, ""),
    ],
    ids=["nothing", "details", "away", "changed"],
)
def test_what_cannot_be_made_is_said_at_the_form(send, asked, world, problem, status, says):
    world.audit.tells["/bundles"] = problem
    answer = send()
    assert answer.status_code == status and says in answer.text


@pytest.mark.parametrize(("asker", "status"), [("aude", 200), ("olga", 403)])
def test_details_are_for_whoever_asked_for_them(send, asked, world, monkeypatch, asker, status):
    told = [{"subject": THING, "field": "given_name", "value": "Lise"}]
    ids = {"aude": str(AUDE), "olga": THING}

    async def known(*_, **__):
        return {"asker": ids[asker]}

    async def ask(*words):
        assert words == ("members", "disclosed", THING)
        return told

    monkeypatch.setattr(world.views, "known", known)
    monkeypatch.setattr(world.services, "ask", ask)
    assert send(communication=THING).status_code == status
    assert [each.get("details") for each in asked] == ([told] if status == 200 else [])
