"""What a business fact is: named, dated, signed, and never changed afterwards."""

from contextvars import ContextVar
from dataclasses import field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import (
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    CanMutateAggregate,
    event,
)

from kernel.ops.trace import traceparent

__all__ = ["NETWORK", "Aggregate", "Created", "Event", "Refused", "acting", "event"]

NETWORK = uuid5(NAMESPACE_URL, "essaim")
"""The namespace of everything that has a code of its own: one id per code, in every service."""

acting: ContextVar[str] = ContextVar("acting", default="system")
"""Who we are working for: a person's id. Vouched for by the gateway, written into every event."""


def _traceparent() -> str | None:
    return traceparent.get() or None


class Event(AggregateEvent):
    """Something that happened. Its name is public for ever; its fields may only grow."""

    by: str = field(default_factory=acting.get, kw_only=True)
    traceparent: str | None = field(default_factory=_traceparent, kw_only=True)


class Created(Event, AggregateCreated):
    """The first event in the life of an aggregate."""


class Refused(Exception):
    """A rule said no. The docstring of each kind is the reason the partner reads.

    A docstring may hold {names}; the values given when refusing fill them.
    """

    def __init__(self, **values: Any) -> None:
        self.values = {name: str(value) for name, value in values.items()}

    def __str__(self) -> str:
        reason = " ".join((self.__doc__ or "").split())
        return reason.format(**self.values) if self.values else reason


class Aggregate(BaseAggregate[UUID]):
    """A thing that keeps its own rules and remembers everything as events.

    Events are named after the service, not after the module ("bookings.PlacePromised"),
    so that code may move while the log stays readable.
    """

    class Event(Event):
        pass

    def __init_subclass__(cls, **kwargs: Any) -> None:
        service = cls.__module__.split(".")[1]
        for name, member in [(cls.__name__, cls), *vars(cls).items()]:
            if member is cls or _is_event(member):
                member.TOPIC = vars(member).get("TOPIC", f"{service}.{name}")
        super().__init_subclass__(**kwargs)


def _is_event(member: object) -> bool:
    return isinstance(member, type) and issubclass(member, CanMutateAggregate)
