"""The services at work on a clock that is told the time, each with a log that only remembers.

The very code that decides and reacts in the network, without servers: some ten thousand facts a
second, and the same ones whenever the seed is the same, ids and moments included.
"""

from contextlib import contextmanager, suppress
from random import Random
from unittest.mock import patch

from marshmallow import missing

from kernel.facts import Refused, acting
from kernel.log import Log
from kernel.ops import trace
from kernel.wire import Fact, Stored
from services.bookings.service import Bookings
from services.members.service import Members
from services.mobility.service import Mobility
from services.spaces.service import Spaces
from services.training.service import Training

SERVICES = (Members, Spaces, Bookings, Mobility, Training)


class Remembering(Log):
    """Holds each thing as it is now, so that none is ever loaded, and the rows of a database."""

    def __init__(self, service):
        self.name = service
        self.things, self.places = {}, {}
        self.position, self.rows, self.untold = 0, [], []

    def find(self, kind, *key):
        found = self.things.get(kind.create_id(*key))
        return found if isinstance(found, kind) else None

    @contextmanager
    def one_decision(self):
        yield self.things  # each is at hand anyway

    def save(self, *changed, receipt=None, step=None):
        for each in changed:
            self.things[each.id] = each
            for event in each.collect_events():
                self.position += 1
                self.rows.append(Stored.of(event))
                self.untold.append(Fact.of(self.name, self.position, event))
        if step:
            self.places[step.source] = step.now
        return self.position


class Simulation:
    """What is ordered happens at `now`, if the rules allow it; neighbours hear of it in `hear`."""

    def __init__(self, seed):
        self.now = None
        self.dice = Random(f"ids {seed}")
        self.services = [kind(Remembering(kind.name), now=lambda: self.now) for kind in SERVICES]
        self.who_handles = {verb: each for each in self.services for verb in each.handled}

    @contextmanager
    def running(self):
        """Meanwhile, everything that this process draws comes from the seed, and `now` is now."""
        with (
            patch("eventsourcing.domain.datetime_now_with_tzinfo", lambda: self.now),
            patch("os.urandom", self.dice.randbytes),
            patch("random._urandom", self.dice.randbytes),
        ):
            yield

    def order(self, verb, by="system", **words):
        """The thing asked for. Raises Refused."""
        acting.set(str(by))
        trace.traceparent.set(trace.begun())
        service = self.who_handles[verb]
        changed = getattr(service, verb)(**{**unsaid(service.handled[verb]), **words})
        each = changed if isinstance(changed, tuple) else (changed,)
        service.log.save(*each)
        return each[0]

    def try_to(self, verb, by="system", **words):
        """The thing asked for, if the rules allow it."""
        with suppress(Refused):
            return self.order(verb, by, **words)

    def hear(self):
        """Everybody follows everybody until there is nothing new."""
        while told := [(each.name, each.log.untold) for each in self.services if each.log.untold]:
            for each in self.services:
                each.log.untold = []
            for source, facts in told:
                for follower in self.services:
                    if source in follower.sources():
                        follower.take_in(source, follower.log.places.get(source, 0), facts)


def unsaid(message):
    """What is meant where nothing is said."""
    options = {name: each.load_default for name, each in message().fields.items()}
    said = {name: what for name, what in options.items() if what is not missing}
    return {name: what() if callable(what) else what for name, what in said.items()}
