"""Who can still look at what was deleted: whoever reads, and servers that follow this one."""

import struct
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import pq


@pytest.fixture
def sql(postgres, databases):
    name = databases["MEMBERS_DB"].rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.url, dbname=name, autocommit=True) as sql:
        yield sql


def transaction(sql):
    return sql.execute("SELECT pg_current_xact_id()::text").fetchone()[0]


def is_out_of_sight(sql, gone):
    return sql.execute("SELECT out_of_sight(%s)", [gone]).fetchone()[0]


@contextmanager
def standby(url, slot=""):
    """A server that follows, and says that its readers look as far back as `look_at` is told."""
    line = pq.PGconn.connect(f"{url}?replication=true".encode())
    assert line.status == pq.ConnStatus.OK, line.error_message
    # From where the server is now: what it wrote long before, it may have thrown away.
    now = line.exec_(b"IDENTIFY_SYSTEM").get_value(0, 2).decode()
    started = line.exec_(f"START_REPLICATION {slot} PHYSICAL {now}".encode())
    assert started.status == pq.ExecStatus.COPY_BOTH, started.error_message

    def look_at(transaction):
        line.put_copy_data(b"h" + struct.pack("!qIIII", 0, int(transaction), 0, 0, 0))
        line.flush()

    yield look_at
    line.finish()


def test_what_nobody_reads_is_out_of_sight(sql):
    assert is_out_of_sight(sql, transaction(sql))


def test_a_server_that_follows_can_look_at_what_its_readers_see(sql, postgres, soon):
    gone = transaction(sql)
    with standby(postgres.url) as look_at:
        look_at(gone)
        soon(lambda: not is_out_of_sight(sql, gone))
    soon(lambda: is_out_of_sight(sql, gone))


def test_a_slot_keeps_what_it_was_told_to_keep(sql, postgres, soon):
    gone = transaction(sql)
    asked = "SELECT active FROM pg_replication_slots"
    sql.execute("SELECT pg_create_physical_replication_slot('follows')")
    try:
        with standby(postgres.url, "SLOT follows") as look_at:
            look_at(gone)
            soon(lambda: not is_out_of_sight(sql, gone))
        soon(lambda: sql.execute(asked).fetchone() == (False,))
        assert not is_out_of_sight(sql, gone), "nobody follows now, and it is kept for them"
    finally:
        soon(lambda: sql.execute(asked).fetchone() == (False,))
        sql.execute("SELECT pg_drop_replication_slot('follows')")
    assert is_out_of_sight(sql, gone)
