"""Rebuild what was true at any past moment, from the log alone, touching nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

import msgspec
from eventsourcing.utils import get_topic

from audit.log import EVERYTHING, Log, Placed, Scope
from kernel.facts import Aggregate

MACHINERY = {"_id", "_version", "_created_on", "_modified_on", "_pending_events"}
Known = dict[str, Any]
"""A thing as plain JSON."""


class Unreplayable(Exception):
    """A fact of a log is not what the service can have written, so nothing after it is known."""


class Change(NamedTuple):
    """What was at a path, such as ("promised", "8a6e..."), and what is. None: nothing."""

    path: tuple[str, ...]
    before: Any
    after: Any


class Changed(NamedTuple):
    """A thing between two moments: the facts of that time, and what they changed."""

    before: Aggregate | None
    after: Aggregate
    facts: list[Placed]

    @property
    def changes(self) -> list[Change]:
        before = told(self.before)["known"] if self.before else {}
        return list(differences(before, told(self.after)["known"]))


def replay(
    log: Log, until: datetime | None = None, scope: Scope = EVERYTHING
) -> Iterator[Aggregate]:
    """Everything a service knew at that moment, or knows now. The same log always gives the same.

    Raises Unreplayable.
    """
    for stream in log.streams(scope):
        if found := state(stream, until):
            yield found


def changed(log: Log, since: datetime, until: datetime, scope: Scope) -> Iterator[Changed]:
    """What happened after a moment and up to another, thing by thing. Raises Unreplayable."""
    for stream in log.streams(scope._replace(since=since, until=until)):
        facts = [each for each in stream if since < event(each).timestamp <= until]
        if facts and (after := state(stream, until)):
            yield Changed(state(stream, since), after, facts)


def state(stream: Iterable[Placed], until: datetime | None = None) -> Aggregate | None:
    """One thing as it was at a moment, from all that happened to it; None before it began.

    Raises Unreplayable.
    """
    found: Any = None
    for each in stream:
        happened = event(each)
        if until is None or happened.timestamp <= until:
            try:
                found = happened.mutate(found)
            except Exception as trouble:  # whatever a method makes of what no command let through
                raise _unreplayable(each) from trouble
    return found if isinstance(found, Aggregate) else None


def event(placed: Placed) -> Any:
    """Brought up to its newest version. Raises Unreplayable."""
    try:
        import_module(f"services.{placed.stored.topic.partition('.')[0]}.domain")
        return placed.stored.event()
    except Exception as trouble:  # whatever decoding makes of what we did not write
        raise _unreplayable(placed) from trouble


def _unreplayable(placed: Placed) -> Unreplayable:
    stored = placed.stored
    return Unreplayable(f"{stored.about}/{stored.version} ({stored.topic}) cannot be replayed")


def told(aggregate: Aggregate) -> Known:
    """One thing as plain JSON: what it is, how old it is, and what was known of it."""
    known = {name: _plain(each) for name, each in vars(aggregate).items() if name not in MACHINERY}
    whole = {
        "what": get_topic(type(aggregate)),
        "id": aggregate.id,
        "version": aggregate.version,
        "since": aggregate.created_on,
        "changed": aggregate.modified_on,
        "known": known,
    }
    plain: Known = msgspec.to_builtins(whole, str_keys=True)
    return plain


def line(aggregate: Aggregate) -> str:
    return msgspec.json.encode(told(aggregate)).decode()


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Change]:
    """What stands where in one and not in the other. Lists are compared as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in (*before, *(each for each in after if each not in before)):
            yield from differences(before.get(name), after.get(name), (*path, name))
    elif before != after or type(before) is not type(after):
        yield Change(path, before, after)


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
