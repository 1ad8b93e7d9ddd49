"""The letters to be written, and those that were: filled from facts, and never thrown away.

A letter is known by what it is about and holds nothing personal: whom it goes to, in which
language and what it says is looked up in the moment in which it is sent.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, LiteralString
from uuid import uuid5

from gateway.view import Ask, View
from kernel.facts import NETWORK
from kernel.wire import Fact

FRESH = timedelta(days=1)
"""Nobody is told of what happened longer ago: it is read again, or we were away for too long."""

UNSAID = {"awaits_approval": False}
"""What only some facts say."""


class Kept(LookupError):
    """The outbox knows what was sent, which no log does: it is not filled again."""


def of_one(kind: LiteralString) -> list[LiteralString]:
    """A letter about the booking of a fact, unless a letter about its series speaks of it.

    The letter about a series waits for the facts of its bookings. While a host must approve, what
    was booked or moved is no more than requested.
    """
    requested = "CASE WHEN %(awaits_approval)s THEN 'requested' ELSE {} END"
    return [
        f"""
        WITH told AS (
            DELETE FROM expected WHERE about = %(about)s AND kind = '{kind}' RETURNING letter
        ), later AS (
            UPDATE letters l SET position = %(position)s, kind = {requested.format("kind")}
            FROM told WHERE l.letter = told.letter
        )
        INSERT INTO letters (letter, kind, about, position, happened, made)
        SELECT %(letter)s, {requested.format(f"'{kind}'")}, jsonb_build_array(%(about)s::text),
            %(position)s, %(time)s, %(now)s
        WHERE %(fresh)s AND NOT EXISTS (SELECT FROM told) ON CONFLICT DO NOTHING
        """
    ]


def of_series(kind: LiteralString, bookings: LiteralString) -> list[LiteralString]:
    """One letter about all the bookings that a fact names, before they say so themselves."""
    return [
        f"""
        INSERT INTO expected
        SELECT booking::uuid, '{kind}', %(letter)s
        FROM jsonb_array_elements_text({bookings}) AS booking
        ON CONFLICT (about, kind) DO UPDATE SET letter = excluded.letter
        """,
        f"""
        INSERT INTO letters (letter, kind, about, series, position, happened, made)
        SELECT %(letter)s, '{kind}', {bookings}, %(about)s, %(position)s, %(time)s, %(now)s
        WHERE %(fresh)s ON CONFLICT DO NOTHING
        """,
    ]


class Outbox(View):
    """Follows like a view, and each fact leads to its letters once. `state` of a letter:

    waiting; sent; dropped, as nobody needs it any more; given-up, as no server takes it. `reason`
    says why: a word of ours, or the codes of the server, whose own words may name somebody.
    `tries` counts those that were begun: also one that its process did not live to finish.
    """

    name = "post"
    follows = ("bookings",)
    durable = True
    tables = """
        CREATE TABLE IF NOT EXISTS letters (
            letter uuid PRIMARY KEY, kind text NOT NULL, about jsonb NOT NULL, series uuid,
            position bigint NOT NULL, happened timestamptz NOT NULL, begins timestamptz,
            made timestamptz NOT NULL, state text NOT NULL DEFAULT 'waiting',
            reason text, tries int NOT NULL DEFAULT 0,
            next_try timestamptz NOT NULL DEFAULT now(), done timestamptz,
            token uuid NOT NULL UNIQUE DEFAULT gen_random_uuid()
        );
        CREATE INDEX IF NOT EXISTS letters_open ON letters (next_try)
            WHERE state IN ('waiting', 'given-up');
        CREATE INDEX IF NOT EXISTS letters_done ON letters (done) WHERE state <> 'waiting';
        CREATE TABLE IF NOT EXISTS expected (
            about uuid, kind text, letter uuid, PRIMARY KEY (about, kind)
        );
        CREATE INDEX IF NOT EXISTS expected_by_letter ON expected (letter);
    """
    effects: ClassVar = {
        "bookings.BookingMade": of_one("booked"),
        "bookings.BookingApproved": of_one("booked"),
        "bookings.BookingDeclined": of_one("declined"),
        "bookings.BookingMoved": of_one("moved"),
        "bookings.BookingCancelled": of_one("cancelled"),
        "bookings.SeriesBooked": of_series(
            "booked", "jsonb_path_query_array(%(occurrences)s, '$[*].booking_id')"
        ),
        "bookings.SeriesMoved": of_series("moved", "%(moved)s"),
        "bookings.SeriesCancelled": of_series("cancelled", "%(cancelled)s"),
        "bookings.PlaceOffered": [
            """
            INSERT INTO letters (letter, kind, about, position, happened, made)
            SELECT %(letter)s, 'offered', jsonb_build_array(%(entry_id)s::text), %(position)s,
                %(time)s, %(now)s
            WHERE %(fresh)s ON CONFLICT DO NOTHING
            """
        ],
    }
    now: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))

    def words(self, fact: Fact) -> dict[str, Any]:
        """Also the name of the letter, which is the same however often the fact is read."""
        letter = uuid5(NETWORK, f"letter/{fact.type}/{fact.id}")
        now = self.now()
        more = {"letter": letter, "now": now, "fresh": now - fact.time < FRESH}
        return {**UNSAID, **super().words(fact), **more}

    def rebuild(self, ask: Ask) -> None:
        """Raises Kept."""
        raise Kept(" ".join((Kept.__doc__ or "").split()))

    def forget(self) -> None:
        """Raises Kept."""
        raise Kept(" ".join((Kept.__doc__ or "").split()))
