"""The log of a service, for somebody who may only read it: one thing after the other.

A log is long and a thing is short, so that whoever reads a whole log has in memory what happened to
one thing at a time.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import LiteralString, NamedTuple
from uuid import UUID

import psycopg

from kernel.wire import Stored

COLUMNS: LiteralString = "position, originator_id, originator_version, topic, state::text"
NAMING: LiteralString = """
    SELECT originator_id FROM events
    WHERE originator_id = {0}
    OR replace(state::text, '"by":"' || {0}::text || '"', '') LIKE '%%' || {0}::text || '%%'
"""
"""The things that an id names, or of which a fact names it. Who did something is not meant: most
of what a host does is no affair of theirs."""
SCOPE: LiteralString = f"""
    SELECT {COLUMNS} FROM events
    WHERE originator_id = coalesce(%(subject)s, originator_id)
    AND (%(space)s::uuid IS NULL OR originator_id IN ({NAMING.format("%(space)s::uuid")}))
    AND (%(person)s::uuid IS NULL OR originator_id IN ({NAMING.format("%(person)s::uuid")}))
    AND (%(since)s::timestamptz IS NULL OR originator_id IN (
        SELECT originator_id FROM events
        WHERE (state ->> 'timestamp')::timestamptz > %(since)s
        AND (state ->> 'timestamp')::timestamptz <= %(until)s
    ))
    ORDER BY originator_id, originator_version
"""


class Placed(NamedTuple):
    """An event and its position in the log."""

    position: int
    stored: Stored

    @property
    def about(self) -> UUID:
        return self.stored.about


class Scope(NamedTuple):
    """Which things: one, those that concern a space or a person, those to which something happened
    after `since` and up to `until`. What is None does not matter."""

    subject: UUID | None = None
    space: UUID | None = None
    person: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Scope()


class Log:
    """One connection to it. Not for several threads at once."""

    def __init__(self, service: str, sql: psycopg.Connection) -> None:
        self.service, self.sql = service, sql

    def stream(self, subject: UUID) -> list[Placed]:
        """What happened to a thing, oldest first."""
        asked = f"SELECT {COLUMNS} FROM events WHERE originator_id = %s ORDER BY originator_version"
        return [_placed(*row) for row in self.sql.execute(asked, [subject])]

    def streams(self, scope: Scope = EVERYTHING) -> Iterator[list[Placed]]:
        """Of each thing all that ever happened to it, oldest first; the things in the order of
        their ids."""
        with self.sql.transaction(), self.sql.cursor("streams") as found:
            found.itersize = 2_000
            rows = (_placed(*row) for row in found.execute(SCOPE, scope._asdict()))
            for _, stream in groupby(rows, attrgetter("about")):
                yield list(stream)

    def last(self) -> int:
        """The highest position that is visible, 0 in an empty log."""
        found = self.sql.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
        return int(found[0]) if found else 0


def _placed(position: int, *stored: object) -> Placed:
    return Placed(position, Stored(*stored))  # type: ignore[arg-type]
