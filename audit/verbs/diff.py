"""print what changed between two moments, by which facts, and by whom

What happened after the first moment and up to the second. Facts have their position in the log.
"""

import argparse
from collections.abc import Iterator
from typing import Any

import msgspec
from eventsourcing.utils import get_topic

from audit.asked import logs, scope, which_logs, which_things
from audit.replay import Changed, changed, event
from audit.verbs import Undone, moment


def arguments(parser: argparse.ArgumentParser) -> None:
    which_logs(parser)
    parser.add_argument("since", type=moment, help="ISO 8601 with an offset")
    parser.add_argument("until", type=moment, help="likewise")
    parser.add_argument("--json", action="store_true", help="one thing a line, for a program")
    which_things(parser)


def run(asked: argparse.Namespace) -> int:
    if asked.until < asked.since:
        raise Undone("The second moment is before the first.", status=2)
    with logs(asked) as found:
        for log in found:
            for each in changed(log, asked.since, asked.until, scope(asked)):
                print(as_json(each) if asked.json else "\n".join(for_a_person(each)))
    return 0


def for_a_person(thing: Changed) -> Iterator[str]:
    """bookings.Booking 1b4e... (new), then each fact and each change on a line of its own."""
    new = " (new)" if thing.before is None else ""
    yield f"{get_topic(type(thing.after))} {thing.after.id}{new}"
    for each in thing.facts:
        happened = event(each)
        name = each.stored.topic.partition(".")[2]
        yield f"  {happened.timestamp.isoformat()}  {name}  by {happened.by}  ({each.position})"
    for path, before, after in thing.changes:
        yield f"    {'.'.join(path)}: {_short(before)} -> {_short(after)}"


def as_json(thing: Changed) -> str:
    facts = [
        {
            "id": f"{each.about}/{each.stored.version}",
            "type": each.stored.topic,
            "time": event(each).timestamp,
            "by": event(each).by,
            "position": each.position,
        }
        for each in thing.facts
    ]
    told = {
        "what": get_topic(type(thing.after)),
        "id": thing.after.id,
        "version": {
            "before": thing.before.version if thing.before else 0,
            "after": thing.after.version,
        },
        "facts": facts,
        "changes": [each._asdict() for each in thing.changes],
    }
    return msgspec.json.encode(told).decode()


def _short(value: Any) -> str:
    return "nothing" if value is None else msgspec.json.encode(value).decode()
