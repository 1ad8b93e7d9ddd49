import os
import sys
import time
from pathlib import Path
from signal import SIGTERM

import pytest

from deploy.local.process import Process, descendants, started

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('!', flush=True);"
    "time.sleep(60)",
]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys; print('child of mine', flush=True);"
    "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
]

PROLIFIC = [
    sys.executable,
    "-c",
    """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("!", flush=True)
while True:
    if not os.fork():
        time.sleep(20)
        os._exit(0)
    time.sleep(0.02)
""",
]
"""Somebody is born fifty times a second, and stays for a while."""


@pytest.fixture
def process(tmp_path):
    made = Process("sleeper", tmp_path)
    yield made
    made.kill()


def test_found_again_by_whoever_knows_the_folder(process, tmp_path):
    process.start(SLEEP, dict(os.environ), tmp_path)
    again = Process("sleeper", tmp_path)
    assert again.running() and again.pid == process.pid
    again.stop()
    assert not process.running()


def test_a_pid_given_to_somebody_else_is_not_ours(process, tmp_path):
    process.start(SLEEP, dict(os.environ), tmp_path)
    pid, moment, place = process.pid_file.read_text().split(" ", 2)
    process.pid_file.write_text(f"{pid} {int(moment) - 1} {place}")
    process.stop()
    assert started(int(pid)) == moment, "stopped a process that is not ours"
    os.kill(int(pid), SIGTERM)


def test_a_copy_of_a_clone_does_not_own_what_the_original_started(process, tmp_path):
    process.start(SLEEP, dict(os.environ), tmp_path)
    (tmp_path / "copy").mkdir()
    copy = Process("sleeper", tmp_path / "copy")
    copy.pid_file.write_text(process.pid_file.read_text())
    copy.stop()
    assert process.running() and not copy.running()


def test_who_does_not_leave_politely_is_ended(process, tmp_path, soon):
    process.start(STUBBORN, dict(os.environ), tmp_path)
    soon(lambda: "!" in process.last_words())
    pid, before = process.pid, time.monotonic()
    process.stop(within=0.3)
    assert started(pid) is None
    assert time.monotonic() - before < 5


def test_killing_takes_also_who_is_born_meanwhile(process, tmp_path, soon):
    """PostgreSQL would refuse to start again as long as one of them is there."""
    process.start(PROLIFIC, dict(os.environ), tmp_path)
    soon(lambda: "!" in process.last_words())
    family = os.getsid(process.pid)
    time.sleep(0.5)
    process.kill()
    assert [pid for pid in everybody() if session(pid) == family and started(pid)] == []


def everybody():
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def session(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def test_killing_takes_the_whole_family(process, tmp_path, soon):
    process.start(PARENT, dict(os.environ), tmp_path)
    (child,) = soon(lambda: list(descendants(process.pid)))
    process.kill()
    soon(lambda: started(child) is None)


def test_what_it_prints_is_for_its_owner_only(process, tmp_path, soon):
    process.start(PARENT, dict(os.environ), tmp_path)
    soon(lambda: process.last_words() == "child of mine")
    assert process.log.stat().st_mode & 0o777 == 0o600
