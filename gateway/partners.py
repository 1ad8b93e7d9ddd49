"""Signing in at a partner's own door: OpenID Connect, by code with PKCE, state and nonce.

PARTNERS names a JSON file, a list of what each partner says about its door:

    [{"code": "bep", "name": "BEP", "issuer": "https://login.bep.example", "client_id": "essaim",
      "client_secret": "...", "claim": "groups", "roles": {"coworking-hosts": "host"}}]

A partner tells who somebody is. Which groups they are in there only proposes roles here: who has
a role is a fact of members.
"""

import os
import time
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from gateway.problems import Away, Problem
from gateway.trust import STAFF

SIGNED = ("RS256", "PS256", "ES256", "EdDSA")
HERE = ("localhost", "127.0.0.1")
PATIENCE, LEEWAY, KNOWN_FOR = 5.0, 60, 3600.0
NOT_UNDERSTOOD = (JoseError, ValueError, KeyError, TypeError)


class Partner(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    code: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str = "groups"
    roles: dict[str, str] = {}

    def __post_init__(self) -> None:
        where = urlsplit(self.issuer)
        if where.scheme != "https" and where.hostname not in HERE:
            raise ValueError(f"{self.code}: an issuer is reached by https")
        if strange := set(self.roles.values()) - set(STAFF):
            raise ValueError(f"{self.code}: no roles of ours: {', '.join(sorted(strange))}")


class Claims(msgspec.Struct):
    """Who a partner says that somebody is. The e-mail address is "" when nobody has verified it."""

    subject: str
    email: str
    proposed: list[str]


class Door:
    """That of one partner. What it says about itself is asked once an hour."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self._trust = httpx.create_ssl_context()  # read once: it takes tens of milliseconds
        self._known: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send somebody, who then comes back to `back`."""
        words = {
            **{"response_type": "code", "scope": "openid email", "redirect_uri": back},
            **{"client_id": self.partner.client_id, "state": state, "nonce": nonce},
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        door = (await self.known())["authorization_endpoint"]
        return f"{door}{'&' if '?' in door else '?'}{urlencode(words)}"

    async def claims(self, code: str, back: str, nonce: str, verifier: str) -> Claims:
        """Who came back with this code."""
        words = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        who = quote(self.partner.client_id, safe=""), quote(self.partner.client_secret, safe="")
        try:
            door = (await self.known())["token_endpoint"]
            token = await self._asked(door, who, {**words, "code_verifier": verifier})
            found = await self._verified(token["id_token"])
            said = CodeIDToken(
                found.claims,
                found.header,
                options={
                    "iss": {"essential": True, "value": self.partner.issuer},
                    "aud": {"essential": True, "value": self.partner.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.partner.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            said.validate(leeway=LEEWAY)
            return self._understood(dict(said))
        except NOT_UNDERSTOOD as mistake:
            refuse(mistake)

    async def known(self) -> dict[str, Any]:
        if time.monotonic() > self._until:
            issuer = self.partner.issuer
            found = await self._asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                refuse(ValueError(f"{issuer} says that it is {found.get('issuer')}"))
            self._known, self._keys = found, None
            self._until = time.monotonic() + KNOWN_FOR
        return self._known

    async def _verified(self, token: str) -> jwt.Token:
        """Once more with new keys when it was signed with one that we do not know."""
        if self._keys is None:
            self._keys = await self._new_keys()
        try:
            return jwt.decode(token, self._keys, algorithms=SIGNED)
        except InvalidKeyIdError:
            self._keys = await self._new_keys()
            return jwt.decode(token, self._keys, algorithms=SIGNED)

    async def _new_keys(self) -> KeySet:
        found: Any = await self._asked((await self.known())["jwks_uri"])
        return KeySet.import_key_set(found)

    async def _asked(
        self, address: str, who: tuple[str, str] | None = None, words: dict[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, verify=self._trust) as line:
                if words is None:
                    answer = await line.get(address)
                else:
                    answer = await line.post(address, data=words, auth=who or ("", ""))
        except httpx.TransportError as trouble:
            raise Away from trouble
        if answer.is_server_error:
            raise Away
        if not answer.is_success:
            refuse(ValueError(f"{address} said {answer.status_code}"))
        return msgspec.json.decode(answer.content, type=dict[str, Any])

    def _understood(self, said: dict[str, Any]) -> Claims:
        verified = said.get("email_verified") is True
        groups = said.get(self.partner.claim)
        names = (
            [each for each in groups if isinstance(each, str)] if isinstance(groups, list) else []
        )
        proposed = {self.partner.roles[name] for name in names if name in self.partner.roles}
        email = str(said.get("email", "")) if verified else ""
        return Claims(str(said["sub"]), email, sorted(proposed))


def refuse(why: Exception) -> NoReturn:
    raise Problem(401, "The partner did not confirm who you are.", "/problems/partner") from why


def doors() -> dict[str, Door]:
    """Those of the file that PARTNERS names; none without it."""
    file = os.environ.get("PARTNERS")
    found = msgspec.json.decode(Path(file).read_bytes(), type=list[Partner]) if file else []
    return {partner.code: Door(partner) for partner in found}
