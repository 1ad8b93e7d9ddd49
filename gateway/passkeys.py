"""Passkeys (WebAuthn): a key in somebody's phone or computer, which asks for a finger or a PIN.

That is both factors at once. Only the public half is kept.
"""

import secrets
from ipaddress import ip_address
from typing import Any, LiteralString
from uuid import UUID

from starlette.requests import Request
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.records import Records, Row

NAME = "Essaim"
VERIFIED = UserVerificationRequirement.REQUIRED
MADE_BY_ITSELF = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
)
"""It knows whose it is, so that nobody has to say so."""
NOT_UNDERSTOOD = (WebAuthnException, ValueError, KeyError, TypeError)


class Passkeys(Records):
    async def of(self, account: UUID) -> list[Row]:
        select: LiteralString = """
            SELECT id AS passkey, credential, label, created_at, last_used_at FROM accounts.passkey
            WHERE account = %(account)s ORDER BY created_at, id
        """
        return await self.rows(select, {"account": account})

    async def making(self, request: Request, account: UUID, email: str, challenge: bytes) -> str:
        """What the browser has to be told to make one, as JSON."""
        known = [
            PublicKeyCredentialDescriptor(each["credential"]) for each in await self.of(account)
        ]
        options = generate_registration_options(
            rp_id=host_of(request),
            rp_name=NAME,
            user_id=account.bytes,
            user_name=email,
            challenge=challenge,
            authenticator_selection=MADE_BY_ITSELF,
            exclude_credentials=known,
        )
        return options_to_json(options)

    async def keep(
        self, request: Request, account: UUID, challenge: bytes, credential: str, label: str
    ) -> bool:
        """One that was just made. False when it was not made here, now, and by who is there."""
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=host_of(request),
                expected_origin=origin_of(request),
                require_user_verification=True,
            )
        except NOT_UNDERSTOOD:
            return False
        statement: LiteralString = """
            INSERT INTO accounts.passkey (credential, account, public_key, uses, label)
            VALUES (%(credential)s, %(account)s, %(public_key)s, %(uses)s, %(label)s)
            ON CONFLICT (credential) DO NOTHING RETURNING id
        """
        words: dict[str, Any] = {"account": account, "label": label, "uses": made.sign_count}
        words |= {"credential": made.credential_id, "public_key": made.credential_public_key}
        return bool(await self.write(statement, words))

    async def owner(self, request: Request, challenge: bytes, credential: str) -> UUID | None:
        """The account whose passkey this is, if it was shown here, now, and by who is there."""
        select: LiteralString = """
            SELECT p.id, p.account, p.public_key, p.uses
            FROM accounts.passkey p JOIN accounts.account a ON a.id = p.account
            WHERE p.credential = %(credential)s AND a.person IS NOT NULL
        """
        try:
            which = parse_authentication_credential_json(credential).raw_id
            found = await self.row(select, {"credential": which})
            if found is None:
                return None
            shown = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=host_of(request),
                expected_origin=origin_of(request),
                credential_public_key=found["public_key"],
                credential_current_sign_count=found["uses"],
                require_user_verification=True,
            )
        except NOT_UNDERSTOOD:
            return None
        used: LiteralString = """
            UPDATE accounts.passkey SET uses = %(now)s, last_used_at = now()
            WHERE id = %(id)s AND uses = %(uses)s RETURNING account
        """
        done = await self.write(used, {**found, "now": shown.new_sign_count})
        return done[0]["account"] if done else None

    async def forget(self, account: UUID, passkey: UUID) -> bool:
        statement: LiteralString = """
            DELETE FROM accounts.passkey WHERE id = %(passkey)s AND account = %(account)s
            RETURNING id
        """
        return bool(await self.write(statement, {"passkey": passkey, "account": account}))


def showing(request: Request, challenge: bytes) -> str:
    """What the browser has to be told to show one, whosever it is, as JSON."""
    options = generate_authentication_options(
        rp_id=host_of(request), challenge=challenge, user_verification=VERIFIED
    )
    return options_to_json(options)


def new_challenge() -> str:
    return bytes_to_base64url(secrets.token_bytes(32))


def challenge_in(words: Row) -> bytes:
    return base64url_to_bytes(words["challenge"])


def are_possible(request: Request) -> bool:
    """A passkey belongs to the name of a site: one that is only a number cannot have any."""
    try:
        ip_address(host_of(request).strip("[]"))
    except ValueError:
        return True
    return False


def host_of(request: Request) -> str:
    return request.url.hostname or ""


def origin_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
