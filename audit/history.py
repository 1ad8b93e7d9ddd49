"""What happened to a thing, and for each fact whether the register says so too.

A log is believed as far as the register bears it out. So what the log shows is held, to the byte,
against what is registered for its position, and what is registered is looked for in the log.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from audit.heads import latest
from audit.leaf import entry, parsed
from audit.log import Log, Placed
from audit.note import Malformed
from audit.register import Register, Registered
from audit.tree import Disproved, inclusion, leaf_hash, verify_inclusion
from kernel.wire import Stored


class Standing(StrEnum):
    """What the register says of a fact in a log."""

    REGISTERED = "registered"
    """It holds this very fact, and somebody signed for it."""
    UNSIGNED = "unsigned"
    """It holds this very fact, and no checkpoint covers it yet."""
    UNREGISTERED = "unregistered"
    """It has not come as far in this log yet."""
    DIFFERS = "differs"
    """It holds something else for this position: the log was changed."""
    SLIPPED_IN = "slipped-in"
    """It has passed this position, and nothing was there: the fact came into the log later."""
    UNPROVED = "unproved"
    """It holds this very fact, but not under a root that the keeper of the register signed: log
    and register were changed."""
    GONE = "gone"
    """It holds a fact that the log has no more. What is shown is what it holds."""


@dataclass(frozen=True)
class Told:
    """A fact as an auditor sees it: a CloudEvent, as it lies in the log.

    `registered` is what the register holds instead, where it differs.
    """

    position: int
    version: int
    fact: dict[str, Any]
    standing: Standing
    index: int | None
    registered: dict[str, Any] | None


class Witnessed:
    """What the latest checkpoint says of entries: they are under the root it signed, or not."""

    def __init__(self, register: Register) -> None:
        self.head = latest(register)
        self._tree = register.tree(self.head.checkpoint.size if self.head else 0)

    def standing(self, held: Registered) -> Standing:
        if not self.head or held.index >= self.head.checkpoint.size:
            return Standing.UNSIGNED
        where = held.index, self.head.checkpoint.size
        try:
            path = self._tree.read(lambda subtree: inclusion(subtree, *where))
            verify_inclusion(leaf_hash(held.entry), *where, path, self.head.checkpoint.root)
        except (Disproved, Malformed):
            return Standing.UNPROVED
        return Standing.REGISTERED if self.head.trusted else Standing.UNPROVED


def history(log: Log, register: Register, subject: UUID) -> list[Told]:
    """Everything about a thing, oldest first.

    The register only grows, so the order of these questions matters: what it held before the log
    was read must be in the log; and of what it does not hold, it is known how far it had come.
    """
    held = register.registered_about(log.service, str(subject))
    stream = log.stream(subject)
    place = register.place_in(log.service)
    beside = register.registered(log.service, [each.position for each in stream])
    witnessed = Witnessed(register)
    told = [
        _told(log.service, each, beside.get(each.position), place, witnessed) for each in stream
    ]
    there = {each.position for each in stream}
    gone = [_gone(at, each) for at, each in held.items() if at not in there]
    return sorted([*told, *gone], key=lambda each: (each.version, each.position))


def _told(
    service: str, placed: Placed, held: Registered | None, place: int, witnessed: Witnessed
) -> Told:
    fact, written = shown(service, placed)
    where = placed.position, placed.stored.version
    if held is None:
        late = placed.position <= place
        standing = Standing.SLIPPED_IN if late else Standing.UNREGISTERED
        return Told(*where, fact, standing, None, None)
    if held.entry != written:
        return Told(*where, fact, Standing.DIFFERS, held.index, read(held.entry))
    return Told(*where, fact, witnessed.standing(held), held.index, None)


def _gone(position: int, held: Registered) -> Told:
    fact = read(held.entry)
    version = str(fact.get("id", "")).rpartition("/")[2]
    number = int(version) if version.isdecimal() else 0
    return Told(position, number, fact, Standing.GONE, held.index, None)


def read(entry: bytes) -> dict[str, Any]:
    """Empty where somebody has made something else of it than a fact."""
    try:
        fact = json.loads(entry)
    except ValueError:
        return {}
    return fact if isinstance(fact, dict) else {}


def shown(service: str, placed: Placed) -> tuple[dict[str, Any], bytes | None]:
    """A fact for people to read, with its data also where they are too long for an entry; and
    the entry, None for what no service writes: it can be in no register."""
    stored = placed.stored
    try:
        written = entry(service, placed.position, stored)
        fact = json.loads(written)
        if "data" not in fact:
            fact["data"] = _data(stored)
        return fact, written
    except ValueError:
        said = {"id": f"{stored.about}/{stored.version}", "type": stored.topic, "time": None}
        return {**said, "subject": str(stored.about), "by": None, "data": {}}, None


def _data(stored: Stored) -> dict[str, Any]:
    state = parsed(stored.state)
    envelope = ("timestamp", "by", "traceparent", "originator_topic", "v")
    return {name: each for name, each in state.items() if name not in envelope}
