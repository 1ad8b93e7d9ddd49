"""What `make mutants` takes out stands once where it says. It takes an hour; this does not."""

from pathlib import Path

import pytest

from tests.mutants.safeguards import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_a_safeguard_stands_once_in_its_file(mutant):
    assert Path(mutant.path).read_text().count(mutant.safeguard) == 1
    assert mutant.safeguard != mutant.instead
    for test in mutant.tests:
        assert Path(test.partition("::")[0]).exists(), f"there is no {test}"


def test_each_has_a_name_of_its_own():
    names = [each.name for each in MUTANTS]
    assert sorted(names) == sorted(set(names))
