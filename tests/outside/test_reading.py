"""A calendar is understood in a process of its own, which ends whatever it is given."""

import asyncio
import os
import time
from datetime import date

import pytest

from gateway.outside import reading
from gateway.outside.reading import understood
from gateway.outside.troubles import Trouble
from tests.outside.calendar_server import calendar, meeting

FIRST = date(2027, 3, 1)


def times(text):
    return asyncio.run(understood(text, "Europe/Brussels", FIRST))


def test_times_come_out_and_nothing_else():
    assert times(calendar(meeting("2027-03-02"))) == {"2027-03-02": [[600, 660]]}


def test_as_far_ahead_as_anybody_may_book():
    daily = times(calendar(f"{meeting('2026-01-01')}\nRRULE:FREQ=DAILY"))
    assert (min(daily), len(daily)) == ("2027-03-01", 733)


@pytest.mark.parametrize("text", [b"", b"<html></html>"])
def test_what_is_wrong_is_told(text):
    with pytest.raises(Trouble, match="no-calendar"):
        times(text)
    with pytest.raises(Trouble, match="not-understood"):
        times(calendar("DTSTART:tomorrow"))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",  # never, which takes seconds to find out
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=0,1,2,3,4,5;BYSECOND=0,1,2,3,4,5,6,7,8,9",
    ],
)
def test_what_repeats_too_often_is_given_up(rule):
    """Twenty events, as a fast machine sees through one of them in the time that there is."""
    began, event = time.monotonic(), f"DTSTART:19000101T000000Z\nDURATION:PT1S\nRRULE:{rule}"
    with pytest.raises(Trouble, match="too-much"):
        times(calendar(*[event] * 20))
    assert time.monotonic() - began < reading.TOO_LONG + 2


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Another program that is asked to understand calendars."""

    def of(*lines):
        program = tmp_path / "program"
        program.write_text("\n".join(("#!/bin/sh", *lines)))
        program.chmod(0o700)
        monkeypatch.setattr(reading.sys, "executable", str(program))

    return of


def test_who_understands_calendars_knows_no_password(instead, monkeypatch):
    monkeypatch.setenv("GATEWAY_DB", "postgresql://secret")
    instead("cat > /dev/null", 'printf \'{"times": {"known: %s": []}}\' "$GATEWAY_DB"')
    assert times(b"") == {"known: ": []}


def test_who_takes_too_long_is_ended(instead, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "TOO_LONG", 0.5)
    instead(f"echo $$ > {tmp_path}/pid", "exec sleep 60")
    with pytest.raises(Trouble, match="too-much"):
        times(b"")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
