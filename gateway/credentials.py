"""Passwords, sessions and tokens: how somebody proves who they are. In no log.

Of what a browser or a program holds only a hash is kept.
"""

import asyncio
import secrets
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg.errors import UniqueViolation

from gateway.records import Records, Row

PREFIX = "essaim_"
SESSION = timedelta(days=14)
AT_ONCE = 2  # each check of a password takes 64 MiB

WHO: LiteralString = """
    a.id AS account, a.person, a.email, ARRAY(
        SELECT role || ' ' || coalesce(space::text, '') FROM people.roles r
        WHERE r.person = a.person
    ) AS roles
"""
BY_SESSION: LiteralString = f"""
    SELECT {WHO}, s.csrf FROM accounts.session s JOIN accounts.account a ON a.id = s.account
    WHERE s.token_hash = %(hash)s AND s.expires_at > now() AND a.person IS NOT NULL
"""
BY_TOKEN: LiteralString = f"""
    SELECT {WHO}, NULL AS csrf,
        t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale
    FROM accounts.token t JOIN accounts.account a ON a.id = t.account
    WHERE t.token_hash = %(hash)s AND NOT t.revoked AND a.person IS NOT NULL
"""
# An account that stayed without a person for a minute was given up: the next one may take its
# address, as another account, so that nobody finishes what somebody else began.
RESERVE: LiteralString = """
    INSERT INTO accounts.account AS a (email) VALUES (%(email)s)
    ON CONFLICT (lower(email)) DO UPDATE SET
        id = CASE WHEN a.created_at < now() - interval '1 minute' THEN excluded.id ELSE a.id END,
        created_at = CASE WHEN a.created_at < now() - interval '1 minute' THEN now()
            ELSE a.created_at END
    WHERE a.person IS NULL RETURNING a.id
"""
COMPLETE: LiteralString = """
    UPDATE accounts.account SET person = %(person)s, password_hash = %(password_hash)s
    WHERE id = %(account)s AND person IS NULL RETURNING id
"""


class Session(NamedTuple):
    token: str
    csrf: str
    expires_at: datetime


class Guesses:
    """Counts who failed to sign in, by e-mail and address, in the memory of this process."""

    LIMIT, WINDOW, KEPT = 5, 15 * 60.0, 10_000

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], list[float]] = {}

    def wait(self, who: tuple[str, str]) -> int:
        """Seconds until they may try again: 0 is now."""
        recent = self._recent(who)
        return 0 if len(recent) < self.LIMIT else int(recent[0] + self.WINDOW - _now()) + 1

    def count(self, who: tuple[str, str]) -> None:
        if len(self.made) >= self.KEPT:
            self.made = {each: found for each in self.made if (found := self._recent(each))}
        self.made[who] = [*self._recent(who), _now()]

    def forget(self, who: tuple[str, str]) -> None:
        self.made.pop(who, None)

    def _recent(self, who: tuple[str, str]) -> list[float]:
        return [at for at in self.made.get(who, []) if at > _now() - self.WINDOW]


class Credentials(Records):
    def __init__(self, pool: Any, hasher: PasswordHasher | None = None) -> None:
        super().__init__(pool)
        self.guesses = Guesses()
        self.hasher = hasher or PasswordHasher()
        self.nobody = self.hasher.hash(secrets.token_hex())
        self.turns = asyncio.Semaphore(AT_ONCE)

    # Accounts

    async def reserve(self, email: str) -> UUID | None:
        """A new account without a person yet; None when the e-mail address has one already."""
        made = await self.write(RESERVE, {"email": email})
        return made[0]["id"] if made else None

    async def complete(self, account: UUID, person: UUID, password: str) -> bool:
        """From now on they can sign in. False when the person, or the account, was taken."""
        hashed = await self._aside(self.hasher.hash, password)
        words = {"account": account, "person": person, "password_hash": hashed}
        try:
            return bool(await self.write(COMPLETE, words))
        except UniqueViolation:
            return False

    async def give_up(self, account: UUID) -> None:
        given_up: LiteralString = (
            "DELETE FROM accounts.account WHERE id = %(account)s AND person IS NULL"
        )
        await self.write(given_up, {"account": account})

    async def account_of(self, email: str) -> Row | None:
        select: LiteralString = """
            SELECT id AS account, person, password_hash FROM accounts.account
            WHERE lower(email) = lower(%(email)s) AND person IS NOT NULL
        """
        return await self.row(select, {"email": email})

    async def check(self, email: str, password: str) -> Row | None:
        """The account, if the password is right. Takes as long when there is no such account."""
        found = await self.account_of(email)
        hashed = found["password_hash"] if found else self.nobody
        right = await self._aside(self._verify, hashed, password)
        return found if right else None

    # Sessions of browsers

    async def open_session(self, account: UUID) -> Session:
        opened = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), _utc() + SESSION)
        statement: LiteralString = """
            WITH over AS (DELETE FROM accounts.session WHERE expires_at < now())
            INSERT INTO accounts.session (token_hash, account, csrf, expires_at)
            VALUES (%(hash)s, %(account)s, %(csrf)s, %(expires_at)s)
        """
        words = {"hash": _hash(opened.token), "account": account, **opened._asdict()}
        await self.write(statement, words)
        return opened

    async def by_session(self, token: str) -> Row | None:
        return await self.row(BY_SESSION, {"hash": _hash(token)})

    async def close_session(self, token: str) -> None:
        await self.write(
            "DELETE FROM accounts.session WHERE token_hash = %(hash)s", {"hash": _hash(token)}
        )

    # Tokens of programs

    async def issue_token(self, account: UUID, label: str) -> Row:
        """The only time that the token itself is seen."""
        token = PREFIX + secrets.token_urlsafe(32)
        statement: LiteralString = """
            INSERT INTO accounts.token (token_hash, account, label)
            VALUES (%(hash)s, %(account)s, %(label)s) RETURNING id AS token_id, label, created_at
        """
        words = {"hash": _hash(token), "account": account, "label": label}
        return {**(await self.write(statement, words))[0], "token": token}

    async def by_token(self, token: str) -> Row | None:
        found = await self.row(BY_TOKEN, {"hash": _hash(token)})
        if found and found["stale"]:
            await self.write(
                "UPDATE accounts.token SET last_used_at = now() WHERE token_hash = %(hash)s",
                {"hash": _hash(token)},
            )
        return found

    async def tokens(self, account: UUID) -> list[Row]:
        select: LiteralString = """
            SELECT id AS token_id, label, created_at, last_used_at FROM accounts.token
            WHERE account = %(account)s AND NOT revoked ORDER BY created_at, id
        """
        return await self.rows(select, {"account": account})

    async def revoke_token(self, account: UUID, token: UUID) -> bool:
        statement: LiteralString = """
            UPDATE accounts.token SET revoked = true
            WHERE id = %(token)s AND account = %(account)s AND NOT revoked RETURNING id
        """
        return bool(await self.write(statement, {"token": token, "account": account}))

    # Private addresses of calendars

    async def issue_calendar(self, account: UUID) -> str:
        """The secret in a new address. The one before is worth nothing from now on."""
        token = secrets.token_urlsafe(32)
        statement: LiteralString = """
            INSERT INTO accounts.calendar (account, token_hash) VALUES (%(account)s, %(hash)s)
            ON CONFLICT (account) DO UPDATE SET token_hash = %(hash)s, created_at = now()
        """
        await self.write(statement, {"account": account, "hash": _hash(token)})
        return token

    async def by_calendar(self, token: str) -> UUID | None:
        select: LiteralString = """
            SELECT a.person FROM accounts.calendar c JOIN accounts.account a ON a.id = c.account
            WHERE c.token_hash = %(hash)s
        """
        found = await self.row(select, {"hash": _hash(token)})
        return found["person"] if found else None

    async def revoke_calendar(self, account: UUID) -> bool:
        statement: LiteralString = """
            DELETE FROM accounts.calendar WHERE account = %(account)s RETURNING account
        """
        return bool(await self.write(statement, {"account": account}))

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self.hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _aside(self, work: Any, *args: str) -> Any:
        """In a thread, so that nobody else waits for a password to be hashed."""
        async with self.turns:
            return await asyncio.to_thread(work, *args)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _now() -> float:
    return time.monotonic()


def _utc() -> datetime:
    return datetime.now(UTC)
