"""When nobody is there, or nobody answers, the gateway says so in time; and finds its way back."""

import asyncio
import time

import msgspec
import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue

from gateway import ask
from gateway.problems import Away, Failed, NoAnswer


def asking(broker, service, times=1):
    async def all_at_once():
        async with ask.services(broker) as opened:
            return await asyncio.gather(*(opened.ask(service, "do_it", {}) for _ in range(times)))

    return asyncio.run(all_at_once())


@pytest.fixture
def silent(broker):
    """A service that takes its questions and says nothing."""
    with Connection(broker) as connection:
        exchange = Exchange(ask.EXCHANGE, type="topic", durable=True)
        queue = Queue("rpc-silent", exchange, routing_key="silent.*", exclusive=True)
        queue(connection.default_channel).declare()
        yield connection, queue


def test_a_service_that_is_not_there_is_away_at_once(broker):
    began = time.monotonic()
    with pytest.raises(Away):
        asking(broker, "nobody", times=20)
    assert time.monotonic() - began < 2


def test_a_broker_that_is_not_there_is_away_at_once():
    began = time.monotonic()
    with pytest.raises(Away):
        asking("amqp://guest:guest@127.0.0.1:1/", "bookings", times=20)
    assert time.monotonic() - began < 2


def test_a_broker_that_says_nothing_is_away_in_time():
    async def once():
        async def nothing(_, writer):
            await asyncio.sleep(1.5)
            writer.close()

        server = await asyncio.start_server(nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        opened = ask.Services(f"amqp://guest:guest@127.0.0.1:{port}/")
        began = time.monotonic()
        for asked in [asyncio.create_task(opened.ask("bookings", "do_it")) for _ in range(5)]:
            with pytest.raises(Away):
                await asked
        took = time.monotonic() - began
        await asyncio.sleep(1)
        server.close()
        return took

    assert asyncio.run(once()) < 1.5


def test_a_service_that_keeps_silent_is_not_waited_for(broker, silent, monkeypatch):
    monkeypatch.setattr(ask, "PATIENCE", 0.3)
    with pytest.raises(NoAnswer):
        asking(broker, "silent")


def test_a_question_nobody_waits_for_any_more_is_not_answered_later(broker, silent, monkeypatch):
    monkeypatch.setattr(ask, "PATIENCE", 0.3)
    with pytest.raises(NoAnswer):
        asking(broker, "silent")
    connection, queue = silent
    assert queue(connection.default_channel).get() is None, "it has expired"


def test_a_connection_that_is_lost_is_opened_again(broker):
    async def twice():
        async with ask.services(broker) as opened:
            first = await opened.channel()
            await opened.connection.close()
            second = await opened.channel()
            return first.is_closed, second.is_closed

    assert asyncio.run(twice()) == (True, False)


def test_who_waits_while_the_connection_is_lost_is_told(broker, silent):
    async def once():
        async with ask.services(broker) as opened:
            waiting = asyncio.create_task(opened.ask("silent", "do_it", {}))
            await asyncio.sleep(0.2)
            await opened.connection.close()
            await waiting

    began = time.monotonic()
    with pytest.raises(NoAnswer):
        asyncio.run(once())
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("error", [None, "OperationalError"])
def test_an_answer_arrives_and_a_failure_too(broker, silent, error):
    connection, queue = silent

    def answer(message):
        properties = message.properties
        Producer(connection.channel()).publish(
            msgspec.json.encode({"result": {"done": 1}, "error": error}),
            exchange=ask.EXCHANGE,
            routing_key=properties["reply_to"],
            correlation_id=properties["correlation_id"],
            content_type="application/json",
            content_encoding="utf-8",
        )

    def serve():
        with Consumer(connection.default_channel, [queue], on_message=answer, no_ack=True):
            connection.drain_events(timeout=5)

    async def once():
        async with ask.services(broker) as opened:
            serving = asyncio.create_task(asyncio.to_thread(serve))
            try:
                return await opened.ask("silent", "do_it", {}, partner="me")
            finally:
                await serving

    if error:
        with pytest.raises(Failed):
            asyncio.run(once())
    else:
        assert asyncio.run(once()) == {"done": 1}
