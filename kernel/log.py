"""One log of events per service: what it has decided, in the order it was decided."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from kernel.facts import Aggregate
from kernel.recorder import InMemory, InPostgres, Receipt, Step
from kernel.wire import Fact, Stored

A = TypeVar("A", bound=Aggregate)


class Unknown(Exception):
    """Nothing has ever happened to the thing we were asked about."""


class Log:
    """Kept in a database, or in memory when there is none."""

    def __init__(
        self,
        service: str,
        database: str | None = None,
        announce: Callable[[list[Fact]], None] = lambda facts: None,
    ) -> None:
        self.name = service
        self.recorder = InPostgres(database) if database else InMemory()
        self.announce = announce
        self._at_hand: ContextVar[dict[UUID, Any] | None] = ContextVar("at_hand", default=None)

    def load(self, kind: type[A], *key: Any) -> A:
        """The aggregate as it is now. Raises Unknown."""
        if (found := self.find(kind, *key)) is None:
            raise Unknown(f"{kind.__name__} {kind.create_id(*key)}")
        return found

    def find(self, kind: type[A], *key: Any) -> A | None:
        """The aggregate as it is now, if anything ever happened to it."""
        about, at_hand = kind.create_id(*key), self._at_hand.get()
        found = (at_hand or {}).get(about)
        if found is None:
            for stored in self.recorder.stream(about):
                found = stored.event().mutate(found)
        if not isinstance(found, kind):
            return None  # the id of one thing is not taken for another's
        if at_hand is not None:
            at_hand[about] = found
        return found

    @contextmanager
    def one_decision(self) -> Iterator[dict[UUID, Any]]:
        """Inside, the same thing is loaded once, however often it is asked for."""
        at_hand: dict[UUID, Any] = {}
        before = self._at_hand.set(at_hand)
        try:
            yield at_hand
        finally:
            self._at_hand.reset(before)

    def save(
        self, *changed: Aggregate, receipt: Receipt | None = None, step: Step | None = None
    ) -> int | None:
        """Append what happened, all or nothing, and announce it. Returns the last position.

        A receipt (the answer to a command) or a step (our place in another log) is kept in the
        same transaction. Raises Conflict when somebody else was faster, Away without database.
        """
        events = [event for each in changed for event in each.collect_events()]
        positions = self.recorder.append([Stored.of(each) for each in events], receipt, step)
        pairs = zip(positions, events, strict=True)
        self.announce([Fact.of(self.name, position, event) for position, event in pairs])
        return positions[-1] if positions else None

    def after(self, place: int, limit: int = 500) -> list[Fact]:
        """The settled facts after a place, oldest first."""
        found = self.recorder.settled(place, limit)
        return [Fact.of(self.name, position, stored.event()) for position, stored in found]

    def close(self) -> None:
        self.recorder.close()
