"""Doors and meters while what a process needs is away, or hangs: they say so, at once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from deploy import databases
from deploy.local.process import descendants
from deploy.local.servers import servers
from deploy.local.where import free_ports
from tests import plain

AT_ONCE = 4.0
NOWHERE = "amqp://guest:guest@127.0.0.1:1/"


@pytest.fixture(scope="module")
def postgres(broker):
    """A database server that may be mistreated."""
    with servers(given={"ESSAIM_BROKER": broker}) as ours:
        yield ours.postgres


@contextmanager
def running(*words, **env):
    where = f"127.0.0.1:{free_ports()}"
    command = [sys.executable, "-m", *words]
    env = {**os.environ, "OPS": where, **env}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        yield where
    finally:
        process.kill()
        process.wait()


def ask(where, path):
    """What the door says, in time."""
    begun = time.monotonic()
    try:
        answer = plain.get(f"http://{where}{path}", timeout=10)
    except httpx.ConnectError:
        return None
    assert time.monotonic() - begun < AT_ONCE, path
    return answer


def is_ready(where):
    answer = ask(where, "/readyz")
    return answer and answer.status_code == 200


@contextmanager
def stopped(postgres):
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


@contextmanager
def hanging(postgres):
    family = [postgres.process.pid, *descendants(postgres.process.pid)]
    for each in family:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in family:
            os.kill(each, signal.SIGCONT)


@pytest.mark.parametrize("trouble", [stopped, pytest.param(hanging, marks=pytest.mark.long)])
@pytest.mark.parametrize("module", ["kernel.serve", "kernel.follow"])
def test_a_process_without_its_database_lives_and_is_not_ready(
    postgres, broker, soon, module, trouble
):
    wanted = databases.addresses(postgres.url, "away")
    databases.make(postgres.url, wanted)
    name = "tests.kernel.dawdling:Dawdling" if "serve" in module else "tests.ops.counters:Tally"
    env = {"DAWDLING_DB": wanted["TRAINING_DB"], "GATEWAY_DB": wanted["GATEWAY_DB"]}
    database = "dawdling" if "serve" in module else "gateway"
    with running(module, name, BROKER=broker, **env) as where:
        soon(lambda: is_ready(where), within=20)
        assert f'essaim_up{{server="{database}"}} 1.0' in ask(where, "/metrics").text
        with trouble(postgres):
            for _ in range(2):  # a second time as well
                ready = ask(where, "/readyz")
                assert ready.status_code == 503
                assert ready.json()[database] != "here" == ready.json()["broker"]
                metrics = ask(where, "/metrics").text
                assert f'essaim_up{{server="{database}"}} 0.0' in metrics
                assert 'essaim_up{server="broker"} 1.0' in metrics
                assert "essaim_log_position{" not in metrics
                assert ask(where, "/healthz").status_code == 200
        soon(lambda: is_ready(where))


@pytest.mark.parametrize("module", ["kernel.serve", "kernel.follow"])
def test_a_process_without_the_broker_lives_and_is_not_ready(postgres, soon, module):
    wanted = databases.addresses(postgres.url, "away")
    databases.make(postgres.url, wanted)
    name, address = "tests.kernel.dawdling:Dawdling", wanted["TRAINING_DB"]
    with running(module, name, BROKER=NOWHERE, DAWDLING_DB=address) as where:
        ready = soon(lambda: ask(where, "/readyz"))
        assert ready.json().get("process", "here") == (
            "has not begun to work" if "follow" in module else "here"
        )
        assert (ready.status_code, "Errno 111" in ready.json()["broker"]) == (503, True)
        assert ask(where, "/healthz").status_code == 200
        assert "essaim_queue_messages{" not in ask(where, "/metrics").text
