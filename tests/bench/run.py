"""make bench: how fast Essaim is on this machine, beside the bars of the design (section 9).

Every part is a process of its own; the client that measures shares the cores with them, and its
own share is shown. Rounds of everything are mixed, and the medians are given.
"""

import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import repeat
from statistics import median, quantiles

from deploy.local.servers import servers
from tests.bench import machine
from tests.bench.append import compare
from tests.bench.http import load, request
from tests.bench.town import Town
from tests.bench.visible import Watch
from tests.experiment import fresh_databases, network
from tests.network import SERVICES, VIEWS, Network, follow, serve

CLIENTS, ROUNDS, SECONDS = (1, 8, 32), 5, 2.0
GENTLE, GENTLY = 30, 20.0
TO_REST = 5.0


class Together(Network):
    """As `make up` runs it on one machine: all services, all followers, the gateway."""

    def __init__(self, *args):
        super().__init__(*args)
        followers = [*follow(*SERVICES), *(f"gateway.views.{each}" for each in VIEWS)]
        gateway = self.parts["gateway"]
        self.parts = {"services": serve(*SERVICES), "followers": followers, "gateway": gateway}


def main():
    print(machine.about(), flush=True)
    rows = [("", "measured", "bar", "")]
    with servers() as ours:
        rows += memory(ours)
        rows += appends(ours)
        with tempfile.TemporaryFile("w+") as log, network(ours, log) as running:
            town = Town(running)
            rows += http(running, town)
            rows += visible(running, town)
    print()
    for what, figure, bar, about in rows:
        print(f"{what:<38}{figure:>8}  {bar:<8}  {about}")


def memory(ours):
    with tempfile.TemporaryFile("w+") as log, network(ours, log, Together) as running:
        time.sleep(TO_REST)
        found = machine.megabytes(running)
    parts = ", ".join(f"{name} {size:.0f}" for name, size in found.items())
    yield "MB of all processes, idle, as make up", f"{sum(found.values()):.0f}", "<= 600", parts


def appends(ours):
    with fresh_databases(ours) as databases:
        for writers, bar in ((1, ">= 0.6"), (4, ">= 0.55")):
            append, insert, ratios = compare(databases["BOOKINGS_DB"], writers)
            about = f"{spread(ratios, 2)}; {append:.0f} and {insert:.0f} a second"
            yield f"append / raw insert, {writers} at once", f"{median(ratios):.2f}", bar, about


def http(running, town):
    """Bookings and reads in turn: so many rounds of each, with so many clients."""
    monday = town.fill_a_week()
    space = town.places[0]
    week = request("GET", f"/v1/spaces/{space.space}/weeks/{monday}")
    page = request("GET", f"/espaces/{space.code}?semaine={monday:%G-W%V}", Accept="text/html")
    asked = {
        "bookings": (town.orders, 201, ">= 325"),
        "weeks of 10 rooms": (repeat(week), 200, ">= 260"),
        "the same, as pages": (repeat(page), 200, ""),
    }
    kinds = [(what, clients) for what in asked for clients in CLIENTS]
    for what, clients in kinds:  # warm
        load(running.port, asked[what][0], clients, 0.5)
    loads, spent = defaultdict(list), defaultdict(Counter)
    for _ in range(ROUNDS):
        for what, clients in random.sample(kinds, len(kinds)):
            requests, expected, _ = asked[what]
            before = machine.seconds(running)
            done = load(running.port, requests, clients, SECONDS)
            assert set(done.statuses) == {expected}, (done.statuses, done.last[:300])
            loads[what, clients].append(done)
            spent[what].update(machine.seconds(running) - before)
            spent[what]["the client"] += done.own_seconds
    for what, clients in kinds:
        rates = [each.rate for each in loads[what, clients]]
        about = f"{spread(rates)}; {waits(loads[what, clients])}"
        bar = asked[what][2] if clients == 8 else ""
        yield f"{what} a second, {clients} at once", f"{median(rates):.0f}", bar, about
    for what in list(asked)[1:]:
        [one, *_] = loads[what, 8]
        bar = "<= 50" if what == "weeks of 10 rooms" else ""
        yield f"{what}: kB", f"{one.bytes / one.count / 1000:.1f}", bar, "of one, not compressed"
    for what, used in spent.items():
        count = sum(each.count for clients in CLIENTS for each in loads[what, clients])
        costs = {name: seconds * 1000 / count for name, seconds in used.most_common()}
        parts = ", ".join(f"{name} {cost:.2f}" for name, cost in costs.items() if cost >= 0.05)
        own = costs.pop("the client")
        about = f"{parts}; the client took {own / (own + sum(costs.values())):.0%} of all"
        yield f"{what}: CPU ms each", f"{sum(costs.values()):.1f}", "", about


def visible(running, town):
    """While bookings come in, so many a second, each alone."""
    time.sleep(1)
    with Watch(running.databases) as watch:
        end, due = time.perf_counter() + GENTLY, time.perf_counter()
        while due < end:
            time.sleep(max(0.0, due - time.perf_counter()))
            load(running.port, iter([next(town.orders)]), 1, 1.0)
            due += 1 / GENTLE
        time.sleep(0.5)
    found = sorted(watch.delays())
    assert len(found) > 100, "too few commits were seen"
    cuts, step = quantiles(found, n=100), GENTLY / watch.looks * 1000
    about = f"{len(found)} commits, {GENTLE} a second; we looked every {step:.1f} ms"
    yield "committed -> visible, p50 ms", f"{cuts[49]:.1f}", "<= 5", about
    yield "committed -> visible, p99 ms", f"{cuts[98]:.1f}", "<= 30", f"longest {found[-1]:.0f}"


def spread(values, digits=0):
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}"


def waits(loads):
    cuts = quantiles([wait for each in loads for wait in each.waits], n=100)
    return f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
