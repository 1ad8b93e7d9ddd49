"""How long it takes from the commit of an event until the view shows it."""

import time
from statistics import quantiles
from threading import Event, Thread

import psycopg

from tests.bench.client import load
from tests.bench.table import Row
from tests.bench.town import new_town

GENTLE = 30
"""Bookings a second, each alone."""
LASTING = 20.0


def rows(bench):
    with bench.network() as running:
        town = new_town(running, members=16)
        load(running.port, town.orders, 8, 2.0)  # warm
        lasting = LASTING / 2 if bench.quick else LASTING
        time.sleep(1)
        with Watch(running.databases) as watch:
            book(running, town, lasting)
            time.sleep(0.5)
    found = sorted(watch.delays())
    assert len(found) > 100, "too few commits were seen"
    cuts, step = quantiles(found, n=100), lasting / watch.looks * 1000
    about = f"{len(found)} commits, {GENTLE} a second; we looked every {step:.1f} ms"
    yield Row("committed -> visible, p50 ms", cuts[49], "<= 5", about, 1)
    yield Row("committed -> visible, p99 ms", cuts[98], "<= 30", f"longest {found[-1]:.0f}", 1)


def book(running, town, lasting):
    end = due = time.perf_counter()
    end += lasting
    while due < end:
        time.sleep(max(0.0, due - time.perf_counter()))
        load(running.port, iter([next(town.orders)]), 1, 1.0)
        due += 1 / GENTLE


class Watch:
    """Looks at the log and at the view again and again, and notes when each position is there.

    Whoever wrote it, whatever the way it took. Two looks are half a millisecond or more apart:
    the figures are as coarse as that.
    """

    def __init__(self, databases):
        self.databases, self.over = databases, Event()
        self.committed, self.visible = {}, {}
        self.looks = 0
        self.thread = Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def look(self):
        log, gateway = (
            psycopg.connect(self.databases[name], autocommit=True)
            for name in ("BOOKINGS_DB", "GATEWAY_DB")
        )
        with log, gateway:
            while not self.over.is_set():
                self.note(log, "SELECT max(position) FROM events", self.committed)
                self.note(
                    gateway,
                    "SELECT place FROM agenda.places WHERE source = 'bookings'",
                    self.visible,
                )
                self.looks += 1
                time.sleep(0.0005)

    def note(self, sql, select, seen):
        place = sql.execute(select).fetchone()[0]
        seen.setdefault(place, time.perf_counter())

    def delays(self):
        """In milliseconds, of every position that the log was seen to reach."""
        found, shown = [], sorted(self.visible.items())
        for position, at in sorted(self.committed.items())[1:]:
            when = next((moment for place, moment in shown if place >= position), None)
            if when is not None:
                found.append(max(0.0, when - at) * 1000)
        return found
