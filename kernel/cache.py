"""Things as they were last seen, so that a decision need not read their streams again.

Whether they still are so is looked at when the decision is appended (log.sql).
"""

from collections import OrderedDict
from typing import Any
from uuid import UUID

MOST_EVENTS = 50_000


class Cache:
    """The least used ones are dropped. A thing is lent to one decision at a time, as deciding
    changes it: whoever comes meanwhile reads the stream.
    """

    def __init__(self, most_events: int = MOST_EVENTS) -> None:
        self.things: OrderedDict[UUID, Any] = OrderedDict()
        self.events, self.most_events = 0, most_events

    def take(self, about: UUID) -> Any:
        thing = self.things.pop(about, None)
        self.events -= thing.version if thing else 0
        return thing

    def keep(self, thing: Any) -> None:
        self.take(thing.id)
        self.things[thing.id] = thing
        self.events += thing.version
        while self.events > self.most_events:
            _, dropped = self.things.popitem(last=False)
            self.events -= dropped.version
