"""One log of events per service: what it has decided, in the order it was decided."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from kernel.cache import Cache
from kernel.facts import Aggregate
from kernel.recorder import Conflict, InMemory, InPostgres, Receipt, Step
from kernel.wire import Fact, Stored

BATCH = 500
A = TypeVar("A", bound=Aggregate)
Decision = dict[UUID, Any]
"""What is decided on: each thing once, or None for what there is not."""


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
        self.cache = Cache()
        self._deciding: ContextVar[Decision | None] = ContextVar("deciding", default=None)

    def load(self, kind: type[A], *key: Any) -> A:
        """The aggregate as it is now. Raises Unknown."""
        if (found := self.find(kind, *key)) is None:
            raise Unknown(f"{kind.__name__} {kind.create_id(*key)}")
        return found

    def find(self, kind: type[A], *key: Any) -> A | None:
        """The aggregate as it is now, if anything ever happened to it."""
        about, decision = kind.create_id(*key), self._deciding.get()
        if decision is None:
            found = self._read(about)
        else:
            if about not in decision:
                decision[about] = self.cache.take(about) or self._read(about)
            found = decision[about]
        return found if isinstance(found, kind) else None  # an id is not taken for another's

    def _read(self, about: UUID) -> Any:
        return self.all_of([about]).get(about)

    def all_of(self, abouts: Iterable[UUID]) -> dict[UUID, Any]:
        """Things as they are now, by one question, for whoever only tells of them. What never was
        is left out."""
        found: dict[UUID, Any] = {}
        for stored in self.recorder.streams(*abouts):
            found[stored.about] = stored.event().mutate(found.get(stored.about))
        return found

    @contextmanager
    def one_decision(self) -> Iterator[Decision]:
        """Inside, the same thing is loaded once, and what is saved rests on what was loaded."""
        decision: Decision = {}
        before = self._deciding.set(decision)
        try:
            yield decision
        finally:
            self._deciding.reset(before)

    def save(
        self, *changed: Aggregate, receipt: Receipt | None = None, step: Step | None = None
    ) -> int | None:
        """Append what happened, all or nothing, and announce it. Returns the last position.

        A receipt (the answer to a command) or a step (our place in another log) is kept in the
        same transaction. Raises Conflict when somebody else was faster, so that what was decided
        on is not so any more; saving nothing asks for just that. Raises Away without database.
        """
        known: dict[UUID, int] = {}
        for about, thing in (self._deciding.get() or {}).items():
            known[about] = thing.version - len(thing.pending_events) if thing else 0
            if thing and not thing.pending_events:
                self.cache.keep(thing)
        events = [event for each in changed for event in each.collect_events()]
        stored = [Stored.of(each) for each in events]
        try:
            positions = self.recorder.append(stored, receipt, step, known)
        except Conflict:
            for about in known:
                self.cache.take(about)
            raise
        for each in changed:
            self.cache.keep(each)
        pairs = zip(positions, events, strict=True)
        self.announce([Fact.of(self.name, position, event) for position, event in pairs])
        return positions[-1] if positions else None

    def after(self, place: int, limit: int = BATCH) -> list[Fact]:
        """The settled facts after a place, oldest first."""
        found = self.recorder.settled(place, limit)
        return [Fact.of(self.name, position, stored.event()) for position, stored in found]

    def close(self) -> None:
        self.recorder.close()
