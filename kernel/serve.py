"""python -m kernel.serve services.bookings.service:Bookings [services.spaces.service:Spaces ...]

Houses services in nameko: whatever may be asked of a service, in nameko's words on RabbitMQ, and
`facts_after` for followers. Several processes may serve the same service.
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
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

import msgspec
import psycopg.waiting
from eventlet.event import Event
from kombu import Connection, Consumer, Message, Queue
from nameko.extensions import Entrypoint
from nameko.runners import ServiceRunner

from kernel.ask import JSON, LOST, NONSENSE, RPC
from kernel.ops import logs, meters
from kernel.ops.door import open_door
from kernel.ops.failpoint import failpoint
from kernel.ops.trace import span, traceparent
from kernel.service import Service, TooLong
from kernel.where import broker, named

assert psycopg.waiting.wait is psycopg.waiting.wait_selector
logger = logging.getLogger(__name__)

AT_ONCE = 10
ALERT, GRACE = 0.5, 5.0
LONGEST = 1.4  # for a lock, or a line to the database that has fallen silent


class Question(msgspec.Struct):
    """What is asked, as nameko says it."""

    args: list[Any]
    kwargs: dict[str, Any]


class Responder(Entrypoint):
    """Reads what is asked of one service, and answers.

    Nameko's own opens a channel for each answer, stores it on disk, and waits until the broker
    has done so, which costs more than most decisions. Here they share a connection, and one that
    gets lost is asked for again. It is not the one that questions come on: a broker that is short
    of memory reads nothing from who publishes, and so would never hear what is done with. The
    queue lives as long as somebody serves: without, the asker is told at once.
    """

    def setup(self) -> None:
        self.leaving, self.gone = False, Event()

    def start(self) -> None:
        self.container.spawn_managed_thread(self.work)

    def stop(self) -> None:
        self.leaving = True
        self.gone.wait()

    def work(self) -> None:
        while not self.leaving:
            try:
                with self.line(heartbeat=20) as asked, self.line() as told:
                    self.listen(asked, told)
            except LOST as lost:
                logger.warning("the broker is away: %r", lost)
                eventlet.sleep(ALERT)
        self.gone.send()

    def line(self, **words: Any) -> Connection:
        return Connection(broker(), connect_timeout=2, **words)

    def listen(self, asked: Connection, told: Connection) -> None:
        """Until it is time to leave. What has begun is then finished, and answered."""
        service, workers = self.container.service_name, eventlet.GreenPool(AT_ONCE)
        queue = Queue(f"rpc-{service}", RPC, f"{service}.*", durable=False, auto_delete=True)
        answer = partial(workers.spawn_n, self.answer, told.default_channel)
        consumer = Consumer(asked, [queue], on_message=answer, prefetch_count=AT_ONCE)
        consumer.on_decode_error = lambda message, _: answer(message)
        with consumer:
            while not self.leaving and told.connected:
                try:
                    asked.drain_events(timeout=ALERT)
                except TimeoutError:
                    asked.heartbeat_check()
        workers.waitall()

    def answer(self, back: Any, message: Message) -> None:
        asked, about = message.properties, message.delivery_info["routing_key"]
        try:
            question = msgspec.json.decode(message.body, type=Question)
            whom = asked["reply_to"]
        except (*NONSENSE, KeyError) as nonsense:
            logger.error("nobody can answer this, to %s: %r", about, nonsense)
        else:
            answer = self.answered(about, question, message.headers)
            words = {"correlation_id": asked.get("correlation_id"), "delivery_mode": 1}
            reply = back.prepare_message(answer, **JSON, properties=words)
            try:
                back.basic_publish(reply, exchange=RPC.name, routing_key=whom)
            except LOST as lost:
                logger.warning("an answer is lost: %r", lost)
                back.connection.collect()
            failpoint("answer.sent")
        with suppress(*LOST):  # it will come again, to us or to another
            message.ack()

    def answered(self, about: str, question: Question, headers: dict[str, Any]) -> bytes:
        """A failure is told by its kind alone: what a driver says is not for strangers."""
        service, error = self.container.service_cls(), None
        try:
            result = service.answer(about, headers, *question.args, **question.kwargs)
        except Exception as failure:
            logger.exception("failed: %s", about)
            result, error = None, type(failure).__name__
        return msgspec.json.encode({"result": result, "error": error})


def no_longer_than(seconds: float | str) -> eventlet.Timeout:
    """What takes longer is broken off, or longer than we have for anybody: raises TooLong.

    That is an ordinary exception. Eventlet's own is none, so that whoever waits for a line of the
    pool would not take back the wish, and the pool would give the next line away for ever.
    """
    return eventlet.Timeout(min(float(seconds), LONGEST), TooLong())


class MethodNotFound(Exception):
    """Nobody has taught the service to answer this."""


def house(service: Service) -> type:
    def answering(verb: str) -> Callable[..., Any]:
        def answer(call: dict[str, Any], words: dict[str, Any]) -> Any:
            by, command = call.get("nameko.partner", "system"), call.get("nameko.command")
            after = msgspec.json.decode(call.get("nameko.after", "{}"), type=dict[str, int])
            preview = "nameko.preview" in call
            return service.answer(verb, words, by, command, after, preview)

        return answer

    def telling(question: Callable[..., Any]) -> Callable[..., Any]:
        return lambda call, *args: question(*args)

    methods = {
        "facts_after": telling(service.log.after),
        "health": telling(service.health),
        **{name: telling(getattr(service, name)) for name in service.told},
        **{verb: answering(verb) for verb in service.handled},
    }

    def answer(_: Any, about: str, call: dict[str, Any], *args: Any, **more: Any) -> Any:
        verb, begun, said = about.partition(".")[2], time.monotonic(), {}
        if verb not in methods:
            raise MethodNotFound(about)
        if verb not in service.handled:
            return methods[verb](call, *args, **more)
        traceparent.set(call.get("nameko.traceparent", ""))
        try:
            with span(about), suppress(TooLong), no_longer_than(call.get("nameko.left", LONGEST)):
                said = {"away": "Our records do not answer right now."}
                said = methods[verb](call, *args, **more)
        finally:
            meters.answered(service.name, verb, said, time.monotonic() - begun)
        return said

    return type("House", (), {"name": service.name, "answer": Responder.decorator(answer)})


def main(*names: str) -> None:
    logs.configure()
    runner = ServiceRunner({"AMQP_URI": broker()})

    def leave(*_: Any) -> None:
        eventlet.spawn_n(runner.stop)
        eventlet.spawn_after(GRACE, os._exit, 70)  # nobody waits for ever for a server

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    with ExitStack() as open_:
        for name in names:
            service = open_.enter_context(named(name).at_work())
            meters.serves(service)
            runner.add_service(house(service))
        runner.start()
        open_door(meters.ready)
        runner.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
