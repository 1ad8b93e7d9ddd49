"""What auditors may ask: what happened to a thing, what it was, what changed; and the proofs."""

import asyncio
from typing import Any

from marshmallow import Schema, fields, validate
from starlette.requests import Request
from starlette.responses import Response

from gateway import audit
from gateway.api import plain
from gateway.audit import Audit
from gateway.errands import Errand
from gateway.people import Caller
from gateway.positions import SERVICES
from gateway.problems import nothing_known
from gateway.records import Row
from gateway.words import Words, decoded, understood

STANDINGS = (
    "registered",
    "unsigned",
    "unregistered",
    "differs",
    "slipped-in",
    "unproved",
    "gone",
)
MOST = 200


class Log(fields.String):
    """The name of a service."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=True, validate=validate.OneOf(SERVICES), **more)


class SignedBy(Schema):
    name = fields.String(required=True)
    time = fields.Integer(required=True, allow_none=True)


class CheckpointSeen(Schema):
    origin = fields.String(required=True)
    size = fields.Integer(required=True)
    root = fields.String(required=True)
    checked = fields.Boolean(required=True)
    settled = fields.Boolean(required=True, allow_none=True)
    signed = fields.List(fields.Nested(SignedBy), required=True)


class LogSeen(Schema):
    service = fields.String(required=True)
    registered = fields.Integer(required=True)
    last = fields.Integer(required=True)


class WitnessSeen(Schema):
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)


class RegisterSeen(Schema):
    size = fields.Integer(required=True)
    checkpoint = fields.Nested(CheckpointSeen, required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_size = fields.Integer(required=True, allow_none=True)
    witnesses = fields.List(fields.Nested(WitnessSeen), required=True)
    logs = fields.List(fields.Nested(LogSeen), required=True)


class FactSeen(Schema):
    index = fields.Integer(required=True)
    service = fields.String(required=True)
    position = fields.Integer(required=True)
    fact = fields.Dict(required=True)


class FactsSeen(Schema):
    items = fields.List(fields.Nested(FactSeen), required=True)
    next = fields.Integer(required=True, allow_none=True)


class Told(Schema):
    position = fields.Integer(required=True)
    version = fields.Integer(required=True)
    fact = fields.Dict(required=True)
    standing = fields.String(required=True, validate=validate.OneOf(STANDINGS))
    index = fields.Integer(required=True, allow_none=True)
    registered = fields.Dict(required=True, allow_none=True)


class History(Schema):
    service = fields.String(required=True)
    subject = fields.UUID(required=True)
    facts = fields.List(fields.Nested(Told), required=True)


class State(Schema):
    service = fields.String(required=True)
    subject = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    position = fields.Integer(required=True)
    what = fields.String(required=True)
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    since = fields.AwareDateTime(required=True)
    changed = fields.AwareDateTime(required=True)
    known = fields.Dict(required=True)


class ChangeSeen(Schema):
    path = fields.List(fields.String(), required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ThingChanged(Schema):
    service = fields.String(required=True)
    subject = fields.UUID(required=True)
    what = fields.String(required=True)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)
    facts = fields.List(fields.Dict(), required=True)
    changes = fields.List(fields.Nested(ChangeSeen), required=True)


class Changes(Schema):
    service = fields.String(required=True)
    items = fields.List(fields.Nested(ThingChanged), required=True)
    more = fields.Boolean(required=True)
    withheld = fields.Integer(required=True)


class Proved(Schema):
    entry = fields.String(required=True)
    proof = fields.String(required=True)


class Asked(Errand):
    """Asked of the auditor's process."""

    tag = "audit"


class SeeRegister(Asked):
    """How far the register is, in all and in each log, and who signed its latest checkpoint, and
    when (`signed_at`).

    Where the network has a policy (`checked`), those are told whose signatures are good, and
    whether they are enough (`settled`); `settled_size` is that of the latest checkpoint of which
    this is so. `witnesses` are those that are asked: the `size` of the latest checkpoint that each
    cosigned, and `since` when it was to sign a later one.
    """

    route = "GET /register"
    answer = RegisterSeen


class ListRegistered(Asked):
    """The latest facts in the register, newest first, or those before an `index`.

    Of the days somebody worked in which country nothing is told but that there is a fact.
    """

    route = "GET /register/facts"
    answer = FactsSeen

    before = fields.Integer(validate=validate.Range(0, 2**53 - 1))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class SeeHistory(Asked):
    """Everything that happened to a thing, oldest first: a fact as it lies in the log, and what the
    register says of it.

    `registered`: it holds this very fact, and signed for it. `unsigned`, `unregistered`: it will in
    a moment. All else means that somebody has changed the log: `differs` (the register holds
    `registered` instead), `slipped-in` (it had passed this place when the fact came), `gone` (only
    the register has it), `unproved` (the register was changed as well).
    """

    route = "GET /histories/{log}/{thing_id}"
    answer = History

    log = Log()
    thing_id = fields.UUID(required=True)


class SeeState(Asked):
    """A thing as it was at a moment, or as it is: rebuilt from its facts by the rules of today."""

    route = "GET /states/{log}/{thing_id}"
    answer = State

    log = Log()
    thing_id = fields.UUID(required=True)
    at = fields.AwareDateTime()


class ListChanges(Asked):
    """What changed after a moment (`since`) and up to another (`until`), by which facts, by whom.

    Of one thing, or of those of which some fact names a space or a person. `more`: there are more
    things than `limit`. `withheld`: so many are for one person alone.
    """

    route = "GET /changes/{log}"
    answer = Changes

    log = Log()
    since = fields.AwareDateTime(required=True, metadata={"example": "2027-03-01T00:00:00+01:00"})
    until = fields.AwareDateTime(required=True, metadata={"example": "2027-04-01T00:00:00+02:00"})
    thing_id = fields.UUID()
    space_id = fields.UUID()
    person_id = fields.UUID()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class SeeProof(Asked):
    """The entry that the register has of a fact, to the byte, and the proof that it has it.

    `position` is that in the log. `proof` is a C2SP tlog-proof: anybody can check it, without us.
    """

    route = "GET /proofs/{log}/{position}"
    answer = Proved

    log = Log()
    position = fields.Integer(required=True, validate=validate.Range(1, 2**53 - 1))


# What is answered, to programs and to pages


async def see_register(asked: Audit, words: Words) -> Row:
    return await asked.told("/register")


async def list_registered(asked: Audit, words: Words) -> Row:
    found = await asked.told("/register/recent", _texts(words))
    items = [each | {"fact": audit.withheld(each["fact"])} for each in found["items"]]
    return {**found, "items": items}


async def see_history(asked: Audit, words: Words) -> Row:
    found = await asked.told(f"/histories/{words['log']}/{words['thing_id']}")
    return audit.without_what_is_private(found)


async def see_state(asked: Audit, words: Words) -> Row:
    at = {"at": words["at"].isoformat()} if "at" in words else None
    found = await asked.told(f"/states/{words['log']}/{words['thing_id']}", at)
    if found["what"] in audit.PRIVATE_THINGS:
        raise nothing_known()
    return found


async def list_changes(asked: Audit, words: Words) -> Row:
    told = {"since": "from", "thing_id": "subject", "space_id": "space", "person_id": "person"}
    said = {told.get(name, name): value for name, value in words.items() if name != "log"}
    for name in ("from", "until"):
        said[name] = said[name].isoformat()
    return audit.shown_changes(await asked.told(f"/changes/{words['log']}", _texts(said)))


async def see_proof(asked: Audit, words: Words) -> Row:
    where = f"{words['log']}/{words['position']}"
    entry, proof = await asyncio.gather(
        asked.file(f"/register/entry/{where}"), asked.file(f"/register/proof/{where}")
    )
    if audit.is_private(decoded(entry)):
        raise nothing_known()
    return {"entry": entry.decode(), "proof": proof.decode()}


def _texts(words: Words) -> dict[str, str]:
    return {name: str(value) for name, value in words.items()}


ANSWERS = {
    SeeRegister: see_register,
    ListRegistered: list_registered,
    SeeHistory: see_history,
    SeeState: see_state,
    ListChanges: list_changes,
    SeeProof: see_proof,
}


async def answer(request: Request, message: type[Asked], words: Words) -> Row:
    """For whoever was found to be allowed to ask."""
    return await ANSWERS[message](request.state.audit, understood(message, words))


def _running(message: type[Asked]) -> Any:
    async def run(request: Request, caller: Caller, words: Words) -> Response:
        return plain(await answer(request, message, words))

    return run


ERRANDS: dict[type[Errand], Any] = {message: _running(message) for message in ANSWERS}
