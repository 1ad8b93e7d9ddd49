"""python -m kernel.follow services.bookings.service:Bookings [gateway.views.agenda:Agenda ...]

Takes in the facts of other services: every one, once, in order. Announcements make it fast;
asking the source for what was missed makes it certain. Plain Python; a process may hold several
followers, and a follower may have several processes: one of them works, the others are ready.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import count, takewhile
from typing import Any, Protocol

import msgspec
from amqp.exceptions import PreconditionFailed
from kombu import Connection, Consumer, Exchange, Message, Queue
from psycopg import Error as DatabaseError

from kernel.announce import exchange
from kernel.ask import LOST, NONSENSE, Asker, Silence
from kernel.log import BATCH
from kernel.ops import logs, meters
from kernel.ops.door import open_door
from kernel.ops.failpoint import failpoint
from kernel.recorder import Away
from kernel.service import Turns
from kernel.where import broker, named
from kernel.wire import Fact

logger = logging.getLogger(__name__)

SOON, ALERT, BEAT = 0.02, 0.25, 5.0
TURN = 10  # batches: meanwhile the others of a process wait
DEAD = Exchange("dead-letters", type="fanout", durable=True)
QUEUE = {  # its type is the broker's choice: on one machine a classic one, in a cluster quorum
    "x-single-active-consumer": True,
    "x-dead-letter-exchange": DEAD.name,
    "x-max-length": 100_000,  # the log keeps what a queue forgets
}

Ask = Callable[[str, int], list[Fact]]


class Follower(Protocol):
    """A service, or a view of the gateway."""

    name: str

    def sources(self) -> set[str]: ...
    def place_in(self, source: str) -> int: ...
    def take_in(self, source: str, place: int, facts: list[Fact]) -> None: ...
    def stop(self, source: str, place: int, stopped: str) -> None: ...


class Path:
    """One follower on its way through the log of one source."""

    def __init__(self, follower: Follower, source: str, ask: Ask) -> None:
        self.follower, self.source, self.ask = follower, source, ask
        self.place = self.heard = -1  # not known before the first look
        self.early: dict[int, Fact] = {}
        self.behind_since: float | None = None
        self.was_not_told, self.has_more, self.stopped = False, False, ""
        self.turns = Turns()

    def queue(self) -> Queue:
        """Kept by the broker while we are away, and read by one process at a time."""
        name = f"{self.follower.name}.follows.{self.source}"
        return Queue(name, exchange(self.source), "#", queue_arguments=QUEUE)

    def hear(self, facts: list[Fact]) -> None:
        """Announcements come late, twice, in any order, or never."""
        if self.place < 0:
            self.place = self.follower.place_in(self.source)
        self.early.update({fact.position: fact for fact in facts if fact.position > self.place})
        self.heard = max([self.heard, *self.early])
        following = list(takewhile(self.early.__contains__, count(self.place + 1)))
        self._take_in([self.early.pop(position) for position in following])

    def is_behind(self) -> bool:
        return self.has_more or self.place < self.heard

    def catch_up(self) -> None:
        """Ask for what is missing, from where we really are: for everything, unless that is so
        much that others would wait long for their turn.
        """
        self.early.clear()
        self.has_more, turns = False, TURN
        self.place = self.follower.place_in(self.source)
        while turns and (missed := self.ask(self.source, self.place)):
            self.was_not_told = missed[-1].position > self.heard
            self.heard = max(self.heard, missed[-1].position)
            self._take_in(missed)
            turns -= 1
        self.has_more = not turns

    def _take_in(self, facts: list[Fact]) -> None:
        """All at once; one by one when a command was faster than one of the reactions, or when
        one of them cannot be taken in: up to that one.
        """
        before = self.place
        try:
            self._save(facts)
        except (*LOST, Silence, Away):
            raise
        except Exception:
            self.place = self.follower.place_in(self.source)  # a twin may have been here
            if self.place < before:
                return  # or somebody restored what we keep: these facts do not come next
            for fact in facts:
                self.turns.take(partial(self._save, [fact]))

    def _save(self, facts: list[Fact]) -> None:
        if news := [fact for fact in facts if fact.position > self.place]:
            failpoint("follow.before")
            self.follower.take_in(self.source, self.place, news)
            self.place, self.stopped = news[-1].position, ""
            failpoint("follow.committed")

    def stop(self, mistake: Exception) -> None:
        """What happened is noted where our place is, for whoever can help.

        A database quotes what it was given, which may be somebody's name: only the kind then.
        """
        said = [] if isinstance(mistake, DatabaseError) else str(mistake).splitlines()[:1]
        reason = ": ".join([type(mistake).__name__, *said])
        if reason != self.stopped:
            why = {"since": datetime.now(UTC), "reason": reason}
            self.follower.stop(self.source, max(self.place, 0), msgspec.json.encode(why).decode())
            self.stopped = reason


class Reader:
    """Asks sources what happened after a place. Raises Silence.

    After a whole batch the next one is asked for at once: the source looks it up while the first
    is taken in. What it says of a place stays true, however late it is read.
    """

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.ahead: dict[str, tuple[int, str]] = {}

    def __call__(self, source: str, place: int) -> list[Fact]:
        expected, question = self.ahead.pop(source, (-1, ""))
        if expected != place:
            self.asker.drop(question)
            question = self.asker.put(source, "facts_after", place)
        facts = msgspec.convert(self.asker.hear(question), list[Fact])
        if len(facts) == BATCH:
            place = facts[-1].position
            self.ahead[source] = place, self.asker.put(source, "facts_after", place)
        return facts


def level(path: Path, step: Callable[[], None]) -> bool:
    """Whether a step leaves nothing to do.

    A source or a database that is away is asked again. A fact that cannot be taken in stops its
    path alone, visibly; it is tried again, never skipped.
    """
    try:
        step()
    except LOST:
        raise
    except (Silence, Away) as away:
        logger.info("%s waits for %s: %s", path.follower.name, path.source, away)
    except Exception as mistake:
        place = max(path.place, 0)
        logger.exception("%s stopped after %s/%s", path.follower.name, path.source, place)
        with suppress(Away):
            path.stop(mistake)
    else:
        if not path.is_behind():
            path.behind_since = None
            return True
    path.behind_since = path.behind_since or time.monotonic()
    return False


def listen(followers: list[Follower], leaving: list[int]) -> None:
    """Hear what is announced. Ask every five seconds, and sooner while facts are missing.

    Until there is a signal to leave. It interrupts nothing: whoever is cut short in the middle
    of a frame waits for ever for the answer to his goodbye.
    """
    with ExitStack() as open_:
        connection = open_.enter_context(Connection(broker(), heartbeat=30, connect_timeout=2))
        # Not the same: a broker that is short of memory reads nothing from who publishes.
        asker = Asker(open_.enter_context(Connection(broker(), connect_timeout=2)))
        for each in followers:
            if hasattr(each, "tell"):
                each.tell = asker.ask
        ask = Reader(asker)
        paths = [Path(each, source, ask) for each in followers for source in each.sources()]
        meters.follows(paths)
        inboxes: dict[Path, list[Message]] = {path: [] for path in paths}
        letters = Queue("dead-letters", DEAD, queue_arguments={"x-max-length": 10_000})
        letters(connection.default_channel).declare()
        for path, inbox in inboxes.items():
            provide(path.queue(), connection)
            channel = connection.channel()
            channel.basic_qos(0, BATCH, False)
            hears = Consumer(channel, [path.queue()], on_message=inbox.append)
            hears.on_decode_error = lambda message, _, inbox=inbox: inbox.append(message)
            open_.enter_context(hears)
        pause, ask_at, beat_at = SOON, 0.0, 0.0
        while not leaving:
            if (now := time.monotonic()) >= ask_at:
                asking = [path for path in paths if path.behind_since or now >= beat_at]
                all_level = all([level(path, path.catch_up) for path in asking])
                for path in asking:
                    if path.was_not_told:
                        provide(path.queue(), connection)
                        path.was_not_told = False
                    if now >= beat_at and not path.stopped:
                        path.heard = path.place  # what nobody knows of was never there
                beat_at = now + BEAT if now >= beat_at else beat_at
                goes_on = any(path.has_more for path in paths)
                pause = SOON if all_level or goes_on else 2 * pause
                ask_at = beat_at if all_level else now if goes_on else min(now + pause, beat_at)
            drain(connection, min(max(ask_at - time.monotonic(), 0.001), ALERT))
            for path, inbox in inboxes.items():
                if inbox:
                    heard = [fact for each in inbox for fact in told(each)]
                    is_level = level(path, partial(path.hear, heard))
                    inbox.pop().ack(multiple=True)
                    inbox.clear()
                    failpoint("follow.acked")
                    if not is_level and ask_at == beat_at:
                        pause, ask_at = SOON, time.monotonic() + SOON


def provide(queue: Queue, connection: Connection) -> None:
    """One that was made in another way is replaced: what is in it can be asked for."""
    try:
        with connection.channel() as channel:
            queue(channel).declare()
    except PreconditionFailed:
        with connection.channel() as channel:
            queue(channel).delete()


def told(message: Message) -> list[Fact]:
    """What is announced may be nonsense of a stranger. The log will tell what was meant."""
    try:
        return msgspec.json.decode(message.body, type=list[Fact])
    except NONSENSE as nonsense:
        logger.error("no facts, in %s: %s", message.delivery_info["exchange"], nonsense)
        return []


def drain(connection: Connection, patience: float) -> None:
    """Wait for one message, then take all that are already here."""
    with suppress(TimeoutError):
        for timeout in (patience, *[0] * BATCH):
            connection.drain_events(timeout=timeout)
    connection.heartbeat_check()


def main(*names: str) -> None:
    logs.configure()
    open_door(meters.ready)
    leaving: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: leaving.append(number))
    with ExitStack() as open_:
        followers: list[Any] = [open_.enter_context(named(name).at_work()) for name in names]
        while not leaving:
            try:
                listen(followers, leaving)
            except LOST as lost:
                logger.warning("the broker is away: %r", lost)
                time.sleep(0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
