"""Passwords and tokens: how somebody proves who they are. In no log.

Of what a program holds only a hash is kept. Browsers: sessions.py.
"""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg.errors import UniqueViolation

from gateway.begun import Begun
from gateway.forgotten import Forgotten
from gateway.guesses import Guesses
from gateway.guests import Guests
from gateway.joining import Joining
from gateway.partner_links import PartnerLinks
from gateway.partners import Door
from gateway.passkeys import Passkeys
from gateway.records import Records, Row
from gateway.second_factors import SecondFactors
from gateway.sessions import WHO, Sessions, hashed

PREFIX = "essaim_"
AT_ONCE = 2  # each check of a password takes 64 MiB

BY_TOKEN: LiteralString = f"""
    SELECT {WHO}, NULL AS csrf, NULL AS session, NULL AS factor_due,
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
CHANGE: LiteralString = """
    WITH sessions AS (DELETE FROM accounts.session WHERE account = %(account)s),
    second_steps AS (DELETE FROM accounts.begun WHERE account = %(account)s),
    links AS (DELETE FROM accounts.forgotten WHERE account = %(account)s),
    changed AS (
        UPDATE accounts.account SET password_hash = %(password_hash)s WHERE id = %(account)s
        RETURNING id
    )
    INSERT INTO post.letters (letter, kind, about, position, happened, made)
    SELECT gen_random_uuid(), 'password-changed', jsonb_build_array(id), 0, now(), now()
    FROM changed
"""


class Credentials(Records):
    def __init__(
        self,
        pool: Any,
        hasher: PasswordHasher | None = None,
        staff_needs_second: bool = False,
        partners: Mapping[str, Door] | None = None,
    ) -> None:
        super().__init__(pool)
        self.guesses, self.begun, self.forgotten = Guesses(pool), Begun(pool), Forgotten(pool)
        self.guests, self.joining = Guests(pool), Joining(pool)
        self.sessions = Sessions(pool, staff_needs_second)
        self.partners, self.links = partners or {}, PartnerLinks(pool)
        self.second, self.passkeys = SecondFactors(pool), Passkeys(pool)
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
        kept = await self._aside(self.hasher.hash, password)
        words = {"account": account, "person": person, "password_hash": kept}
        try:
            return bool(await self.write(COMPLETE, words))
        except UniqueViolation:
            return False

    async def change_password(self, account: UUID, password: str) -> None:
        """Whatever was begun with the old one ends, and a letter tells its owner."""
        kept = await self._aside(self.hasher.hash, password)
        await self.write(CHANGE, {"account": account, "password_hash": kept})

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
        kept = found["password_hash"] if found else self.nobody
        right = await self._aside(self._verify, kept, password)
        return found if right else None

    # Tokens of programs

    async def issue_token(self, account: UUID, label: str) -> Row:
        """The only time that the token itself is seen."""
        token = PREFIX + secrets.token_urlsafe(32)
        statement: LiteralString = """
            INSERT INTO accounts.token (token_hash, account, label)
            VALUES (%(hash)s, %(account)s, %(label)s) RETURNING id AS token_id, label, created_at
        """
        words = {"hash": hashed(token), "account": account, "label": label}
        return {**(await self.write(statement, words))[0], "token": token}

    async def by_token(self, token: str) -> Row | None:
        found = await self.row(BY_TOKEN, {"hash": hashed(token)})
        if found and found["stale"]:
            await self.write(
                "UPDATE accounts.token SET last_used_at = now() WHERE token_hash = %(hash)s",
                {"hash": hashed(token)},
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
        await self.write(statement, {"account": account, "hash": hashed(token)})
        return token

    async def by_calendar(self, token: str) -> UUID | None:
        select: LiteralString = """
            SELECT a.person FROM accounts.calendar c JOIN accounts.account a ON a.id = c.account
            WHERE c.token_hash = %(hash)s
        """
        found = await self.row(select, {"hash": hashed(token)})
        return found["person"] if found else None

    async def revoke_calendar(self, account: UUID) -> bool:
        statement: LiteralString = """
            DELETE FROM accounts.calendar WHERE account = %(account)s RETURNING account
        """
        return bool(await self.write(statement, {"account": account}))

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self.hasher.verify(kept, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _aside(self, work: Any, *args: str) -> Any:
        """In a thread, so that nobody else waits for a password to be hashed."""
        async with self.turns:
            return await asyncio.to_thread(work, *args)
