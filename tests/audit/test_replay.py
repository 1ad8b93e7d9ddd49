"""The past can be asked what it knew."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest

from audit.replay import events, line, replay
from kernel.log import Log
from services.mobility.domain import Pass


@pytest.fixture
def log(databases):
    log = Log("mobility", databases["MOBILITY_DB"])
    yield log
    log.close()


def issued(log):
    held = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid4())
    log.save(held)
    return held


def test_what_was_known_before_is_told_without_what_came_later(log, databases):
    held = issued(log)
    before = held.modified_on
    held.withdraw()
    log.save(held)
    database = databases["MOBILITY_AUDIT_DB"]
    assert replay(events(database))[held.id].withdrawn
    assert not replay(events(database), until=before)[held.id].withdrawn
    assert replay(events(database))[held.id] == log.load(Pass, held.id)


def test_each_thing_is_one_line_of_json(log, databases):
    held = issued(log)
    told = json.loads(line(replay(events(databases["MOBILITY_AUDIT_DB"]))[held.id]))
    assert (told["what"], told["id"], told["version"]) == ("mobility.Pass", str(held.id), 1)
    assert told["known"]["days"] == 10


def ask(databases, *words):
    command = [sys.executable, "-m", "audit", *words]
    return subprocess.run(command, env={**os.environ, **databases}, capture_output=True, text=True)


def test_an_auditor_asks_on_the_command_line(log, databases):
    held = issued(log)
    now = ask(databases, "replay", "mobility")
    assert now.returncode == 0
    assert str(held.id) in now.stdout
    long_ago = ask(databases, "replay", "mobility", "2020-01-01T00:00:00Z")
    assert (long_ago.returncode, long_ago.stdout) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["replay", "kitchen"], "choose from"),
        (["replay", "mobility", "yesterday"], "moment"),
        (["replay", "mobility", "2027-03-31T18:00"], "add the offset"),
        ([], "VERB"),
    ],
)
def test_what_makes_no_sense_is_said(databases, words, says):
    answer = ask(databases, *words)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_log_out_of_reach_is_said_without_inner_words(databases):
    nowhere = {**databases, "MOBILITY_AUDIT_DB": "postgresql://u:secret@127.0.0.1:1/x"}
    answer = ask(nowhere, "replay", "mobility")
    assert (answer.returncode, answer.stderr) == (1, "The log of mobility cannot be reached.\n")
