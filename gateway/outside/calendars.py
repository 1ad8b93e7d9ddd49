"""The outside calendars of the network, and what is known of each. In no log."""

from datetime import date
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.outside.busy import Times
from gateway.outside.fetching import Known
from gateway.records import Records, Row

MOST = 10
"""Calendars of one resource."""

# Whoever takes a turn puts the next one off for longer than a turn can last: so several gateways
# read no more often than one, and when one dies another goes on.
TURN: LiteralString = "next_turn = now() + interval '2 minutes'"
WITH_PLACE: LiteralString = """
    RETURNING *,
        (SELECT timezone FROM directory.spaces s WHERE s.space = c.space) AS zone,
        (SELECT retired FROM directory.resources r WHERE r.resource = c.resource) AS retired,
        (SELECT (rules ->> 'horizon_days')::int FROM directory.resources r
            WHERE r.resource = c.resource) AS horizon_days,
        next_read <= now() AS read_is_due
"""
TAKE: LiteralString = f"""
    UPDATE outside.calendar c SET {TURN} WHERE calendar = (
        SELECT calendar FROM outside.calendar WHERE next_turn <= now()
        ORDER BY next_turn LIMIT 1 FOR UPDATE SKIP LOCKED
    ) {WITH_PLACE}
"""
READ_NOW: LiteralString = f"""
    UPDATE outside.calendar c SET {TURN}, next_read = CASE
        WHEN greatest(read_at, failed_at) < now() - interval '30 seconds' THEN now()
        ELSE next_read END
    WHERE calendar = %(calendar)s AND space = %(space)s AND address IS NOT NULL AND NOT removed
    {WITH_PLACE}
"""
ADD: LiteralString = f"""
    INSERT INTO outside.calendar AS c (calendar, space, resource, name, address, times, etag,
        modified, whole_on, read_at, next_read, next_turn)
    VALUES (%(calendar)s, %(space)s, %(resource)s, %(name)s, %(address)s, %(times)s, %(etag)s,
        %(modified)s, %(whole_on)s, now(), now() + interval '15 minutes',
        now() + interval '2 minutes')
    ON CONFLICT DO NOTHING {WITH_PLACE}
"""
REMOVE: LiteralString = f"""
    UPDATE outside.calendar c SET {TURN}, removed = true, address = NULL
    WHERE calendar = %(calendar)s AND space = %(space)s AND NOT removed {WITH_PLACE}
"""
OF: LiteralString = """
    SELECT c.calendar, c.resource, c.name, c.address, c.added_at, c.read_at, c.trouble, (
        SELECT json_build_object('day', o.day, 'start', o.start, 'end', o."end")
        FROM agenda.outside o JOIN directory.spaces s ON s.space = c.space
        WHERE o.calendar = c.calendar AND o.day >= current_date - 1
            AND (o.day + o."end" * interval '1 minute') AT TIME ZONE s.timezone > now()
        ORDER BY o.day, o.start LIMIT 1
    ) AS next
    FROM outside.calendar c
    WHERE c.space = %(space)s AND NOT c.removed ORDER BY c.added_at, c.calendar
"""
READ: LiteralString = """
    UPDATE outside.calendar SET times = coalesce(%(times)s, times), etag = %(etag)s,
        modified = %(modified)s, whole_on = %(whole_on)s, read_at = now(), trouble = NULL,
        failures = 0, next_read = now() + interval '15 minutes'
    WHERE calendar = %(calendar)s RETURNING times
"""
PAUSES: LiteralString = "ARRAY['15 min', '30 min', '1 h', '3 h', '6 h']::interval[]"
TROUBLED: LiteralString = f"""
    UPDATE outside.calendar SET trouble = %(trouble)s, failures = failures + 1, failed_at = now(),
        next_read = now() + ({PAUSES})[least(failures + 1, cardinality({PAUSES}))]
    WHERE calendar = %(calendar)s
"""
BLOCKED: LiteralString = """
    SELECT day::text, json_agg(json_build_array(start, "end") ORDER BY start) AS spans
    FROM agenda.outside WHERE calendar = %(calendar)s AND day >= %(first)s GROUP BY day
"""
SHOWN: LiteralString = "SELECT place FROM agenda.places WHERE source = 'bookings'"
AGAIN: LiteralString = """
    UPDATE outside.calendar SET ordered_at = greatest(ordered_at, %(position)s),
        next_turn = CASE WHEN %(seconds)s::int IS NULL THEN
            CASE WHEN address IS NULL THEN now() + interval '15 minutes' ELSE next_read END
            ELSE now() + %(seconds)s * interval '1 second' END
    WHERE calendar = %(calendar)s
"""


class Added(NamedTuple):
    """`address`: none for a file, which is read once."""

    calendar: UUID
    space: UUID
    resource: UUID
    name: str
    address: str | None
    times: Times
    known: Known
    whole_on: date


class OutsideCalendars(Records):
    async def add(self, added: Added) -> Row | None:
        """Taken already by whoever adds it. None when it is there already."""
        words = {**added._asdict(), **added.known._asdict(), "times": Jsonb(added.times)}
        return _one(await self.write(ADD, words))

    async def of(self, space: UUID) -> list[Row]:
        """Those of a space, with what each blocks next."""
        return await self.rows(OF, {"space": space})

    async def remove(self, space: UUID, calendar: UUID) -> Row | None:
        """Its address is forgotten at once. What it blocks is given back in its last turn."""
        return _one(await self.write(REMOVE, {"space": space, "calendar": calendar}))

    async def take(self) -> Row | None:
        """One whose turn it is, for whoever asks first."""
        return _one(await self.write(TAKE, {}))

    async def take_now(self, space: UUID, calendar: UUID) -> Row | None:
        return _one(await self.write(READ_NOW, {"space": space, "calendar": calendar}))

    async def was_read(
        self, calendar: UUID, times: Times | None, known: Known, whole_on: date
    ) -> Times:
        """The times that hold now: the new ones, or those of before when nothing has changed."""
        said = {"times": None if times is None else Jsonb(times), "whole_on": whole_on}
        [kept] = await self.write(READ, {"calendar": calendar, **known._asdict(), **said})
        held: Times = kept["times"]
        return held

    async def was_not_read(self, calendar: UUID, trouble: str) -> None:
        await self.write(TROUBLED, {"calendar": calendar, "trouble": trouble})

    async def blocked(self, calendar: UUID, first: date) -> Times:
        """What it blocks from a day on, as everybody sees it."""
        found = await self.rows(BLOCKED, {"calendar": calendar, "first": first})
        return {row["day"]: [(start, end) for start, end in row["spans"]] for row in found}

    async def shown(self) -> int:
        """How far what everybody sees has come in bookings."""
        found = await self.row(SHOWN, {})
        return found["place"] if found else 0

    async def again(self, calendar: UUID, seconds: int | None, position: int = 0) -> None:
        """The next turn in so many seconds; None: when there is something to read again."""
        words = {"calendar": calendar, "seconds": seconds, "position": position}
        await self.write(AGAIN, words)

    async def forget(self, calendar: UUID) -> None:
        forget: LiteralString = "DELETE FROM outside.calendar WHERE calendar = %(calendar)s"
        await self.write(forget, {"calendar": calendar})


def _one(rows: list[Row]) -> Row | None:
    return rows[0] if rows else None
