"""What happened, over HTTP: a thing's history, the thing at a moment, what changed meanwhile."""

from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.utils import get_topic
from starlette.requests import Request
from starlette.responses import Response

from audit import replay
from audit.answers import (
    id_in,
    moment_in,
    nothing,
    number_in,
    plain,
    senseless,
    service_in,
    sources_of,
)
from audit.history import history, shown
from audit.log import Scope

MOST = 200
"""Things in one answer."""


def histories(request: Request) -> Response:
    """Every fact about a thing, and what the register says of it."""
    service, subject = service_in(request), _subject(request)
    sources = sources_of(request)
    with sources.register() as register, sources.log(service) as log:
        facts = history(log, register, subject)
    if not facts:
        raise nothing("Nothing ever happened to this.")
    return plain({**_about(service, subject), "facts": facts})


def states(request: Request) -> Response:
    """A thing as it was at a moment, or as it is."""
    service, subject, at = service_in(request), _subject(request), moment_in(request, "at")
    with sources_of(request).log(service) as log:
        stream = log.stream(subject)
    if not (found := replay.state(stream, at)):
        raise nothing("There was no such thing then." if stream else "There is no such thing.")
    last = stream[found.version - 1]
    return plain(
        {**_about(service, subject), "at": at, "position": last.position} | replay.told(found)
    )


def changes(request: Request) -> Response:
    """What changed after a moment and up to another: thing by thing, in the order of their ids."""
    service = service_in(request)
    since, until = moment_in(request, "from"), moment_in(request, "until")
    if not since or not until:
        raise senseless("from" if not since else "until", "say the moment")
    if until < since:
        raise senseless("until", "it is before the other moment")
    scope = Scope(id_in(request, "subject"), id_in(request, "space"), id_in(request, "person"))
    limit = number_in(request, "limit", 50) or 0
    if not 1 <= limit <= MOST:
        raise senseless("limit", f"1 to {MOST}")
    with sources_of(request).log(service) as log:
        found = list(islice(replay.changed(log, since, until, scope), limit + 1))
    items = [_changed(service, each) for each in found[:limit]]
    return plain({"service": service, "items": items, "more": len(found) > limit})


def _changed(service: str, thing: replay.Changed) -> dict[str, Any]:
    return {
        **_about(service, thing.after.id),
        "what": get_topic(type(thing.after)),
        "before": thing.before.version if thing.before else 0,
        "after": thing.after.version,
        "facts": [shown(service, each)[0] for each in thing.facts],
        "changes": [each._asdict() for each in thing.changes],
    }


def _about(service: str, subject: UUID) -> dict[str, Any]:
    return {"service": service, "subject": subject}


def _subject(request: Request) -> UUID:
    if not (subject := id_in(request, "subject")):
        raise nothing("There is no such thing.")
    return subject
