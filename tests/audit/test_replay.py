"""The past can be asked what it knew."""

import json
import os
import subprocess
import sys
from uuid import uuid4, uuid5

import psycopg
import pytest

from audit.log import Log as Read
from audit.log import Scope
from audit.replay import line, replay
from kernel.facts import NETWORK, acting
from kernel.log import Log
from services.mobility.domain import Pass


@pytest.fixture
def log(databases):
    log = Log("mobility", databases["MOBILITY_DB"])
    yield log
    log.close()


@pytest.fixture
def known(databases):
    """id -> what the log tells of it, over a role that may only read."""
    with psycopg.connect(databases["MOBILITY_AUDIT_DB"], autocommit=True) as sql:

        def ask(until=None, **scope):
            found = replay(Read("mobility", sql), until, Scope(**scope))
            return {each.id: each for each in found}

        yield ask


def issued(log):
    held = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid4())
    log.save(held)
    return held


def test_what_was_known_before_is_told_without_what_came_later(log, known):
    held = issued(log)
    before = held.modified_on
    held.withdraw()
    log.save(held)
    assert known()[held.id].withdrawn
    assert not known(until=before)[held.id].withdrawn
    assert known()[held.id] == log.load(Pass, held.id)


def test_only_what_concerns_somebody_is_told_when_that_is_asked(log, known):
    hers, other = issued(log), issued(log)
    assert known(person=hers.person_id).keys() == {hers.id}
    assert known(subject=other.id).keys() == {other.id}
    assert known(person=hers.person_id, subject=other.id) == {}
    assert known(space=hers.sponsor_id).keys() == {hers.id}  # any fact that names it will do


def test_who_did_something_is_not_whom_it_concerns(log, known):
    host = uuid4()
    acting.set(str(host))
    held = issued(log)
    assert known(person=host) == {}
    assert known(person=held.person_id).keys() == {held.id}


def test_each_thing_is_one_line_of_json(log, known):
    held = issued(log)
    told = json.loads(line(known()[held.id]))
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


def test_all_services_are_asked_at_once(log, databases):
    held = issued(log)
    answer = ask(databases, "replay", "all", "--person", str(held.person_id))
    assert [json.loads(each)["id"] for each in answer.stdout.splitlines()] == [str(held.id)]


def test_what_changed_is_told_with_the_facts_that_did_and_by_whom(log, databases):
    acting.set("a-coordinator")
    held = issued(log)
    since = held.modified_on.isoformat()
    held.extend(days=3)
    log.save(held)
    until = held.modified_on.isoformat()
    only = ["--thing", str(held.id)]
    heading, fact, change = ask(
        databases, "diff", "mobility", since, until, *only
    ).stdout.splitlines()
    assert heading == f"mobility.Pass {held.id}"
    assert fact.startswith(f"  {until}  PassExtended  by a-coordinator  (")
    assert change == "    days: 10 -> 13"
    told = json.loads(ask(databases, "diff", "mobility", since, until, *only, "--json").stdout)
    assert told["version"] == {"before": 1, "after": 2}
    assert [each["type"] for each in told["facts"]] == ["mobility.PassExtended"]
    assert told["changes"] == [{"path": ["days"], "before": 10, "after": 13}]


def test_what_was_not_there_before_is_new(log, databases):
    since = "2020-01-01T00:00:00+01:00"
    held = issued(log)
    until = held.modified_on.isoformat()
    told = ask(databases, "diff", "mobility", since, until, "--person", str(held.person_id)).stdout
    assert told.startswith(f"mobility.Pass {held.id} (new)\n")
    assert "    days: nothing -> 10\n" in told
    nothing = ask(databases, "diff", "mobility", until, until, "--person", str(held.person_id))
    assert (nothing.returncode, nothing.stdout) == (0, "")


def test_a_space_is_named_by_its_code(log, databases):
    """Its id is made of the code, wherever it stands."""
    held = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid5(NETWORK, "space/la-ferme"))
    log.save(held)
    answer = ask(databases, "replay", "mobility", "--space", "la-ferme")
    assert [json.loads(each)["id"] for each in answer.stdout.splitlines()] == [str(held.id)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["replay", "kitchen"], "choose from"),
        (["replay", "mobility", "yesterday"], "moment"),
        (["replay", "mobility", "2027-03-31T18:00"], "add the offset"),
        (["diff", "mobility", "2027-03-31T18:00Z", "2027-03-30T18:00Z"], "before the first"),
        (["replay", "mobility", "--person", "Lise"], "--person"),
        ([], "VERB"),
    ],
)
def test_what_makes_no_sense_is_said(databases, words, says):
    answer = ask(databases, *words)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_log_that_somebody_changed_is_said(log, databases, tamper):
    held = issued(log)
    statement = "UPDATE events SET state = '{}' WHERE originator_id = %s"
    tamper(databases["MOBILITY_DB"], statement, held.id)
    answer = ask(databases, "replay", "mobility", "--thing", str(held.id))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"The log of mobility was changed: {held.id}/1 (mobility.PassIssued) cannot be replayed.\n"
    )
    tamper(databases["MOBILITY_DB"], "DELETE FROM events WHERE originator_id = %s", held.id)


def test_a_log_out_of_reach_is_said_without_inner_words(databases):
    nowhere = {**databases, "MOBILITY_AUDIT_DB": "postgresql://u:secret@127.0.0.1:1/x"}
    answer = ask(nowhere, "replay", "mobility")
    assert (answer.returncode, answer.stderr) == (1, "The log of mobility cannot be reached.\n")
