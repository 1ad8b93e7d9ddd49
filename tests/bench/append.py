"""How fast a log takes in what happened to a thing, against plain INSERTs into the same table."""

import multiprocessing
import random
from contextlib import contextmanager
from datetime import date
from functools import partial
from statistics import median
from time import time
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from kernel.log import Log
from kernel.wire import Stored
from services.bookings.domain import SpaceDay
from tests.bench.table import Row, spread
from tests.experiment import fresh_databases

BARS = {1: ">= 0.6", 4: ">= 0.55"}
ROUNDS, TO_WARM = 9, 50
COUNT, COUNT_DELAYED = 2000, 500
DELAY = 1000
"""Microseconds that a COMMIT takes longer, as on a disk that is slower to say that it has written.

PostgreSQL itself can wait so long before it writes to the disk (`commit_delay`), also when nobody
else is about to commit (`commit_siblings` = 0). Whoever comes meanwhile is written with the first,
as with a slow disk. It needs `fsync`, which is on.
"""
INSERT = """
    INSERT INTO events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)
"""
DAY = date(2027, 3, 1)

all_ready = []


def rows(bench):
    rounds = 3 if bench.quick else ROUNDS
    with fresh_databases(bench.servers) as databases:
        url = databases["BOOKINGS_DB"]
        for writers, bar in BARS.items():
            yield row(f"{writers} at once", bar, compare(url, writers, COUNT, rounds))
        with delayed_commits(bench.servers.postgres.url, url):
            for writers in BARS:
                found = compare(url, writers, COUNT_DELAYED, rounds)
                alone = found["insert"] if writers == 1 else []
                assert all(rate < 1e6 / DELAY for rate in alone), f"no delay: {alone} a second"
                yield row(f"{writers} at once, COMMIT 1 ms slower", "", found)


def row(how, bar, rates):
    ratios = [a / b for a, b in zip(rates["append"], rates["insert"], strict=True)]
    append, insert = median(rates["append"]), median(rates["insert"])
    about = f"{spread(ratios, 2)}; {append:,.0f} and {insert:,.0f} a second"
    return Row(f"append / raw INSERT, {how}", median(ratios), bar, about, 2)


@contextmanager
def delayed_commits(superuser, url):
    """For whoever signs in meanwhile as the role of `url`."""
    role = Identifier(urlsplit(url).username)
    settings = {"commit_delay": DELAY, "commit_siblings": 0}
    with psycopg.connect(superuser, autocommit=True) as sql:
        for name, value in settings.items():
            sql.execute(SQL("ALTER ROLE {} SET {} = {}").format(role, Identifier(name), value))
        yield
        sql.execute(SQL("ALTER ROLE {} RESET ALL").format(role))


def compare(url, writers, count, rounds):
    """Appends a second and INSERTs a second, round by round."""
    rates = {"append": [], "insert": []}
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(writers, meet_at, [spawn.Barrier(writers)]) as pool:
        for _ in range(rounds):
            for how in random.sample(list(rates), 2):
                spans = pool.starmap(write, [(how, url, count)] * writers, chunksize=1)
                begin, end = min(first for first, _ in spans), max(last for _, last in spans)
                rates[how].append(writers * count / (end - begin))
    return rates


def meet_at(barrier):
    """Where the writers wait for each other: told to each process when it begins."""
    all_ready.append(barrier)


def write(how, url, count):
    """When one of the writers began, which all of them do together, and had written everything."""
    save, things, close = {"append": appending, "insert": inserting}[how](url, TO_WARM + count)
    for _ in range(TO_WARM):
        save(things.pop())
    all_ready[0].wait(timeout=60)
    begin = time()
    while things:
        save(things.pop())
    end = time()
    close()
    return begin, end


def appending(url, count):
    """New things, one in each transaction: their event becomes JSON and is saved."""
    log = Log("bookings", url)
    return log.save, [SpaceDay(uuid4(), DAY) for _ in range(count)], log.close


def inserting(url, count):
    """The same rows, ready made."""
    [event] = SpaceDay(uuid4(), DAY).collect_events()
    row = Stored.of(event)
    sql = psycopg.connect(url, autocommit=True)
    rows = [[uuid4(), row.version, row.topic, row.state] for _ in range(count)]
    return partial(sql.execute, INSERT), rows, sql.close
