"""How fast a log takes in what happened to a thing, against plain INSERTs into the same table."""

import multiprocessing
import random
from datetime import date
from functools import partial
from statistics import median
from time import time
from uuid import uuid4

import psycopg

from kernel.log import Log
from kernel.wire import Stored
from services.bookings.domain import SpaceDay

ROUNDS, COUNT, TO_WARM = 9, 2000, 50
INSERT = """
    INSERT INTO events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)
"""
DAY = date(2027, 3, 1)

all_ready = []


def meet_at(barrier):
    """Where the writers wait for each other: told to each process when it begins."""
    all_ready.append(barrier)


def compare(url, writers):
    """Appends a second and INSERTs a second, medians, and the first by the second, each round."""
    rates = {"append": [], "insert": []}
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(writers, meet_at, [spawn.Barrier(writers)]) as pool:
        for _ in range(ROUNDS):
            for how in random.sample(list(rates), 2):
                spans = pool.starmap(write, [(how, url)] * writers, chunksize=1)
                begin, end = min(first for first, _ in spans), max(last for _, last in spans)
                rates[how].append(writers * COUNT / (end - begin))
    ratios = [a / b for a, b in zip(rates["append"], rates["insert"], strict=True)]
    return median(rates["append"]), median(rates["insert"]), ratios


def write(how, url):
    """When one of the writers began, which all of them do together, and had written everything."""
    save, things, close = {"append": appending, "insert": inserting}[how](url, TO_WARM + COUNT)
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
