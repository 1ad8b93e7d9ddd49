"""Whatever dies, and wherever: what was acknowledged is stored once, and has every effect once.

Clients go on all the time. Some repeat a command until it is answered, some do not.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from kombu import Connection

from kernel.ask import Asker
from tests.conftest import eventually, long_but
from tests.faults.ring import PARTS, Partner

SERVICE = [
    "append.before@3",
    "append.inside@3",
    "append.committed@3",
    "answer.sent@3",
    "announce.before@3",
    "announce.before@3:0.2",  # after the answer as well
    "announce.sent@3",
]


@pytest.mark.parametrize("point", long_but(SERVICE, "append.inside@3"))
def test_a_service_dies(ring, point):
    with ring.partners():
        ring.arm(counting=point)
        ring.dies("counting")
        ring.start("counting")
        ring.goes_on()
    ring.is_right()


FOLLOWERS = [  # where the service dies that follows, and where the view does
    ("follow.before", "follow.before@3"),
    ("append.before@2", "follow.inside"),
    ("append.inside@2", "follow.inside@3"),
    ("append.committed@2", "follow.before"),
    ("follow.committed", "follow.committed@3"),
    ("follow.committed@3", "follow.committed"),
    ("follow.acked", "follow.acked@3"),
    ("announce.before@2", "follow.acked"),
    ("announce.sent@2", "follow.inside@5"),
]


@pytest.mark.parametrize("ledger, tally", long_but(FOLLOWERS, FOLLOWERS[2]))
def test_followers_die(ring, ledger, tally):
    with ring.partners():
        ring.arm(ledger=ledger, tally=tally)
        ring.dies("ledger", "tally")
        ring.start("ledger")
        ring.start("tally")
        ring.goes_on()
    ring.is_right()


SLOW = """
CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(0.7); RETURN NEW; END $$;
CREATE TRIGGER dawdle {moment} INSERT ON events FOR EACH ROW EXECUTE FUNCTION dawdle();
"""
WRITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep' AND query LIKE 'SELECT append%'
"""


@pytest.fixture(params=long_but(["BEFORE", "AFTER"], "AFTER"))
def slow(ring, request):
    """Whoever appends to the log sleeps, before or after the row is written."""
    superuser, where = ring.servers.postgres.url, ring.sql["counting"].info.dbname
    with psycopg.connect(superuser, dbname=where, autocommit=True) as sql:
        sql.execute(SLOW.format(moment=request.param))
        yield sql
        sql.execute("DROP TRIGGER IF EXISTS dawdle ON events")


def test_a_service_dies_while_the_database_appends(ring, slow):
    """A single statement goes on without the one who sent it; he is asked again meanwhile."""
    with ring.partners():
        eventually(lambda: slow.execute(WRITING).fetchone()[0])
        ring.kill("counting")
        ring.start("counting")
        ring.goes_on(2)
        slow.execute("DROP TRIGGER dawdle ON events")
        ring.goes_on()
    ring.is_right()


class Twice(Asker):
    """Counts how often each question was answered."""

    def __init__(self, *args):
        super().__init__(*args)
        self.times = Counter()

    def _answered(self, message):
        self.times[message.properties["correlation_id"]] += 1
        super()._answered(message)


def test_what_one_of_two_has_answered_without_saying_so_is_not_done_again_by_the_other(ring):
    """The request goes back to the broker, and from there to the other process."""
    with ring.stopped("ledger", "tally"):  # else the last answer may be one to them
        ring.start("counting", called="twin", failpoint="answer.sent@3")
        ring.wait_for("counting", processes=2)
        with Connection(ring.broker) as connection:
            partner = Partner(connection, ring.repeated)
            partner.asker = Twice(connection)
            while ring.running["twin"].poll() is None:
                partner.count()
            ring.dies("twin")
            eventually(lambda: partner.count() or max(partner.asker.times.values()) == 2)
    ring.is_right()


# Rebuilding

LOOK = """
SELECT (SELECT place FROM tally.places WHERE source = 'counting'),
       (SELECT total FROM tally.total),
       count(*), count(DISTINCT position), max(position), sum(amount)
FROM tally.entries
"""


@contextmanager
def readers(ring, number=2):
    """They look at the view all the time, as the gateway does: each look is one statement.

    What they see is whole, and never goes back.
    """
    at_work, looks = [True], []

    def read():
        mine = []
        with psycopg.connect(ring.databases["gateway"], autocommit=True) as sql:
            while at_work:
                mine.append(sql.execute(LOOK).fetchone())
                time.sleep(0.002)
        looks.append(mine)

    with ThreadPoolExecutor() as elsewhere:
        reading = [elsewhere.submit(read) for _ in range(number)]
        try:
            yield
        finally:
            at_work.clear()
        for each in reading:
            each.result()
    for mine in looks:
        assert len(mine) > 20
        for place, total, rows, different, last, amounts in mine:
            assert (place, total, rows) == (last, amounts, different)
        for column in zip(*mine, strict=True):
            assert list(column) == sorted(column)


def schemas(ring):
    names = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tally%'"
    return {name for (name,) in ring.sql["gateway"].execute(names)}


def rebuilt(ring, failpoint=""):
    """The exit code of a process that rebuilds the view."""
    with ring.run("kernel", "rebuild", PARTS["tally"][1], failpoint=failpoint) as process:
        try:
            return process.wait(timeout=20)
        finally:
            process.kill()


LEFT = {  # where whoever rebuilds dies, and what there is then
    "rebuild.copying": {"tally", "tally_next"},
    "rebuild.swapping": {"tally", "tally_next"},
    "rebuild.swapped": {"tally", "tally_old"},
}


@pytest.mark.parametrize("point", long_but(LEFT, "rebuild.swapping"))
def test_whoever_rebuilds_a_view_dies(ring, point):
    ring.count()
    with ring.partners(), readers(ring):
        assert rebuilt(ring, failpoint=point) == -9
        assert schemas(ring) == LEFT[point]
        ring.goes_on()
        assert rebuilt(ring) == 0
        ring.goes_on()
    assert schemas(ring) == {"tally"}
    ring.is_right()
