"""What the auditor's process is asked and answers, over HTTP: words in, JSON or a problem out."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from audit.sources import Sources
from audit.verbs import SERVICES

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
LARGEST = 2**53


def plain(body: object) -> Response:
    kept = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), headers=kept, media_type="application/json")


def problem(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    """RFC 9457."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": why}
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(body), status, kept, "application/problem+json")


def nothing(why: str) -> HTTPException:
    return HTTPException(404, why)


def senseless(name: str, why: str) -> HTTPException:
    return HTTPException(422, f"{name}: {why}")


def sources_of(request: Request) -> Sources:
    found: Sources = request.state.sources
    return found


def service_in(request: Request) -> str:
    if (service := str(request.path_params["service"])) not in SERVICES:
        raise nothing("There is no such service.")
    return service


def id_in(request: Request, name: str) -> UUID | None:
    text = request.path_params.get(name) or request.query_params.get(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        raise senseless(name, "an id is a UUID") from None


def moment_in(request: Request, name: str) -> datetime | None:
    if not (text := request.query_params.get(name)):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise senseless(name, "a moment is written as ISO 8601 says") from None
    if at.tzinfo is None:
        raise senseless(name, "a moment needs an offset, such as +01:00, or Z")
    return at


def number_in(request: Request, name: str, default: int | None = None) -> int | None:
    if not (text := request.path_params.get(name) or request.query_params.get(name)):
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) < LARGEST):
        raise senseless(name, "this is not a number")
    return int(text)
