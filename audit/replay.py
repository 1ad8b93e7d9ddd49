"""Rebuild what was true at any past moment, from the log alone, touching nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.utils import get_topic

from kernel.facts import Aggregate
from kernel.wire import Stored

LOG = "SELECT originator_id, originator_version, topic, state::text FROM events ORDER BY position"
MACHINERY = {"_id", "_version", "_created_on", "_modified_on", "_pending_events"}


def events(database: str) -> Iterator[Any]:
    """Every event of a log, oldest first, brought up to its newest version."""
    with psycopg.connect(database) as sql, sql.cursor("audit") as found:
        sql.read_only = True
        for row in found.execute(LOG):
            yield Stored(*row).event()


def replay(events: Iterable[Any], until: datetime | None = None) -> dict[UUID, Aggregate]:
    """Everything a service knew at that moment. The same log always gives the same answer."""
    known: dict[UUID, Any] = {}
    for event in events:
        if until is None or event.timestamp <= until:
            about = event.originator_id
            known[about] = event.mutate(known.get(about))
    return known


def line(aggregate: Aggregate) -> str:
    """One thing, as one line of JSON: what it is, how old it is, and what was known of it."""
    known = {name: _plain(each) for name, each in vars(aggregate).items() if name not in MACHINERY}
    told = {
        "what": get_topic(type(aggregate)),
        "id": aggregate.id,
        "version": aggregate.version,
        "since": aggregate.created_on,
        "changed": aggregate.modified_on,
        "known": known,
    }
    return msgspec.json.encode(told).decode()


def _plain(value: Any) -> Any:
    """JSON names things by one text, and has no sets."""
    match value:
        case dict():
            return {_name(key): _plain(each) for key, each in value.items()}
        case set() | frozenset():
            return sorted(map(_plain, value), key=str)
        case list() | tuple():
            return [_plain(each) for each in value]
    return value


def _name(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
