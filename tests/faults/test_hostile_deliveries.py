"""Announcements come twice, in any order, late, never, and from strangers; queues come and go.

Each time the followers are level again within 10 s, took in everything once and in order, hear
again of what happens, and are still the same processes.
"""

import random
from datetime import UTC, datetime

import msgspec
import pytest
from kombu import Connection, Producer, Queue

from kernel.announce import exchange
from kernel.ask import RPC, Asker
from kernel.follow import Reader
from kernel.log import Log
from tests.conftest import eventually, long_but
from tests.faults.ring import QUEUES
from tests.kernel.counting import Gauge

FOLLOWING = (QUEUES["ledger"], QUEUES["tally"])
EVENTS = exchange("counting")


@pytest.fixture(autouse=True)
def unharmed(ring):
    """Whatever is done to it."""
    ring.count()
    before = dict(ring.running)
    yield
    ring.is_right()
    ring.is_quick()
    assert ring.running == before
    assert {name: each.poll() for name, each in before.items()} == dict.fromkeys(before)


@pytest.fixture
def channel(ring):
    with Connection(ring.broker) as connection:
        yield connection.default_channel


class Post:
    """Stands between the service and its followers, who get what we deliver."""

    def __init__(self, channel):
        self.channel, self.taken = channel, []
        self.own = Queue("", EVENTS, "#", exclusive=True, auto_delete=True)(channel)

    def take(self, facts):
        """The announcements of so many facts."""

        def all_here():
            if message := self.own.get(no_ack=True):
                self.taken.append(message.body)
            return sum(len(msgspec.json.decode(each)) for each in self.taken) >= facts

        eventually(all_here)
        return self.taken

    def __enter__(self):
        self.own.declare()
        for queue in FOLLOWING:
            self.channel.queue_unbind(queue, EVENTS.name, "#")
        return self

    def __exit__(self, *_):
        for queue in FOLLOWING:
            self.channel.queue_bind(queue, EVENTS.name, "#")


def deliver(channel, *bodies, **words):
    about = {"content_type": "application/json", "content_encoding": "utf-8"} | words
    for queue in FOLLOWING:
        for body in bodies:
            Producer(channel).publish(body, queue, **about)


def shuffled(bodies):
    return random.Random(7).sample(bodies, len(bodies))


DELIVERIES = {
    "twice": lambda bodies: [each for body in bodies for each in (body, body)],
    "from the last to the first": lambda bodies: bodies[::-1],
    "in any order": shuffled,
    "in any order, some twice, some never": lambda bodies: shuffled(bodies * 2)[: len(bodies)],
    "every second one": lambda bodies: bodies[::2],
    "all but the last": lambda bodies: bodies[:-1],
    "none at all": lambda bodies: [],
}
LIKELY = "twice", "in any order, some twice, some never"


@pytest.mark.parametrize("how", long_but(DELIVERIES, *LIKELY))
def test_announcements_come(ring, channel, how):
    with Post(channel) as post:
        ring.count(8)
        deliver(channel, *DELIVERIES[how](post.take(8)))


def test_everything_is_announced_again_from_the_first_fact(ring, channel):
    facts = facts_of(ring)
    deliver(channel, msgspec.json.encode(facts), *(msgspec.json.encode([each]) for each in facts))
    with Post(channel) as post:
        ring.count(3)
        deliver(channel, msgspec.json.encode([*facts, *facts_of(ring)]), *post.take(3))


def facts_of(ring):
    facts = []
    with Connection(ring.broker) as connection:
        read = Reader(Asker(connection))
        while more := read("counting", facts[-1].position if facts else 0):
            facts += more
    return facts


def test_a_fact_of_a_kind_that_its_followers_do_not_know_yet(ring):
    """It stands in the log like any other, and is passed by."""
    log = Log("counting", ring.databases["counting"])
    try:
        ring.repeated.asked.add("system")
        position = log.save(Gauge("unheard of"))
        ring.repeated.told["system"] = {"done": {}, "position": position}
    finally:
        log.close()


def test_queues_are_purged(ring, channel):
    with ring.partners():
        ring.goes_on(2)
        for _ in range(5):
            for queue in FOLLOWING:
                channel.queue_purge(queue)
            ring.goes_on(2)


def test_queues_are_deleted(ring, channel):
    with ring.partners():
        ring.goes_on(2)
        for queue in FOLLOWING:
            channel.queue_delete(queue)
        ring.goes_on()


@pytest.mark.long
def test_the_exchange_is_deleted(ring, channel):
    with ring.partners():
        ring.goes_on(2)
        channel.exchange_delete(EVENTS.name)
        ring.goes_on()


# What strangers announce. (What they say of the future keeps followers asking: so it is last.)


def a_fact(**words):
    """As nobody has ever announced it."""
    return {
        "source": "/counting",
        "id": "stranger/1",
        "type": "kernel.Counted",
        "subject": "stranger",
        "time": datetime(2027, 3, 1, tzinfo=UTC),
        "sequence": f"{10**6:020d}",
        "by": "stranger",
        "data": {"steps": 500},
    } | words


def as_json(*facts):
    return msgspec.json.encode(facts)


DEEP = as_json(a_fact(data={"steps": "DEEP"})).replace(b'"DEEP"', b"[" * 10**5 + b"]" * 10**5)
NONSENSE = {
    "nothing": b"",
    "half a list": b"[",
    "no list": as_json(a_fact())[1:-1],
    "an empty list": b"[]",
    "a list of nothing": b"[null]",
    "no fact": b"[{}]",
    "not UTF-8": b"\xff\xfe",
    "not UTF-8 inside": as_json(a_fact(by="?")).replace(b"?", b"\xff"),
    "an old fact": as_json(a_fact(sequence=f"{1:020d}")),
    "a fact before the first": as_json(a_fact(sequence="-1")),
    "a fact that is nowhere": as_json(a_fact(sequence="nowhere")),
    "a fact beyond all numbers": as_json(a_fact(sequence="9" * 5000)),
    "a fact at a number": as_json(a_fact(sequence=7)),
    "a fact without a time": as_json(a_fact(time="yesterday")),
    "a fact that says a list": as_json(a_fact(data=[])),
    "a fact that never ends": DEEP,
    "a fact of the future": as_json(a_fact()),
    "a fact of an unknown kind": as_json(a_fact(type="kernel.NeverHeardOf", data={})),
    "10 MB of nothing": b" " * 10**7,
    "10 MB of text": b"x" * 10**7,
    "10 MB in a fact": as_json(a_fact(data={"steps": "x" * 10**7})),
}
STRANGE = "half a list", "no fact", "not UTF-8 inside", "a fact of the future"


@pytest.mark.parametrize("what", long_but(NONSENSE, *STRANGE))
def test_a_stranger_announces(ring, channel, what):
    deliver(channel, NONSENSE[what])
    ring.count()
    deliver(channel, NONSENSE[what], NONSENSE[what])


@pytest.mark.parametrize(
    "words",
    [
        {"headers": {"compression": "klingon"}},
        {"headers": {"compression": "application/x-gzip"}},
        {"content_type": "application/x-python-serialize"},
        {"content_encoding": "klingon"},
    ],
    ids=str,
)
def test_a_stranger_announces_in_another_form(ring, channel, words):
    deliver(channel, as_json(a_fact()), **words)


# What is asked, by strangers

QUESTION = b'{"args": [{"name": "x", "steps": 1}], "kwargs": {}}'
QUESTIONS = {
    "compressed by nobody knows whom": (QUESTION, {"headers": {"compression": "klingon"}}),
    "compressed by nobody": (QUESTION, {"headers": {"compression": "application/x-gzip"}}),
    "without an end": (b'{"args": ' + b"[" * 10**5 + b"]" * 10**5 + b', "kwargs": {}}', {}),
    "10 MB of text": (b"x" * 10**7, {}),
    "10 MB of arguments": (b'{"args": ["' + b"x" * 10**7 + b'"], "kwargs": {}}', {}),
    "back to nowhere": (QUESTION, {"reply_to": "amq.rabbitmq.reply-to.nowhere"}),
    "with half a header": (QUESTION, {"headers": {"nameko.after": "{", "nameko.partner": 7}}),
}


@pytest.mark.parametrize("what", QUESTIONS)
def test_a_stranger_asks(ring, channel, what):
    """More often than a service answers at the same time, and while others ask."""
    body, words = QUESTIONS[what]
    about = {"reply_to": "nobody", "content_type": "application/json", "content_encoding": "utf-8"}
    with ring.partners(asking_once=0):
        ring.goes_on(1)
        for _ in range(12):
            Producer(channel, RPC).publish(body, "counting.count_on", **{**about, **words})
        ring.goes_on(5)
