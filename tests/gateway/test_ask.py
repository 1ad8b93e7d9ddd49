"""When nobody is there, or nobody answers, the gateway says so in time; and finds its way back."""

import asyncio
import time
from urllib.parse import urlsplit

import msgspec
import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from prometheus_client import REGISTRY

from gateway import ask, deadline
from gateway.problems import Away, Failed, NoAnswer
from kernel.ops.trace import traceparent
from tests.faults.proxy import Line

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


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


def test_a_broker_that_has_gone_and_we_do_not_know_yet_is_away(broker, silent):
    async def once(line):
        async with ask.services(line.address) as opened:
            await opened.channel()
            line.shut()
            await opened.ask("silent", "do_it", {})

    with Line(broker) as line, pytest.raises(Away):
        asyncio.run(once(line))


def test_a_broker_that_falls_silent_while_we_connect_is_tried_again_at_once(broker):
    """As one does that is starting, and then never says what became of it."""

    async def twice(line):
        async with ask.services(line.address) as opened:
            line.swallow(ask.EXCHANGE.encode(), line.fall_silent)
            with pytest.raises(Away):
                await opened.ask("silent", "do_it", {})
            began = time.monotonic()
            assert not (await opened.channel()).is_closed
            return time.monotonic() - began

    with Line(broker) as line:
        assert asyncio.run(twice(line)) < 2


def test_a_broker_that_falls_silent_while_we_count_is_not_waited_for(broker):
    async def once(line):
        async with ask.services(line.address) as opened:
            line.swallow(b"counted", line.fall_silent)
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await opened.depths(["counted"])
            return time.monotonic() - began

    with Line(broker) as line:
        assert asyncio.run(once(line)) < 2


def test_what_nobody_waits_for_any_more_is_broken_off(broker):
    async def once(line):
        async with ask.services(line.address) as opened:
            line.swallow(b"counted", line.fall_silent)
            counting = asyncio.create_task(opened.depths(["counted"]))
            await asyncio.to_thread(line.swallowed.wait, 5)
            counting.cancel()
            await asyncio.wait({counting})
            at_work = [each for each in asyncio.all_tasks() if not each.cancelling()]
            assert not [each for each in at_work if each.get_coro().__name__ == "_depths"]

    with Line(broker) as line:
        asyncio.run(once(line))


def test_whoever_waits_hears_nothing_of_a_connection_that_was_left(broker, silent):
    """It may end when the next one has long been in use."""

    async def once(line):
        async with ask.services(line.address) as opened:
            line.swallow(ask.EXCHANGE.encode(), line.fall_silent)
            with pytest.raises(Away):
                await opened.channel()
            [left] = line.calls
            await opened.channel()
            waiting = asyncio.create_task(opened.ask("silent", "do_it", {}))
            await asyncio.sleep(0.3)
            left.cut()
            await asyncio.sleep(0.3)
            assert not waiting.done()
            waiting.cancel()

    with Line(broker) as line:
        asyncio.run(once(line))


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


def test_who_may_not_come_in_finds_it_away(broker):
    where = urlsplit(broker)
    stranger = where._replace(netloc=f"stranger:none@{where.hostname}:{where.port}").geturl()
    for address in (stranger, broker + "-elsewhere"):
        with pytest.raises(Away):
            asking(address, "bookings")


class Echo:
    """A service that answers with what came: its words, who asked, and how."""

    def __init__(self, connection, queue, error=None):
        self.connection, self.queue, self.error = connection, queue, error
        self.answered = 0

    def answer(self, message):
        about, asked = message.properties, msgspec.json.decode(message.body)
        said = {"args": asked["args"], "call": message.headers}
        Producer(self.connection.default_channel).publish(
            msgspec.json.encode({"result": said, "error": self.error}),
            exchange=ask.EXCHANGE,
            routing_key=about["reply_to"],
            correlation_id=about["correlation_id"],
            content_type="application/json",
            content_encoding="utf-8",
        )
        self.answered += 1

    def serve(self, times):
        channel = self.connection.default_channel
        with Consumer(channel, [self.queue], on_message=self.answer, no_ack=True):
            while self.answered < times:
                self.connection.drain_events(timeout=5)

    async def told(self, broker, *words, **call):
        async with ask.services(broker) as opened:
            serving = asyncio.create_task(asyncio.to_thread(self.serve, len(words)))
            try:
                asks = (opened.ask("silent", "do_it", each, **call) for each in words)
                return await asyncio.gather(*asks)
            finally:
                await serving


def test_everybody_gets_his_own_answer(broker, silent):
    traceparent.set(PARENT)
    answers = asyncio.run(Echo(*silent).told(broker, *range(20), partner="me", after=None))
    assert [each["args"] for each in answers] == [[n] for n in range(20)]
    call = {"nameko.partner": "me", "nameko.traceparent": PARENT, "nameko.left": "1.80"}
    assert all(each["call"] == call for each in answers)


def test_who_is_asked_late_hears_how_little_time_is_left(broker, silent):
    async def late():
        deadline.begin()
        await asyncio.sleep(1)
        return await Echo(*silent).told(broker, {})

    [answer] = asyncio.run(late())
    assert 0.3 <= float(answer["call"]["nameko.left"]) <= 0.8


def test_what_is_longer_than_a_frame_arrives_whole(broker, silent):
    """Also when it comes in many pieces."""
    words = {"a": "é" * 150_000, "b": "x" * 131_072}
    [answer] = asyncio.run(Echo(*silent).told(broker, words))
    assert answer["args"] == [words]


def asked(outcome):
    labels = {"service": "silent", "outcome": outcome}
    return REGISTRY.get_sample_value("essaim_question_seconds_count", labels) or 0.0


def test_a_failure_arrives_and_is_counted_as_one(broker, silent):
    before = asked("failed"), asked("answered")
    with pytest.raises(Failed, match="OperationalError"):
        asyncio.run(Echo(*silent, error="OperationalError").told(broker, {}))
    assert (asked("failed"), asked("answered")) == (before[0] + 1, before[1])


# The broker in trouble


def test_a_broker_that_takes_nothing_more_is_away_and_back_by_itself(servers, broker, silent):
    """What it was given before it said so, it may still deliver."""
    if not hasattr(servers.broker, "ctl"):
        pytest.skip("somebody else's broker")

    async def through_an_alarm():
        async with ask.services(broker) as opened:
            await opened.channel()
            servers.broker.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
            try:
                began = time.monotonic()
                asks = (opened.ask("silent", "do_it") for _ in range(3))
                refusals = await asyncio.gather(*asks, return_exceptions=True)
                took = time.monotonic() - began
            finally:
                servers.broker.ctl("set_vm_memory_high_watermark", "absolute", "512MB")
            connection, queue = silent
            await asyncio.sleep(0.5)
            queue(connection.default_channel).purge()
            serving = asyncio.create_task(asyncio.to_thread(Echo(*silent).serve, 1))
            answer = await opened.ask("silent", "do_it", "again")
            await serving
            return refusals, took, answer["args"]

    refusals, took, answer = asyncio.run(through_an_alarm())
    assert all(isinstance(each, Away) for each in refusals), refusals
    assert took < 1.5 and answer == ["again"]
