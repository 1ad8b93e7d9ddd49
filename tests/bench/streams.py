"""How long it takes to load a thing to which much has happened: a day of a space, well booked."""

import random
from datetime import date
from statistics import median, quantiles
from time import perf_counter
from uuid import UUID, uuid4

from kernel.log import Log
from services.bookings.domain import Place, SpaceDay
from tests.bench.table import Row
from tests.experiment import fresh_databases

LENGTHS = (10, 100, 300)
STREAMS = 200
DAY = date(2027, 3, 1)
DESKS = [Place(UUID(int=1), "desk", 10_000, frozenset())]


def rows(bench):
    count = STREAMS // 4 if bench.quick else STREAMS
    with fresh_databases(bench.servers) as databases:
        url = databases["BOOKINGS_DB"]
        spaces = {length: written(url, length, count) for length in LENGTHS}
        log = Log("bookings", url)  # another one than that which wrote them: it knows nothing yet
        for length in LENGTHS:
            for space in spaces[length]:  # the first ones wake PostgreSQL and the connection
                log.load(SpaceDay, space, DAY)
            read = [seconds(log, space) for space in random.sample(spaces[length], count)]
            yield row(f"load of {length} events: µs", length, read)
        kept = [again(log, space) for space in spaces[LENGTHS[-1]]]
        yield row(f"the same {LENGTHS[-1]} events, decided on before: µs", LENGTHS[-1], kept)
        log.close()


def row(what, length, found):
    cuts, typical = quantiles(found, n=10), median(found) * 1e6
    about = f"{cuts[0] * 1e6:,.0f}-{cuts[-1] * 1e6:,.0f} (p10-p90); {typical / length:.1f} an event"
    return Row(what, typical, "", about)


def seconds(log, space):
    """Of a load. Outside of a decision every one is read from the database."""
    begun = perf_counter()
    day = log.load(SpaceDay, space, DAY)
    taken = perf_counter() - begun
    assert day.version in LENGTHS
    return taken


def again(log, space):
    """Of a load by a decision after another one on the same thing, which the log may keep."""
    for _ in range(2):
        with log.one_decision():
            taken = seconds(log, space)
            log.save()
    return taken


def written(url, length, count):
    """Spaces on whose day so much has happened."""
    log, spaces = Log("bookings", url), [uuid4() for _ in range(count)]
    for space in spaces:
        day = SpaceDay(space, DAY)
        while day.version < length:
            if day.promised and random.random() < 0.2:
                day.give_back(next(iter(day.promised)))
            else:
                day.promise(uuid4(), uuid4(), DESKS, 540, 1020)
        log.save(day)
    log.close()
    return spaces
