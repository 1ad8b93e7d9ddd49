"""Somebody who counts and two who follow, each a process of its own, with an operators' door."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from uuid import uuid4

import pytest
from kombu import Connection
from prometheus_client.parser import text_string_to_metric_families as families

from deploy.local.where import free_ports
from kernel.ask import Asker, Silence
from tests import plain
from tests.ops.counters import UNLUCKY

PROCESSES = {
    "counting": ["kernel.serve", "tests.kernel.counting:Counting"],
    "fussy": ["kernel.follow", "tests.ops.counters:Fussy"],
    "fussy too": ["kernel.serve", "tests.ops.counters:Fussy"],
    "tally": ["kernel.follow", "tests.ops.counters:Tally"],
}


class Ring:
    def __init__(self, broker, databases, folder):
        self.broker, self.databases, self.folder = broker, databases, folder
        self.fuss = folder / "fuss"
        self.env = {
            **os.environ,
            "BROKER": broker,
            "COUNTING_DB": databases["SPACES_DB"],
            "FUSSY_DB": databases["MOBILITY_DB"],
            "GATEWAY_DB": databases["GATEWAY_DB"],
            "FUSS": str(self.fuss),
        }
        self.doors = {name: f"127.0.0.1:{free_ports()}" for name in PROCESSES}
        self.running = {}

    def start(self, name):
        with self.log(name).open("ab") as log:
            command = [sys.executable, "-m", *PROCESSES[name]]
            env = {**self.env, "OPS": self.doors[name]}
            self.running[name] = subprocess.Popen(command, env=env, stderr=log)

    def log(self, name):
        return self.folder / f"{name}.log"

    def stop(self, name):
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

    def leave(self):
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(timeout=10)

    # What is asked

    def ask(self, verb, *args, **call):
        with Connection(self.broker) as connection:
            return Asker(connection).ask("counting", verb, *args, **call)

    def answers(self):
        try:
            return self.ask("health")
        except Silence:
            return None

    def open(self):
        """The name of a new counter."""
        name = uuid4().hex
        self.ask("open_counter", {"name": name})
        return name

    def count(self, name, steps):
        return self.ask("count_on", {"name": name, "steps": steps})

    @contextmanager
    def stumbling(self):
        """A fact that fussy cannot take in, and then is: the position before it."""
        self.fuss.touch()
        try:
            before = self.ask("health")["position"]
            self.count(self.open(), UNLUCKY)
            yield before + 1
        finally:
            self.fuss.unlink(missing_ok=True)

    # What an operator does

    def kernel(self, *words, **env):
        """How it ended, and what it said: on stdout, on stderr. Variables of None are not set."""
        env = {name: value for name, value in {**self.env, **env}.items() if value is not None}
        command = [sys.executable, "-m", "kernel", *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    def status(self, **env):
        """(name, what it follows) -> its row."""
        _, said, _ = self.kernel("status", "--json", **env)
        return {(row["name"], row["follows"]): row for row in json.loads(said)}

    def is_level(self):
        rows = self.status()
        paths = [("fussy", "counting"), ("tally", "counting")]
        return all(path in rows and rows[path]["state"] == "level" for path in paths)

    def metrics(self, name):
        """Metric -> its labels' values -> its value."""
        text = plain.get(f"http://{self.doors[name]}/metrics", timeout=5).text
        found = {}
        for family in families(text):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
        return found


@pytest.fixture(scope="package")
def ring(broker, fresh_databases, soon, tmp_path_factory):
    ring = Ring(broker, fresh_databases(), tmp_path_factory.mktemp("ring"))
    try:
        for name in PROCESSES:
            ring.start(name)
        soon(ring.answers, within=20)
        ring.open()
        soon(ring.is_level, within=20)
        yield ring
    finally:
        ring.leave()
