"""What is imported is required, and what is installed is exactly what was chosen."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from itertools import chain

import pytest

from deploy.local.where import CLONE
from tests.packages import PACKAGES

OURS = {*PACKAGES, "tests"}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def named_in(file):
    names = re.findall(r"^([A-Za-z0-9_.-]+)", (CLONE / file).read_text(), re.MULTILINE)
    return set(map(canonical, names)) - {"-r", "-c"}


def imported_by(*folders):
    files = chain(*((CLONE / folder).rglob("*.py") for folder in folders))
    nodes = chain(*(ast.walk(ast.parse(file.read_text())) for file in files))
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from (each.name.split(".")[0] for each in names)
            case ast.ImportFrom(module=module, level=0):
                yield module.split(".")[0]


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (PACKAGES, ["requirements.in"]),
        (("tests",), ["requirements.in", "requirements-dev.in"]),
    ],
)
def test_every_package_that_is_imported_is_required_by_name(folders, files):
    owners = packages_distributions()
    strangers = set(imported_by(*folders)) - sys.stdlib_module_names - OURS
    required = set().union(*map(named_in, files))
    assert all({*map(canonical, owners[module])} & required for module in strangers)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-assets"])
def test_a_lock_file_has_everything_required_with_hashes_and_no_address(name):
    lock = (CLONE / f"{name}.lock").read_text()
    pinned = re.findall(r"^([a-z0-9_.-]+)==[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert named_in(f"{name}.in") <= set(pinned)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE))
    assert "://" not in lock


def test_tests_run_on_the_versions_that_run_in_production():
    def pins(name):
        return set(re.findall(r"^[a-z0-9_.-]+==\S+", (CLONE / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
