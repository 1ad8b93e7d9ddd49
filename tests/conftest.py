"""Rules need nothing to be tested. The other tests get servers of their own, started when the
first of them asks, on free ports, and gone when the last one is done.
"""

import time
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from kernel.facts import acting
from kernel.ops.trace import traceparent
from kernel.wire import Fact


def pytest_addoption(parser):
    parser.addoption("--bless", action="store_true", help="accept the new contracts")


@pytest.fixture(autouse=True)
def nobody_acts():
    """Whoever a test before was working for, and on whose request."""
    acting.set("system")
    traceparent.set("")


def long_but(cases, *every_day):
    """Cases for `parametrize`: each is one of the long tests, but those of every day."""
    assert set(every_day) <= set(cases), "no such case"
    return [
        pytest.param(
            *(each if isinstance(each, tuple) else (each,)),
            marks=() if each in every_day else pytest.mark.long,
        )
        for each in cases
    ]


@pytest.fixture(scope="session")
def idle_servers():
    from deploy.local.servers import idle_servers

    with idle_servers(in_memory=True) as ours:
        yield ours


@pytest.fixture(scope="session")
def servers(idle_servers):
    """A PostgreSQL and a RabbitMQ that can be stopped, killed and started again."""
    idle_servers.start()
    return idle_servers


@pytest.fixture(scope="session")
def postgres(idle_servers):
    """For whoever needs no broker, which takes many seconds to start."""
    idle_servers.postgres.start()
    return idle_servers.postgres


@pytest.fixture(scope="session")
def fresh_databases(postgres):
    """Makes a new set of databases: variable -> address, as kernel.where reads them."""
    from deploy import databases

    def make():
        wanted = databases.addresses(postgres.url, f"test_{uuid4().hex[:8]}")
        databases.make(postgres.url, wanted)
        return wanted

    return make


@pytest.fixture(scope="module")
def databases(fresh_databases):
    """A set of databases for the tests of one file."""
    return fresh_databases()


@pytest.fixture(scope="session")
def tamper(postgres):
    """Whoever has the superuser's password changes what nobody may change."""

    def change(database, statement, *words):
        name = database.rpartition("/")[2].partition("?")[0]
        with psycopg.connect(postgres.url, dbname=name) as sql:
            sql.execute("SET session_replication_role = replica")  # no trigger is asked
            done = sql.execute(statement, words)
            return done.fetchone()[0] if done.description else done.rowcount

    return change


@pytest.fixture(scope="session")
def broker(servers):
    return servers.broker.url


@pytest.fixture(scope="session")
def network(servers, fresh_databases, tmp_path_factory):
    """The whole network, one process each, and some people to act in it. What its parts say stays
    in a file in pytest's temporary folder."""
    from tests.network import Network

    with (
        (tmp_path_factory.mktemp("network") / "log").open("w") as log,
        Network(servers, fresh_databases(), log) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def border(network):
    """A space on either side, and somebody in each role."""
    from tests.border import Border

    return Border(network)


def eventually(check, within=10.0, pause=0.02):
    deadline = time.monotonic() + within
    while not (seen := check()) and time.monotonic() < deadline:
        time.sleep(pause)
    assert seen, "waited in vain"
    return seen


@pytest.fixture(scope="session")
def soon():
    return eventually


@pytest.fixture(scope="session")
def fact():
    """Makes a fact as a neighbour would announce it."""

    def make(type, position=1, subject=None, by="test", **data):
        return Fact(
            source=f"/{type.split('.')[0]}",
            id=f"{position}/1",
            type=type,
            subject=str(subject or uuid4()),
            time=datetime(2027, 3, 1, tzinfo=UTC),
            sequence=f"{position:020d}",
            by=by,
            data=data,
        )

    return make
