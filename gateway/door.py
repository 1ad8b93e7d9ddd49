"""What every request passes on its way in, and every answer on its way out. No business here."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import cookies, deadline, meters, problems
from gateway.problems import Problem
from gateway.tiles import tiles
from kernel.ops import trace

LONGEST_BODY = 256 * 1024
NOWHERE: Mapping[str, int] = {}


def _pictures() -> bytes:
    """Where else pictures may come from: the tile server of maps."""
    return f" {chosen.origin}".rstrip().encode() if (chosen := tiles()) else b""


SAFE = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self';"
    b" img-src 'self' data:%s; font-src 'self'; connect-src 'self'; manifest-src 'self';"
    b" base-uri 'none'; form-action 'self'; frame-ancestors 'none'" % _pictures(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
STRICT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
"""Over https only: a browser that was here once comes back by https for a year."""
UNSAFE_METHODS = frozenset({"POST", "PUT", "DELETE", "PATCH"})
GONE = 499
"""How we count a request whose sender did not wait for the answer."""
METHODS = UNSAFE_METHODS | {"GET", "HEAD", "OPTIONS"}

Header = tuple[bytes, bytes]
Endpoint = Callable[[Request], Awaitable[Response]]
Show = Callable[[Request, Problem], Awaitable[Response]]


class Resource:
    """One address, and what each method does there."""

    def __init__(self, methods: dict[str, Endpoint]) -> None:
        self.methods = methods
        self.allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        endpoint = self.methods.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            allow = {"Allow": self.allowed}
            raise Problem(405, f"{method} means nothing at this address.", headers=allow)
        response = await endpoint(Request(scope, receive))
        await response(scope, receive, send)


def resources(endpoints: Iterable[tuple[str, Endpoint]]) -> list[Route]:
    """("GET /spaces", list_spaces), ... -> one route an address, those without {names} first."""
    found: dict[str, dict[str, Endpoint]] = {}
    for route, endpoint in endpoints:
        method, path = route.split()
        methods = found.setdefault(path, {})
        assert method not in methods, f"two things would happen at {route}"
        methods[method] = endpoint
    paths = sorted(found, key=lambda path: path.count("{"))
    return [Route(path, Resource(found[path])) for path in paths]


async def as_json(_: Request, problem: Problem) -> Response:
    return problem.response()


class Door:
    """Limits what comes in, protects what goes out, and turns exceptions into problems.

    What happens inside knows of which trace it is. Everything is counted by the pattern of its
    address: the address itself may name a person.

    `show` may show a problem to people in another way than to programs. `longer`: how many bytes a
    body may have where it may have more than elsewhere, by the pattern of the address.
    """

    def __init__(
        self,
        routes: list[Route],
        life: Any,
        show: Show = as_json,
        longer: Mapping[str, int] = NOWHERE,
    ) -> None:
        self.life, self.routes, self.show = Router(lifespan=life), routes, show
        self.longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.life(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close"})
        begun, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _protected(scope, message.get("headers", ()))
            await send(message)

        pattern, inside = self._found(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        trace.traceparent.set(_trace_of(scope))
        deadline.begin()
        with trace.span(f"{method} {pattern}"):
            try:
                longest = self.longer.get(pattern, LONGEST_BODY)
                _refuse_announced_flood(scope, longest)
                await inside(scope, _at_most(longest, receive), sending)
            except ClientDisconnect:
                return None
            except Exception as what:
                if status:
                    raise
                response = await self.show(Request(scope, receive), problems.of(what))
                await response(scope, receive, sending)
            finally:
                seconds = time.perf_counter() - begun
                meters.request_of(pattern, method, str(status or GONE)).observe(seconds)

    def _found(self, scope: Scope) -> tuple[str, ASGIApp]:
        """The pattern of an address, and who answers there."""
        for route in self.routes:
            match, names = route.matches(scope)
            if match is Match.FULL:
                scope.update(names)
                return route.path, route.handle
        return "", _nowhere


def _protected(scope: Scope, headers: Iterable[Header]) -> list[Header]:
    """With what every answer has, and the cookies that were told on the way (cookies.py)."""
    kept = ((b"set-cookie", each) for each in cookies.told(scope.get("state", {})))
    found = [*headers, *kept]
    own = {name.lower() for name, _ in found}
    found += [pair for pair in SAFE.items() if pair[0] not in own]
    if scope["scheme"] != "https":
        return found
    found = [(name, _secure(v) if name.lower() == b"set-cookie" else v) for name, v in found]
    return [*found, STRICT]


def _secure(cookie: bytes) -> bytes:
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


def _trace_of(scope: Scope) -> str:
    """That of the caller, or a new one."""
    told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"]
    return told[0] if len(told) == 1 and trace.is_valid(told[0]) else trace.begun()


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)


def _refuse_announced_flood(scope: Scope, limit: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > limit):
            raise _too_long(limit)


def _at_most(limit: int, receive: Receive) -> Receive:
    """Bodies without an announced length are measured while they come."""
    left = limit

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_long(limit)
        return message

    return receiving


def _too_long(limit: int) -> Problem:
    return Problem(413, f"A body may have {limit} bytes at most.")
