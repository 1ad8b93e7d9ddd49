"""docs/pains.md: what people complain of elsewhere. Every test that it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

ROWS = re.findall(
    r"^\| (\d+) \| (.+?) \| (.+) \|$", Path("docs/pains.md").read_text(), re.MULTILINE
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def named_in(file):
    found = ast.walk(ast.parse(Path(file).read_text())) if Path(file).exists() else ()
    return {each.name for each in found if isinstance(each, ast.FunctionDef)}


def test_all_twenty_are_there():
    assert [int(number) for number, *_ in ROWS] == [*range(1, 21)]


def test_every_one_is_answered():
    for number, _, answer in ROWS:
        assert NAMED.search(answer), number


def test_every_test_that_is_named_is_there():
    named = [place for *_, answer in ROWS for place in NAMED.findall(answer)]
    assert len(named) > 20
    assert [place for place in named if place[1] not in named_in(place[0])] == []
