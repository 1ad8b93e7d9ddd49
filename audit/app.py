"""The auditor's process: it reads every log and the register, and tells what it found, over HTTP.

uvicorn audit.app:app --host 127.0.0.1 --port 8100 --no-server-header

It signs nobody in, so it is for the inside of the network alone: whoever is outside asks the
gateway, which knows who may ask what. It holds no key, and its roles may only read.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.errors import QueryCanceled
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audit import bundling, serving, telling
from audit.answers import plain, problem, sources_of
from audit.note import Malformed
from audit.replay import Unreplayable
from audit.sources import REGISTER, Sources, sources
from audit.verbs import SERVICES
from kernel.ops import logs
from kernel.ops.door import open_door
from kernel.ops.questions import Questions

SOON = {"Retry-After": "1"}
PATIENCE = 1.5
questions = Questions()


def alive(request: Request) -> Response:
    return plain({"status": "alive"})


def ready(request: Request) -> Response:
    found = needs(sources_of(request))
    return plain(found) if set(found.values()) == {"here"} else problem(503, _missing(found), SOON)


def needs(sources: Sources) -> dict[str, str]:
    """What this process needs, and what is wrong with it."""
    asks: dict[str, Any] = {each: lambda each=each: sources.last(each) for each in SERVICES}
    asked = questions.ask(asks | {REGISTER: sources.size}, PATIENCE)
    return {name: each.trouble or "here" for name, each in asked.items()}


def _missing(found: dict[str, str]) -> str:
    away = ", ".join(name for name, state in found.items() if state != "here")
    return f"Not here: {away}."


# What goes wrong


async def told(_: Request, error: Exception) -> Response:
    """Never a word of what is inside."""
    match error:
        case HTTPException():
            return problem(error.status_code, error.detail, dict(error.headers or {}))
        case Unreplayable():
            return problem(409, f"The log was changed: {error}.")
        case Malformed():
            return problem(500, "The policy in POLICY cannot be read.")
        case psycopg.DataError():
            return problem(409, "The log was changed: a fact has no time that can be read.")
        case QueryCanceled():
            return problem(503, "This takes too long: ask for less.")
        case psycopg.OperationalError():
            logging.getLogger(__name__).warning("a database is away: %r", error)
            return problem(503, "A log or the register cannot be reached right now.", SOON)
    return problem(500, "Something broke while we were answering. It has been written down.")


@asynccontextmanager
async def life(_: Any) -> AsyncIterator[dict[str, Any]]:
    logs.configure()
    logging.getLogger("uvicorn.access").propagate = False
    with sources() as found:
        open_door(lambda: needs(found))
        yield {"sources": found}


app = Starlette(
    routes=[
        Route("/register", serving.state),
        Route("/register/checkpoint", serving.checkpoint),
        Route("/register/tile/{path:path}", serving.tile),
        Route("/register/proof/{service}/{position}", serving.proof),
        Route("/register/entry/{service}/{position}", serving.entry),
        Route("/register/policy", serving.policy),
        Route("/register/recent", serving.recent),
        Route("/histories/{service}/{subject}", telling.histories),
        Route("/states/{service}/{subject}", telling.states),
        Route("/changes/{service}", telling.changes),
        Route("/bundles", bundling.bundles, methods=["POST"]),
        Route("/healthz", alive),
        Route("/readyz", ready),
    ],
    lifespan=life,
    exception_handlers={
        each: told for each in (HTTPException, Unreplayable, Malformed, psycopg.Error, Exception)
    },
)
