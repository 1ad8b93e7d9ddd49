"""What the gateway knows of somebody goes when a fact says so, and comes back when another does."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import IsolationLevel
from psycopg.types.json import Jsonb

from gateway.cleaning import TABLES, clean
from gateway.questions import Views
from gateway.records import pool
from gateway.views import VIEWS
from gateway.views.people import SeeDetails, SeePerson
from gateway.views.rights import TO_ERASE, ListDisclosures, SeeErasure, SeeRights
from tests.views.ring import Ring, ask

NAMES = ("given_name", "family_name", "email", "phone", "language", "birth_year")


@pytest.fixture
def ring(databases):
    """Ada is here, with an account, and so is Bob."""
    ring = Ring()
    ring.url = databases["GATEWAY_DB"]
    ring.views = {kind.name: kind(ring.url) for kind in VIEWS}
    for view in ring.views.values():
        view.forget()
    with psycopg.connect(ring.url, autocommit=True) as ring.sql:
        ring.sql.execute("TRUNCATE accounts.account CASCADE")
        ring.ada, ring.bob = (ring.join(name, "Lovelace", None, "BE") for name in ("Ada", "Bob"))
        for person in (ring.ada, ring.bob):
            open_account(ring, person)
        show(ring)
        yield ring
    for view in ring.views.values():
        view.close()


def open_account(ring, person):
    made = "INSERT INTO accounts.account (email, person, created_at) VALUES (%s, %s, %s)"
    ring.sql.execute(made, [f"{uuid4().hex}@example.org", person, datetime.now(UTC)])


def show(ring):
    for view in ring.views.values():
        ring.show(view)


def do(ring, verb, **words):
    ring.do("members", verb, **words)
    show(ring)


def known(ring, person):
    """What lists can show."""
    row = ask(ring.url, SeePerson, person_id=person)
    return row and row["given_name"]


def accounts(ring):
    return {str(person) for (person,) in ring.sql.execute("SELECT person FROM accounts.account")}


def pay(ring, person, fact):
    """Bookings tells of a booking with a price."""
    members = ring.services["members"]
    said = {"person_id": person, "price_cents": 1200, "slots": [], "last": "2026-03-05"}
    place = members.place_in("bookings")
    members.take_in("bookings", place, [fact("bookings.BookingMade", place + 1, **said)])
    show(ring)


def number(ring, person):
    return ask(ring.url, SeeRights, person_id=person)["certificate"]


def test_what_is_restricted_is_where_no_list_looks_and_its_owner_still_sees_it(ring):
    do(ring, "restrict_processing", person_id=ring.ada)
    assert (known(ring, ring.ada), known(ring, ring.bob)) == (None, "Bob")
    assert ask(ring.url, SeeRights, person_id=ring.ada)["restricted"]
    assert ask(ring.url, SeeDetails, person_id=ring.ada)["given_name"] == "Ada"
    assert accounts(ring) == {ring.ada, ring.bob}


def test_what_is_corrected_meanwhile_is_withheld_too_and_shown_afterwards(ring):
    do(ring, "restrict_processing", person_id=ring.ada)
    words = {"given_name": "Adèle", "family_name": "L", "email": "a@example.org"}
    do(ring, "correct_details", person_id=ring.ada, **words)
    assert known(ring, ring.ada) is None
    assert ask(ring.url, SeeDetails, person_id=ring.ada)["given_name"] == "Adèle"
    do(ring, "lift_restriction", person_id=ring.ada)
    assert known(ring, ring.ada) == "Adèle"
    assert ring.sql.execute("SELECT count(*) FROM people.withheld").fetchone() == (0,)


def test_filled_again_it_is_withheld_again(ring):
    do(ring, "restrict_processing", person_id=ring.ada)
    ring.views["people"].tell = ring.tell
    ring.views["people"].rebuild(ring.facts)
    assert known(ring, ring.ada) is None
    assert ask(ring.url, SeeDetails, person_id=ring.ada)["given_name"] == "Ada"


def test_whoever_is_erased_is_an_id_without_account_role_or_consent(ring):
    do(ring, "grant_role", person_id=ring.ada, role="trainer")
    do(ring, "give_consent", person_id=ring.ada, consent="surveys", version=1)
    do(ring, "erase_person", person_id=ring.ada)
    assert ask(ring.url, SeePerson, person_id=ring.ada) is None
    assert ask(ring.url, SeeDetails, person_id=ring.ada) is None
    assert ask(ring.url, SeeRights, person_id=ring.ada) is None
    columns = f"SELECT {', '.join(NAMES)}, home_space, residence FROM people.persons"
    assert set(ring.sql.execute(f"{columns} WHERE person = %s", [ring.ada]).fetchone()) == {None}
    for table in ("roles", "consents", "withheld"):
        of_ada = f"SELECT count(*) FROM people.{table} WHERE person = %s"
        assert ring.sql.execute(of_ada, [ring.ada]).fetchone() == (0,)
    assert accounts(ring) == {ring.bob}
    assert known(ring, ring.bob) == "Bob"


def test_a_certificate_says_what_was_erased_and_what_stays(ring):
    [joined] = [fact for fact in ring.facts("members", 0) if fact.subject == ring.ada]
    do(ring, "erase_person", person_id=ring.ada)
    gone = ring.facts("members", 0)[-1]
    told = ask(ring.url, SeeErasure, certificate=gone.data["certificate"])
    assert told["fields"] == sorted(NAMES)
    assert (str(told["person"]), told["erased"], told["duties"]) == (ring.ada, gone.time, [])
    [stays] = told["commitments"]
    assert (stays["fact"], stays["commitment"]) == (joined.id, joined.data["commitment"])


def test_who_asks_for_it_while_a_duty_runs_has_no_account_and_only_a_name_that_nobody_sees(
    ring, fact
):
    pay(ring, ring.ada, fact)
    assert [each["duty"] for each in ask(ring.url, SeeRights, person_id=ring.ada)["duties"]]
    do(ring, "request_erasure", person_id=ring.ada)
    assert known(ring, ring.ada) is None
    details = ask(ring.url, SeeDetails, person_id=ring.ada)
    assert (details["given_name"], details["email"]) == ("Ada", None)
    assert accounts(ring) == {ring.bob}
    told = ask(ring.url, SeeErasure, certificate=str(number(ring, ring.ada)))
    assert (told["erased"], told["until"].isoformat()) == (None, "2036-12-31")


def due(ring):
    return [str(person) for (person,) in ring.sql.execute(TO_ERASE)]


def test_it_is_due_the_day_after_the_last_duty(ring, fact):
    pay(ring, ring.ada, fact)
    do(ring, "request_erasure", person_id=ring.ada)
    assert due(ring) == []
    ring.sql.execute("UPDATE rights.erasures SET until = (now() AT TIME ZONE 'UTC')::date - 1")
    assert due(ring) == [], "another duty began since"
    ring.sql.execute("UPDATE rights.duties SET until = (now() AT TIME ZONE 'UTC')::date")
    assert due(ring) == [], "the last day is not over"
    ring.sql.execute("UPDATE rights.duties SET until = (now() AT TIME ZONE 'UTC')::date - 1")
    assert due(ring) == [ring.ada]
    ring.time = datetime(2037, 1, 1, tzinfo=UTC)
    certificate = number(ring, ring.ada)
    do(ring, "erase_person", person_id=ring.ada)
    assert due(ring) == []
    told = ask(ring.url, SeeErasure, certificate=str(certificate))
    assert told["erased"] and told["duties"] == [{"duty": "accounting", "until": "2036-12-31"}]


def test_an_account_opened_after_it_was_taken_back_stays_when_the_view_is_filled_again(ring, fact):
    pay(ring, ring.ada, fact)
    do(ring, "request_erasure", person_id=ring.ada)
    do(ring, "lift_restriction", person_id=ring.ada)
    assert number(ring, ring.ada) is None
    open_account(ring, ring.ada)
    ring.views["rights"].rebuild(ring.facts)
    assert accounts(ring) == {ring.ada, ring.bob}


def test_each_person_sees_what_was_told_of_them(ring):
    words = {"purpose": "grant-control", "recipient": "Autorité de gestion"}
    do(ring, "disclose_details", person_ids=[ring.ada], **words)
    [told] = ask(ring.url, ListDisclosures, person_id=ring.ada)
    assert {name: told[name] for name in words} == words
    assert told["fields"] == ["given_name", "family_name", "birth_year"]
    assert ask(ring.url, ListDisclosures, person_id=ring.bob) == []


# Out of the files


def cleaned(ring):
    async def work():
        async with pool(ring.url) as opened:
            return await clean(Views(opened, VIEWS))

    return asyncio.run(work())


def bytes_of(postgres, ring):
    """Everything in the files of the tables that know people, and of their indexes."""
    with psycopg.connect(postgres.url, dbname=ring.sql.info.dbname) as sql:
        sql.execute("CHECKPOINT")
        paths = """
            SELECT pg_relation_filepath(c.oid) FROM pg_class c
            WHERE c.oid = ANY(%(tables)s::regclass[]) OR c.oid IN (
                SELECT indexrelid FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
            )
        """
        found = sql.execute(paths, {"tables": list(TABLES)}).fetchall()
    return b"".join((postgres.data / path).read_bytes() for (path,) in found)


def test_what_was_erased_leaves_the_files_once_nobody_can_look_back(ring, postgres):
    person = ring.join("Quilliamette", "Zorbfeld", None, "BE")
    ring.sql.execute(
        "INSERT INTO accounts.account (email, person, created_at) VALUES (%s, %s, now())",
        ["quilliamette@example.org", person],
    )
    show(ring)
    assert b"Quilliamette" in bytes_of(postgres, ring)
    do(ring, "erase_person", person_id=person)
    assert b"Quilliamette" in bytes_of(postgres, ring), "a deleted row stays in its file"
    with psycopg.connect(ring.url) as looking:
        looking.execute("SELECT pg_current_xact_id()")
        assert cleaned(ring) == 0, "somebody may still see it"
    assert cleaned(ring) == 1
    assert b"uilliamette" not in bytes_of(postgres, ring)
    assert b"Bob" in bytes_of(postgres, ring)
    assert cleaned(ring) == 0, "once is enough"
    gone = ring.facts("members", 0)[-1]
    assert ask(ring.url, SeeErasure, certificate=gone.data["certificate"])["cleaned"]


def test_it_waits_for_whoever_reads_something_else(ring, postgres):
    """PostgreSQL keeps for them what they might look at, though they never wrote anything."""
    person = ring.join("Ottilaverna", "Zorbfeld", None, "BE")
    show(ring)
    with psycopg.connect(ring.url) as looking:
        looking.isolation_level = IsolationLevel.REPEATABLE_READ
        looking.execute("SELECT FROM agenda.bookings")
        do(ring, "erase_person", person_id=person)
        assert cleaned(ring) == 0
        assert b"ttilaverna" in bytes_of(postgres, ring)
    assert cleaned(ring) == 1
    assert b"ttilaverna" not in bytes_of(postgres, ring)


def test_it_waits_for_the_view_that_still_knows_the_names(ring):
    ring.do("members", "erase_person", person_id=ring.ada)
    ring.show(ring.views["rights"])
    assert cleaned(ring) == 0
    assert ring.sql.execute("SELECT gone FROM rights.erasures").fetchone() == (None,)


def test_a_private_link_to_a_booking_ends(ring):
    mine, other = uuid4(), uuid4()
    for booking, person in ((mine, ring.ada), (other, ring.bob)):
        ring.sql.execute(
            "INSERT INTO agenda.bookings (booking, person) VALUES (%s, %s)", [booking, person]
        )
        link = "INSERT INTO accounts.booking_link VALUES (%s, '{}', now() + interval '1 day')"
        ring.sql.execute(link, [booking])
    do(ring, "erase_person", person_id=ring.ada)
    assert cleaned(ring) == 1
    left = ring.sql.execute("SELECT booking FROM accounts.booking_link").fetchall()
    ring.sql.execute("TRUNCATE accounts.booking_link")
    assert left == [(other,)]


SAID = (
    ("token", {"token_hash": b"1", "label": "Zwetlana's door"}),
    ("passkey", {"credential": b"1", "public_key": b"1", "uses": 0, "label": "Zwetlana's phone"}),
    ("partner", {"issuer": "bep", "subject": "zwetlana", "proposed": []}),
    ("begun", {"token_hash": b"1", "purpose": "x", "words": Jsonb({"who": "Zwetlana"})}),
)
"""What somebody may have said of themselves beside an account: table -> columns."""


def test_statistics_of_the_database_quote_nobody(ring):
    """Enough of everything to be worth a line there."""
    made = "INSERT INTO accounts.account (email) VALUES ('zwetlana@example.org') RETURNING id"
    [[account]] = ring.sql.execute(made).fetchall()
    person = ring.join("Zwetlana", "Zwetlana", None, "BE")
    show(ring)
    for number in range(20):
        for table, row in SAID:
            row = {**row, "account": account}
            row |= {"expires_at": "2099-01-01"} if table == "begun" else {}
            for name in ("token_hash", "credential"):
                row |= {name: row[name] + bytes([number])} if name in row else {}
            row |= {"issuer": f"bep {number}"} if table == "partner" else {}
            put(ring, table, row)
        asked = {"email": "zwetlana@example.org", "language": "fr", "ends_at": "2099-01-01"}
        asked |= {name: Jsonb({"who": "Zwetlana"}) for name in ("details", "wanted")}
        put(ring, "asked", asked)
    ring.sql.execute("ANALYZE")
    with psycopg.connect(ring.url) as sql:
        told = sql.execute(
            "SELECT schemaname, tablename, attname, most_common_vals::text,"
            " histogram_bounds::text FROM pg_stats WHERE schemaname <> 'pg_catalog'"
        ).fetchall()
    ring.sql.execute("TRUNCATE accounts.account, accounts.asked CASCADE")
    assert [row for row in told if row[1:3] == ("partner", "issuer") and "bep" in str(row)]
    assert [row for row in told if "wetlana" in str(row)] == []
    assert known(ring, person) == "Zwetlana"


def put(ring, table, row):
    columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
    into = f"INSERT INTO accounts.{table} ({columns}) VALUES ({places})"
    ring.sql.execute(into, list(row.values()))


def test_the_number_of_a_certificate_cannot_be_guessed(ring):
    do(ring, "erase_person", person_id=ring.ada)
    assert UUID(ring.facts("members", 0)[-1].data["certificate"]).version == 4
