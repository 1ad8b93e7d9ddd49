"""One log of events per service: what it has decided, in the order it was decided."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import Mapper, Recording

from kernel.facts import Aggregate
from kernel.recorder import InMemory, InPostgres
from kernel.wire import Fact, PlainJSON

Unknown = AggregateNotFoundError
"""Nothing has ever happened to the thing we were asked about."""

A = TypeVar("A", bound=Aggregate)


class Log(Application[UUID]):
    """Kept in a database, or in memory when there is none.

    Saving takes a receipt (the answer to a command) or a step (our place in another log):
    it is kept in the same transaction as the events, or nothing is.
    """

    recorder: InPostgres | InMemory

    def __init__(
        self,
        service: str,
        database: str | None = None,
        announce: Callable[[list[Fact]], None] = lambda facts: None,
    ) -> None:
        self.name = service
        self.database = database
        self.announce = announce
        self._at_hand: ContextVar[dict[UUID, Any] | None] = ContextVar("at_hand", default=None)
        super().__init__()

    def construct_mapper(self) -> Mapper[UUID]:
        return self.factory.mapper(mapper_class=PlainJSON)

    def construct_recorder(self) -> InPostgres | InMemory:
        return InPostgres(self.database) if self.database else InMemory()

    def load(self, kind: type[A], *key: Any) -> A:
        """The aggregate as it is now. Raises Unknown."""
        about = kind.create_id(*key)
        at_hand = self._at_hand.get()
        found = (at_hand or {}).get(about) or self.repository.get(about, projector_func=_replayed)
        if not isinstance(found, kind):
            raise Unknown(about)  # somebody takes the id of one thing for another's
        if at_hand is not None:
            at_hand[about] = found
        return found

    def find(self, kind: type[A], *key: Any) -> A | None:
        """The aggregate as it is now, if anything ever happened to it."""
        try:
            return self.load(kind, *key)
        except Unknown:
            return None

    @contextmanager
    def one_decision(self) -> Iterator[dict[UUID, Any]]:
        """Inside, the same thing is loaded once, however often it is asked for."""
        at_hand: dict[UUID, Any] = {}
        before = self._at_hand.set(at_hand)
        try:
            yield at_hand
        finally:
            self._at_hand.reset(before)

    def after(self, place: int, limit: int = 500) -> list[Fact]:
        """The settled facts after a place, oldest first."""
        found = self.recorder.settled(place, limit)
        return [Fact.of(self.name, each.id, self.mapper.to_domain_event(each)) for each in found]

    def _notify(self, recordings: list[Recording[UUID]]) -> None:
        self.announce([Fact.of(self.name, r.notification.id, r.domain_event) for r in recordings])

    def close(self) -> None:
        super().close()
        self.recorder.close()


def _replayed(known: Any, events: Iterable[Any]) -> Any:
    """The library's own way looks at every event several times."""
    for each in events:
        known = each.mutate(known)
    return known
