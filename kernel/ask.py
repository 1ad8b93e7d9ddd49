"""Asks a service something, in the words nameko uses on RabbitMQ, from plain Python."""

import logging
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec
from kombu import Connection, Consumer, Exchange, Message, Producer, Queue
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

RPC = Exchange("nameko-rpc", type="topic", durable=True)
JSON: dict[str, Any] = {"content_type": "application/json", "content_encoding": "utf-8"}
WORDS = {"mandatory": True, "delivery_mode": 1, **JSON}


class Silence(Exception):
    """The service is not there, or failed, or did not answer in time."""


class Asker:
    """Drains its connection while it waits: what else arrives there meanwhile is not lost.

    Requests are transient, expire with our patience, and come back when nobody listens.
    """

    def __init__(self, connection: Connection, patience: float = 5.0) -> None:
        self.connection, self.patience = connection, patience
        self.name = f"asker-{uuid4()}"
        self.answers: dict[str, Any] = {}
        channel = connection.channel()
        channel.events["basic_return"].add(self._returned)
        inbox = Queue(self.name, RPC, self.name, durable=False, exclusive=True, auto_delete=True)
        Consumer(channel, [inbox], no_ack=True, on_message=self._answered).consume()
        self.producer = Producer(channel, RPC)

    def ask(self, service: str, verb: str, *args: Any, **call: Any) -> Any:
        """The answer of `service.verb(*args)`; `call` becomes nameko's context. Raises Silence."""
        return self.hear(self.put(service, verb, *args, **call))

    def put(self, service: str, verb: str, *args: Any, **call: Any) -> str:
        """The name of a question, whose answer may come while we do something else."""
        question = f"{service}.{verb} {uuid4().hex}"
        body = msgspec.json.encode({"args": args, "kwargs": {}})
        headers = {f"nameko.{name}": value for name, value in call.items()}
        about = {"correlation_id": question, "reply_to": self.name, "headers": headers, **WORDS}
        self.answers[question] = None
        self.producer.publish(body, f"{service}.{verb}", expiration=self.patience, **about)
        return question

    def hear(self, question: str) -> Any:
        """The answer, once it is here. Raises Silence."""
        deadline = time.monotonic() + self.patience
        try:
            while (answer := self.answers[question]) is None:
                if (left := deadline - time.monotonic()) <= 0:
                    raise Silence(f"{question.split()[0]} was not answered in time")
                with suppress(TimeoutError):
                    self.connection.drain_events(timeout=left)
        finally:
            self.drop(question)
        if answer.get("error"):
            raise Silence(f"{question.split()[0]}: {answer['error']}")
        return answer["result"]

    def drop(self, question: str) -> None:
        """Its answer interests nobody any more."""
        self.answers.pop(question, None)

    def _answered(self, message: Message) -> None:
        self._keep(message, msgspec.json.decode(message.body))

    def _returned(self, _: Exception, __: str, routing_key: str, message: Message) -> None:
        self._keep(message, {"error": f"nobody listens to {routing_key}"})

    def _keep(self, message: Message, answer: Any) -> None:
        if (question := message.properties["correlation_id"]) in self.answers:
            self.answers[question] = answer


NONSENSE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What comes of reading the JSON of a stranger."""
LOST = (OperationalError, *Connection().connection_errors)
"""How kombu says that the broker went away."""
