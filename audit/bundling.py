"""A bundle over HTTP: made in a file of its own, then sent, so that half of one is never taken for
a whole. One at a time, as each reads all it has several times."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from audit.answers import nothing, problem, senseless, sources_of
from audit.bundle.archive import TooLarge
from audit.bundle.disclosed import Disclosed, NotDisclosed
from audit.bundle.export import Asked, NothingThere, export
from audit.heads import best
from audit.sources import Sources

AT_ONCE = 1 << 16
making = Lock()


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """As `Asked`, with the details that were disclosed, as members told them."""

    since: datetime | None = None
    until: datetime | None = None
    services: list[str] = []
    subjects: list[UUID] = []
    without: list[str] = []
    details: list[dict[str, Any]] = []


async def bundles(request: Request) -> Response:
    try:
        wish = msgspec.json.decode(await request.body(), type=Wish)
    except msgspec.DecodeError as wrong:
        raise senseless("bundle", str(wrong)) from None
    if any(each and each.tzinfo is None for each in (wish.since, wish.until)):
        raise senseless("since", "a moment needs an offset, such as +01:00, or Z")
    return await run_in_threadpool(made, sources_of(request), wish)


def made(sources: Sources, wish: Wish) -> Response:
    if not making.acquire(blocking=False):
        return problem(503, "Another bundle is being made: try again soon.", {"Retry-After": "5"})
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        number = written(sources, wish, file)
    except BaseException:
        file.close()
        raise
    finally:
        making.release()
    logging.getLogger(__name__).info("a bundle of %s facts was made", number)
    headers = {"Content-Length": str(file.tell()), "Cache-Control": "no-store"}
    return StreamingResponse(pieces(file), headers=headers, media_type="application/zip")


def written(sources: Sources, wish: Wish, file: BinaryIO) -> int:
    """Held against the latest checkpoint that is settled, or the latest of all."""
    asked = Asked(wish.since, wish.until, wish.services, wish.subjects, set(wish.without))
    try:
        disclosed = Disclosed(map(msgspec.json.encode, wish.details))
        with sources.register() as register:
            head = best(register)
            return export(register, asked, disclosed, file, head.note if head else None)
    except NothingThere as reason:
        raise nothing(str(reason)) from None
    except NotDisclosed as reason:
        raise senseless("details", str(reason)) from None
    except TooLarge as reason:
        raise senseless("until", str(reason)) from None


def pieces(file: BinaryIO) -> Iterator[bytes]:
    with file, suppress(GeneratorExit):
        file.seek(0)
        while data := file.read(AT_ONCE):
            yield data
