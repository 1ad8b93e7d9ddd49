"""What somebody has begun in a browser and goes on with in a moment. Done once, by that browser."""

import secrets
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb
from starlette.requests import Request

from gateway import cookies
from gateway.records import Records, Row
from gateway.sessions import hashed

COOKIE = "essaim_begun"
PATIENCE = timedelta(minutes=10)


class Begun(Records):
    async def begin(
        self, request: Request, purpose: str, account: UUID | None, **words: Any
    ) -> None:
        """The browser remembers it; what it had begun before is given up."""
        token = secrets.token_urlsafe(32)
        statement: LiteralString = """
            WITH over AS (DELETE FROM accounts.begun WHERE expires_at < now())
            INSERT INTO accounts.begun (token_hash, purpose, account, words, expires_at)
            VALUES (%(hash)s, %(purpose)s, %(account)s, %(words)s, now() + %(patience)s)
        """
        kept = {"hash": hashed(token), "purpose": purpose, "account": account}
        await self.write(statement, {**kept, "words": Jsonb(words), "patience": PATIENCE})
        cookies.keep(request, COOKIE, token, int(PATIENCE.total_seconds()))

    async def pending(self, request: Request, purpose: str) -> Row | None:
        """The account and the words."""
        select: LiteralString = """
            SELECT b.account, a.email, a.person, b.words
            FROM accounts.begun b LEFT JOIN accounts.account a ON a.id = b.account
            WHERE b.token_hash = %(hash)s AND b.purpose = %(purpose)s AND b.expires_at > now()
        """
        return await self.row(select, _which(request, purpose))

    async def finish(self, request: Request, purpose: str) -> Row | None:
        """The same, once: None when it was finished before, or never begun."""
        statement: LiteralString = """
            DELETE FROM accounts.begun WHERE token_hash = %(hash)s AND purpose = %(purpose)s
                AND expires_at > now() RETURNING account, words
        """
        done = await self.write(statement, _which(request, purpose))
        cookies.forget(request, COOKIE)
        return done[0] if done else None


def _which(request: Request, purpose: str) -> Row:
    return {"hash": hashed(cookies.shown(request, COOKIE)), "purpose": purpose}
