"""From a request to a message and back: the same way for every command and every question.

Pages do the same with `perform` and `look_up`.
"""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway import positions
from gateway.door import Endpoint
from gateway.errands import Errand
from gateway.people import Caller, identify, require_own_site
from gateway.permissions import admit, is_public, permit
from gateway.positions import Positions
from gateway.problems import SOON, Failed, Problem, away, makes_no_sense, nothing_known
from gateway.questions import FIRST, Page, Question, Views
from gateway.whose import Look
from gateway.words import Words, asked_of, key_of, numbered, own_key, understood, words_of
from kernel.wire import Message

REUSED = "/problems/idempotency-key-reused"


class Done(NamedTuple):
    """What a service did: the thing it was done to, what happened, and how far everything is."""

    id: str
    facts: list[Any]
    positions: Positions


# Commands


async def perform(
    request: Request, message: type[Message], words: Words, key: str | None = None
) -> Done:
    """Ask for something in the name of the caller, if they may. What prevents it is a Problem."""
    caller = await identify(request)
    known = understood(message, words)
    await permit(message.verb(), caller, known, looking(request, known))
    return await order(request, message, words, caller.by, key)


async def order(
    request: Request, message: type[Message], words: Words, by: str, key: str | None = None
) -> Done:
    """The same, when somebody else has said that they may.

    Every command has a name: a broker that never heard that it was done delivers it again.
    """
    seen, service = positions.of(request), message.service()
    command = f"{by}/{message.verb()}/{key or own_key()}"
    answer = await asked(request, message, words, by, command=command)
    done = outcome(answer)
    if answer["position"]:
        request.state.views.hear(service, answer["position"])
        seen = request.state.reached = positions.merged(seen, {service: answer["position"]})
    return Done(done["id"], done["facts"], seen)


async def preview(request: Request, message: type[Message], words: Words) -> Words:
    """What would be done, decided now and by the same rules. Nothing happens."""
    caller = await identify(request)
    known = understood(message, words)
    await permit(message.verb(), caller, known, looking(request, known))
    return outcome(await asked(request, message, words, caller.by, preview="yes"))


async def asked(
    request: Request, message: type[Message], words: Words, by: str, **call: str
) -> Any:
    """The answer of the service, which first learns what the caller has seen elsewhere."""
    seen = positions.of(request)
    after = msgspec.json.encode(seen).decode() if seen else None
    return await request.state.services.ask(
        message.service(), message.verb(), words, partner=by, after=after, **call
    )


def outcome(answer: Any) -> Words:
    """What was done; otherwise the problem that a service had with it."""
    match answer:
        case {"done": done}:
            return dict(done)
        case {"refused": kind, "reason": reason, "values": values}:
            raise Problem(409, reason, f"/problems/{kind}", values=values)
        case {"invalid": mistakes}:
            raise makes_no_sense(mistakes)
        case {"reused": _}:
            why = "This Idempotency-Key came with another body before."
            raise Problem(422, why, REUSED)
        case {"behind": why}:
            raise late(why)
        case {"away": why}:
            raise away(why)
        case {"unknown": _}:
            raise nothing_known()
    raise Failed(f"a service answered {list(answer)}")


def commanding(message: type[Message]) -> Endpoint:
    verb, created = message.verb(), message.route.startswith("POST")

    async def endpoint(request: Request) -> Response:
        await enter(request, verb)
        words = await words_of(request)
        done = await perform(request, message, words, key_of(request))
        headers = {"Position": positions.written(done.positions)} if done.positions else {}
        return plain({"id": done.id, "facts": done.facts}, 201 if created else 200, **headers)

    return endpoint


def previewing(message: type[Message]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        await enter(request, message.verb())
        done = await preview(request, message, await words_of(request))
        return plain({"facts": done["facts"]})

    return endpoint


async def enter(request: Request, verb: str) -> Caller:
    """Before anything is read of what somebody sends: may they do this at all?"""
    caller = await identify(request)
    admit(verb, caller)
    if not is_public(verb):
        require_own_site(request)
    return caller


def looking(request: Request, words: Words) -> Look:
    """For what decides whether the caller may."""
    return partial(request.state.views.known, words=words, seen=positions.of(request))


# Questions


async def look_up(
    request: Request,
    question: type[Question],
    words: Words,
    page: Words = FIRST,
) -> Any:
    """The answer to a question, if the caller may ask it; 404 when there is none.

    `words` come as text, as in an address. What the caller has seen before is waited for. When
    the view is late, people get what is there, and programs that said a `Position` a problem.
    """
    caller = await identify(request)
    views: Views = request.state.views
    known = understood(question, numbered(question, words))
    await permit(question.verb(), caller, known, looking(request, known))
    level = await views.catch_up(question, positions.of(request))
    if not level and positions.is_asked(request):
        raise late("This view has not got as far as your Position.")
    found = await views.find(question, known, page)
    if found is None:
        raise nothing_known()
    return found


def answering(question: type[Question]) -> Endpoint:
    verb, public = question.verb(), is_public(question.verb())

    async def endpoint(request: Request) -> Response:
        await enter(request, verb)
        words = asked_of(request)
        page = FIRST
        if question.key:
            mine = {name: words.pop(name) for name in Page().fields if name in words}
            page = understood(Page, numbered(Page, mine))
        found = await look_up(request, question, words, page)
        return tagged(request, plain(found), public)

    return endpoint


# Errands

Run = Callable[[Request, Caller, Words], Awaitable[Response]]


def running(errand: type[Errand], run: Run) -> Endpoint:
    verb = errand.verb()

    async def endpoint(request: Request) -> Response:
        caller = await enter(request, verb)
        asks = errand.route.startswith("GET")
        words = numbered(errand, asked_of(request)) if asks else await words_of(request)
        known = understood(errand, words)
        await permit(verb, caller, known, looking(request, known))
        return await run(request, caller, words)

    return endpoint


# Answers


def plain(body: Any, status: int = 200, **headers: str) -> Response:
    kept = {"Cache-Control": "no-store", **headers}
    return Response(msgspec.json.encode(body), status, kept, "application/json")


def tagged(request: Request, response: Response, public: bool) -> Response:
    """Whoever has this answer already need not be sent it again."""
    tag = f'"{blake2b(bytes(response.body), digest_size=12).hexdigest()}"'
    kept = {"ETag": tag, "Cache-Control": "no-cache" if public else "private, no-cache"}
    had = re.findall(r'\*|"[^"]*"', request.headers.get("If-None-Match", ""))
    if tag in had or "*" in had:
        return Response(status_code=304, headers=kept)
    response.headers.update(kept)
    return response


def late(why: str) -> Problem:
    """A `Position` is a condition on the answer. An old answer would be a wrong one."""
    return Problem(412, why, "/problems/not-yet", SOON)
