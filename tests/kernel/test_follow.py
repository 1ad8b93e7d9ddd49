"""Announcements come late, twice, in any order, or never. Facts are taken in once, in order."""

import os
import random
import subprocess
import sys
from contextlib import ExitStack

import msgspec
import pytest
from kombu import Connection, Producer

from kernel.announce import exchange
from kernel.ask import Asker, Silence
from kernel.follow import BATCH, Path, level
from kernel.log import Log
from kernel.recorder import Conflict
from tests.kernel.counting import Counter


class Notebook:
    """A follower that writes down what it is told."""

    name = "notebook"

    def __init__(self):
        self.place, self.written = 0, []

    def sources(self):
        return {"counting"}

    def place_in(self, source):
        return self.place

    def take_in(self, source, place, facts):
        if place != self.place:
            raise Conflict
        self.written += [each.position for each in facts]
        self.place = facts[-1].position


@pytest.fixture
def facts(fact):
    return [fact("counting.Counted", n, steps=1) for n in range(1, 301) if n % 7]


@pytest.fixture
def path(facts):
    def ask(source, place):
        return [each for each in facts if each.position > place][:BATCH]

    return Path(Notebook(), "counting", ask)


def test_what_is_announced_in_order_is_taken_in_without_asking(path, facts):
    path.ask = None
    path.hear(facts[:3])
    path.hear(facts[3:6])
    assert path.follower.written == [1, 2, 3, 4, 5, 6]


def test_duplicates_disorder_and_losses_change_nothing(path, facts):
    chance = random.Random(7)
    heard = [each for each in facts * 3 if chance.random() < 0.5]
    chance.shuffle(heard)
    while heard:
        path.hear([heard.pop() for _ in range(min(len(heard), chance.randint(1, 9)))])
    path.catch_up()
    assert path.follower.written == [each.position for each in facts]


def test_a_twin_that_was_faster_is_noticed_and_nothing_is_taken_in_twice(path, facts):
    path.hear(facts[:2])
    path.follower.take_in("counting", 2, facts[2:5])  # the twin
    path.hear(facts[2:6])
    assert path.follower.written == [1, 2, 3, 4, 5, 6]


def test_a_fact_that_cannot_be_taken_in_is_seen_and_never_skipped(path, facts, caplog):
    def refuse(source, place, facts):
        raise ValueError("not this one")

    path.follower.take_in, working = refuse, path.follower.take_in
    for _ in range(2):
        assert not level(path, lambda: path.hear(facts[:3]))
    assert path.place == 0
    assert "notebook stopped after counting/0" in caplog.text
    path.follower.take_in = working
    assert level(path, path.catch_up)
    assert path.follower.written == [each.position for each in facts]


def test_a_source_that_is_down_is_asked_again_soon(path, caplog):
    def nobody(source, place):
        raise Silence("nobody listens")

    path.ask = nobody
    assert not level(path, path.catch_up)
    assert "stopped" not in caplog.text


class Ring:
    """One service that counts, and one that follows it, as processes of their own."""

    def __init__(self, broker, databases):
        self.broker = broker
        self.env = {
            **os.environ,
            "BROKER": broker,
            "COUNTING_DB": databases["SPACES_DB"],
            "ECHO_DB": databases["MOBILITY_DB"],
        }

    def start(self, module, name):
        command = [sys.executable, "-m", f"kernel.{module}", f"tests.kernel.counting:{name}"]
        return subprocess.Popen(command, env=self.env)

    def ask(self, verb, *args):
        with Connection(self.broker) as connection:
            try:
                return Asker(connection).ask("counting", verb, *args)
            except Silence:
                return None

    def count(self, steps=1):
        return self.ask("count_on", {"name": "ring", "steps": steps})["position"]

    def heard(self):
        log = Log("echo", self.env["ECHO_DB"])
        try:
            counter = log.find(Counter, "heard")
            return counter.total if counter else 0
        finally:
            log.close()


@pytest.fixture(scope="module")
def ring(broker, databases, soon):
    ring = Ring(broker, databases)
    with ExitStack() as running:
        for module, name in (("serve", "Counting"), ("follow", "Echo"), ("follow", "Echo")):
            process = ring.start(module, name)
            running.callback(process.wait)
            running.callback(process.kill)
        soon(lambda: ring.ask("open_counter", {"name": "ring"}), within=20)
        yield ring


def say(broker, *bodies):
    with Connection(broker) as connection:
        producer = Producer(connection, exchange("counting"))
        for body in bodies:
            producer.publish(body, routing_key="hostile", content_encoding="utf-8")


def test_two_processes_of_one_follower_take_in_everything_once(ring, soon):
    before = ring.heard()
    for _ in range(20):
        ring.count()
    soon(lambda: ring.heard() >= before + 20)
    assert ring.heard() == before + 20


def test_a_running_follower_survives_hostile_announcements(ring, soon, fact):
    """Old news, news from the future, nonsense, silence: what was counted is heard, once."""
    before = ring.heard()
    future = fact("kernel.Counted", 10_000, steps=500)
    past = fact("kernel.Counted", 2, steps=500)
    lies = [[past], [future, past], past]
    hostile = [*map(msgspec.json.encode, lies), b"{", b"[]", b"\xff", b"x" * 10**7]
    say(ring.broker, *hostile)
    ring.count(3)
    soon(lambda: ring.heard() == before + 3)
    say(ring.broker, *hostile)
    ring.count(4)
    soon(lambda: ring.heard() == before + 7)


def test_what_a_purged_queue_forgot_is_asked_for(ring, soon):
    before = ring.heard()
    with Connection(ring.broker) as connection:
        ring.count()
        connection.default_channel.queue_purge("echo.follows.counting")
    ring.count()
    soon(lambda: ring.heard() == before + 2)
