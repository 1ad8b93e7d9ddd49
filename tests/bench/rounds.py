"""Loads in turn: what the machine does meanwhile falls on all of them alike."""

import random
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from tests.bench import machine
from tests.bench.client import Load, load
from tests.network import Network

TO_WARM = 0.5


class Question(NamedTuple):
    """What so many clients ask at once of a network, again and again."""

    what: str
    network: Network
    requests: Iterator[bytes]
    expected: int
    clients: int


class Round(NamedTuple):
    """One load, and the seconds of a core it took, part by part."""

    load: Load
    seconds: dict[str, float]
    unexpected: int = 0
    """Answers that were not as they should be."""

    def costs(self):
        """Part -> milliseconds of a core for each request."""
        return {part: taken * 1000 / self.load.count for part, taken in self.seconds.items()}

    @property
    def cost(self):
        """Milliseconds of a core for each request, of everything but the client."""
        costs = self.costs()
        return sum(costs.values()) - costs["the client"]


def ask_in_turn(groups, rounds, seconds):
    """Question -> its rounds, so many seconds each, in another order each time.

    Questions of one group follow each other at once: they are to be compared.
    """
    for group in groups:
        for each in group:
            ask(each, TO_WARM)
    found = defaultdict(list)
    for _ in range(rounds):
        for group in shuffled(groups):
            for each in shuffled(group):
                found[each].append(ask(each, seconds))
    return found


def shuffled(things):
    return random.sample(things, len(things))


def ask(question, seconds):
    before = machine.seconds(question.network)
    done = load(question.network.port, question.requests, question.clients, seconds)
    after = machine.seconds(question.network)
    taken = {part: after[part] - before[part] for part in after}
    unexpected = done.count - done.statuses[question.expected]
    assert unexpected <= done.count / 2, (done.statuses, done.last[:300])
    return Round(done, taken | {"the client": done.own_seconds}, unexpected)


def typical_costs(rounds):
    """Part -> milliseconds of a core for each request, the median of the rounds, dearest first."""
    costs = [each.costs() for each in rounds]
    found = {part: median(each[part] for each in costs) for part in costs[0]}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
