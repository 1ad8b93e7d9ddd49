"""What the log may not hold, the vault can forget."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege

from kernel.log import Log
from kernel.recorder import Away
from services.members.domain import Person
from services.members.service import Members
from services.members.vault import AN_HOUR, InMemory, InPostgres, commitment, swept
from tests.faults.proxy import Line

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FERME = uuid4()
LISE = {
    "given_name": "Lise",
    "family_name": "Éloÿ",
    "email": "lise@example.org",
    "phone": None,
    "birth_year": 1987,
    "language": "fr",
}
SITUATION = {"home_space_id": str(FERME), "status": "student", "residence": "BE"}


@pytest.fixture
def in_postgres(databases):
    vault = InPostgres(databases["MEMBERS_DB"])
    yield vault
    vault.close()


@pytest.fixture(params=["in memory", "in postgres"])
def vault(request):
    if request.param == "in memory":
        return InMemory()
    return request.getfixturevalue("in_postgres")


@pytest.fixture
def members(databases, in_postgres, fact):
    log = Log("members", databases["MEMBERS_DB"])
    service = Members(log, in_postgres, now=lambda: NOON)
    if not service.place_in("spaces"):
        service.take_in("spaces", 0, [fact("spaces.SpaceOpened", subject=FERME)])
    yield service
    log.close()


def joined(members):
    return members.answer("join_network", {**SITUATION, **LISE})["done"]["id"]


def corrected(members, person):
    answer = members.answer("correct_details", {"person_id": person, **LISE, "language": "de"})
    assert "done" in answer


def rows(databases, person):
    with psycopg.connect(databases["MEMBERS_DB"]) as sql:
        asked = "SELECT * FROM vault WHERE person_id = %s ORDER BY recorded_at"
        return sql.execute(asked, [person]).fetchall()


# What is proved


def test_a_commitment_is_the_hash_of_the_salt_and_the_canonical_json():
    salt = bytes(range(32))
    text = (
        '{"birth_year":1987,"email":"lise@example.org","family_name":"Éloÿ",'
        '"given_name":"Lise","language":"fr","phone":null}'
    )
    assert commitment(salt, LISE) == sha256(salt + text.encode()).hexdigest()
    assert (
        commitment(salt, {"a": '€\n"\\/'})
        == sha256(salt + b'{"a":"\xe2\x82\xac\\n\\"\\\\/"}').hexdigest()
    )


def test_the_event_commits_to_what_stands_in_the_database(databases, members):
    person = joined(members)
    [(entry, about, salt, details, recorded_at)] = rows(databases, person)
    recorded = members.log.load(Person, UUID(person))
    assert (str(about), details, recorded_at) == (person, LISE, NOON)
    assert (recorded.details, recorded.commitment) == (entry, commitment(salt, details))
    assert len(salt) == 32


def test_the_same_details_twice_do_not_look_the_same(vault):
    first, second = (vault.keep(uuid4(), LISE, NOON) for _ in range(2))
    assert first.details != second.details
    assert first.commitment != second.commitment


# What is told, and forgotten


def test_what_is_kept_is_revealed(vault):
    lise, bob = (vault.keep(uuid4(), {**LISE, "given_name": n}, NOON) for n in ("Lise", "Bob"))
    revealed = vault.reveal([lise.details, bob.details, uuid4()])
    assert {entry: each["given_name"] for entry, each in revealed.items()} == {
        lise.details: "Lise",
        bob.details: "Bob",
    }
    assert revealed[lise.details] == LISE


def test_who_is_forgotten_is_forgotten_entirely_and_alone(vault):
    lise, bob = uuid4(), uuid4()
    entries = [vault.keep(person, LISE, NOON).details for person in (lise, lise, bob)]
    vault.forget(lise)
    assert list(vault.reveal(entries)) == entries[2:]


def test_all_but_one_entry_can_be_forgotten(vault):
    lise = uuid4()
    first, second = (vault.keep(lise, LISE, NOON).details for _ in range(2))
    vault.forget(lise, but=second)
    assert list(vault.reveal([first, second])) == [second]


def file_of(databases, postgres):
    """The bytes of the table `vault`, as they lie on the disk."""
    with psycopg.connect(postgres.url, dbname=dbname(databases)) as sql:
        sql.execute("CHECKPOINT")
        [[path]] = sql.execute("SELECT pg_relation_filepath('vault')").fetchall()
    return (postgres.data / path).read_bytes()


def dbname(databases):
    return conninfo_to_dict(databases["MEMBERS_DB"])["dbname"]


def test_what_is_forgotten_leaves_the_file_of_the_table(databases, postgres, in_postgres):
    lise, bob = uuid4(), uuid4()
    in_postgres.keep(lise, {**LISE, "given_name": "Quaxalotta"}, NOON)
    in_postgres.keep(bob, {**LISE, "given_name": "Remainder"}, NOON)
    assert b"Quaxalotta" in file_of(databases, postgres)
    in_postgres.forget(lise)
    assert b"Quaxalotta" not in file_of(databases, postgres)
    assert b"Remainder" in file_of(databases, postgres)


def test_a_deleted_row_alone_would_stay_in_the_file(databases, postgres, in_postgres):
    """Otherwise the test above would prove nothing."""
    lise = uuid4()
    in_postgres.keep(lise, {**LISE, "given_name": "Wrixenbold"}, NOON)
    with psycopg.connect(databases["MEMBERS_DB"]) as sql:
        sql.execute("DELETE FROM vault WHERE person_id = %s", [lise])
    assert b"Wrixenbold" in file_of(databases, postgres)


@pytest.mark.parametrize("what", ["vault", "events"])
def test_while_somebody_looks_the_bytes_wait_and_then_go_soon(
    databases, postgres, in_postgres, monkeypatch, soon, what
):
    """PostgreSQL keeps them also for whoever reads something else, as they might still look."""
    monkeypatch.setattr("services.members.vault.SOON", timedelta(seconds=0.1))
    lise = uuid4()
    in_postgres.keep(lise, {**LISE, "given_name": "Ixtaloppe"}, NOON)
    with swept(in_postgres, now=lambda: NOON):
        with psycopg.connect(databases["MEMBERS_DB"]) as looking:
            looking.isolation_level = IsolationLevel.REPEATABLE_READ
            looking.execute(f"SELECT FROM {what}")
            in_postgres.forget(lise)
            assert rows(databases, lise) == []
            assert b"Ixtaloppe" in file_of(databases, postgres)
        soon(lambda: b"Ixtaloppe" not in file_of(databases, postgres))


def test_what_a_sweep_could_not_do_while_the_database_was_away_it_does_soon(
    databases, in_postgres, monkeypatch, soon
):
    monkeypatch.setattr("services.members.vault.SOON", timedelta(seconds=0.1))
    away, sweep = iter([True, True]), in_postgres.sweep

    def sweeps_later(before):
        if next(away, False):
            raise psycopg.OperationalError("away")
        return sweep(before)

    monkeypatch.setattr(in_postgres, "sweep", sweeps_later)
    lost = uuid4()
    in_postgres.keep(lost, LISE, NOON - 2 * AN_HOUR)
    with swept(in_postgres, now=lambda: NOON):
        soon(lambda: not rows(databases, lost))


def test_a_database_that_is_back_is_found_by_whoever_looks_next(databases):
    with Line(databases["MEMBERS_DB"]) as line:
        vault, nobody = InPostgres(line.address), [uuid4()]
        assert vault.open(nobody) == {}
        line.shut()
        for _ in range(4):  # so long that a wait that doubles is longer than ours
            with pytest.raises(Away):
                vault.open(nobody)
        line.open()
        assert vault.open(nobody) == {}
        vault.pool.close()


def test_a_backup_that_has_begun_has_everybody_who_stays(databases, in_postgres):
    """It sees what there was when it began, and looks at the vault last."""
    lise, bob = uuid4(), uuid4()
    for person in (lise, bob):
        in_postgres.keep(person, LISE, NOON)
    with psycopg.connect(databases["MEMBERS_DB"]) as backup:
        backup.isolation_level = IsolationLevel.REPEATABLE_READ
        backup.execute("SELECT FROM events")
        in_postgres.forget(lise)
        kept = "SELECT count(*) FROM vault WHERE person_id = %s"
        assert backup.execute(kept, [bob]).fetchone() == (1,)


# What is swept away


def test_an_entry_that_no_event_mentions_is_swept_away_after_an_hour(databases, in_postgres):
    person = uuid4()
    in_postgres.keep(person, LISE, NOON)
    in_postgres.sweep(before=NOON)
    assert len(rows(databases, person)) == 1
    in_postgres.sweep(before=NOON + timedelta(seconds=1))
    assert rows(databases, person) == []


def test_what_the_log_says_now_stays_and_what_was_corrected_goes(databases, members, in_postgres):
    lise, bob = joined(members), joined(members)
    corrected(members, lise)
    members.answer("grant_role", {"person_id": lise, "role": "trainer"})
    assert len(rows(databases, lise)) == 2
    in_postgres.sweep(before=NOON + AN_HOUR)
    [(_, _, _, details, _)] = rows(databases, lise)
    assert details["language"] == "de"
    assert members.details_of([lise, bob]) == {lise: {**LISE, "language": "de"}, bob: LISE}


def test_at_work_details_go_to_the_database_and_the_vault_is_swept(
    databases, members, in_postgres, monkeypatch, soon
):
    monkeypatch.setenv("MEMBERS_DB", databases["MEMBERS_DB"])
    monkeypatch.setenv("BROKER", "amqp://127.0.0.1:1")  # nobody listens there, and nobody need
    lost, lately = uuid4(), uuid4()
    in_postgres.keep(lost, LISE, datetime.now(UTC) - AN_HOUR)
    in_postgres.keep(lately, LISE, datetime.now(UTC))
    with Members.at_work() as at_work:
        soon(lambda: not rows(databases, lost))
        person = joined(at_work)
    assert members.details_of([person]) == {person: LISE}
    assert len(rows(databases, lately)) == 1


def test_whoever_was_erased_is_swept_away_however_young_the_entry_is(
    databases, members, in_postgres
):
    lise, bob = joined(members), joined(members)
    in_postgres.forget, forget = lambda *_, **__: None, in_postgres.forget
    members.answer("erase_person", {"person_id": lise})
    assert len(rows(databases, lise)) == 1, "whoever erases died before it was forgotten"
    in_postgres.sweep(before=NOON - AN_HOUR)
    assert rows(databases, lise) == []
    assert len(rows(databases, bob)) == 1
    in_postgres.forget = forget


# Who may see it


def test_an_auditor_reads_the_log_and_not_the_vault(databases, members):
    joined(members)
    with psycopg.connect(databases["MEMBERS_AUDIT_DB"]) as sql:
        events = sql.execute("SELECT state::text FROM events").fetchall()
        with pytest.raises(InsufficientPrivilege):
            sql.execute("SELECT * FROM vault")
    assert events
    assert not [text for (text,) in events if "Lise" in text or "lise@" in text]


def test_an_entry_is_never_altered(databases):
    with psycopg.connect(databases["MEMBERS_DB"]) as sql, pytest.raises(InsufficientPrivilege):
        sql.execute("UPDATE vault SET details = '{}'")


def test_no_detail_is_in_any_table_but_the_vault(databases, members):
    words = {**SITUATION, **LISE, "given_name": "Planted"}
    assert "done" in members.answer("join_network", words, command=uuid4().hex)
    with psycopg.connect(databases["MEMBERS_DB"]) as sql:
        told = [
            sql.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("events", "commands", "places", "vault")
        ]
    *elsewhere, vault = [json.dumps(each, default=str) for each in told]
    assert "Planted" in vault
    assert "Planted" not in "".join(elsewhere)
