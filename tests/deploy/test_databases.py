"""Nobody but the owner, who cannot sign in, could change what was recorded."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from deploy import databases as deploy


@pytest.fixture
def record():
    def make(sql):
        row = [uuid4(), 1, "test.Happened", "{}"]
        columns = "originator_id, originator_version, topic, state"
        sql.execute(f"INSERT INTO events ({columns}) VALUES (%s, %s, %s, %s)", row)

    return make


@pytest.mark.parametrize("service", deploy.SERVICES)
def test_a_service_may_add_to_its_log_and_never_change_it(databases, service, record):
    with psycopg.connect(databases[f"{service.upper()}_DB"], autocommit=True) as sql:
        record(sql)
        for change in (
            "UPDATE events SET topic = 'other'",
            "DELETE FROM events",
            "TRUNCATE events",
            "DROP TABLE events",
            "ALTER TABLE events DISABLE TRIGGER ALL",
            "CREATE TABLE mine (id int)",
        ):
            with pytest.raises(InsufficientPrivilege):
                sql.execute(change)


def test_the_auditor_may_only_read_the_log(databases, record):
    with psycopg.connect(databases["MEMBERS_AUDIT_DB"], autocommit=True) as sql:
        sql.execute("SELECT count(*) FROM events")
        with pytest.raises(InsufficientPrivilege):
            record(sql)
        with pytest.raises(InsufficientPrivilege):
            sql.execute("SELECT * FROM vault")


def test_a_service_cannot_enter_the_database_of_another(databases):
    own, other = databases["BOOKINGS_DB"], databases["SPACES_DB"]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(own, dbname=other.rpartition("/")[2])


def test_the_owner_of_the_tables_cannot_sign_in(databases, postgres):
    owner = databases["BOOKINGS_DB"].rpartition("/")[2] + "_owner"
    with psycopg.connect(postgres.url) as sql:
        found = sql.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [owner])
        assert found.fetchone() == (False,)


def test_making_them_again_changes_nothing(databases, postgres, record):
    def counted():
        with psycopg.connect(databases["TRAINING_DB"], autocommit=True) as sql:
            return sql.execute("SELECT count(*) FROM events").fetchone()

    with psycopg.connect(databases["TRAINING_DB"], autocommit=True) as sql:
        record(sql)
        before = counted()
        deploy.make(postgres.url, databases)
        assert counted() == before


def test_a_dropped_set_leaves_nothing_behind(postgres):
    prefix = f"test_{uuid4().hex[:8]}"
    wanted = deploy.addresses(postgres.url, prefix)
    deploy.make(postgres.url, wanted)
    deploy.drop(postgres.url, wanted)
    with psycopg.connect(postgres.url) as sql:
        left = sql.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %(prefix)s)"
            " UNION SELECT rolname FROM pg_roles WHERE starts_with(rolname, %(prefix)s)",
            {"prefix": prefix},
        )
        assert left.fetchall() == []
