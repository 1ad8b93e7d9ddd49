"""/healthz: this process lives. /readyz: everything it needs is there."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import psycopg
from starlette.requests import Request
from starlette.responses import Response

from gateway.api import plain
from gateway.positions import SERVICES
from gateway.problems import SOON, Away, Failed, NoAnswer

PATIENCE = 1.5
MISSING = (Away, Failed, NoAnswer, TimeoutError, psycopg.Error)


async def alive(_: Request) -> Response:
    return plain({"status": "alive"})


async def ready(request: Request) -> Response:
    """503 when something is missing, with what it is. A service says how far it has come."""
    services, views = request.state.services, request.state.views
    names = ("database", "broker", *SERVICES)
    states = await asyncio.gather(
        _state(views.row("SELECT 1 AS here", {})),
        _state(services.channel()),
        *(_state(services.ask(service, "health")) for service in SERVICES),
    )
    found = dict(zip(names, states, strict=True))
    complete = "away" not in states
    status = {"status": "ready" if complete else "not ready", **found}
    return plain(status, 200) if complete else plain(status, 503, **SOON)


async def _state(asked: Awaitable[Any]) -> Any:
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await asked
    except MISSING:
        return "away"
    return answer if isinstance(answer, dict) and "places" in answer else "here"
