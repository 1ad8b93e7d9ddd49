"""docs/asvs.md names tests and files: they exist, and every line has an answer."""

import re
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (yes|part|not|n/a) \| (.+) \|$")
NAMED = re.compile(
    r"`([\w./-]+\.(?:py|sql|html|js|md|txt|in|lock|toml|yml)|deploy/Dockerfile)(?:::(\w+))?`"
)
LINES = (CLONE / "docs" / "asvs.md").read_text().splitlines()
ROWS = [ROW.match(line).groups() for line in LINES if re.match(r"\| \d", line)]


def place(number):
    return tuple(map(int, number.split(".")))


def test_every_chapter_is_there_in_order_and_nothing_twice():
    numbers = [place(number) for number, *_ in ROWS]
    assert numbers == sorted(set(numbers))
    assert {chapter for chapter, *_ in numbers} == set(range(1, 17))
    assert len(numbers) > 200


@pytest.mark.parametrize(("number", "what", "state", "answer"), ROWS, ids=[r[0] for r in ROWS])
def test_what_answers_a_requirement_exists(number, what, state, answer):
    named = NAMED.findall(answer)
    for file, test in named:
        assert (CLONE / file).is_file(), f"{number} names {file}"
        assert not test or f"def {test}(" in (CLONE / file).read_text(), f"{number} names {test}"
    assert len(answer) > 3 and (named or state != "not" or len(answer.split()) > 3)


def test_most_of_what_is_said_to_hold_names_where():
    said = [answer for *_, state, answer in ROWS if state == "yes"]
    without = [answer for answer in said if not NAMED.search(answer)]
    assert len(without) <= 12, without


def test_no_reference_is_written_in_a_way_that_nobody_checks():
    for number, *_, answer in ROWS:
        for quoted in re.findall(r"`((?:tests|gateway|deploy|services|docs)/[^`]+)`", answer):
            known = NAMED.fullmatch(f"`{quoted}`") or (CLONE / quoted).is_dir()
            assert known, f"{number} names {quoted}"
