"""/healthz: this process lives. /readyz: everything it needs is there. And the operators' door."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import Response

from gateway import meters
from gateway.api import plain
from gateway.ask import Services
from gateway.positions import SERVICES
from gateway.problems import SOON, Away, Failed, NoAnswer
from gateway.questions import Views
from kernel.ops.door import open_door
from kernel.ops.meters import pools

PATIENCE = 1.5
MISSING = (Away, Failed, NoAnswer, OSError, psycopg.Error)


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


@contextmanager
def operators_door(services: Services, views: Views) -> Iterator[None]:
    """Who knocks there is let in by a thread, which notices as well when our loop is stuck."""
    loop = asyncio.get_running_loop()

    def told(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    async def needed() -> dict[str, str]:
        asked = (_state(views.row("SELECT 1 AS here", {})), _state(services.channel()))
        return dict(zip(("database", "broker"), await asyncio.gather(*asked), strict=True))

    at_scrape = meters.AtScrape(lambda: told(views.behind()))
    REGISTRY.register(at_scrape)
    pools["gateway"] = views.pool
    open_door(lambda: told(needed()))
    try:
        yield
    finally:
        REGISTRY.unregister(at_scrape)
