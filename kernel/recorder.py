"""Where a log is kept: in Postgres, or in memory for the length of a test.

Writers never wait for each other. So a position may become visible before a smaller one,
and a transaction that fails leaves a hole for ever. `settled` is the reader that knows.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import OperationalError
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool, PoolTimeout

from kernel.ops.failpoint import failpoint, is_armed
from kernel.wire import Stored

Away = OperationalError
"""The database cannot be reached, or left while we were talking (a full pool counts as well)."""

# Binary (%b): psycopg would spend a tenth of an append on quoting what is in the arrays.
ARRAYS = "%b::uuid[],%b::bigint[],%b::text[],%b::text[],%b::uuid[],%b::bigint[]"
APPEND: LiteralString = f"SELECT append({ARRAYS},%b,%b,%b,%b,%b,%b)"
OLDEST_RUNNING: LiteralString = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
COLUMNS = "originator_id, originator_version, topic, state::text"
CONNECTION: dict[str, Any] = {"autocommit": True, "connect_timeout": 2}
# Seconds. A crash of the database leaves lines that nobody needs: each `max_idle` one is closed.
POOL: Any = {"min_size": 1, "max_size": 10, "max_idle": 15, "timeout": 0.8, "reconnect_timeout": 0}

NOTHING: Mapping[UUID, int] = {}


class Conflict(Exception):
    """Somebody else wrote first: load again, decide again."""


class Receipt(NamedTuple):
    """What we answered to a command, kept with the events it caused."""

    command: str
    fingerprint: str
    answer: str


class Answer(NamedTuple):
    """A receipt as it is found again, with the position that the command reached."""

    fingerprint: str
    answer: Any
    position: int | None


class Step(NamedTuple):
    """How far we have followed a source, kept with the events it caused."""

    source: str
    was: int
    now: int


class InPostgres:
    """One round trip per append, no lock, no NOTIFY."""

    patience = 1.0

    def __init__(self, url: str) -> None:
        self.pool = ConnectionPool(url, open=True, kwargs=CONNECTION, **POOL)

    def append(
        self,
        events: Sequence[Stored],
        receipt: Receipt | None = None,
        step: Step | None = None,
        known: Mapping[UUID, int] = NOTHING,
    ) -> list[int]:
        """All events, the receipt and the step, or nothing. Returns the positions taken.

        `known`: what was decided on, by the number of events that have happened to it. Raises
        Conflict when more has happened, or the same command has been answered, or our place has
        moved.
        """
        columns = map(list, zip(*events, strict=True)) if events else ([], [], [], [])
        kept = (*(receipt or (None, None, None)), *(step or (None, None, None)))
        words = (*columns, list(known), list(known.values()), *kept)
        failpoint("append.before")
        try:
            with self.pool.connection() as sql, _inside(sql):
                positions: list[int] = sql.execute(APPEND, words).fetchall()[0][0]
                failpoint("append.inside")
        except UniqueViolation as clash:
            raise Conflict(str(clash)) from clash
        failpoint("append.committed")
        return positions

    def streams(self, *abouts: UUID) -> list[Stored]:
        """What happened to some things: of each, oldest first."""
        rows = self._ask(
            f"SELECT {COLUMNS} FROM events WHERE originator_id = ANY(%s)"
            " ORDER BY originator_id, originator_version",
            list(abouts),
        )
        return [Stored(*row) for row in rows]

    def settled(self, after: int, limit: int) -> list[tuple[int, Stored]]:
        """What follows a place and can no longer change, with its positions.

        Facts without a hole before them are settled. Behind a hole, we wait for those who
        might still fill it: whoever took a position up to `mark` has an older transaction
        than the one we begin now. (The list of running transactions in a snapshot will not
        do: it leaves out those that began after the last one that ended.)
        """
        found = self._read(after, None, limit)
        whole = [each for n, each in enumerate(found, after + 1) if each[0] == n]
        if whole or not found:
            return whole
        mark = self._ask("SELECT last_value FROM events_position_seq")[0][0]
        begun = self._ask("SELECT pg_current_xact_id()::text::bigint")[0][0]
        deadline = time.monotonic() + self.patience
        while self._ask(OLDEST_RUNNING)[0][0] <= begun:
            if time.monotonic() > deadline:
                return []
            time.sleep(0.005)
        return self._read(after, mark, limit)

    def answer_to(self, command: str) -> Answer | None:
        found = self._ask(
            "SELECT fingerprint, answer, position FROM commands WHERE command = %s", command
        )
        return Answer(*found[0]) if found else None

    def place_in(self, source: str) -> int:
        found = self._ask("SELECT place FROM places WHERE source = %s", source)
        return found[0][0] if found else 0

    def stop(self, source: str, place: int, stopped: str) -> None:
        """Note why we cannot go on from a place (JSON). It is forgotten when we do."""
        self._ask(
            "INSERT INTO places VALUES (%s, %s, %s) ON CONFLICT (source) DO UPDATE"
            " SET stopped = EXCLUDED.stopped WHERE places.place = EXCLUDED.place RETURNING 1",
            *(source, place, stopped),
        )

    def stopped(self) -> dict[str, Any]:
        """The sources that we cannot follow any further, and why."""
        return dict(self._ask("SELECT source, stopped FROM places WHERE stopped IS NOT NULL"))

    def last(self) -> int:
        """The highest position that is visible, 0 in an empty log."""
        found: int = self._ask("SELECT coalesce(max(position), 0) FROM events")[0][0]
        return found

    def close(self) -> None:
        self.pool.close()

    def _read(self, after: int, upto: int | None, limit: int) -> list[tuple[int, Stored]]:
        rows = self._ask(
            f"SELECT position, {COLUMNS} FROM events"
            " WHERE position > %s AND position <= coalesce(%s, position)"
            " ORDER BY position LIMIT %s",
            *(after, upto, limit),
        )
        return [(position, Stored(*stored)) for position, *stored in rows]

    def _ask(self, question: LiteralString, *values: Any) -> list[Any]:
        """Reads are asked once more: a restart of the database breaks connections in the pool."""
        try:
            return self._ask_once(question, *values)
        except PoolTimeout:
            raise  # nothing to talk to: no connection was broken
        except Away:
            self.pool.drain()  # and does not ask each of them, as any may have fallen silent
            return self._ask_once(question, *values)

    def _ask_once(self, question: LiteralString, *values: Any) -> list[Any]:
        with self.pool.connection() as sql:
            rows: list[Any] = sql.execute(question, values).fetchall()
            return rows


def _inside(sql: Any) -> Any:
    """A single statement is its own transaction. Only whoever is to die inside needs to see one."""
    return sql.transaction() if is_armed("append.inside") else nullcontext()


class InMemory:
    """The same, forgotten when the test ends."""

    def __init__(self) -> None:
        self.events: list[Stored] = []
        self.answers: dict[str, Answer] = {}
        self.places: dict[str, int] = {}
        self.stops: dict[str, Any] = {}

    def append(
        self,
        events: Sequence[Stored],
        receipt: Receipt | None = None,
        step: Step | None = None,
        known: Mapping[UUID, int] = NOTHING,
    ) -> list[int]:
        taken = {each[:2] for each in self.events}
        answered = receipt and receipt.command in self.answers
        overtaken = step and step.was != self.place_in(step.source)
        happened = Counter(each.about for each in self.events)
        outdated = any(happened[about] != version for about, version in known.items())
        if answered or overtaken or outdated or any(each[:2] in taken for each in events):
            raise Conflict("somebody else was faster")
        self.events += events
        positions = list(range(len(self.events) - len(events) + 1, len(self.events) + 1))
        if receipt:
            answer = msgspec.json.decode(receipt.answer)
            last = positions[-1] if positions else None
            self.answers[receipt.command] = Answer(receipt.fingerprint, answer, last)
        if step:
            self.places[step.source] = step.now
            self.stops.pop(step.source, None)
        return positions

    def streams(self, *abouts: UUID) -> list[Stored]:
        return [each for each in self.events if each.about in abouts]

    def settled(self, after: int, limit: int) -> list[tuple[int, Stored]]:
        return list(enumerate(self.events, 1))[after : after + limit]

    def answer_to(self, command: str) -> Answer | None:
        return self.answers.get(command)

    def place_in(self, source: str) -> int:
        return self.places.get(source, 0)

    def stop(self, source: str, place: int, stopped: str) -> None:
        self.stops[source] = msgspec.json.decode(stopped)

    def stopped(self) -> dict[str, Any]:
        return self.stops

    def last(self) -> int:
        return len(self.events)

    def close(self) -> None:
        """Nothing to give back."""
