"""What is remembered must be remembered the same way for ever."""

import ast
from pathlib import Path

import pytest

DOMAINS = sorted([*Path("services").glob("*/domain.py"), *Path("services").glob("*/domain/*.py")])
NOT_IN_THE_PAST = (ast.Raise, ast.Assert)
CLOCKS = {"today", "now", "utcnow", "time_ns", "uuid1", "uuid4", "random", "randint", "choice"}


def is_event(mark):
    return isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "event"


def appliers(tree):
    return [n for n in ast.walk(tree) if any(map(is_event, getattr(n, "decorator_list", [])))]


def impurities(method):
    for node in ast.walk(method):
        if isinstance(node, NOT_IN_THE_PAST):
            yield f"line {node.lineno}: rules belong to the command"
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in CLOCKS:
                yield f"line {node.lineno}: {called}() would answer differently later"


def test_there_is_something_to_look_at():
    assert sum(len(appliers(ast.parse(path.read_text()))) for path in DOMAINS) > 40


@pytest.mark.parametrize("path", DOMAINS, ids=str)
def test_applying_an_event_never_refuses_and_never_looks_at_the_clock(path):
    for method in appliers(ast.parse(path.read_text())):
        assert not list(impurities(method)), method.name


@pytest.mark.parametrize("line", ["raise TooLate", "self.at = datetime.now()", "assert x"])
def test_the_look_finds_what_it_looks_for(line):
    tree = ast.parse(f"@event(Opened)\ndef _opened(self):\n    {line}\n")
    assert list(impurities(appliers(tree)[0]))
