"""The operators' door: what it answers, in a plain process and in a green one."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from deploy.local.where import free_ports
from tests import plain
from tests.conftest import eventually


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Starts a process of a kind with a door at an address: itself, its state, its log."""
    running = []

    def starting(kind, where):
        folder = tmp_path_factory.mktemp("doorman")
        state, log = folder / "state", folder / "log"
        state.write_text("here")
        command = [sys.executable, "-m", "tests.ops.doorman", kind, str(state)]
        with log.open("w") as file:
            process = subprocess.Popen(command, env={**os.environ, "OPS": where}, stderr=file)
        running.append(process)
        return process, state, log

    yield starting
    for process in running:
        process.kill()
        process.wait()


def get(where, path):
    try:
        return plain.get(f"http://{where}{path}", timeout=5)
    except httpx.ConnectError:
        return None


@pytest.fixture(scope="module", params=["plain", "green"])
def doorman(request, start):
    where = f"127.0.0.1:{free_ports()}"
    _, state, _ = start(request.param, where)
    eventually(lambda: get(where, "/healthz"))
    return where, state


@pytest.fixture
def door(doorman):
    return doorman[0]


@pytest.fixture
def state(doorman):
    doorman[1].write_text("here")
    return doorman[1]


def test_a_process_says_that_it_lives_and_whether_it_is_ready(door, state):
    assert get(door, "/healthz").status_code == 200
    ready = get(door, "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"everything": "here"})
    state.write_text("away since noon")
    ready = get(door, "/readyz")
    assert (ready.status_code, ready.json()) == (503, {"everything": "away since noon"})
    assert get(door, "/healthz").status_code == 200
    assert get(door, "/secrets").status_code == 404


def test_who_cannot_tell_is_not_ready(door, state):
    state.unlink()
    ready = get(door, "/readyz")
    assert (ready.status_code, list(ready.json())) == (503, ["process"])
    assert "FileNotFoundError" in ready.json()["process"]


def test_what_hangs_is_said_to_hang_and_keeps_nobody_waiting(door, state):
    state.write_text("hangs")
    begun = time.monotonic()
    with ThreadPoolExecutor(5) as at_once:
        looks = list(at_once.map(get, [door] * 5, ["/readyz"] * 5))
    assert {each.status_code for each in looks} == {503}
    assert looks[0].json() == {"process": "no answer in time"}
    assert 1.5 < time.monotonic() - begun < 4
    assert get(door, "/healthz").status_code == 200


def test_metrics_are_there_for_prometheus(door):
    metrics = get(door, "/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    greeted = 'message="greet_somebody",outcome="done",service="greeting"'
    assert f"essaim_command_seconds_count{{{greeted}}} 1.0" in metrics.text
    assert "process_resident_memory_bytes" in metrics.text


def test_somebody_who_knocks_and_says_nothing_is_in_nobodys_way(door):
    host, port = door.split(":")
    with socket.create_connection((host, int(port))):
        assert get(door, "/healthz").status_code == 200


@pytest.mark.parametrize("where", ["", "nonsense", "127.0.0.1:99999"])
def test_a_door_that_cannot_be_opened_does_not_keep_anybody_from_work(start, soon, where):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = where or f"127.0.0.1:{taken.getsockname()[1]}"
        process, _, log = start("plain" if "99" in where else "green", where)
        soon(lambda: f"the operators' door stays closed: OPS={where}" in log.read_text())
        assert process.poll() is None


def test_a_process_with_an_open_door_leaves_when_told(start, soon):
    where = f"127.0.0.1:{free_ports()}"
    process, *_ = start("plain", where)
    soon(lambda: get(where, "/healthz"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=2) == -signal.SIGTERM
