"""Tells the world what happened, in the background.

A lost announcement costs a delay, never a fact: followers ask for what they missed.
"""

import logging
import time
from contextlib import suppress
from queue import Full, Queue
from threading import Thread

import msgspec
from kombu import Connection, Exchange, Producer

from kernel.ops.failpoint import failpoint
from kernel.wire import Fact

logger = logging.getLogger(__name__)

KIND = {"content_type": "application/cloudevents-batch+json", "content_encoding": "utf-8"}


def exchange(service: str) -> Exchange:
    return Exchange(f"{service}.events", type="topic", durable=True)


class Announcer:
    def __init__(self, service: str, broker: str) -> None:
        self.exchange = exchange(service)
        self.broker = broker
        self.waiting: Queue[list[Fact] | None] = Queue(10_000)
        self.thread = Thread(target=self._work, daemon=True)
        self.thread.start()

    def announce(self, facts: list[Fact]) -> None:
        """What was appended together is said together.

        Never waits: when the broker does not listen, facts are left for later to ask for.
        """
        with suppress(Full):
            if facts:
                self.waiting.put_nowait(facts)

    def close(self) -> None:
        """Say what is still waiting to be said, if it takes no time."""
        with suppress(Full):
            self.waiting.put_nowait(None)
            self.thread.join(timeout=2)

    def _work(self) -> None:
        facts = self.waiting.get()
        while facts:
            try:
                with Connection(self.broker, connect_timeout=2) as connection:
                    producer = Producer(connection, self.exchange)
                    while facts:
                        body = msgspec.json.encode(facts)
                        failpoint("announce.before")
                        producer.publish(body, facts[0].type, delivery_mode=1, **KIND)
                        failpoint("announce.sent")
                        facts = self.waiting.get()
            except Exception as silence:
                logger.warning("cannot announce yet: %r", silence)
                time.sleep(1)
