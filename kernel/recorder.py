"""Where a log is kept: in Postgres, or in memory for the length of a test.

Writers never wait for each other. So a position may become visible before a smaller one,
and a transaction that fails leaves a hole for ever. `settled` is the reader that knows.
"""

import time
from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import OperationalError
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

from kernel.wire import Stored

Away = OperationalError
"""The database cannot be reached, or left while we were talking (a full pool counts as well)."""

# Binary (%b): psycopg would spend a tenth of an append on quoting what is in the arrays.
APPEND = "SELECT append(%b::uuid[],%b::bigint[],%b::text[],%b::text[],%b,%b,%b,%b,%b,%b)"
COLUMNS = "originator_id, originator_version, topic, state::text"
CONNECTION: dict[str, Any] = {"autocommit": True, "connect_timeout": 2}
POOL: Any = {"min_size": 1, "max_size": 10, "timeout": 1.0, "reconnect_timeout": 0, "open": True}


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
        self.pool = ConnectionPool(url, kwargs=CONNECTION, **POOL)

    def append(
        self, events: Sequence[Stored], receipt: Receipt | None, step: Step | None
    ) -> list[int]:
        """All events, the receipt and the step, or nothing. Returns the positions taken."""
        columns = map(list, zip(*events, strict=True)) if events else ([], [], [], [])
        kept = (*(receipt or (None, None, None)), *(step or (None, None, None)))
        try:
            with self.pool.connection() as sql:
                positions: list[int] = sql.execute(APPEND, (*columns, *kept)).fetchall()[0][0]
        except UniqueViolation as clash:
            raise Conflict(str(clash)) from clash
        except Away:
            if not (already := self.positions_of(events)):
                raise
            return already  # the connection broke after COMMIT
        return positions

    def positions_of(self, events: Sequence[Stored]) -> list[int]:
        """Where exactly these events stand, or nothing when they do not."""
        found = [
            self._ask(
                "SELECT position FROM events WHERE originator_id = %s AND originator_version = %s"
                " AND topic = %s AND state::text = %s",
                *each,
            )
            for each in events
        ]
        return [rows[0][0] for rows in found] if all(found) else []

    def stream(self, about: UUID) -> list[Stored]:
        """What happened to one thing, oldest first."""
        rows = self._ask(
            f"SELECT {COLUMNS} FROM events WHERE originator_id = %s ORDER BY originator_version",
            about,
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
        while self._oldest_running() <= begun:
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

    def _oldest_running(self) -> int:
        oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        found: int = self._ask(oldest)[0][0]
        return found

    def _ask(self, question: LiteralString, *values: Any) -> list[Any]:
        """Reads are asked once more: a restart of the database breaks connections in the pool."""
        try:
            return self._ask_once(question, *values)
        except Away:
            self.pool.check()
            return self._ask_once(question, *values)

    def _ask_once(self, question: LiteralString, *values: Any) -> list[Any]:
        with self.pool.connection() as sql:
            rows: list[Any] = sql.execute(question, values).fetchall()
            return rows


class InMemory:
    """The same, forgotten when the test ends."""

    def __init__(self) -> None:
        self.events: list[Stored] = []
        self.answers: dict[str, Answer] = {}
        self.places: dict[str, int] = {}

    def append(
        self, events: Sequence[Stored], receipt: Receipt | None, step: Step | None
    ) -> list[int]:
        taken = {each[:2] for each in self.events}
        answered = receipt and receipt.command in self.answers
        overtaken = step and step.was != self.place_in(step.source)
        if answered or overtaken or any(each[:2] in taken for each in events):
            raise Conflict("somebody else was faster")
        self.events += events
        positions = list(range(len(self.events) - len(events) + 1, len(self.events) + 1))
        if receipt:
            answer = msgspec.json.decode(receipt.answer)
            last = positions[-1] if positions else None
            self.answers[receipt.command] = Answer(receipt.fingerprint, answer, last)
        if step:
            self.places[step.source] = step.now
        return positions

    def stream(self, about: UUID) -> list[Stored]:
        return [each for each in self.events if each.about == about]

    def settled(self, after: int, limit: int) -> list[tuple[int, Stored]]:
        return list(enumerate(self.events, 1))[after : after + limit]

    def answer_to(self, command: str) -> Answer | None:
        return self.answers.get(command)

    def place_in(self, source: str) -> int:
        return self.places.get(source, 0)

    def last(self) -> int:
        return len(self.events)

    def close(self) -> None:
        """Nothing to give back."""
