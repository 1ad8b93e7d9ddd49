"""Joining the network by oneself: a form, then a link that proves the address. In no log.

Under an address that has an account the same is written down, and the same letter is begun: it
then says how to get into that account (post/contents.py). So nobody learns here who is known. Who
somebody says they are lies here until the link is followed, and is deleted when it ends. The
password is chosen behind the link: whoever filled in the form may have been somebody else.
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

OVER: LiteralString = "DELETE FROM accounts.joining WHERE ends_at < now()"
ASK: LiteralString = """
    WITH asked AS (
        INSERT INTO accounts.joining (email, language, details, suite, ends_at) VALUES
        (%(email)s, %(language)s, %(details)s, %(suite)s, now() + %(patience)s) RETURNING id
    )
    INSERT INTO post.letters (letter, kind, about, position, happened, made)
    SELECT gen_random_uuid(), 'joining', jsonb_build_array(id), 0, now(), now() FROM asked
"""
FIND: LiteralString = """
    SELECT email, details, suite FROM accounts.joining
    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()
"""
# Whoever was known before, as a guest or by a host, stays the same person. But for whom a role was
# given to: who may correct an address must not get at the role behind it.
KNOWN: LiteralString = """
    SELECT p.person FROM people.persons p WHERE lower(p.email) = lower(%(email)s)
        AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.person = p.person)
        AND NOT EXISTS (SELECT FROM people.roles r WHERE r.person = p.person)
    ORDER BY p.person LIMIT 1
"""
JOINED: LiteralString = "DELETE FROM accounts.joining WHERE lower(email) = lower(%(email)s)"


class Joining(Records):
    async def ask(self, details: Row, suite: str) -> None:
        """`details`: in the words of JoinNetwork. `suite`: where they want to go on afterwards."""
        await self.write(OVER, {})
        words = {name: details[name] for name in ("email", "language")}
        words |= {"details": Jsonb(details), "suite": suite, "patience": PATIENCE}
        await self.write(ASK, words)

    async def find(self, secret: str) -> Row | None:
        """Looking at a link does not use it up: mail programs look at it as well."""
        return await self.row(FIND, {"hash": hashed(secret)})

    async def known(self, email: str) -> UUID | None:
        """Somebody without account and role who is reached there, which is proven by now."""
        found = await self.row(KNOWN, {"email": email})
        return found["person"] if found else None

    async def joined(self, email: str) -> None:
        """Every link to that address is worth nothing from now on, and what was typed is gone."""
        await self.write(JOINED, {"email": email})


def joining_over() -> Problem:
    """It was used, or is too old, or never was a link."""
    return Problem(404, "This link was used before, or is too old.", "/problems/joining-over")
