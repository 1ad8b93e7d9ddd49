"""How everything is, for whoever keeps it running: asked all at once, and never waited for long."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, LiteralString

from marshmallow import Schema, fields, validate
from starlette.requests import Request
from starlette.responses import Response

from gateway import notary
from gateway.api import plain
from gateway.errands import Errand
from gateway.health import MISSING
from gateway.people import Caller
from gateway.positions import SERVICES
from gateway.post.outbox import Outbox
from gateway.problems import Failed
from gateway.records import Row
from gateway.view import View
from gateway.views import VIEWS
from gateway.words import Words

PATIENCE = 0.75
"""Seconds for each of two rounds: queues can be named when services have said whom they follow."""
DEAD = "dead-letters"
SERVER = ("here", "failing", "away")
FOLLOWING: list[type[View]] = [*VIEWS, Outbox]
POST = ("here", "late", "unknown")
FOLLOWER = ("level", "behind", "stopped", "away", "unknown")

LETTERS: LiteralString = """
    SELECT count(*) AS waiting, to_json(min(made)) #>> '{}' AS since,
        coalesce(min(made) < now() - interval '15 minutes', false) AS late, (
            SELECT coalesce(json_agg(g), '[]') FROM (
                SELECT kind, reason, count(*) FROM post.letters
                WHERE state = 'given-up' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            ) g
        ) AS given_up
    FROM post.letters WHERE state = 'waiting'
"""


class DatabaseSeen(Schema):
    state = fields.String(required=True, validate=validate.OneOf(SERVER))
    connections = fields.Integer(required=True)
    busy = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


class BrokerSeen(Schema):
    state = fields.String(required=True, validate=validate.OneOf(SERVER))
    dead_letters = fields.Integer(required=True, allow_none=True)


class ServiceSeen(Schema):
    service = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(SERVER))
    position = fields.Integer(required=True, allow_none=True)
    queue = fields.Integer(required=True, allow_none=True)
    consumers = fields.Integer(required=True, allow_none=True)


class FollowerSeen(Schema):
    follower = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("service", "view")))
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(FOLLOWER))
    place = fields.Integer(required=True, allow_none=True)
    behind = fields.Integer(required=True, allow_none=True)
    since = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    queue = fields.Integer(required=True, allow_none=True)
    consumers = fields.Integer(required=True, allow_none=True)


class LettersGivenUp(Schema):
    kind = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)


class PostSeen(Schema):
    state = fields.String(required=True, validate=validate.OneOf(POST))
    waiting = fields.Integer(required=True, allow_none=True)
    since = fields.String(required=True, allow_none=True)
    given_up = fields.List(fields.Nested(LettersGivenUp), required=True)


class Operation(Schema):
    well = fields.Boolean(required=True)
    database = fields.Nested(DatabaseSeen, required=True)
    broker = fields.Nested(BrokerSeen, required=True)
    services = fields.List(fields.Nested(ServiceSeen), required=True)
    followers = fields.List(fields.Nested(FollowerSeen), required=True)
    post = fields.Nested(PostSeen, required=True)
    register = fields.Nested(notary.RegisterKept, required=True)


class SeeOperation(Errand):
    """How everything is: servers, services, and how far each follower is in what it follows.

    A service that is `failing` answers, but cannot. A follower is `stopped` when it cannot take in
    the fact after its `place`, `since` when and for which `reason`; `away` when nobody follows;
    `unknown` when its place or its source cannot be asked. `queue` counts messages that wait.
    The `post` is `late` when a letter has waited for a quarter of an hour (`since` when); letters
    that were given up are told with the codes of the mail server. The `register` has `size`
    entries, of which `signed` are signed, last at `signed_at`. A log is `stopped` when it is not
    what is registered of it, or cannot be; a witness is `late` when it has not signed what is new
    for an hour (`since` when). A process whose address we were not told is `unknown`. Is anything
    away, stopped, failing or late, then it is not `well`. Never waits longer than 1.5 s.
    """

    route = "GET /operation"
    answer = Operation
    tag = "operation"


async def see_operation(request: Request, caller: Caller, words: Words) -> Response:
    return plain(await look(request))


async def look(request: Request) -> Row:
    """The answer to SeeOperation."""
    services, views = request.state.services, request.state.views
    database, *found = await _at_once(
        views.row("SELECT 1 AS here", {}),
        *(services.ask(each, "health") for each in SERVICES),
        *(views.places(each.name) for each in FOLLOWING),
        views.row(LETTERS, {}),
        request.state.notary.needs(),
        request.state.audit.state(),
        notary.registered(request.state.audit),
    )
    health = dict(zip(SERVICES, found, strict=False))
    *told, letters, needs, audit, entered = found[len(SERVICES) :]
    register = notary.kept(needs, audit, entered)
    places = dict(zip(FOLLOWING, told, strict=True))
    followers = [*_services(health), *_views(places)]
    queues = [DEAD, *map(_asked_at, SERVICES), *(_heard_at(each) for each in followers)]
    [depths] = await _at_once(services.depths(queues))
    is_there = isinstance(depths, dict)
    waiting = depths if is_there else {}
    for each in followers:
        each |= _depth(waiting.get(_heard_at(each)))
        each |= _progress(each, health.get(each["source"]), is_there)
    parts = [_service(name, health[name], waiting.get(_asked_at(name))) for name in health]
    servers = {
        "database": {"state": _state(database), **views.connections()},
        "broker": {"state": _state(depths), "dead_letters": _depth(waiting.get(DEAD))["queue"]},
    }
    post = _post(letters)
    states = {each["state"] for each in (*servers.values(), *parts, *followers, post)}
    states |= {register[each]["state"] for each in ("notary", "audit")}
    states |= {each["state"] for each in (*register["logs"], *register["witnesses"])}
    well = not states & {"away", "failing", "stopped", "late"}
    rest = {"services": parts, "followers": followers, "post": post, "register": register}
    return {"well": well, **servers, **rest}


async def _at_once(*asked: Awaitable[Any]) -> list[Any]:
    """What each answers; or the exception that says why it does not."""

    async def one(each: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(PATIENCE):
                return await each
        except MISSING as missing:
            return missing

    return await asyncio.gather(*map(one, asked))


def _services(health: Mapping[str, Any]) -> Iterable[Row]:
    for name, told in health.items():
        if isinstance(told, dict):
            for source, place in sorted(told["places"].items()):
                yield _follower("service", name, source, place, told["stopped"].get(source))


def _views(places: Mapping[type[View], Any]) -> Iterable[Row]:
    for view, rows in places.items():
        known = {row["source"]: row for row in rows} if isinstance(rows, list) else {}
        for source in view.follows:
            at = known.get(source, {"place": None, "stopped": None})
            yield _follower("view", view.name, source, at["place"], at["stopped"])


def _follower(kind: str, name: str, source: str, place: int | None, stopped: Row | None) -> Row:
    why = stopped or {"since": None, "reason": None}
    who = {"follower": name, "kind": kind, "source": source, "place": place}
    return {**who, "since": why["since"], "reason": why["reason"]}


def _progress(follower: Row, health: Any, is_broker_there: bool) -> Row:
    """Nobody can follow what does not answer, so then nothing is known to be wrong here."""
    place = follower["place"]
    source = health["position"] if isinstance(health, dict) else None
    behind = None if place is None or source is None else max(source - place, 0)
    if follower["reason"]:
        state = "stopped"
    elif is_broker_there and not follower["consumers"]:
        state = "away"
    elif behind is None:
        state = "unknown"
    else:
        state = "behind" if behind else "level"
    return {"state": state, "behind": behind}


def _service(name: str, health: Any, depth: tuple[int, int] | None) -> Row:
    position = health["position"] if isinstance(health, dict) else None
    return {"service": name, "state": _state(health), "position": position, **_depth(depth)}


def _post(letters: Any) -> Row:
    if not isinstance(letters, dict):
        return {"state": "unknown", "waiting": None, "since": None, "given_up": []}
    told = {name: letters[name] for name in ("waiting", "since", "given_up")}
    return {"state": "late" if letters["late"] else "here", **told}


def _state(answer: Any) -> str:
    if isinstance(answer, Failed):
        return "failing"
    return "away" if isinstance(answer, Exception) else "here"


def _depth(found: tuple[int, int] | None) -> Row:
    messages, consumers = found or (None, None)
    return {"queue": messages, "consumers": consumers}


def _asked_at(service: str) -> str:
    return f"rpc-{service}"


def _heard_at(follower: Row) -> str:
    return f"{follower['follower']}.follows.{follower['source']}"
