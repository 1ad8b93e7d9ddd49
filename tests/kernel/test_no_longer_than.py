"""Whoever is broken off while the database is away takes nothing along for ever."""

import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.faults.proxy import Line

BEGIN = """
import kernel.serve as serve
import eventlet, signal, sys, time
from contextlib import suppress
from kernel.recorder import Away, InPostgres

signal.alarm(20)  # who waits for ever says nothing
log = InPostgres(sys.argv[1])

def ask(seconds):
    with suppress(serve.TooLong), serve.no_longer_than(seconds):
        try:
            return log.last()
        except Away:
            return "away"

def go_on(*said):
    print(*said, flush=True)
    sys.stdin.readline()

"""
MANY_IN_VAIN = """
go_on("here", ask(5))
asking = [eventlet.spawn(ask, 0.3) for _ in range(30)]
go_on({each.wait() for each in asking}, "is the answer")
while (found := ask(5)) == "away" and time.monotonic() < deadline:
    eventlet.sleep(0.5)
print("the last is", found, flush=True)
"""
ONE_AFTER_THE_OTHER = """
asking = [eventlet.spawn(log._ask, "SELECT pg_sleep(0.3)") for _ in range(4)]
go_on(len([each.wait() for each in asking]), "lines")
longest = 0
while (begun := time.monotonic()) and ask(0.5) != 0 and begun < deadline:
    longest = max(longest, time.monotonic() - begun)
print("broken off in time" if longest < 1 else longest, flush=True)
"""
BEGIN += "deadline = time.monotonic() + 10\n"


@pytest.fixture
def line(databases):
    with Line(databases["SPACES_DB"]) as line:
        yield line


@contextmanager
def asking(line, what):
    """Somebody who asks over this line. Says what they say next, when told to go on."""
    command = [sys.executable, "-c", BEGIN + what, line.address]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:

        def then(word="go on\n"):
            process.stdin.write(word)
            process.stdin.flush()
            return process.stdout.readline().strip()

        try:
            yield then
        finally:
            process.kill()


def test_who_waits_in_vain_for_a_line_to_the_database_leaves_the_others_theirs(line):
    with asking(line, MANY_IN_VAIN) as then:
        assert then("") == "here 0"
        line.shut()
        assert then() == "{None} is the answer"
        line.open()
        assert then() == "the last is 0"


@pytest.mark.parametrize("which", range(4))
def test_of_lines_of_which_one_breaks_and_others_fall_silent_none_is_waited_for(line, which):
    with asking(line, ONE_AFTER_THE_OTHER) as then:
        assert then("") == "4 lines"
        calls = sorted(line.calls, key=lambda call: call.client.getpeername())
        broken = calls.pop(which)
        for silent in calls:
            silent.swallowing = line.fall_silent
        line.cut(broken)
        assert then() == "broken off in time"
