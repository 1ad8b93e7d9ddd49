"""How messages and facts look outside Python: plain JSON.

Messages come from strangers, so people write their schemas by hand.
Events come from us: their classes are their schemas.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from types import ModuleType
from typing import Annotated, Any, ClassVar, NamedTuple, Self, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.utils import get_topic, resolve_topic
from marshmallow import Schema, ValidationError, pre_load

T = TypeVar("T")

COLUMNS = ("originator_id", "originator_version")
ENVELOPE = (*COLUMNS, "originator_topic", "timestamp", "by", "traceparent")


class Message(Schema):
    """Something a partner asks. The docstring is its documentation."""

    route: ClassVar[str]
    has_preview: ClassVar[bool] = False
    """Whether partners may ask what would happen: deciding on it leaves no trace but in the log."""

    @classmethod
    def service(cls) -> str:
        return cls.__module__.split(".")[1]

    @classmethod
    def verb(cls) -> str:
        """BookDesk is handled by book_desk."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @pre_load
    def _refuse_what_no_database_can_keep(self, words: Any, **_: Any) -> Any:
        for name, value in words.items() if isinstance(words, dict) else ():
            if any("\0" in text for text in _texts(value)):
                raise ValidationError("May not contain the character NUL.", name)
        return words


def kinds(of: type[T], where: ModuleType | type) -> list[type[T]]:
    """The messages of a module, the aggregates of a module, the events of an aggregate."""
    found = [each for each in vars(where).values() if isinstance(each, type)]
    return [each for each in found if issubclass(each, of) and each is not of]


class Stored(NamedTuple):
    """An event as it lies in the log: the JSON an auditor would write by hand.

    A field added later has a default. Where a default cannot tell the truth, the event has
    a `class_version` and an `upcast_v1_v2(state)`, and only then the log carries a "v".
    """

    about: UUID
    version: int
    topic: str
    state: str

    @classmethod
    def of(cls, event: Any) -> Self:
        kind = type(event)
        state = _plain(event, without=COLUMNS)
        if event.traceparent is None:
            del state["traceparent"]
        if (version := _version(kind)) > 1:
            state["v"] = version
        text = msgspec.json.encode(state).decode()
        stored = cls(event.originator_id, event.originator_version, get_topic(kind), text)
        stored.event()  # what cannot be read again must not be written: no log could be followed
        return stored

    def event(self) -> Any:
        kind = resolve_topic(self.topic)
        state = msgspec.json.decode(self.state)
        for old in range(state.pop("v", 1), _version(kind)):
            getattr(kind, f"upcast_v{old}_v{old + 1}")(state)
        state.setdefault("traceparent", None)  # not the one of whoever reads it
        state.update(originator_id=self.about, originator_version=self.version)
        return msgspec.convert(state, kind)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """An event as everybody else reads it: CloudEvents 1.0, always in its newest version.

    `sequence` is the position in the source's log, padded so that texts sort like numbers.
    """

    specversion: str = "1.0"
    source: str
    id: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    sequence: Annotated[str, msgspec.Meta(pattern="^[0-9]{20}$")]
    by: str
    traceparent: str | msgspec.UnsetType = msgspec.UNSET
    data: dict[str, Any]

    @classmethod
    def of(cls, service: str, position: int, event: Any) -> Self:
        return cls(
            source=f"/{service}",
            id=f"{event.originator_id}/{event.originator_version}",
            type=get_topic(type(event)),
            subject=str(event.originator_id),
            time=event.timestamp,
            sequence=f"{position:020d}",
            by=event.by,
            traceparent=event.traceparent or msgspec.UNSET,
            data=data(event),
        )

    @property
    def position(self) -> int:
        return int(self.sequence)


def data(event: Any) -> dict[str, Any]:
    """What an event says, as plain JSON, without its envelope."""
    return _plain(event, without=ENVELOPE)


def _plain(event: Any, without: tuple[str, ...]) -> dict[str, Any]:
    return {k: v for k, v in msgspec.to_builtins(event).items() if k not in without}


def _version(kind: type) -> int:
    return getattr(kind, "class_version", 1)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _texts(each)
        case dict():
            yield from _texts([*value.keys(), *value.values()])
