"""Second factors: codes of an app (TOTP, RFC 6238), and codes to recover with, each good once."""

import re
import secrets
import time
from base64 import b32encode
from typing import LiteralString
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError

from gateway.records import Records, Row
from gateway.sessions import hashed

ISSUER = "Essaim"
DRIFT = 1
"""Steps of 30 s by which the clock of a phone may be wrong."""
RECOVERIES = 10

OF: LiteralString = """
    SELECT (SELECT created_at FROM accounts.totp WHERE account = %(account)s) AS app_since,
        (SELECT count(*) FROM accounts.passkey WHERE account = %(account)s) AS passkeys,
        (SELECT count(*) FROM accounts.recovery WHERE account = %(account)s) AS recoveries
"""
ENROL: LiteralString = """
    INSERT INTO accounts.totp AS t (account, secret, last_step)
    VALUES (%(account)s, %(secret)s, %(step)s)
    ON CONFLICT (account) DO UPDATE SET secret = %(secret)s, last_step = %(step)s,
        created_at = now()
"""
USE: LiteralString = """
    UPDATE accounts.totp SET last_step = %(step)s
    WHERE account = %(account)s AND secret = %(secret)s AND last_step < %(step)s RETURNING account
"""
RENEW: LiteralString = """
    WITH old AS (DELETE FROM accounts.recovery WHERE account = %(account)s)
    INSERT INTO accounts.recovery (account, code_hash)
    SELECT %(account)s, unnest(%(hashes)s::bytea[])
"""


class SecondFactors(Records):
    async def has(self, account: UUID) -> bool:
        found = await self.of(account)
        return found["app_since"] is not None or found["passkeys"] > 0

    async def of(self, account: UUID) -> Row:
        """Since when there is an app, and how many passkeys and codes to recover with."""
        found = await self.row(OF, {"account": account})
        assert found is not None
        return found

    async def enrol(self, account: UUID, secret: str, code: str) -> bool:
        """An app whose first code is right. It takes the place of the one before."""
        step = step_of(secret, code)
        if step is None:
            return False
        await self.write(ENROL, {"account": account, "secret": secret, "step": step})
        return True

    async def forget_app(self, account: UUID) -> None:
        statement: LiteralString = "DELETE FROM accounts.totp WHERE account = %(account)s"
        await self.write(statement, {"account": account})

    async def forget_recoveries(self, account: UUID) -> None:
        """There is nothing left to recover."""
        statement: LiteralString = "DELETE FROM accounts.recovery WHERE account = %(account)s"
        await self.write(statement, {"account": account})

    async def new_recoveries(self, account: UUID) -> list[str]:
        """The only time that they are seen. Those before are worth nothing."""
        codes = [b32encode(secrets.token_bytes(15)).decode() for _ in range(RECOVERIES)]
        hashes = [hashed(code) for code in codes]
        await self.write(RENEW, {"account": account, "hashes": hashes})
        return ["-".join(re.findall("....", code)) for code in codes]

    async def accept(self, account: UUID, code: str) -> bool:
        """A code of the app, or one to recover with. Either is good once."""
        code = re.sub(r"[\s-]", "", code).upper()
        if re.fullmatch(r"[0-9]{6}", code):
            return await self._accept_of_app(account, code)
        statement: LiteralString = """
            DELETE FROM accounts.recovery WHERE account = %(account)s AND code_hash = %(hash)s
            RETURNING account
        """
        return bool(await self.write(statement, {"account": account, "hash": hashed(code)}))

    async def _accept_of_app(self, account: UUID, code: str) -> bool:
        select: LiteralString = "SELECT secret FROM accounts.totp WHERE account = %(account)s"
        found = await self.row(select, {"account": account})
        step = step_of(found["secret"], code) if found else None
        if found is None or step is None:
            return False
        return bool(await self.write(USE, {"account": account, **found, "step": step}))


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """otpauth://..., which apps understand."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str) -> int | None:
    """To which 30 s around now the code belongs."""
    now = time.time()
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=DRIFT)
    except OTPVerificationError:
        return None
