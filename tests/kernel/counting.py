"""A business as small as can be, to try the kernel with: somebody counts things."""

from uuid import UUID, uuid5

from marshmallow import fields

from kernel.facts import NETWORK, Aggregate, Created, Event, Refused, event
from kernel.service import Fact, Service, follows, handles, tells
from kernel.wire import Message


class TooMany(Refused):
    """Nobody counts further than {most}."""


class Counter(Aggregate):
    class CounterOpened(Created):
        name: str

    class Counted(Event):
        steps: int

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NETWORK, f"counter/{name}")

    @event(CounterOpened)
    def __init__(self, name: str) -> None:
        self.name = name
        self.total = 0

    def count(self, steps: int) -> None:
        if self.total + steps > 1000:
            raise TooMany(most=1000)
        self._counted(steps)

    @event(Counted)
    def _counted(self, steps: int) -> None:
        self.total += steps


class OpenCounter(Message):
    """Open a counter."""

    route = "POST /counters"
    name = fields.String(required=True)


class CountOn(Message):
    """Count some steps further."""

    route = "POST /counters/{name}/steps"
    name = fields.String(required=True)
    steps = fields.Integer(required=True, strict=True)


class Counting(Service):
    name = "counting"

    @handles(OpenCounter)
    def open_counter(self, name):
        return Counter(name)

    @handles(CountOn)
    def count_on(self, name, steps):
        counter = self.log.load(Counter, name)
        counter.count(steps)
        return counter

    @tells
    def total_of(self, name):
        return self.log.load(Counter, name).total


class Echo(Service):
    """Counts what counting counts."""

    name = "echo"

    @follows("counting")
    def count_along(self, fact: Fact):
        match fact:
            case Fact(type="kernel.CounterOpened", data={"name": name}):
                return Counter(f"echo of {name}") if not self.find(name) else None
            case Fact(type="kernel.Counted", data={"steps": steps}):
                heard = self.log.find(Counter, "heard") or Counter("heard")
                heard.count(steps)
                return heard
        return None

    def find(self, name):
        return self.log.find(Counter, f"echo of {name}")


class Gauge(Aggregate):
    """Another thing altogether."""

    class GaugeFitted(Created):
        name: str

    @staticmethod
    def create_id(name: str) -> UUID:
        return Counter.create_id(name)

    @event(GaugeFitted)
    def __init__(self, name: str) -> None:
        self.name = name
