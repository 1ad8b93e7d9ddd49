"""A service on RabbitMQ, met by strangers, twins, and the order to leave."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from kombu import Connection, Producer

from kernel.ask import RPC, Asker, Silence
from tests.conftest import long_but

HOUSED = "tests.kernel.counting:Counting"


@contextmanager
def serving(broker, databases, **more):
    env = {**os.environ, "BROKER": broker, "COUNTING_DB": databases["TRAINING_DB"], **more}
    process = subprocess.Popen([sys.executable, "-m", "kernel.serve", HOUSED], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(broker, verb, *args, patience=5.0, **call):
    with Connection(broker) as connection:
        return Asker(connection, patience).ask("counting", verb, *args, **call)


def answers(broker):
    try:
        return ask(broker, "health")
    except Silence:
        return None


@pytest.fixture(scope="module")
def served(broker, databases, soon):
    with serving(broker, databases) as process:
        soon(lambda: answers(broker), within=20)
        yield process


@pytest.fixture
def counter(served, broker):
    name = uuid4().hex
    ask(broker, "open_counter", {"name": name})
    return name


def test_a_command_goes_there_and_its_answer_comes_back(broker, counter):
    words = {"name": counter, "steps": 2}
    answer = ask(broker, "count_on", words, partner="ada", command=counter)
    assert answer["done"]["facts"][0]["data"] == {"steps": 2}
    assert ask(broker, "facts_after", answer["position"] - 1)[0]["by"] == "ada"
    assert ask(broker, "count_on", words, partner="ada", command=counter) == answer
    assert ask(broker, "total_of", counter) == 2


def test_a_command_waits_no_longer_than_whoever_asks(broker, postgres, databases, counter):
    """Nor than we have for anybody."""
    name = databases["TRAINING_DB"].rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.url, dbname=name) as sql:
        sql.execute("LOCK TABLE events IN SHARE MODE")
        for left, least, most in (("0.30", 0.2, 1.2), ("60", 1.2, 2.5)):
            began = time.monotonic()
            assert "away" in ask(broker, "count_on", {"name": counter, "steps": 1}, left=left)
            assert least < time.monotonic() - began < most


def test_health_says_how_far_it_is(broker, counter):
    health = ask(broker, "health")
    assert (health["service"], health["places"]) == ("counting", {})
    assert health["position"] >= 1


STRANGE = [
    {"body": b"{", "content_type": "application/json"},
    {"body": b"\x80\x04K\x01.", "content_type": "application/x-python-serialize"},
    {"body": b"{}", "content_type": "application/json"},
    {"body": b"[]", "content_type": "application/json"},
    {"body": b"{}", "content_type": "application/json", "reply_to": None},
    {"body": b'{"args": [], "kwargs": {}}', "content_type": "application/json"},
    {"body": b'{"args": {"__type__": "uuid", "__value__": {"hex": "?"}}, "kwargs": {}}'},
    {"body": b"text", "content_type": None},
    {"body": b"\xff\xfe", "content_type": "application/json", "content_encoding": "klingon"},
]


@pytest.mark.parametrize("strange", STRANGE, ids=lambda each: repr(each["body"]))
def test_a_stranger_cannot_stop_a_service(served, broker, counter, strange):
    with Connection(broker) as connection:
        Producer(connection, RPC).publish(
            strange["body"],
            routing_key="counting.count_on",
            content_type=strange.get("content_type", "application/json"),
            content_encoding=strange.get("content_encoding", "utf-8"),
            reply_to=strange.get("reply_to", "nobody"),
        )
    assert ask(broker, "total_of", counter) == 0
    assert served.poll() is None


def test_what_looks_like_an_object_of_python_is_words_like_any_other(broker, counter):
    """kombu's own reader would make a UUID of it, fail, and never answer."""
    foreign = {"__type__": "uuid", "__value__": {"hex": "?"}}
    answer = ask(broker, "count_on", {"name": foreign, "steps": 1}, patience=2.0)
    assert answer["invalid"].keys() == {"name"}


def test_a_method_nobody_has_is_an_error_without_inner_words(broker, served):
    with pytest.raises(Silence, match="MethodNotFound"):
        ask(broker, "drop_everything")
    with pytest.raises(Silence) as said:
        ask(broker, "total_of", "nobody")
    assert "Unknown" in str(said.value)


def test_an_answer_that_nobody_waits_for_any_more_is_not_kept(broker, served):
    with Connection(broker) as connection:
        asker = Asker(connection)
        asker.drop(asker.put("counting", "health"))
        later = asker.put("counting", "health")
        assert asker.hear(asker.put("counting", "health"))["service"] == "counting"
        assert asker.hear(later)["service"] == "counting", "an early answer waits to be heard"
        assert asker.answers == {}


def test_without_anybody_serving_the_asker_is_told_at_once(broker):
    start = time.monotonic()
    with Connection(broker) as connection, pytest.raises(Silence, match="nobody listens"):
        Asker(connection).ask("nowhere", "health")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("how", long_but(["terminate", "kill"], "kill"))
def test_what_is_asked_after_the_last_has_left_waits_for_nobody(broker, databases, soon, how):
    """Nor is it done when somebody serves again, long after it was said to have failed."""
    module, name = "tests.kernel.dawdling:Dawdling", uuid4().hex
    env = {**os.environ, "BROKER": broker, "DAWDLING_DB": databases["TRAINING_DB"]}

    def asked(verb, *words):
        with Connection(broker) as connection:
            return Asker(connection).ask("dawdling", verb, *words)

    def served():
        process = subprocess.Popen([sys.executable, "-m", "kernel.serve", module], env=env)
        soon(lambda: quietly(asked, "health"), within=20)
        return process

    first = served()
    getattr(first, how)()
    first.wait(timeout=10)
    soon(lambda: quietly(asked, "health") is None)
    with pytest.raises(Silence, match="nobody listens"):
        asked("count_slowly", {"name": name})
    second = served()
    time.sleep(1.5)
    with pytest.raises(Silence, match="Unknown"):
        asked("total_of", name)
    second.kill()
    second.wait()


def quietly(ask, *words):
    try:
        return ask(*words)
    except Silence:
        return None


def test_two_processes_share_the_work_of_one_service(served, broker, databases, counter, soon):
    def queue():
        with Connection(broker) as connection:
            return connection.default_channel.queue_declare("rpc-counting", passive=True)

    with serving(broker, databases):
        soon(lambda: queue().consumer_count == 2)
        threads = [
            threading.Thread(target=ask, args=(broker, "count_on", {"name": counter, "steps": 1}))
            for _ in range(20)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert ask(broker, "total_of", counter) == 20


def test_told_to_leave_it_finishes_first_and_nothing_is_done_twice(broker, databases, soon):
    """The work takes a second; the order to leave comes in the middle of it."""
    module = "tests.kernel.dawdling:Dawdling"
    env = {**os.environ, "BROKER": broker, "DAWDLING_DB": databases["TRAINING_DB"]}
    command = [sys.executable, "-m", "kernel.serve", module]
    name, got = uuid4().hex, []

    def dawdle():
        with Connection(broker) as connection:
            got.append(Asker(connection).ask("dawdling", "count_slowly", {"name": name}))

    def up():
        try:
            with Connection(broker) as connection:
                return Asker(connection).ask("dawdling", "health")
        except Silence:
            return None

    first = subprocess.Popen(command, env=env)
    try:
        soon(up, within=20)
        asking = threading.Thread(target=dawdle)
        asking.start()
        time.sleep(0.4)
        first.send_signal(signal.SIGTERM)
        start = time.monotonic()
        second = subprocess.Popen(command, env=env)
        try:
            assert first.wait(timeout=5) == 0
            assert time.monotonic() - start < 5
            asking.join()
            assert "done" in got[0]
            soon(up, within=20)
            with Connection(broker) as connection:
                assert Asker(connection).ask("dawdling", "total_of", name) == 1
        finally:
            second.kill()
            second.wait()
    finally:
        first.kill()
        first.wait()


@pytest.mark.long
def test_when_the_broker_is_away_a_process_can_still_be_told_to_leave(databases):
    env = {"BROKER": "amqp://guest:guest@127.0.0.1:1/", "COUNTING_DB": databases["TRAINING_DB"]}
    process = subprocess.Popen(
        [sys.executable, "-m", "kernel.serve", HOUSED], env={**os.environ, **env}
    )
    time.sleep(3)
    assert process.poll() is None
    process.terminate()
    process.wait(timeout=8)
