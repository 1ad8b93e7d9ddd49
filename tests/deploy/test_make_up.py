"""A clone as a newcomer has it, started from nothing; and two on one machine, started at once."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.environment import RUNTIME, fingerprint
from deploy.local.where import CLONE
from tests import plain
from tests.packages import PACKAGES

ASSETS = ("requirements-assets.lock", "package.json", "package-lock.json", ".npmrc")
PARTS = (*PACKAGES, "Makefile", "requirements.lock", *ASSETS)
GIVEN = ("ESSAIM_POSTGRES", "ESSAIM_BROKER", "POSTGRES", "BROKER", "MAKEFLAGS", "MAKELEVEL")
ROLES = ("member", "host", "coordinator", "trainer", "auditor", "operator")


class Clone:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for part in PARTS:
            copy = shutil.copytree if (CLONE / part).is_dir() else shutil.copy
            copy(CLONE / part, folder / part)
        (folder / ".venv").mkdir()  # the packages of the tests, which are the same versions
        for part in ("bin", "lib", "pyvenv.cfg"):
            (folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
        (folder / ".venv" / "installed").write_text(fingerprint(RUNTIME))

    def make(self, target):
        env = {name: value for name, value in os.environ.items() if name not in GIVEN}
        command = ["make", target, f"PYTHON={sys.executable}"]
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def address(self):
        return self.make("status").split()[-1]

    def spaces(self):
        return plain.get(f"{self.address}/v1/spaces?limit=200").json()["items"]

    def sign_ins(self):
        lines = (self.folder / ".run" / "sign-ins").read_text().splitlines()
        return [line.split(maxsplit=2) for line in lines]

    def env(self):
        """As `set -a; . .run/env` gives it."""
        lines = shlex.split((self.folder / ".run" / "env").read_text())
        return {**os.environ, **dict(line.split("=", 1) for line in lines)}

    def facts(self):
        """How many facts there are, as the operator reads them."""
        email, password, _ = next(each for each in self.sign_ins() if each[2] == "operator")
        with plain.Client(base_url=self.address) as browser:
            browser.post("/v1/sessions", json={"email": email, "password": password})
            count, words = 0, {"limit": 200}
            while page := browser.get("/v1/events", params=words).raise_for_status().json():
                count += len(page["items"])
                if not page["items"]:
                    return count
                words["after"] = page["next"]


@contextmanager
def cloned(folder):
    clone = Clone(folder)
    try:
        yield clone
    finally:
        clone.make("clean")


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A clone, and what `make up` said in it."""
    with cloned(tmp_path_factory.mktemp("clones") / "one") as clone:
        yield clone, clone.make("up")


@pytest.fixture(scope="module")
def clone(started):
    return started[0]


def is_up(clone, output):
    assert len(clone.spaces()) == 10
    assert clone.address in output
    assert "/static/htmx." in plain.get(clone.address).text
    for email, password, _ in clone.sign_ins():
        assert email in output and password in output


def test_whoever_starts_it_reads_where_it_is_and_who_may_sign_in(started):
    is_up(*started)


@pytest.mark.long
def test_two_clones_start_at_once_and_do_not_clash(tmp_path):
    with cloned(tmp_path / "one") as one, cloned(tmp_path / "two") as two:
        with ThreadPoolExecutor() as both:
            said = list(both.map(lambda clone: clone.make("up"), (one, two)))
        assert one.address != two.address
        for clone, output in zip((one, two), said, strict=True):
            is_up(clone, output)
        one.make("down")
        assert len(two.spaces()) == 10


def test_everybody_who_is_named_can_sign_in_with_their_role(clone):
    held = set()
    for email, password, _ in clone.sign_ins():
        with plain.Client(base_url=clone.address) as browser:
            body = {"email": email, "password": password}
            assert browser.post("/v1/sessions", json=body).status_code == 201
            held |= {each["role"] for each in browser.get("/v1/me").json()["roles"]}
    assert held == set(ROLES)


@pytest.mark.long
def test_starting_again_changes_nothing(clone):
    before = clone.facts()
    assert "was already running" in clone.make("up")
    assert clone.facts() == before > 100


@pytest.mark.long
def test_what_died_is_started_again(clone):
    pid = re.search(r"gateway +running, pid (\d+)", clone.make("status"))[1]
    os.kill(int(pid), 9)
    clone.make("up")
    assert len(clone.spaces()) == 10


@pytest.mark.long
def test_stopping_leaves_nothing_running_but_the_data(clone):
    before, sign_ins = clone.facts(), clone.sign_ins()
    clone.make("down")
    assert "running" not in clone.make("status")
    clone.make("up")
    assert (clone.facts(), clone.sign_ins()) == (before, sign_ins)


def test_everything_is_registered_and_cosigned_on_both_sides_of_the_border(clone, soon):
    env = clone.env()

    def figure(name):
        metrics = plain.get(f"http://{env['OPS_NOTARY']}/metrics").text
        return re.search(rf"^essaim_register_{name} (\S+)$", metrics, re.MULTILINE)

    def is_settled():
        size, settled = figure("size"), figure("settled")
        return settled and float(settled[1]) == float(size[1]) > 100

    soon(is_settled, within=60)
    command = [sys.executable, "-m", "audit", "check"]
    done = subprocess.run(
        command, cwd=clone.folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 facts are not registered yet" in done.stdout


def test_what_only_the_owner_may_read(clone):
    for name in ("env", "sign-ins", "register.key", "signed", "witness-be.key", "witness-fr.key"):
        assert (clone.folder / ".run" / name).stat().st_mode & 0o077 == 0
