"""Every refusal of every service, and every problem of ours, is said in every language."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import gateway
from gateway.language import LANGUAGES
from gateway.pages import problem as regret
from gateway.problems import Problem
from kernel.facts import Refused
from services.bookings.domain.hours import PartClosed
from services.bookings.domain.space_day import NoDeskLeft
from services.spaces.domain.hours import HoursOverlap
from tests.pages.samples import plain

SERVICES = ("members", "spaces", "bookings", "mobility", "training")


def refusals():
    """Every kind that a domain knows, also those of one name in two services."""
    for service in SERVICES:
        domain = import_module(f"services.{service}.domain")
        parts = [f"{domain.__name__}.{part.name}" for part in iter_modules(domain.__path__)]
        for module in [domain, *map(import_module, parts)]:
            for kind in vars(module).values():
                if isinstance(kind, type) and issubclass(kind, Refused) and kind is not Refused:
                    yield kind


KINDS = sorted(set(refusals()), key=lambda kind: (kind.__name__, kind.__module__))


def told(refusal):
    kind = f"/problems/{type(refusal).__name__}"
    return Problem(409, str(refusal), kind, values=refusal.values)


def filled(kind):
    """A refusal whose every value can be told from the others."""
    names = re.findall(r"{(\w+)}", kind.__doc__)
    return kind(**{name: "3" if name == "weekday" else f"<{name}>" for name in names})


def test_there_are_refusals_of_all_services():
    assert {kind.__module__.split(".")[1] for kind in KINDS} == set(SERVICES)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_refusal_is_said_with_all_its_values(kind, code):
    refusal, language = filled(kind), LANGUAGES[code]
    said = regret.sentence(language, told(refusal))
    assert said and "{" not in said
    assert code == "en" or said != str(refusal)
    for value in refusal.values.values():
        assert value in said or language.weekday("2027-03-03") in said


def test_refusals_of_one_name_are_told_apart():
    offered = [kind for kind in KINDS if kind.__name__ == "UnknownPerson"]
    assert len({str(kind()) for kind in offered}) > 1
    said = {regret.sentence(LANGUAGES["nl"], told(kind())) for kind in offered}
    assert said == {"Deze persoon is niet bekend in het netwerk."}


def test_a_refusal_newer_than_the_catalogues_is_told_as_it_is():
    newer = Problem(409, "Not on Tuesdays.", "/problems/NotOnTuesdays", values={})
    reworded = Problem(409, "None on {day}.", "/problems/NoDeskLeft", values={})
    assert [regret.sentence(LANGUAGES["de"], each) for each in (newer, reworded)] == [
        "Not on Tuesdays.",
        "None on {day}.",
    ]


def test_every_problem_of_the_gateway_has_a_sentence():
    here = Path(gateway.__file__).parent
    files = [*here.glob("*.py"), *here.glob("outside/*.py")]
    code = "".join(file.read_text() for file in files)
    named = set(re.findall(r"\"/problems/([\w-]+)\"", code))
    assert regret.KINDS.keys() == named - {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_status_has_a_title_and_a_sentence(code):
    language = LANGUAGES[code]
    for status in (*regret.TITLES, *regret.STATUS, 418):
        kind = "/problems/failure" if status == 409 else "about:blank"
        problem = Problem(status, "...", kind)
        assert len(regret.title(language, problem)) > 5
        assert len(regret.sentence(language, problem)) > 10


@pytest.mark.parametrize(
    "code, said",
    [
        ("fr", "Tous les postes sont déjà pris le lundi 1er mars 2027 entre 9 h et 12 h 30."),
        ("nl", "Alle werkplekken zijn al bezet op maandag 1 maart 2027 tussen 09:00 en 12:30."),
        (
            "de",
            "Alle Arbeitsplätze sind am Montag, 1. März 2027 zwischen 09:00 und 12:30"
            " bereits vergeben.",
        ),
        ("en", "Every desk is already taken on Monday, 1 March 2027 between 09:00 and 12:30."),
    ],
)
def test_values_are_put_into_the_language(code, said):
    full = told(NoDeskLeft(day="2027-03-01", start="09:00", end="12:30"))
    assert plain(regret.sentence(LANGUAGES[code], full)) == said


@pytest.mark.parametrize(
    "code, part, weekday",
    [
        ("fr", "matin", "mercredi"),
        ("nl", "voormiddag", "woensdag"),
        ("de", "Vormittag", "Mittwoch"),
        ("en", "morning", "Wednesday"),
    ],
)
def test_spans_words_and_weekdays_are_put_into_the_language(code, part, weekday):
    closed = told(PartClosed(day="2027-03-01", part="morning", hours="13:00-18:00"))
    said = plain(regret.sentence(LANGUAGES[code], closed))
    assert f"({part})" in said and ("13 h - 18 h" if code == "fr" else "13:00 - 18:00") in said
    assert weekday in regret.sentence(LANGUAGES[code], told(HoursOverlap(weekday=3)))
