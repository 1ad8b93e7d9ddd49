"""Without the broker nothing is taken, and everything is shown. What was taken is not lost."""

import time
from functools import partial

import pytest
from kombu import Connection, Producer

from kernel.ask import RPC
from kernel.follow import BEAT
from kernel.log import BATCH
from tests.conftest import eventually
from tests.faults.away import (
    SOON,
    all_is_shown,
    all_live,
    away,
    is_away,
    nothing_is_taken,
    within,
)
from tests.faults.holdings import holdings, nothing_leaked
from tests.faults.orders import orders_coming_in
from tests.faults.ring import QUEUES

pytestmark = pytest.mark.long


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_without_the_broker_nothing_is_taken_and_everything_is_shown(victim, life, how):
    broker = victim.servers.broker
    with orders_coming_in(life) as orders:
        before = holdings(victim)
        with away(life, getattr(broker, how), broker.start):
            begun = time.monotonic()
            all_is_shown(life)
            nothing_is_taken(life)
            time.sleep(1)
            answers = [told.answer for told in orders.since(begun)]
            assert len(answers) > 20 and all(map(is_away, answers))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    assert all_live(victim)


def test_a_broker_short_of_memory_takes_nothing_and_says_so(victim, life):
    """It lets everybody connect, and reads nothing that is published."""
    limit = partial(victim.servers.broker.ctl, "set_vm_memory_high_watermark", "absolute")
    with orders_coming_in(life) as orders:
        before = holdings(victim)
        with away(life, partial(limit, 1), partial(limit, "512MB")):
            begun = time.monotonic()
            all_is_shown(life)
            nothing_is_taken(life)
            time.sleep(1)
            assert all(is_away(told.answer) for told in orders.since(begun))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    assert all_live(victim)


@pytest.mark.parametrize("name", ["counting", "ledger", "tally"])
def test_what_fills_the_memory_of_the_broker_is_taken_out_of_it(ring, name):
    """Whoever publishes is no longer heard by a broker short of memory: neither is what he has
    done with, if he says so on the same line, and the broker stays short of memory."""
    broker, question = ring.servers.broker, b'{"args": [], "kwargs": {}}'
    if not hasattr(broker, "ctl"):
        pytest.skip("somebody else's broker")
    about = {"reply_to": "nobody", "content_type": "application/json", "content_encoding": "utf-8"}

    where = ("--vhost", Connection(ring.broker).virtual_host)

    def is_empty():
        counted = broker.ctl("list_queues", *where, "name", "messages").splitlines()
        return dict(line.split() for line in counted)[QUEUES[name]] == "0"

    with Connection(ring.broker) as connection:
        producer = Producer(connection.default_channel)
        with ring.stopped(name):
            if name == "counting":
                for _ in range(5):
                    producer.publish(question, "counting.health", exchange=RPC, **about)
            else:
                for _ in range(BATCH + 200):
                    producer.publish(b"[]", QUEUES[name], **about)
                time.sleep(BEAT)  # it will ask before it has done with all of them
            eventually(lambda: not is_empty())
            broker.ctl("set_vm_memory_high_watermark", "absolute", 1)
    try:
        eventually(is_empty, within=15)
    finally:
        broker.ctl("set_vm_memory_high_watermark", "absolute", "512MB")
    ring.is_right()
