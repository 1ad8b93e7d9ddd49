"""The borders between packages hold, and each of them would be noticed if it did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages import CONTRACTS, PACKAGES

TRESPASSES = {
    "doors": ("services/spaces/service.py", "import gateway.openapi"),
    "services": ("services/spaces/service.py", "import services.members.messages"),
    "inside": ("services/training/domain/course.py", "import services.training.messages"),
    "rules": ("services/bookings/domain/space_day.py", "import psycopg"),
    "gateway": ("gateway/openapi.py", "import services.bookings.domain"),
    "audit": ("audit/replay.py", "import services.bookings.messages"),
    "nameko": ("kernel/follow.py", "import nameko.rpc"),
    "kombu": ("gateway/ask.py", "import kombu"),
    "eventsourcing": ("services/mobility/service.py", "import eventsourcing.domain"),
    "vocabulary": ("vocabulary/calendar.py", "import kernel.facts"),
}


def lint(where, *options):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", *options]
    done = subprocess.run(command, cwd=where, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_the_borders_hold():
    status, said = lint(".")
    assert status == 0, said


@pytest.fixture(scope="module")
def trespassed(tmp_path_factory):
    """A copy of the house in which every border is crossed once."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy("pyproject.toml", house)
    for package in PACKAGES:
        shutil.copytree(package, house / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in TRESPASSES.values():
        with (house / file).open("a") as open_file:
            open_file.write(f"\n{line}\n")
    return lint(house)


def test_every_border_has_its_trespass():
    assert {each["id"] for each in CONTRACTS} == set(TRESPASSES)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each["id"])
def test_a_trespass_is_noticed(trespassed, contract):
    status, said = trespassed
    assert status == 1
    assert f"{contract['name']} BROKEN" in " ".join(said.split())


def test_a_module_that_has_no_place_in_a_service_is_noticed(tmp_path):
    shutil.copy("pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "services/spaces/helpers.py").write_text('"""Help."""\n')
    status, said = lint(tmp_path)
    assert (status, "exhaustive" in said or "helpers" in said) == (1, True)
