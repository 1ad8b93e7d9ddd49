"""How fast facts are taken in: views rebuilt, logs read from afar, reactions of services."""

import os
import time
from contextlib import closing
from datetime import date
from statistics import median
from typing import NamedTuple
from unittest.mock import patch

from kombu import Connection

from gateway.views import VIEWS
from kernel.ask import Asker
from kernel.follow import Reader
from kernel.log import Log
from services.bookings.service import Bookings
from services.mobility.service import Mobility
from tests.bench.archive import fill_views, write_logs
from tests.bench.table import Row, spread
from tests.experiment import fresh_databases
from tests.network import Network

FACTS, FEW, ROUNDS = 200_000, 5_000, 3
BATCH, AT_MOST = 500, 30_000


class Old(Network):
    """With some years behind it."""

    facts = FACTS

    def __enter__(self):
        write_logs(self.databases, date.today(), self.facts)  # noqa: DTZ011 - any zone will do
        fill_views(self.databases)
        return super().__enter__()


class Young(Old):
    facts = FACTS // 2


class Timed(Asker):
    """Knows how long it has waited for answers."""

    waited = 0.0

    def hear(self, question):
        begun = time.perf_counter()
        try:
            return super().hear(question)
        finally:
            self.waited += time.perf_counter() - begun


def rows(bench):
    with bench.network(Young if bench.quick else Old) as running:
        rounds = range(1 if bench.quick else ROUNDS)
        with Connection(running.env["BROKER"]) as connection:
            asker = Timed(connection)
            turns = [[rebuilt(view, running, asker) for view in VIEWS] for _ in rounds]
            for view, found in zip(VIEWS, zip(*turns, strict=True), strict=True):
                # The few facts of a small one are not what its seconds go into.
                bar = ">= 20,000" if found[0].facts >= FEW else ""
                yield row(f"rebuild of {view.name}: facts a second", bar, found)
            found = [pulled("bookings", asker) for _ in rounds]
            yield row("pull from bookings: facts a second", "", found)
        with fresh_databases(bench.servers) as databases:
            yield from reactions(running.databases, databases)


class Run(NamedTuple):
    """So many facts in so many seconds, of which some were spent waiting for answers."""

    facts: int
    seconds: float
    waited: float = 0.0

    @property
    def rate(self):
        return self.facts / self.seconds


def row(what, bar, runs):
    rates, lasted = [each.rate for each in runs], median(each.seconds for each in runs)
    about = f"{spread(rates)}; {runs[0].facts:,} facts in {lasted:.1f} s"
    if waited := median(each.waited / each.seconds for each in runs):
        about += f", {waited:.0%} of it waiting for answers"
    return Row(what, median(rates), bar, about)


def rebuilt(kind, running, asker):
    """Beside everything that runs, from the logs of the services, asked over RabbitMQ."""
    with patch.dict(os.environ, running.env), kind.at_work() as view:
        facts = sum(map(view.place_in, view.follows))
        view.tell = asker.ask
        begun, before = time.perf_counter(), asker.waited
        view.rebuild(Reader(asker))
        return Run(facts, time.perf_counter() - begun, asker.waited - before)


def pulled(source, asker):
    """As a follower asks who has been away since the beginning."""
    begun, before, place = time.perf_counter(), asker.waited, 0
    read = Reader(asker)
    while facts := read(source, place):
        place = facts[-1].position
    return Run(place, time.perf_counter() - begun, asker.waited - before)


def reactions(full, empty):
    """What services make of the facts of others, when these are at hand."""
    for kind, sources in ((Bookings, ("spaces", "members")), (Mobility, ("bookings",))):
        with closing(Log(kind.name, empty[f"{kind.name.upper()}_DB"])) as log:
            service = kind(log)
            if kind is Mobility:  # it knows the people and places before they are booked
                take_in(service, full, "members")
                take_in(service, full, "spaces")
            for source in sources:
                what = f"{kind.name} reacts to {source}: facts a second"
                yield row(what, "", [take_in(service, full, source)])


def take_in(service, full, source):
    lasted, place = 0.0, 0
    with closing(Log(source, full[f"{source.upper()}_DB"])) as log:
        while place < AT_MOST and (facts := log.after(place, BATCH)):
            begun = time.perf_counter()
            service.take_in(source, place, facts)
            lasted += time.perf_counter() - begun
            place = facts[-1].position
    return Run(place, lasted)
