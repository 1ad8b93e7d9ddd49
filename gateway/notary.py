"""The register, as whoever keeps it running sees it: who signs it, who witnesses it, what is late.

NOTARY=http://127.0.0.1:9100      the operators' door of the notary (its OPS)

What is in the register tells the auditor's process; why the notary stands still says only itself.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from marshmallow import Schema, fields, validate

from gateway.audit import QUICK, Audit
from gateway.problems import Problem
from gateway.records import Row

PROCESS = ("here", "failing", "away", "unknown")
ENTERED = ("level", "behind", "stopped")
WITNESS = ("level", "behind", "late")
LATE = timedelta(hours=1)
"""So long a witness may be away: it is asked again and again, and then signs what is new."""
ALL_OF_IT = ("register", "process")
"""What keeps the notary from working at all stands there at its door; the other names are logs."""


class ProcessSeen(Schema):
    state = fields.String(required=True, validate=validate.OneOf(PROCESS))
    reason = fields.String(required=True, allow_none=True)


class LogEntered(Schema):
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ENTERED))
    place = fields.Integer(required=True, allow_none=True)
    behind = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class WitnessAsked(Schema):
    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(WITNESS))
    size = fields.Integer(required=True)
    since = fields.String(required=True, allow_none=True)


class RegisterKept(Schema):
    notary = fields.Nested(ProcessSeen, required=True)
    audit = fields.Nested(ProcessSeen, required=True)
    size = fields.Integer(required=True, allow_none=True)
    signed = fields.Integer(required=True, allow_none=True)
    signed_at = fields.String(required=True, allow_none=True)
    settled = fields.Boolean(required=True, allow_none=True)
    settled_size = fields.Integer(required=True, allow_none=True)
    logs = fields.List(fields.Nested(LogEntered), required=True)
    witnesses = fields.List(fields.Nested(WitnessAsked), required=True)


class Notary:
    """Its operators' door. Without an address nothing is known of it."""

    def __init__(self, door: httpx.AsyncClient) -> None:
        self.door = door

    async def needs(self) -> Row | None:
        """What it needs, each "here" or why it is not; None where it cannot be asked. Raises
        OSError when nobody answers."""
        if not self.door.base_url.host:
            return None
        try:
            answer = await self.door.get("/readyz")
            found: Row = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
            raise ConnectionError("nobody answers at NOTARY") from trouble
        return found


@asynccontextmanager
async def notary() -> AsyncIterator[Notary]:
    where = os.environ.get("NOTARY", "")
    async with httpx.AsyncClient(base_url=where, timeout=QUICK, trust_env=False) as door:
        yield Notary(door)


async def registered(audit: Audit) -> Row | None:
    """What the auditor's process tells of the register, if it does."""
    try:
        return await audit.told("/register")
    except Problem:
        return None


def kept(needs: Any, audit: Any, register: Any) -> Row:
    """RegisterKept, of what the notary needs, how the auditor's process is, and what that tells of
    the register. Each may be the exception that says why nobody knows it."""
    wrong = {name: why for name, why in needs.items() if why != "here"} if _is(needs) else {}
    known = register if _is(register) else NOTHING
    head = known["checkpoint"] or {}
    return {
        "notary": _process(needs, wrong),
        "audit": audit if _is(audit) else {"state": "away", "reason": None},
        "size": known["size"],
        "signed": head.get("size"),
        "signed_at": known["signed_at"],
        "settled": head.get("settled"),
        "settled_size": known["settled_size"],
        "logs": [_log(each, wrong.get(each["service"])) for each in known["logs"]]
        or [_stopped(name, why) for name, why in wrong.items() if name not in ALL_OF_IT],
        "witnesses": [_witness(each, datetime.now(UTC)) for each in known["witnesses"]],
    }


NOTHING: Row = {
    **dict.fromkeys(("size", "checkpoint", "signed_at", "settled_size")),
    **{"logs": [], "witnesses": []},
}


def _is(answer: Any) -> bool:
    return isinstance(answer, Mapping)


def _process(needs: Any, wrong: Row) -> Row:
    """A log that stands still is said of that log."""
    if needs is None:
        return {"state": "unknown", "reason": None}
    if not _is(needs):
        return {"state": "away", "reason": None}
    why = next((wrong[each] for each in ALL_OF_IT if each in wrong), None)
    return {"state": "failing" if why else "here", "reason": why}


def _log(told: Row, why: str | None) -> Row:
    behind = max(told["last"] - told["registered"], 0)
    state = "stopped" if why else "behind" if behind else "level"
    found = {"source": told["service"], "state": state, "place": told["registered"]}
    return {**found, "behind": behind, "reason": why}


def _stopped(name: str, why: str) -> Row:
    return {"source": name, "state": "stopped", "place": None, "behind": None, "reason": why}


def _witness(told: Row, now: datetime) -> Row:
    since = datetime.fromisoformat(told["since"]) if told["since"] else None
    state = "level" if since is None else "late" if now - since > LATE else "behind"
    return {**told, "state": state}
