"""Where a log is kept: in Postgres, or in memory for the length of a test.

Writers never wait for each other. So a position may become visible before a smaller one,
and a transaction that fails leaves a hole for ever. `settled` is the reader that knows.
"""

import time
from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
)
from eventsourcing.popo import POPOApplicationRecorder
from psycopg import OperationalError
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

Conflict = IntegrityError
"""Somebody else wrote first: load again, decide again."""

Away = OperationalError
"""The database cannot be reached, or left while we were talking (a full pool counts as well)."""

APPEND = "SELECT append(%s::uuid[],%s::bigint[],%s::text[],%s::text[],%s,%s,%s,%s,%s,%s)"


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


class InPostgres(ApplicationRecorder):
    """One round trip per append, no lock, no NOTIFY."""

    patience = 1.0

    def __init__(self, url: str) -> None:
        settings = {"autocommit": True, "connect_timeout": 2}
        self.pool = ConnectionPool(
            url,
            min_size=1,
            max_size=10,
            timeout=1.0,
            reconnect_timeout=0,
            kwargs=settings,
            open=True,
        )

    def insert_events(self, stored_events: Sequence[StoredEvent], **kept: Any) -> list[int]:
        values = (
            [each.originator_id for each in stored_events],
            [each.originator_version for each in stored_events],
            [each.topic for each in stored_events],
            [each.state.decode() for each in stored_events],
            *(kept.get("receipt") or (None, None, None)),
            *(kept.get("step") or (None, None, None)),
        )
        try:
            with self.pool.connection() as sql:
                positions: list[int] = sql.execute(APPEND, values).fetchall()[0][0]
        except UniqueViolation as clash:
            raise Conflict(str(clash)) from clash
        except Away:
            if not (already := self._positions(stored_events)):
                raise
            return already  # the connection broke after COMMIT
        return positions

    def _positions(self, events: Sequence[StoredEvent]) -> list[int]:
        """Where exactly these events stand, or nothing when they do not."""
        found = self._ask(
            "SELECT e.position FROM events e JOIN"
            " unnest(%s::uuid[], %s::bigint[], %s::text[]) AS ours (id, version, state)"
            " ON (e.originator_id, e.originator_version) = (ours.id, ours.version)"
            " AND e.state::text = ours.state ORDER BY e.position",
            [each.originator_id for each in events],
            [each.originator_version for each in events],
            [each.state.decode() for each in events],
        )
        return [position for (position,) in found]

    def select_events(
        self, originator_id: UUID | str, *, gt: int | None = None, lte: int | None = None, **_: Any
    ) -> list[StoredEvent]:
        rows = self._ask(
            "SELECT originator_id, originator_version, topic, state::text FROM events"
            " WHERE originator_id = %s AND originator_version > %s"
            " AND originator_version <= coalesce(%s, originator_version)"
            " ORDER BY originator_version",
            *(originator_id, gt or 0, lte),
        )
        return [StoredEvent(about, n, topic, state.encode()) for about, n, topic, state in rows]

    def settled(self, after: int, limit: int) -> list[Notification]:
        """What follows a place and can no longer change.

        Facts without a hole before them are settled. Behind a hole, we wait for those who
        might still fill it: whoever took a position up to `mark` has an older transaction
        than the one we begin now. (The list of running transactions in a snapshot will not
        do: it leaves out those that began after the last one that ended.)
        """
        found = self._read(after, None, limit)
        whole = [each for n, each in enumerate(found, after + 1) if each.id == n]
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

    def _read(self, after: int, upto: int | None, limit: int) -> list[Notification]:
        rows = self._ask(
            "SELECT originator_id, originator_version, topic, state::text, position FROM events"
            " WHERE position > %s AND position <= coalesce(%s, position)"
            " ORDER BY position LIMIT %s",
            *(after, upto, limit),
        )
        return [Notification(about, n, t, state.encode(), p) for about, n, t, state, p in rows]

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
            return sql.execute(question, values).fetchall()

    def _not_for_us(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("the log is read with `settled`, and followed on RabbitMQ")

    select_notifications = max_notification_id = subscribe = _not_for_us


class InMemory(POPOApplicationRecorder):
    """The same, forgotten when the test ends."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = {}
        self.places: dict[str, int] = {}

    def insert_events(self, stored_events: Sequence[StoredEvent], **kept: Any) -> list[int]:
        receipt: Receipt | None = kept.get("receipt")
        step: Step | None = kept.get("step")
        if receipt and receipt.command in self.answers:
            raise Conflict("this command has been answered")
        if step and step.was != self.place_in(step.source):
            raise Conflict("a twin of this follower was faster")
        positions = list(super().insert_events(stored_events) or [])
        if receipt:
            answer = msgspec.json.decode(receipt.answer)
            position = positions[-1] if positions else None
            self.answers[receipt.command] = Answer(receipt.fingerprint, answer, position)
        if step:
            self.places[step.source] = step.now
        return positions

    def settled(self, after: int, limit: int) -> Sequence[Notification]:
        return self.select_notifications(after, limit, inclusive_of_start=False)

    def answer_to(self, command: str) -> Answer | None:
        return self.answers.get(command)

    def place_in(self, source: str) -> int:
        return self.places.get(source, 0)

    def last(self) -> int:
        return self.max_notification_id() or 0

    def close(self) -> None:
        """Nothing to give back."""
