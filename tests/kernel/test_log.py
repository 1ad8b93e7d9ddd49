"""A reader of the log misses nothing and sees nothing twice, whatever the writers do."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from uuid import uuid4

import msgspec
import psycopg
import pytest
from psycopg.pq import TransactionStatus

from kernel.cache import Cache
from kernel.log import Log, Unknown
from kernel.recorder import OLDEST_RUNNING, Conflict, Receipt, Step
from tests.kernel.counting import Counter, Gauge


@pytest.fixture(scope="module")
def database(databases):
    return databases["BOOKINGS_DB"]


@pytest.fixture(params=["in memory", "in postgres"])
def log(request):
    wanted = request.param == "in postgres"
    log = Log("counting", request.getfixturevalue("database") if wanted else None)
    yield log
    log.close()


def something():
    return Counter(uuid4().hex)


def last(log):
    return log.recorder.last()


def test_facts_come_back_in_the_order_they_were_saved(log):
    start, counters = last(log), [something() for _ in range(20)]
    log.save(*counters)
    assert [fact.data["name"] for fact in log.after(start)] == [each.name for each in counters]


def test_sequences_sort_as_texts_as_positions_do_as_numbers(log):
    log.save(*(something() for _ in range(12)))
    sequences = [fact.sequence for fact in log.after(0)]
    assert sequences == sorted(sequences)


def test_the_slower_of_two_writers_is_told(log):
    log.save(counter := something())
    mine, yours = (log.load(Counter, counter.name) for _ in range(2))
    mine.count(1)
    yours.count(2)
    log.save(mine)
    with pytest.raises(Conflict):
        log.save(yours)


def test_several_things_are_saved_together_or_not_at_all(log):
    log.save(counter := something())
    start, new = last(log), something()
    mine, yours = (log.load(Counter, counter.name) for _ in range(2))
    mine.count(1)
    log.save(mine)
    yours.count(2)
    with pytest.raises(Conflict):
        log.save(new, yours)
    assert [fact.data for fact in log.after(start)] == [{"steps": 1}]


def test_several_things_are_read_at_once_each_as_it_is_now(log):
    counters = [something() for _ in range(3)]
    for steps, each in enumerate(counters, 1):
        each.count(steps)
    log.save(*counters)
    counters[0].count(4)
    log.save(counters[0])
    found = log.all_of([each.id for each in counters[:2]] + [uuid4()])
    assert {about: each.total for about, each in found.items()} == {
        counters[0].id: 5,
        counters[1].id: 2,
    }


def test_what_could_not_be_read_again_is_not_written(log):
    """A name that is a number would stop everybody who follows this log, for ever."""
    start = last(log)
    with pytest.raises(msgspec.ValidationError):
        log.save(something(), Counter(7))
    assert log.after(start) == []


def test_one_decision_loads_a_thing_once(log):
    log.save(counter := something())
    with log.one_decision():
        assert log.load(Counter, counter.name) is log.load(Counter, counter.name)
    assert log.load(Counter, counter.name) is not log.load(Counter, counter.name)


def count(log, name, steps):
    with log.one_decision():
        counter = log.load(Counter, name)
        counter.count(steps)
        log.save(counter)
    return counter


@pytest.fixture
def reads(log, monkeypatch):
    """The ids of the streams that were read."""
    streams, read = log.recorder.streams, []
    monkeypatch.setattr(
        log.recorder, "streams", lambda *abouts: read.extend(abouts) or streams(*abouts)
    )
    return read


def test_what_was_seen_a_moment_ago_need_not_be_read_again(log, reads):
    log.save(counter := something())
    for _ in range(3):
        count(log, counter.name, 1)
    assert reads == []
    assert log.load(Counter, counter.name).total == 3


def other_writer(log):
    """Another process: it has a cache of its own."""
    other = Log(log.name)
    other.recorder = log.recorder
    return other


def test_what_somebody_else_changed_is_read_again(log, reads):
    log.save(counter := something())
    count(other_writer(log), counter.name, 5)
    with pytest.raises(Conflict):
        count(log, counter.name, 1)
    reads.clear()
    assert count(log, counter.name, 1).total == 6
    assert reads == [counter.id]


def test_what_was_decided_on_must_still_be_so(log):
    """Though nothing of it is changed: a price, a rule, the absence of something."""
    log.save(rule := something())
    for look, change in (
        (lambda: log.find(Counter, rule.name), lambda: count(other_writer(log), rule.name, 1)),
        (lambda: log.find(Counter, "absent"), lambda: log.save(Counter("absent"))),
    ):
        with log.one_decision():
            look()
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(change).result()
            with pytest.raises(Conflict):
                log.save(something())


def test_what_turned_out_not_to_be_so_is_read_again(log):
    """Or whoever decides again would rest on the same old rule for ever."""
    log.save(rule := something())
    with log.one_decision():
        log.load(Counter, rule.name)
        log.save(something())
    count(other_writer(log), rule.name, 1)
    for expected in (Conflict, None):
        with log.one_decision():
            log.load(Counter, rule.name)
            with pytest.raises(expected) if expected else nullcontext():
                log.save(something())


def test_what_a_restored_database_has_forgotten_is_not_built_upon(log):
    counter = something()
    counter.collect_events()  # written, and lost again with the database
    log.cache.keep(counter)
    with pytest.raises(Conflict):
        count(log, counter.name, 1)
    with pytest.raises(Unknown):
        count(log, counter.name, 1)


def test_what_was_not_saved_is_forgotten(log):
    log.save(counter := something())
    with log.one_decision():
        log.load(Counter, counter.name).count(7)
        log.save()  # as when a rule refused what came next
    assert count(log, counter.name, 1).total == 1


def test_the_cache_stays_small():
    cache = Cache(most_events=10)
    for counter in (kept := [something() for _ in range(25)]):
        cache.keep(counter)
        cache.keep(counter)
    assert list(cache.things) == [each.id for each in kept[-10:]]
    assert cache.events == 10
    assert cache.take(kept[-1].id) is kept[-1] and cache.take(kept[-1].id) is None
    assert cache.events == 9


def test_the_id_of_one_thing_is_not_taken_for_another(log):
    log.save(counter := something())
    with pytest.raises(Unknown):
        log.load(Gauge, counter.name)


def test_a_receipt_is_kept_once_and_only_with_its_events(log):
    command, start = uuid4().hex, last(log)
    assert log.recorder.answer_to(command) is None
    log.save(something(), receipt=Receipt(command, "f", '{"id": "first"}'))
    with pytest.raises(Conflict):
        log.save(something(), receipt=Receipt(command, "f", '{"id": "second"}'))
    kept = log.recorder.answer_to(command)
    assert (kept.fingerprint, kept.answer) == ("f", {"id": "first"})
    assert [fact.position for fact in log.after(start)] == [kept.position]


def test_a_step_is_taken_once_and_only_with_its_events(log):
    source, start = uuid4().hex, last(log)
    log.save(something(), step=Step(source, 0, 4))
    with pytest.raises(Conflict):
        log.save(something(), step=Step(source, 0, 3))
    assert (log.recorder.place_in(source), len(log.after(start))) == (4, 1)


@pytest.mark.parametrize("role", ["service", "owner"])
@pytest.mark.parametrize("change", ["UPDATE events SET topic = ''", "DELETE FROM events"])
def test_nobody_changes_the_log(database, servers, role, change):
    log = Log("counting", database)
    log.save(something())
    log.close()
    with psycopg.connect(database) as sql:
        name = sql.info.dbname
    address = database if role == "service" else servers.postgres.url
    with psycopg.connect(address, dbname=name) as sql:
        if role == "owner":
            sql.execute(f"SET ROLE {name}_owner")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute(change)


def test_the_auditor_may_only_read(databases):
    with psycopg.connect(databases["BOOKINGS_AUDIT_DB"], autocommit=True) as sql:
        sql.execute("SELECT count(*) FROM events")
        for forbidden in ("DELETE FROM events", "SELECT * FROM commands", "CREATE TABLE x ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sql.execute(forbidden)


DAWDLE = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.topic = 'late' THEN PERFORM pg_sleep(1); END IF; RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION dawdle();
"""
LATE = """
SELECT append(ARRAY[gen_random_uuid()], '{1}', '{late}', ARRAY['{}'], '{}', '{}',
              null, null, null, null, null, null)
"""


def test_what_is_not_settled_is_not_shown(database, servers):
    """Somebody has taken a position, and dawdles before writing; then he gives up."""
    log = Log("counting", database)
    log.recorder.patience = 0.1
    start = last(log)
    with psycopg.connect(database) as slow, ThreadPoolExecutor() as elsewhere:
        with psycopg.connect(servers.postgres.url, dbname=slow.info.dbname) as boss:
            boss.execute(DAWDLE)
        late = elsewhere.submit(slow.execute, LATE)
        time.sleep(0.3)
        log.save(quick := something())
        assert log.after(start) == [], "while he writes"
        late.result()
        assert log.after(start) == [], "while he may still commit"
        slow.rollback()
    assert [fact.subject for fact in log.after(start)] == [str(quick.id)]
    log.close()


APPEND = """
SELECT append(ARRAY[gen_random_uuid()], '{1}', '{kernel.CounterOpened}', %s, '{}', '{}',
              null, null, null, null, null, null)
"""
STATE = (
    '{"originator_topic": "kernel.Counter", "timestamp": "2027-03-01T00:00:00Z",'
    ' "by": "test", "name": "%s"}'
)


def test_whoever_began_last_may_still_write_before_us(database):
    """The younger transaction takes the earlier position, and the older one commits first.

    PostgreSQL does not list the youngest transactions among the running ones of a snapshot:
    a reader that trusts the list passes over the position that is still being written.
    """
    log = Log("counting", database)
    log.recorder.patience = 0.1
    start = last(log)
    with psycopg.connect(database) as older, psycopg.connect(database) as younger:
        older.execute("SELECT pg_current_xact_id()")
        younger.execute(APPEND, [[STATE % "early"]])
        older.execute(APPEND, [[STATE % "late"]])
        older.commit()
        assert log.after(start) == []
        younger.commit()
    assert [fact.data["name"] for fact in log.after(start)] == ["early", "late"]
    log.close()


def test_whoever_began_after_we_looked_may_still_write_before_what_we_read(database, monkeypatch):
    """While we wait for those who may fill a hole, others take positions, and not in order."""
    log = Log("counting", database)
    start = last(log)
    ask = log.recorder._ask
    with psycopg.connect(database) as first, psycopg.connect(database) as second:
        first.execute(APPEND, [[STATE % "given up"]])
        log.save(seen := something())

        def meanwhile(question, *values):
            looked = question == OLDEST_RUNNING
            if looked and second.info.transaction_status == TransactionStatus.IDLE:
                second.execute(APPEND, [[STATE % "still being written"]])
                log.save(something())
                first.rollback()
            return ask(question, *values)

        monkeypatch.setattr(log.recorder, "_ask", meanwhile)
        assert [fact.subject for fact in log.after(start)] == [str(seen.id)]
        second.commit()
    assert len(log.after(start)) == 3
    log.close()


ANSWERED = """
SELECT append(ARRAY[gen_random_uuid()], '{1}', '{kernel.CounterOpened}', %s, '{}', '{}',
              %s, 'f', '{}', null, null, null)
"""


def test_a_command_that_is_just_being_answered_is_not_answered_again(database):
    """Neither of the two sees the receipt of the other when it looks."""
    log, command = Log("counting", database), uuid4().hex
    start, late = last(log), something()
    with psycopg.connect(database) as first, ThreadPoolExecutor() as elsewhere:
        first.execute(ANSWERED, [[STATE % "first"], command])
        second = elsewhere.submit(log.save, late, receipt=Receipt(command, "f", "{}"))
        time.sleep(0.3)
        first.commit()
        with pytest.raises(Conflict):
            second.result()
    assert [fact.data["name"] for fact in log.after(start)] == ["first"]
    log.close()


def test_nothing_is_missed_under_concurrent_writers_who_fail(database):
    log = Log("counting", database)
    start, stop, done = last(log), time.monotonic() + 3, threading.Event()
    log.save(taken := something())

    def write(seed):
        chance, written, mine = random.Random(seed), [], Log("counting", database)
        while time.monotonic() < stop:
            batch = [something() for _ in range(chance.randint(1, 20))]
            try:
                if chance.random() < 0.3:
                    mine.save(*batch, Counter(taken.name))  # the same again: must fail
                else:
                    mine.save(*batch)
                    written += batch
            except Conflict:
                continue
        mine.close()
        return [str(each.id) for each in written]

    def read():
        seen, place, last_look = [], start, False
        while not last_look:
            last_look = done.is_set()
            while facts := log.after(place):
                seen += facts
                place = facts[-1].position
        return seen

    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        written = [each for ids in pool.map(write, range(4)) for each in ids]
        done.set()
        seen = reading.result()
    positions = [fact.position for fact in seen]
    assert positions == sorted(set(positions))
    assert positions[-1] - start > len(positions), "there were holes"
    assert sorted(fact.subject for fact in seen[1:]) == sorted(written)
    log.close()
