"""python -m kernel.serve services.bookings.service:Bookings [services.spaces.service:Spaces ...]

Houses services in nameko: one RPC method per message, and `facts_after` for followers. Several
processes may serve the same service. Where nameko 2.14.1 needs mending, a subclass says why.
"""

import os
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()  # before anything else is imported
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # else one query blocks all workers

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import msgspec
import psycopg.waiting
from eventlet.semaphore import Semaphore
from kombu import Connection, Message, serialization
from nameko.constants import NON_PERSISTENT
from nameko.exceptions import serialize
from nameko.extensions import DependencyProvider
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer
from nameko.runners import ServiceRunner

from kernel.ask import LOST, RPC
from kernel.service import Service
from kernel.where import broker, named

assert psycopg.waiting.wait is psycopg.waiting.wait_selector
logger = logging.getLogger(__name__)

GRACE = 5.0
JSON = "application/json"

# kombu's own reader turns {"__type__": ...} of a stranger into Python objects.
serialization.register("json", msgspec.json.encode, msgspec.json.decode, JSON, "utf-8")


class Draining(QueueConsumer):
    """Nameko hangs up as soon as it is told to stop; what is half done would be done again."""

    def __init__(self) -> None:
        super().__init__()
        self.unsettled: set[Message] = set()

    @property
    def sharing_key(self) -> Any:
        return QueueConsumer

    def get_consumers(self, cls: Any, channel: Any) -> Any:
        """The broker is there, or there again: then the connection for answers is a dead one."""
        self.unsettled.clear()
        for provider in self._providers:
            provider.link.collect()
        return super().get_consumers(cls, channel)

    def handle_message(self, provider: Any, body: Any, message: Message) -> None:
        self.unsettled.add(message)
        super().handle_message(provider, body, message)

    def ack_message(self, message: Message) -> None:
        super().ack_message(message)
        self.unsettled.discard(message)

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        self.should_stop = not self._consumers and not self.unsettled

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        """Nameko waits up to 30 s between two attempts: a broker that is back is not noticed."""
        with self.connection as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.2, interval_max=1
            )
            yield connection

    def on_decode_error(self, message: Message, mistake: Exception) -> None:
        logger.error("not JSON: %s", message.delivery_info["routing_key"])
        message.reject()


class Asked(RpcConsumer):
    """The queue lives as long as somebody serves: without, the asker is told at once.

    Answers share one connection. One that gets lost is asked for again: no need to store it,
    or to confirm it (nameko spends most of its time on that).
    """

    queue_consumer = Draining()

    def setup(self) -> None:
        super().setup()
        self.queue.durable, self.queue.auto_delete = False, True
        self.link = Connection(broker(), connect_timeout=2)
        self.turn = Semaphore()

    def handle_message(self, body: Any, message: Message) -> None:
        if message.properties.get("reply_to") and isinstance(body, dict):
            super().handle_message(body, message)
        else:  # nameko dies of a question that cannot be answered, and the next process after it
            logger.error("nobody to answer: %s", message.delivery_info["routing_key"])
            self.queue_consumer.ack_message(message)

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info:
            logger.error("failed: %s", message.delivery_info["routing_key"], exc_info=exc_info)
        error = serialize(exc_info[1])["exc_type"] if exc_info else None
        answer = msgspec.json.encode({"result": result, "error": error})
        try:
            with self.turn, eventlet.Timeout(GRACE):
                self.reply(answer, message)
        except (*LOST, eventlet.Timeout) as lost:
            logger.warning("an answer got lost: %r", lost)
            self.link.collect()
        self.queue_consumer.ack_message(message)
        return result, exc_info

    def reply(self, answer: bytes, message: Message) -> None:
        self.link.ensure_connection(max_retries=1)
        channel, asked = self.link.default_channel, message.properties
        about = {"correlation_id": asked.get("correlation_id"), "delivery_mode": NON_PERSISTENT}
        reply = channel.prepare_message(answer, None, JSON, "utf-8", properties=about)
        channel.basic_publish(reply, exchange=RPC.name, routing_key=asked["reply_to"])

    def stop(self) -> None:
        super().stop()
        self.link.release()


class Answering(Rpc):
    rpc_consumer = Asked()


class Call(DependencyProvider):
    """What the asker says about himself: partner, command, after."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return worker_ctx.data


rpc = Answering.decorator


def house(service: Service) -> type:
    def answering(verb: str) -> Any:
        def answer(self: Any, words: dict[str, Any]) -> Any:
            by, command = self.call.get("partner", "system"), self.call.get("command")
            after = msgspec.json.decode(self.call.get("after", "{}"), type=dict[str, int])
            return service.answer(verb, words, by, command, after)

        return rpc(answer)

    def telling(name: str) -> Any:
        return rpc(lambda self, *args: getattr(service, name)(*args))

    def facts_after(self: Any, place: int) -> Any:
        return msgspec.to_builtins(service.log.after(place))

    rooms = {
        "name": service.name,
        "call": Call(),
        "facts_after": rpc(facts_after),
        "health": rpc(lambda self: service.health()),
        **{verb: answering(verb) for verb in service.handled},
        **{name: telling(name) for name in service.told},
    }
    return type("House", (), rooms)


def main(*names: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    runner = ServiceRunner({"AMQP_URI": broker(), "max_workers": 10, "HEARTBEAT": 20})

    def leave(*_: Any) -> None:
        eventlet.spawn_n(runner.stop)
        eventlet.spawn_after(GRACE, os._exit, 70)  # nameko cannot stop while the broker is away

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    with ExitStack() as open_:
        for name in names:
            runner.add_service(house(open_.enter_context(named(name).at_work())))
        runner.start()
        runner.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
