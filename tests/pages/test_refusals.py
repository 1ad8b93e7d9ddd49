"""Every refusal has a French sentence that speaks of the same things."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest

import gateway
from gateway.pages import french
from gateway.problems import Problem
from kernel.facts import Refused

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


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_refusals_of_all_services():
    assert {kind.__module__.split(".")[1] for kind in KINDS} == set(SERVICES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_refusal_says_the_same_in_french(kind):
    assert kind.__name__ in french.REFUSALS
    assert placeholders(french.REFUSALS[kind.__name__]) == placeholders(kind.__doc__)


def test_no_sentence_is_unused():
    assert french.REFUSALS.keys() == {kind.__name__ for kind in KINDS}


def test_every_problem_of_the_gateway_has_a_sentence():
    code = "".join(file.read_text() for file in Path(gateway.__file__).parent.glob("*.py"))
    named = set(re.findall(r"\"/problems/([\w-]+)\"", code))
    assert french.PROBLEMS["kinds"].keys() == named - french.REFUSALS.keys()


def test_values_are_put_into_french():
    values = {"day": "2027-03-01", "start": "09:00", "end": "12:30"}
    problem = Problem(409, "...", "/problems/NoDeskLeft", values=values)
    said = french.sentence(problem).replace(french.HARD, " ").replace(french.THIN, " ")
    assert said == "Tous les postes sont déjà pris le lundi 1er mars 2027 entre 9 h et 12 h 30."


def test_spans_and_words_are_put_into_french():
    values = {"day": "2027-03-01", "part": "morning", "hours": "13:00-18:00"}
    said = french.sentence(Problem(409, "...", "/problems/PartClosed", values=values))
    assert "(matin)" in said and "13" in said and "13:00" not in said
