"""What a process says: JSON for machines, text for people, never what somebody entered."""

import io
import json
import logging
import os
import subprocess
import sys
from datetime import datetime

import psycopg
import pytest

from kernel.ops import logs
from kernel.ops.trace import begun, traceparent

logger = logging.getLogger("ops.test")


@pytest.fixture
def said():
    """What was said last, as it is written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Line())
    logger.addHandler(handler)
    yield lambda: stream.getvalue().removesuffix("\n")
    logger.removeHandler(handler)


@pytest.fixture(params=["json", "text"])
def form(request, monkeypatch):
    monkeypatch.setattr(logs, "FORM", request.param)
    return request.param


@pytest.fixture(scope="module")
def clash(databases):
    """What PostgreSQL says when somebody's address is taken, and when it is no number."""
    with psycopg.connect(databases["GATEWAY_DB"], autocommit=True) as sql:
        sql.execute("CREATE TEMPORARY TABLE people (email text PRIMARY KEY, age int)")
        add = "INSERT INTO people VALUES (%s, %s)"
        sql.execute(add, ["lise@example.org", 30])
        errors = []
        for words in (["lise@example.org", 31], ["lea@example.org", "Lise Lambert"]):
            try:
                sql.execute(add, words)
            except psycopg.Error as error:
                errors.append(error)
        return errors


def test_a_line_of_json_says_when_who_and_what(said, monkeypatch):
    monkeypatch.setattr(logs, "FORM", "json")
    logger.warning("the %s is away", "broker")
    line = json.loads(said())
    assert datetime.fromisoformat(line.pop("time")).tzinfo
    assert line.pop("process") == logs.PROCESS != ""
    assert line == {
        "level": "warning",
        "logger": "ops.test",
        "message": "the broker is away",
        "pid": os.getpid(),
    }


def test_a_line_knows_of_which_trace_it_is(said, monkeypatch):
    monkeypatch.setattr(logs, "FORM", "json")
    before = traceparent.set(begun())
    logger.error("é")
    assert json.loads(said())["trace"] == traceparent.get().split("-")[1]
    assert "é" in said()
    traceparent.reset(before)


def test_an_error_says_what_happened_where_and_what_led_to_it(said, monkeypatch):
    monkeypatch.setattr(logs, "FORM", "json")
    try:
        try:
            int("x")
        except ValueError:
            raise LookupError("first line\nsecond line") from None or KeyError("cause")
    except LookupError:
        logger.exception("failed")
    error = json.loads(said())["error"]
    assert error["type"] == "LookupError"
    assert "KeyError: 'cause'\nthen:\n" in error["where"]
    assert "test_logs.py" in error["where"]
    assert error["where"].endswith("LookupError: first line")
    assert said().count("\n") == 0


def test_what_people_entered_is_not_in_the_log(said, form, clash):
    """Neither as an error, nor in a message that quotes one, nor behind another."""
    for error in clash:
        try:
            try:
                raise error
            except psycopg.Error as cause:
                raise RuntimeError("cannot go on") from cause
        except RuntimeError:
            logger.exception("trouble")
    logger.error("trouble: %s", clash[0])
    assert "UniqueViolation" in said() and "InvalidTextRepresentation" in said()
    assert "people_pkey" in said()
    assert "example.org" not in said() and "Lise" not in said()


def test_text_is_for_people(said, monkeypatch):
    monkeypatch.setattr(logs, "FORM", "text")
    try:
        raise ValueError("no")
    except ValueError:
        logger.exception("failed")
    first, *rest = said().splitlines()
    assert first.endswith("error ops.test failed")
    assert rest[-1] == "ValueError: no"


PROCESS = """
import logging, sys
from uvicorn import Config
from kernel.ops import logs
Config("nowhere:app", access_log=False)
logs.configure()
logging.getLogger("uvicorn.error").info("Started")
logging.getLogger("uvicorn.access").info("GET /secret")
print(logs.PROCESS)
"""


@pytest.mark.parametrize(("wanted", "opens"), [("", "{"), ("json", "{"), ("text", "20")])
def test_a_process_says_everything_in_one_way(wanted, opens):
    env = {**os.environ, "LOG_FORMAT": wanted, "OTEL_SERVICE_NAME": "gateway"}
    done = subprocess.run([sys.executable, "-c", PROCESS], env=env, capture_output=True, text=True)
    assert done.stderr.startswith(opens)
    assert "Started" in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == "gateway\n"
