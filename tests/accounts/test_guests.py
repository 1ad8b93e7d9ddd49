"""What a guest asks for is kept until the link in the letter is followed, and a day at most."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from gateway.guests import MOST_OPEN
from gateway.post.contents import Moot, content
from gateway.post.outbox import Outbox
from gateway.post.sender import Post
from gateway.problems import Problem
from gateway.views.agenda import Agenda
from gateway.views.directory import Directory
from tests.accounts.conftest import later

WHO = "zoe@example.org"
DETAILS = {"given_name": "Visit evil.example", "family_name": "Zimmer", "email": WHO}
FERME, DESKS, BOOKING = (str(UUID(int=n)) for n in (1, 2, 3))
TODAY = datetime.now(UTC).date()
WANTED = {"space_id": FERME, "resource_id": DESKS, "day": str(TODAY), "part": "day", "people": 1}


@pytest.fixture(scope="module")
def views(gateway_database):
    """La Ferme has desks."""
    for kind in (Agenda, Directory):
        with closing(kind(gateway_database)) as view:
            assert view.sql
    with psycopg.connect(gateway_database, autocommit=True) as sql:
        sql.execute("TRUNCATE directory.spaces, directory.resources, agenda.bookings")
        ferme = "INSERT INTO directory.spaces (space, code, name, town) VALUES (%s, %s, %s, %s)"
        sql.execute(ferme, [FERME, "la-ferme", "La Ferme", "Chimay"])
        desks = "INSERT INTO directory.resources (space, resource, code, kind, name)"
        sql.execute(f"{desks} VALUES (%s, %s, 'desks', 'desks', 'Open space')", [FERME, DESKS])


@pytest.fixture
def sql(views, sql):
    sql.execute("TRUNCATE accounts.asked, accounts.booking_link, people.persons, agenda.bookings")
    return sql


@pytest.fixture
def guests(sql, credentials):
    return credentials.guests


@pytest.fixture
def ask(runner, guests):
    return lambda email=WHO: runner.run(guests.ask(email, "nl", DETAILS, WANTED))


@pytest.fixture
def letters(sql, gateway_database):
    """What the letters that are to be written speak of."""

    def found():
        with closing(Outbox(gateway_database)) as outbox:
            rows = outbox.sql.cursor(row_factory=dict_row)
            rows.execute("SELECT * FROM letters ORDER BY made, letter")
            return [content(outbox.sql, row, datetime.now(UTC)) for row in rows.fetchall()]

    return found


def secret_in(letter):
    return letter.words["path"].removeprefix("/demande/")


def booked(sql, person, booking=BOOKING, state="requested", last=TODAY):
    made = "INSERT INTO agenda.bookings (booking, person, state, first, last)"
    sql.execute(f"{made} VALUES (%s, %s, %s, %s, %s)", [booking, person, state, last, last])


def known(sql, person, email):
    sql.execute("INSERT INTO people.persons (person, email) VALUES (%s, %s)", [person, email])


def test_a_letter_leads_to_what_was_asked_for(ask, letters, runner, guests):
    ask()
    [letter] = letters()
    found = runner.run(guests.asked(secret_in(letter)))
    assert (found["email"], found["details"], found["wanted"]) == (WHO, DETAILS, WANTED)
    assert runner.run(guests.asked("another")) is None


def test_nothing_that_anybody_may_have_typed_is_in_the_letter(ask, letters):
    ask()
    [letter] = letters()
    assert letter.reader == {
        **{"given_name": None, "family_name": None, "email": WHO, "language": "nl"}
    }
    assert "evil" not in json.dumps(letter.words, default=str)


def test_only_the_hash_of_a_secret_is_kept(ask, letters, sql):
    ask()
    secret = secret_in(letters()[0])
    kept = str(sql.execute("SELECT * FROM accounts.asked, post.letters").fetchall())
    assert len(secret) >= 43 and secret not in kept


@pytest.mark.parametrize(("by", "good"), [("23 hours", True), ("25 hours", False)])
def test_a_link_is_good_for_a_day(ask, letters, runner, guests, sql, by, good):
    ask()
    secret = secret_in(letters()[0])
    later(sql, by, "ends_at", table="asked")
    assert (runner.run(guests.asked(secret)) is not None) is good
    if not good:
        with pytest.raises(Moot):
            letters()


def test_what_nobody_confirmed_is_deleted(ask, sql, gateway_database):
    """By whoever sends letters, every minute: also when nobody asks for anything any more."""
    ask()
    later(sql, "25 hours", "ends_at", table="asked")
    with closing(Outbox(gateway_database)) as outbox:
        Post(outbox, None, None, timedelta()).sweep()
    assert sql.execute("SELECT count(*) FROM accounts.asked").fetchone() == (0,)


def test_what_was_typed_goes_when_the_link_comes_to_lead_to_the_booking(
    ask, letters, runner, guests, sql
):
    ask()
    secret = secret_in(letters()[0])
    asked = runner.run(guests.asked(secret))["id"]
    for _ in range(2):
        runner.run(guests.placed(asked, UUID(BOOKING), str(TODAY)))
    assert runner.run(guests.booked(secret)) == UUID(BOOKING)
    assert runner.run(guests.asked(secret)) is None
    assert sql.execute("SELECT count(*) FROM accounts.asked").fetchone() == (0,)


def test_of_two_at_once_both_end_at_the_booking(ask, letters, runner, guests):
    ask()
    secret = secret_in(letters()[0])
    asked = runner.run(guests.asked(secret))["id"]

    async def together():
        placed = (guests.placed(asked, UUID(BOOKING), str(TODAY)) for _ in range(5))
        await asyncio.gather(*placed)

    runner.run(together())
    assert runner.run(guests.booked(secret)) == UUID(BOOKING)


def test_a_private_link_ends_a_month_after_the_booking(ask, letters, runner, guests, sql):
    ask()
    secret = secret_in(letters()[0])
    asked = runner.run(guests.asked(secret))["id"]
    runner.run(guests.placed(asked, UUID(BOOKING), str(TODAY)))
    later(sql, "30 days", "ends_at", table="booking_link")
    assert runner.run(guests.booked(secret))
    later(sql, "2 days", "ends_at", table="booking_link")
    assert runner.run(guests.booked(secret)) is None


# Who is recognised


def test_whoever_has_an_account_with_the_address_is_recognised(account, sql, runner, guests):
    made = account(WHO.upper())
    person = sql.execute("SELECT person FROM accounts.account WHERE id = %s", [made]).fetchone()[0]
    known(sql, UUID(int=1), WHO)  # and not who is first in the order of the alphabet
    assert runner.run(guests.known(WHO)) == person


def test_whoever_came_as_a_guest_before_is_recognised(sql, runner, guests):
    person = uuid4()
    known(sql, person, WHO)
    assert runner.run(guests.known(WHO.title())) == person
    assert runner.run(guests.known("nobody@example.org")) is None


def test_an_address_that_nobody_proved_says_nothing(account, sql, runner, guests):
    """Whoever has an account may say that they are reached anywhere."""
    made = account("bob@example.org")
    person = sql.execute("SELECT person FROM accounts.account WHERE id = %s", [made]).fetchone()[0]
    known(sql, person, WHO)
    assert runner.run(guests.known(WHO)) is None


def test_nobody_holds_more_than_a_few_places_without_an_answer(sql, runner, guests):
    person = uuid4()
    over = {"state": "requested", "last": TODAY - timedelta(days=2)}
    for more in ({"state": "booked"}, {"state": "declined"}, over):
        booked(sql, person, uuid4(), **more)
    for _ in range(MOST_OPEN):
        runner.run(guests.must_not_hold_too_much(person))
        booked(sql, person, uuid4())
    with pytest.raises(Problem, match="Too many requests"):
        runner.run(guests.must_not_hold_too_much(person))
