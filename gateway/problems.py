"""RFC 9457: one shape for everything that can go wrong, and never a word of what is inside."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
import psycopg
from psycopg.errors import InvalidSchemaName, UndefinedTable
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kernel.ops.trace import traceparent

logger = logging.getLogger(__name__)

SOON = {"Retry-After": "1"}
NEEDS_TOKEN = {"WWW-Authenticate": 'Bearer realm="essaim"'}


class Away(Exception):
    """This part of the network cannot be reached right now. Try again in a moment."""


class NoAnswer(Exception):
    """No answer came in time. Ask again with the same Idempotency-Key to know what was done."""


class Failed(Exception):
    """A service broke while it was answering. It has written down how."""


class Problem(Exception):
    """What we answer instead of what was asked for. `why` is a sentence for a person.

    A `kind` of its own ("/problems/NoDeskLeft") tells a program what happened; without one the
    status says it all. `more` is added to the body.
    """

    def __init__(
        self,
        status: int,
        why: str,
        kind: str = "about:blank",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(why)
        self.status, self.why, self.kind = status, why, kind
        self.headers, self.more = headers or {}, more

    def body(self) -> dict[str, Any]:
        blank = self.kind == "about:blank"
        said = {"title": HTTPStatus(self.status).phrase, "detail": self.why}
        words = said if blank else {"title": self.why}
        trace = {"trace": trace_id()} if trace_id() else {}
        return {"type": self.kind, **words, "status": self.status, **self.more, **trace}

    def response(self) -> Response:
        body = msgspec.json.encode(self.body())
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(body, self.status, headers, "application/problem+json")


def trace_id() -> str:
    """What to quote when asking for help: the request stands under it in every log."""
    return traceparent.get()[3:35]


def nothing_known() -> Problem:
    return Problem(404, "Nothing is known about this.")


def makes_no_sense(errors: Any) -> Problem:
    """`errors` names each field, and says why it was not understood."""
    return Problem(422, "Some words make no sense.", "/problems/invalid-words", errors=errors)


def away(why: str = "") -> Problem:
    """Nobody was there to do what was asked."""
    return Problem(503, why or str(Away.__doc__), "/problems/away", SOON)


def of(what: Exception) -> Problem:
    """What we say about an exception. What nobody expected is written down, with its trace."""
    match what:
        case Problem():
            return what
        case HTTPException(status_code=404):
            return Problem(404, "There is nothing at this address.")
        case HTTPException():
            return Problem(what.status_code, what.detail, headers=dict(what.headers or {}))
        case Away():
            return away()
        case NoAnswer():
            return Problem(504, str(what.__doc__), "/problems/no-answer", SOON)
        case psycopg.OperationalError():
            logger.warning("the database is away: %r", what)
            return away()
        case UndefinedTable() | InvalidSchemaName():
            logger.warning("a view is not there: %r", what)
            return away("This is still being put together.")
    logger.error("a request failed, its trace is %s", trace_id(), exc_info=what)
    why = "Something broke while we were answering. It has been written down."
    return Problem(500, why, "/problems/failure")
