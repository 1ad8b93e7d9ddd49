"""Several processes of one service, and of one follower: they share the work, and do none twice.

One process of a follower is at work, its twin stands by: RabbitMQ lets one of them consume.
"""

import os
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.conftest import eventually
from tests.faults.ring import PARTS

pytestmark = pytest.mark.long

FOLLOWERS = ("ledger", "tally")


def twin(name):
    return f"the twin of {name}"


@contextmanager
def two_of(ring, *names):
    """Those who were there first are at work."""
    for name in names:
        ring.start(name, called=twin(name))
    try:
        ring.wait_for(*names, processes=2)
        yield
    finally:
        for name in names:
            if twin(name) in ring.running:
                ring.kill(twin(name))


def test_two_of_everything_under_load(ring):
    with two_of(ring, *PARTS), ring.partners(repeating=2, asking_once=2, patience=5, pause=0.005):
        ring.goes_on(100)
    assert ring.asked_once.asked == ring.asked_once.told.keys()
    ring.is_right()


def test_a_follower_that_was_stopped_for_a_moment_goes_on(ring):
    with two_of(ring, *FOLLOWERS):
        with ring.partners():
            for _ in range(3):
                ring.goes_on()
                with ring.stopped(*FOLLOWERS):
                    ring.goes_on()
        ring.is_right()


# Stopped for so long that its twin takes over


HANG_UP = """
[rabbit_networking:close_connection(Pid, "no heartbeat")
 || [{pid, Pid}, {peer_port, Port}] <- rabbit_networking:connection_info_all([pid, peer_port]),
    lists:member(Port, %s)].
"""


@pytest.fixture
def hang_up(ring):
    """The broker no longer believes in a process: what was delivered to it goes to its twin."""
    broker = ring.servers.broker
    if not hasattr(broker, "ctl"):
        pytest.skip("somebody else's broker")

    def hang_up(*names):
        ports = [port for name in names for port in ports_of(ring.running[name].pid)]
        broker.ctl("eval", HANG_UP % ports)

    return hang_up


def ports_of(pid):
    """From which it speaks to somebody."""
    mine = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            mine.add(os.readlink(each))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, _, _, _, _, _, _, inode, *_ = line.split()
        if f"socket:[{inode}]" in mine:
            yield int(local.partition(":")[2], 16)


def test_a_batch_that_the_twin_has_taken_in_meanwhile_is_not_taken_in_again(ring, hang_up):
    """It was delivered to both; to the stopped one first."""
    with two_of(ring, *FOLLOWERS):
        with ring.stopped(*FOLLOWERS):
            ring.count(5)
            time.sleep(0.2)  # announced, and delivered
            hang_up(*FOLLOWERS)
            ring.is_right()
        ring.wait_for(*FOLLOWERS, processes=2)
        ring.is_right()


LOCKS = {  # what a follower is about to do -> its database, and what makes it wait
    ("ledger", "look"): ("ledger", "LOCK TABLE events"),
    ("ledger", "write"): ("ledger", "SELECT FROM places FOR UPDATE"),
    ("tally", "write"): ("gateway", "SELECT pg_advisory_xact_lock(17, hashtext('tally'))"),
}
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND client_port = ANY(%s)
"""


@contextmanager
def taking_in(ring, name, step):
    """A follower takes in a fact, and at this step has to wait until the end of the block."""
    database, lock = LOCKS[name, step]
    where, pid = ring.sql[database].info.dbname, ring.running[name].pid
    boss = partial(psycopg.connect, ring.servers.postgres.url, dbname=where)
    with boss() as holding, boss(autocommit=True) as looking:
        holding.execute(lock)
        ring.count()
        # Not just anybody: its twin may be making its tables now, and wait as well.
        eventually(lambda: looking.execute(WAITING, [[*ports_of(pid)]]).fetchone()[0])
        yield


@pytest.mark.parametrize("name, step", LOCKS)
def test_a_follower_is_stopped_in_the_middle_of_its_work(ring, hang_up, name, step):
    """Its statement goes on without it. The twin finds that it is done, or does it: at the latest
    when the database no longer waits for who has begun a transaction and says no more.
    """
    with two_of(ring, name), ExitStack() as later:
        with taking_in(ring, name, step):
            later.enter_context(ring.stopped(name))
        hang_up(name)
        ring.count()
        ring.is_right()
        later.close()
        ring.is_right()
        ring.wait_for(name, processes=2)


# Told to leave


@pytest.mark.parametrize("name, step", LOCKS)
def test_a_follower_that_is_told_to_leave_finishes_what_it_holds(ring, name, step):
    leaving = ring.running[name]
    with taking_in(ring, name, step):
        leaving.terminate()
        time.sleep(0.5)
        assert leaving.poll() is None
    ring.stop(name)
    assert not [each for each in ring.wrong() if each.startswith(name)], "it left before"
    ring.start(name)
    ring.is_right()


def test_followers_are_told_to_leave_under_load_and_their_twins_take_over(ring):
    with two_of(ring, *FOLLOWERS):
        with ring.partners(pause=0.005):
            ring.goes_on(20)
            ring.stop(*FOLLOWERS)
            ring.goes_on(20)
        ring.is_right()
        for name in FOLLOWERS:
            ring.running[name] = ring.running.pop(twin(name))


def test_one_of_two_that_serve_is_told_to_leave_under_load_and_nobody_asks_in_vain(ring):
    """Who asks only once is answered as well: by the one who leaves, or by the other."""
    with two_of(ring, "counting"):
        unanswered = ring.asked_once.asked - ring.asked_once.told.keys()
        with ring.partners(repeating=1, asking_once=3, patience=5, pause=0.002):
            ring.goes_on(20)
            ring.stop("counting")
            ring.goes_on(20)
        assert ring.asked_once.asked - ring.asked_once.told.keys() == unanswered
        ring.running["counting"] = ring.running.pop(twin("counting"))
    ring.is_right()


def test_the_only_one_that_serves_is_told_to_leave_under_load(ring):
    with ring.partners(repeating=2, asking_once=1, pause=0.002):
        for _ in range(2):
            ring.goes_on(20)
            ring.stop("counting")
            ring.start("counting")
        ring.goes_on(20)
    ring.is_right()
