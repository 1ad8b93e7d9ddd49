"""What a request costs when a million facts are stored, beside what it costs when none are.

Two networks, each with servers of its own: the names of queues allow one network to a broker. The
same founders book in the same spaces, and read the same week. One network was founded just now; the
other has eight years behind it, but for the last month, so that the same days are free in both.
"""

import asyncio
import time
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import repeat
from statistics import median
from urllib.parse import urlsplit

import psycopg

from deploy.local.servers import servers
from gateway.credentials import Credentials
from gateway.records import pool
from tests.bench.archive import REGIONS, beginning, fill_views, write_logs
from tests.bench.history import Region
from tests.bench.http import BOOKINGS, CLIENTS, WEEKS, costs, rate
from tests.bench.rounds import Question, ask_in_turn
from tests.bench.table import Row, spread
from tests.bench.town import ROOMS, Spot, Town
from tests.network import PASSWORD, Network

FACTS, QUICK = 1_000_000, 150_000
BAR = "<= 1.1"


def rows(bench):
    until = date.today() - timedelta(days=30)  # noqa: DTZ011 - any zone will do
    facts = QUICK if bench.quick else FACTS
    with ExitStack() as open_:
        other = open_.enter_context(servers(given={}))
        empty = open_.enter_context(bench.network(aged(until, 0), other))
        full = open_.enter_context(bench.network(aged(until, facts)))
        yield full.told
        pairs = {
            (what, clients): [Question(what, *each, clients) for each in asked]
            for what, asked in to_compare([founders_town(each, until) for each in (empty, full)])
            for clients in CLIENTS
        }
        rounds, seconds = (4, 0.8) if bench.quick else (15, 0.8)
        found = ask_in_turn(list(pairs.values()), rounds, seconds)
    for (what, clients), (without, with_) in pairs.items():
        if clients == 8:
            yield from ratios(what, found[without], found[with_])
    for (what, clients), pair in pairs.items():
        for question, facts in zip(pair, ("none", f"{full.told.figure:,}"), strict=True):
            shown = [rate(question, found[question], bars={})]
            if clients == 8:
                shown.append(costs(what, found[question]))
            yield from (each._replace(what=f"{each.what}, {facts} stored") for each in shown)


def aged(until, facts):
    """A network that has so many facts behind it when it begins."""

    class Aged(Network):
        def __enter__(self):
            begun = time.perf_counter()
            stored = write_logs(self.databases, until, facts)
            written = time.perf_counter()
            fill_views(self.databases)
            filled = time.perf_counter()
            tidy(self)
            about = f"in {written - begun:.0f} s, and {filled - written:.0f} s for all views"
            self.told = Row("facts generated and stored", stored, "", about)
            return super().__enter__()

    return Aged


def tidy(network):
    """What PostgreSQL would do by itself in the minutes after so much was written."""
    for name in {urlsplit(url).path[1:] for url in network.databases.values()}:
        with psycopg.connect(network.servers.postgres.url, dbname=name, autocommit=True) as sql:
            sql.execute("VACUUM ANALYZE")
            sql.execute("CHECKPOINT")


def founders_town(network, until):
    """The first spaces of the regions, and the founders of the first region."""
    regions = [Region(number, beginning(until)) for number in range(REGIONS)]
    spots = [spot(each) for each in regions]
    people = [str(person) for person in regions[0].people]
    return Town(network, spots, asyncio.run(members(network, people)))


def spot(region):
    space = region.spaces[0]
    rooms = [str(region.offer(space, f"room-{n}")) for n in range(1, ROOMS + 1)]
    return Spot(space.code, str(space.id), str(region.offer(space, "desks")), rooms)


async def members(network, people):
    """People with tokens, as the gateway makes them for whoever signs up."""
    async with pool(network.databases["GATEWAY_DB"]) as opened:
        credentials, found = Credentials(opened), []
        for n, person in enumerate(people):
            account = await credentials.reserve(f"founder-{n}@example.org")
            await credentials.complete(account, person, PASSWORD)
            found.append((person, (await credentials.issue_token(account, "bench"))["token"]))
        return found


def to_compare(towns):
    """What is asked of each of the towns' networks, and the status of the answer."""
    weeks = [(town, town.week(town.fill_a_week())[0]) for town in towns]
    yield BOOKINGS, [(town.network, town.orders, 201) for town in towns]
    yield WEEKS, [(town.network, repeat(week), 200) for town, week in weeks]


def ratios(what, without, with_):
    """Of the medians; beside it those of rounds that followed each other."""

    def ratio(name, of):
        pairs = zip(map(of, with_), map(of, without), strict=True)
        figure = median(map(of, with_)) / median(map(of, without))
        about = f"{spread([a / b for a, b in pairs], 2)} round by round; 8 at once"
        return Row(f"{what}, {name} with facts / without", figure, BAR, about, 2)

    yield ratio("CPU", lambda each: each.cost)
    yield ratio("median time", lambda each: median(each.load.waits))
