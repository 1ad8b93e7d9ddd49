"""A place asked for without an account, and private links to what was booked. In no log.

Until somebody follows the link in the letter nobody is known and nothing is booked or held: what
was typed lies here, and is deleted when the link ends. Then the person is made known, the booking
asked of the host, and what was typed is gone from here.

The secret of a link is made when its letter is written, and only its hash is kept. One link is
one page: first the request to be sent, then the booking that came of it.
"""

from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.problems import Problem
from gateway.records import Records, Row
from gateway.sessions import hashed

PATIENCE = timedelta(hours=24)
"""From the asking on, however long the letter is on its way."""
KEPT = timedelta(days=31)
"""How long after its last day a booking can still be looked at with a private link."""
MOST_OPEN = 3
"""So many requests of one person may wait for an answer at a time: each of them holds a place."""

OVER: LiteralString = """
    WITH links AS (DELETE FROM accounts.booking_link WHERE ends_at < now())
    DELETE FROM accounts.asked WHERE ends_at < now()
"""
ASK: LiteralString = """
    WITH asked AS (
        INSERT INTO accounts.asked (email, language, details, wanted, ends_at) VALUES
        (%(email)s, %(language)s, %(details)s, %(wanted)s, now() + %(patience)s) RETURNING id
    )
    INSERT INTO post.letters (letter, kind, about, position, happened, made)
    SELECT gen_random_uuid(), 'guest-link', jsonb_build_array(id), 0, now(), now() FROM asked
"""
ASKED: LiteralString = """
    SELECT id, email, details, wanted FROM accounts.asked
    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()
"""
BOOKED: LiteralString = """
    SELECT booking FROM accounts.booking_link
    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()
"""
# Whoever has an account with the address; else who is reached there and has none. An address at
# which somebody with an account is reached says nothing: nobody had to prove it.
KNOWN: LiteralString = """
    SELECT person FROM (
        SELECT person, 1 AS turn FROM accounts.account
        WHERE lower(email) = lower(%(email)s) AND person IS NOT NULL
        UNION ALL
        SELECT p.person, 2 FROM people.persons p WHERE lower(p.email) = lower(%(email)s)
            AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.person = p.person)
    ) known ORDER BY turn, person LIMIT 1
"""
OPEN: LiteralString = """
    SELECT count(*) AS open FROM agenda.bookings
    WHERE person = %(person)s AND state = 'requested' AND last >= current_date
"""
# What was typed goes in the same moment in which its link leads to the booking.
PLACED: LiteralString = """
    WITH asked AS (DELETE FROM accounts.asked WHERE id = %(asked)s RETURNING secret_hashes)
    INSERT INTO accounts.booking_link AS l (booking, secret_hashes, ends_at)
    SELECT %(booking)s, secret_hashes, %(last)s::date + %(kept)s FROM asked
    ON CONFLICT (booking) DO UPDATE SET secret_hashes = l.secret_hashes || excluded.secret_hashes
"""


class Guests(Records):
    async def ask(self, email: str, language: str, details: Row, wanted: Row) -> None:
        """`details`: who asks, in words of JoinNetwork. `wanted`: what, as AskForPlace says it."""
        await self.write(OVER, {})
        words = {"email": email, "language": language, "patience": PATIENCE}
        await self.write(ASK, {**words, "details": Jsonb(details), "wanted": Jsonb(wanted)})

    async def asked(self, secret: str) -> Row | None:
        """Looking at a link does not use it up: mail programs look at it as well."""
        return await self.row(ASKED, {"hash": hashed(secret)})

    async def booked(self, secret: str) -> UUID | None:
        found = await self.row(BOOKED, {"hash": hashed(secret)})
        return found["booking"] if found else None

    async def known(self, email: str) -> UUID | None:
        found = await self.row(KNOWN, {"email": email})
        return found["person"] if found else None

    async def must_not_hold_too_much(self, person: UUID) -> None:
        """Raises a Problem when too many requests of theirs wait already."""
        found = await self.row(OPEN, {"person": person})
        if found and found["open"] >= MOST_OPEN:
            raise too_many_requests()

    async def placed(self, asked: UUID, booking: UUID, last: str) -> None:
        """`last`: the last day of what was booked."""
        words = {"asked": asked, "booking": booking, "last": last}
        await self.write(PLACED, {**words, "kept": KEPT})


def too_many_requests() -> Problem:
    why = "Too many requests of yours wait for an answer."
    return Problem(409, why, "/problems/TooManyRequests", values={})


def nothing_free() -> Problem:
    return Problem(409, "Nothing is free there then.", "/problems/NothingFree", values={})


def not_for_guests() -> Problem:
    """Offices are let, machines may need a training, and amenities are there for everybody."""
    why = "This cannot be asked for without an account."
    return Problem(409, why, "/problems/NotForGuests", values={})


def request_over() -> Problem:
    """It is too old, or never was a link."""
    return Problem(404, "This link is too old.", "/problems/request-over")
