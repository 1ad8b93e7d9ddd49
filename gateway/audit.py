"""The auditor's process, as the gateway asks it: over HTTP, at the address in AUDIT.

AUDIT=http://127.0.0.1:8100

It knows what happened and signs nobody in; here is who may ask. Where somebody worked on which day
is for that person alone, and auditors are told that there is something, and not what.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx

from gateway.problems import Failed, Problem, away, makes_no_sense, nothing_known
from gateway.records import Row
from gateway.views.feed import PRIVATE

PATIENCE = httpx.Timeout(20.0, connect=2.0, pool=2.0)
"""Seconds: to rebuild what changed in a year takes some."""
LONG = httpx.Timeout(600.0, connect=2.0, pool=2.0)
"""To make a bundle of a million facts."""
QUICK = httpx.Timeout(3.0, connect=1.0, pool=1.0)
PRIVATE_THINGS = {"mobility.WorkYear"}
LOG_CHANGED = "/problems/log-changed"


class Audit:
    """`inside` asks for auditors. `outside` asks for everybody, and may not keep them waiting: it
    has few connections of its own."""

    def __init__(self, inside: httpx.AsyncClient, outside: httpx.AsyncClient) -> None:
        self.inside, self.outside = inside, outside

    async def told(self, path: str, words: Mapping[str, str] | None = None) -> Row:
        """What it answers. Raises Problem."""
        answer = await _asked(self.inside, path, words)
        found: Row = answer.json()
        return found

    async def state(self) -> Row:
        """How it is: `here`; `failing`, for a reason; `away`; `unknown` without an address."""
        if not self.inside.base_url.host:
            return {"state": "unknown", "reason": None}
        try:
            answer = await self.inside.get("/readyz")
        except (httpx.HTTPError, httpx.InvalidURL):
            return {"state": "away", "reason": None}
        if answer.status_code == HTTPStatus.OK:
            return {"state": "here", "reason": None}
        return {"state": "failing", "reason": str(answer.json().get("detail", ""))}

    async def file(self, path: str) -> bytes:
        """The same for what is no JSON."""
        return (await _asked(self.inside, path)).content

    async def bundle(self, wish: Row) -> AsyncIterator[bytes]:
        """The zip, piece by piece, once all of it is made. Raises Problem before the first."""
        asked = self.inside.build_request("POST", "/bundles", json=wish, timeout=LONG)
        try:
            answer = await self.inside.send(asked, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise _away() from None
        if answer.status_code != HTTPStatus.OK:
            await answer.aread()
            _good(answer)

        async def pieces() -> AsyncIterator[bytes]:
            try:
                async for each in answer.aiter_bytes():
                    yield each
            finally:
                await answer.aclose()

        return pieces()

    async def public(self, path: str) -> httpx.Response:
        """The same for what everybody may have. Raises Problem."""
        return await _asked(self.outside, path)


@asynccontextmanager
async def audit() -> AsyncIterator[Audit]:
    """Without AUDIT it is always away."""
    where = os.environ.get("AUDIT", "")
    few = httpx.Limits(max_connections=4, max_keepalive_connections=2)
    async with (
        httpx.AsyncClient(base_url=where, timeout=PATIENCE, trust_env=False) as inside,
        httpx.AsyncClient(base_url=where, timeout=QUICK, limits=few, trust_env=False) as outside,
    ):
        yield Audit(inside, outside)


async def _asked(
    client: httpx.AsyncClient, path: str, words: Mapping[str, str] | None = None
) -> httpx.Response:
    try:
        answer = await client.get(path, params=words)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _away() from None
    return _good(answer)


def _good(answer: httpx.Response) -> httpx.Response:
    """An answer that is one. Raises Problem."""
    if answer.status_code == HTTPStatus.OK:
        return answer
    why = str(answer.json().get("detail", "")) if "json" in answer.headers["Content-Type"] else ""
    match answer.status_code:
        case 404:
            raise nothing_known()
        case 409:
            raise Problem(409, why, LOG_CHANGED)
        case 422:
            name, _, reason = why.partition(": ")
            raise makes_no_sense({name: [reason]})
        case 503:
            raise _away(why)
    raise Failed(f"the auditor's process answered {answer.status_code}: {why}")


def _away(why: str = "") -> Problem:
    return away(why or "The register and the logs cannot be asked right now.")


# What is not for auditors


def is_private(fact: Row) -> bool:
    return fact.get("type") in PRIVATE


def without_what_is_private(history: Row) -> Row:
    """404 for what is nobody's affair but a person's."""
    if any(is_private(each["fact"]) for each in history["facts"]):
        raise nothing_known()
    return history


def withheld(fact: Row) -> Row:
    """That there is a fact, and nothing of what it says."""
    return {} if is_private(fact) else fact


def shown_changes(found: Row) -> Row:
    """The same of things that changed, with how many are not shown."""
    items: list[Any] = [each for each in found["items"] if each["what"] not in PRIVATE_THINGS]
    return {**found, "items": items, "withheld": len(found["items"]) - len(items)}
