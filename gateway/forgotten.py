"""A forgotten password: who asks for a link by letter, and what such a link is worth. In no log.

Under an address that has no account the same is written down, and the same letter is begun: it is
dropped when it is to be written (post/contents.py). So nobody learns here who is known, neither by
the answer nor by how long it takes.

The secret of a link is made when its letter is written, and only its hash is kept: a letter that
is sent twice has two.
"""

from datetime import timedelta
from typing import LiteralString

from gateway.problems import Problem
from gateway.records import Records, Row
from gateway.sessions import hashed

PATIENCE = timedelta(minutes=30)
"""From the asking on, however long the letter is on its way."""

ASK: LiteralString = """
    WITH over AS (DELETE FROM accounts.forgotten WHERE ends_at < now()),
    asked AS (
        INSERT INTO accounts.forgotten (account, ends_at)
        SELECT (
            SELECT id FROM accounts.account
            WHERE lower(email) = lower(%(email)s) AND person IS NOT NULL
        ), now() + %(patience)s RETURNING id, account
    )
    INSERT INTO post.letters (letter, kind, about, position, happened, made)
    SELECT gen_random_uuid(), 'password-link', jsonb_build_array(id, account), 0, now(), now()
    FROM asked
"""
IS_GOOD: LiteralString = """
    SELECT account FROM accounts.forgotten
    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()
"""
# Whoever comes second at the same moment waits, and then finds nothing any more.
USE: LiteralString = f"""
    DELETE FROM accounts.forgotten f USING accounts.account a
    WHERE a.id = f.account AND f.account = ({IS_GOOD}) RETURNING a.id AS account, a.email
"""


class Forgotten(Records):
    async def ask(self, email: str) -> None:
        """A letter with a link, if there is such an account; else as much work for nothing."""
        await self.write(ASK, {"email": email, "patience": PATIENCE})

    async def is_good(self, secret: str) -> bool:
        """Looking at a link does not use it up: mail programs look at it as well."""
        return await self.row(IS_GOOD, {"hash": hashed(secret)}) is not None

    async def use(self, secret: str) -> Row | None:
        """The account, once: then every link of that account is worth nothing."""
        used = await self.write(USE, {"hash": hashed(secret)})
        return used[0] if used else None


def too_many_links(wait: int) -> Problem:
    """`wait`: seconds."""
    why = "Too many links were asked for. Wait before the next one."
    return Problem(429, why, "/problems/too-many-links", {"Retry-After": str(wait)})


def link_over() -> Problem:
    """It was used, or is too old, or never was a link."""
    return Problem(404, "This link was used before, or is too old.", "/problems/link-over")
