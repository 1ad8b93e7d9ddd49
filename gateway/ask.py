"""Asks a service, in the words nameko uses on RabbitMQ, and does not wait for ever."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import aiormq
import msgspec
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage
from aiormq.exceptions import ChannelInvalidStateError, ChannelNotFoundEntity
from pamqp.common import FieldTable
from yarl import URL

from gateway import deadline, meters
from gateway.problems import Away, Failed, NoAnswer
from kernel.ops.trace import traceparent

logger = logging.getLogger(__name__)

EXCHANGE = "nameko-rpc"
TO_CONNECT, TO_SEND, PATIENCE, HEARTBEAT = 1.0, 1.0, 5.0, 10
T = TypeVar("T")
Waiting = dict[str, asyncio.Future[Any]]
LOST = (aiormq.AMQPError, ChannelInvalidStateError, OSError)  # a TimeoutError is an OSError


class Services:
    """One connection, opened when needed, opened again when lost.

    The queue of a service lives as long as somebody serves. Without it our question comes back
    from the broker, which is how we know at once that nobody is there.
    """

    def __init__(self, broker: str) -> None:
        self.broker = URL(broker).update_query(heartbeat=HEARTBEAT)
        self.name = ""
        self.leaving: set[asyncio.Task[Any]] = set()
        self.waiting: Waiting = {}
        self.connection: AbstractConnection | None = None
        self.opening: asyncio.Task[AbstractChannel] | None = None

    async def ask(self, service: str, verb: str, *args: Any, **call: str | None) -> Any:
        """The answer of `service.verb(*args)`; `call` becomes nameko's call context."""
        call["traceparent"] = traceparent.get()
        headers: FieldTable = {f"nameko.{name}": value for name, value in call.items() if value}
        with meters.asking(service):
            return await self._ask(f"{service}.{verb}", headers, args)

    async def _ask(self, whom: str, headers: FieldTable, args: tuple[Any, ...]) -> Any:
        question = uuid4().hex
        channel = await self.channel()
        headers["nameko.left"] = f"{deadline.left():.2f}"
        waiting = self.waiting
        answer = waiting[question] = asyncio.get_running_loop().create_future()
        about = aiormq.spec.Basic.Properties(
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            correlation_id=question,
            reply_to=self.name,
            expiration=str(int(PATIENCE * 1000)),
            headers=headers,
        )
        body = msgspec.json.encode({"args": args, "kwargs": {}})
        try:
            await self._send(channel, whom, about, body)
            async with asyncio.timeout(PATIENCE):
                return await answer
        except LOST as silence:
            raise NoAnswer from silence
        finally:
            del waiting[question]

    async def _send(self, channel: AbstractChannel, whom: str, about: Any, body: bytes) -> None:
        """Raises Away when nobody reads there, or the broker takes nothing: it is out of memory, or
        gone, which we only learn when it does not confirm."""
        sent = channel.basic_publish(
            body, exchange=EXCHANGE, routing_key=whom, mandatory=True, properties=about
        )
        try:
            async with asyncio.timeout(min(TO_SEND, deadline.left())):
                await sent
        except LOST as untaken:
            raise Away from untaken

    async def channel(self) -> AbstractChannel:
        """Everybody who finds it closed waits for the same attempt to open it. Raises Away."""
        if self.opening is None or (self.opening.done() and not self._is_open(self.opening)):
            self.opening = asyncio.create_task(self._open())
        try:
            async with asyncio.timeout(deadline.left()):
                return await asyncio.shield(self.opening)
        except LOST as lost:
            raise Away from lost

    async def depths(self, queues: Iterable[str]) -> dict[str, tuple[int, int] | None]:
        """What waits in queues, and how many read them; None for one that is not there.

        On a connection of its own: whoever asks for a missing queue loses the channel.
        """
        return await self._soon(_depths(self.broker, queues))

    async def close(self) -> None:
        if self.connection:
            await self.connection.close()

    @staticmethod
    def _is_open(opened: asyncio.Task[AbstractChannel]) -> bool:
        return opened.exception() is None and not opened.result().is_closed

    async def _open(self) -> AbstractChannel:
        if self.connection:
            self._leave(asyncio.create_task(self.connection.close()))
            self.connection = None
        return await self._soon(self._talk())

    async def _soon(self, work: Coroutine[Any, Any, T]) -> T:
        """Raises TimeoutError. What did not come about is left to itself: to say goodbye to a
        broker that is starting, or gone, can take aiormq ten seconds, also when cancelled."""
        begun = asyncio.create_task(work)
        try:
            async with asyncio.timeout(TO_CONNECT):
                return await asyncio.shield(begun)
        finally:
            begun.cancel()
            self._leave(begun)

    async def _talk(self) -> AbstractChannel:
        """With an inbox of its own, and those who wait at it: the one before may still be there."""
        connection, name = await aiormq.connect(self.broker), f"gateway-{uuid4()}"
        waiting: Waiting = {}
        try:
            # Confirms stay on: without, aiormq does not say that a message came back.
            talk = await connection.channel()
            talk.closing.add_done_callback(lambda _: _lost(waiting))
            await talk.exchange_declare(EXCHANGE, exchange_type="topic", durable=True)
            await talk.queue_declare(name, exclusive=True, auto_delete=True)
            await talk.queue_bind(name, EXCHANGE, routing_key=name)
            await talk.basic_consume(name, partial(_answered, waiting), no_ack=True)
        except BaseException:
            await connection.close()
            raise
        self.connection, self.name, self.waiting = connection, name, waiting
        return talk

    def _leave(self, work: asyncio.Task[Any]) -> None:
        """Nobody waits for it, nor asks what came of it."""
        self.leaving.add(work)
        work.add_done_callback(lambda done: done.cancelled() or done.exception())
        work.add_done_callback(self.leaving.discard)


async def _answered(waiting: Waiting, message: DeliveredMessage) -> None:
    answer = waiting.get(message.header.properties.correlation_id or "")
    if answer is None or answer.done():
        return
    told = msgspec.json.decode(message.body)
    if error := told["error"]:
        answer.set_exception(Failed(error))
    else:
        answer.set_result(told["result"])


def _lost(waiting: Waiting) -> None:
    """Whoever was waiting will not hear any more whether something was done."""
    for answer in waiting.values():
        if not answer.done():
            answer.set_exception(NoAnswer())


async def _depths(broker: URL, queues: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    async with await aiormq.connect(broker) as connection:
        return {name: await _depth(connection, name) for name in queues}


async def _depth(connection: AbstractConnection, queue: str) -> tuple[int, int] | None:
    channel = await connection.channel()
    try:
        told = await channel.queue_declare(queue, passive=True)
    except ChannelNotFoundEntity:
        return None
    await channel.close()
    return told.message_count or 0, told.consumer_count or 0


@asynccontextmanager
async def services(broker: str) -> AsyncIterator[Services]:
    opened = Services(broker)
    try:
        yield opened
    finally:
        await opened.close()
