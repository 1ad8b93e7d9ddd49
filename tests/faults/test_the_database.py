"""Without the database nothing is taken, nothing is shown, and nobody dies. What operators do to it
while it is at work delays at most; nothing gets lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.errors import QueryCanceled

from tests.faults.away import (
    SOON,
    all_but_one_take_orders,
    all_is_shown,
    all_live,
    away,
    becomes_well,
    is_away,
    nothing_is_shown,
    nothing_is_taken,
    quickly,
    within,
)
from tests.faults.disk import small_disk
from tests.faults.holdings import holdings, nothing_leaked
from tests.faults.orders import orders_coming_in
from tests.network import SERVICES

pytestmark = pytest.mark.long

LONG = "2s"
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@contextmanager
def operator_at(network, service):
    """The superuser, in the database of a service."""
    database = urlsplit(network.databases[f"{service.upper()}_DB"]).path[1:]
    with closing(psycopg.connect(network.servers.postgres.url, dbname=database)) as sql:
        sql.autocommit = True
        yield sql


def everybody_was_served(answers):
    assert answers
    for told in answers:
        assert told.answer.status_code in (201, 409), told


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_without_the_database_nothing_is_taken_and_nobody_dies(victim, life, how):
    database = victim.servers.postgres
    with orders_coming_in(life) as orders:
        before = holdings(victim)
        with away(life, getattr(database, how), database.start):
            begun = time.monotonic()
            nothing_is_taken(life)
            if how == "stop":
                nothing_is_shown(life)
            answers = [told.answer for told in orders.since(begun)]
            assert len(answers) > 10 and all(map(is_away, answers))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    assert all_live(victim)


def test_a_database_that_restarts_again_and_again_loses_nothing(victim, life):
    database = victim.servers.postgres
    with orders_coming_in(life):
        for end in (database.stop, database.kill, database.stop, database.kill):
            end()
            database.start()
            time.sleep(0.3)
        becomes_well(life)
    assert all_live(victim)


def test_when_others_have_taken_every_connection_it_is_said_at_once(victim, life):
    with orders_coming_in(life) as orders, Crowd(victim) as crowd:
        before = holdings(victim)
        with away(life, crowd.takes_every_connection, crowd.leaves):
            begun = time.monotonic()
            nothing_is_taken(life)
            assert all(is_away(told.answer) for told in orders.since(begun))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))


class Crowd:
    """Idle connections, as many as the server allows to those who are not its superuser."""

    def __init__(self, network):
        self.network, self.here = network, []

    def __enter__(self):
        self.operator = psycopg.connect(self.network.servers.postgres.url, autocommit=True)
        return self

    def __exit__(self, *_):
        self.leaves()
        self.operator.close()

    def takes_every_connection(self):
        """Nobody of the network may come in until the crowd is there."""
        self.let_in("NOLOGIN")
        while self.operator.execute(OTHERS).fetchall():
            time.sleep(0.01)
        with ThreadPoolExecutor(8) as coming:
            list(coming.map(lambda _: self.come(), range(8)))
        self.let_in("LOGIN")

    def let_in(self, may):
        for name, address in self.network.databases.items():
            if "AUDIT" not in name:
                self.operator.execute(f"ALTER ROLE {urlsplit(address).username} {may}")

    def come(self):
        address = self.network.databases["BOOKINGS_AUDIT_DB"]
        with suppress(psycopg.OperationalError):
            while True:
                self.here.append(psycopg.connect(address))

    def leaves(self):
        while self.here:
            self.here.pop().close()


def test_a_long_vacuum_hinders_nobody(victim, life):
    with orders_coming_in(life) as orders, operator_at(victim, "bookings") as operator:
        begun = time.monotonic()
        operator.execute("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1")
        operator.execute(f"SET statement_timeout = '{LONG}'")
        with pytest.raises(QueryCanceled):  # it would have gone on
            operator.execute("VACUUM (FREEZE)")
        operator.execute("RESET ALL")
        operator.execute("VACUUM (FREEZE, ANALYZE)")
        everybody_was_served(orders.since(begun))


def test_an_index_made_concurrently_hinders_nobody(victim, life):
    """It waits for a reader who began earlier, and others need not wait for it."""
    with orders_coming_in(life) as orders, operator_at(victim, "bookings") as operator:
        with operator_at(victim, "bookings") as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM events")
            begun = time.monotonic()
            operator.execute(f"SET statement_timeout = '{LONG}'")
            with pytest.raises(QueryCanceled):
                operator.execute("CREATE INDEX CONCURRENTLY test_topics ON events (topic)")
            everybody_was_served(orders.since(begun))
        operator.execute("RESET ALL")
        operator.execute("DROP INDEX CONCURRENTLY test_topics")
        operator.execute("CREATE INDEX CONCURRENTLY test_topics ON events (topic)")
        operator.execute("DROP INDEX CONCURRENTLY test_topics")
        everybody_was_served(orders.since(begun))


def test_while_an_index_is_made_whoever_has_to_wait_too_long_is_told(victim, life):
    """Nobody can write to a log of which an index is made. How long it takes is not known.

    That somebody else has the desk already can be read, and is still told.
    """
    with orders_coming_in(life) as orders, operator_at(victim, "bookings") as operator:
        with operator.transaction(force_rollback=True):
            operator.execute("CREATE INDEX test_topics ON events (topic)")
            begun = time.monotonic()
            all_but_one_take_orders(life, "bookings")
            all_is_shown(life)
            answers = [told.answer for told in orders.since(begun)]
            assert all(each.status_code == 409 or is_away(each) for each in answers)
        becomes_well(life)


def test_whoever_waits_twice_is_told_as_soon(victim, life):
    """First for a view, which is behind as a fact behind a hole is not told while somebody is at
    work; then for the log of which an index is made, or for a service that is behind as well."""
    stranger = victim.client(life.token)
    with operator_at(victim, "bookings") as operator, operator_at(victim, "members") as hole:
        with operator.transaction(force_rollback=True):
            operator.execute("CREATE INDEX test_topics ON events (topic)")
            hole.execute("SELECT nextval('events_position_seq')")
            for _ in range(3):
                assert quickly(life.give, "members").status_code == 201
                assert is_away(quickly(life.give, "bookings", stranger))
                assert quickly(life.give, "bookings").status_code == 412
        becomes_well(life)


def test_a_transaction_that_an_operator_forgot_holds_up_nobody_for_ever(victim, life):
    """Who reads the log waits before a hole for everybody who was at work when it was made."""
    with orders_coming_in(life) as orders, operator_at(victim, "spaces") as operator:
        patience = operator.execute("SHOW idle_in_transaction_session_timeout").fetchone()[0]
        assert patience != "0"  # it is not without end, and not tested as long as it is
        operator.execute(f"SET idle_in_transaction_session_timeout = '{LONG}'")
        operator.execute("BEGIN")
        operator.execute("SELECT pg_current_xact_id()")
        begun = time.monotonic()
        with operator_at(victim, "bookings") as hole:
            hole.execute("SELECT nextval('events_position_seq')")
        for service in SERVICES:  # 412: who asks has seen what stands behind the hole
            assert quickly(life.give, service).status_code in (201, 412)
        within(begun + float(LONG[:-1]) + SOON, lambda: becomes_well(life))
        everybody_was_served(orders.since(begun))


def test_a_full_disk_is_said_at_once_and_forgotten_when_there_is_room(victim, life):
    """First tables cannot grow. Then the server can promise nothing any more, and crashes."""
    database = victim.servers.postgres
    with small_disk(database) as disk, operator_at(victim, "bookings") as operator:

        def make_room():
            disk.free()
            database.start()

        becomes_well(life)
        with orders_coming_in(life):
            before = holdings(victim)
            begin_a_segment(operator)  # the server is not to crash before it is made to
            with away(life, disk.fill, make_room):
                within(time.monotonic() + SOON, lambda: is_away(quickly(life.give, "bookings")))
                all_is_shown(life)
                with pytest.raises(psycopg.OperationalError):
                    write_ahead(operator)
                time.sleep(1)
                assert all_live(victim)
            within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    becomes_well(life)


def begin_a_segment(sql):
    """Of the write-ahead log, with room for what is written while tables cannot grow."""
    sql.execute("SELECT pg_switch_wal()")
    sql.execute("SELECT pg_logical_emit_message(true, 'test', 'x')")


def write_ahead(sql):
    """Until there is no room for it, of which the server dies."""
    while True:
        sql.execute("SELECT pg_logical_emit_message(false, 'test', repeat('x', 1000000))")
