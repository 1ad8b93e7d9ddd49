"""Whoever is erased is written to no more, and what was written goes; the withheld are let be."""

from datetime import timedelta

import psycopg
import pytest

from gateway.post.sender import Post
from gateway.post.server import server
from tests.post.conftest import SENDER

ACCOUNT = "lise.signs.in@example.org"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mails"


@pytest.fixture
def posting(world, folder):
    """Letters go into a folder."""
    ahead = timedelta(hours=24)
    return Post(world.outbox, server(f"folder:{folder}"), SENDER, ahead, lambda: world.ring.time)


@pytest.fixture
def link(world, gateway_database):
    """Lise has asked for a link to set a new password."""
    with psycopg.connect(gateway_database, autocommit=True) as sql:
        sql.execute("TRUNCATE accounts.account, accounts.forgotten CASCADE")
        made = "INSERT INTO accounts.account (email, person) VALUES (%s, %s) RETURNING id"
        [[account]] = sql.execute(made, [ACCOUNT, world.lise]).fetchall()
        asked = "INSERT INTO accounts.forgotten (account, ends_at) VALUES (%s, %s) RETURNING id"
        [[id]] = sql.execute(asked, [account, "2099-01-01T00:00:00Z"]).fetchall()
        letter = """
            INSERT INTO post.letters (letter, kind, about, position, happened, made)
            VALUES (gen_random_uuid(), 'password-link', jsonb_build_array(%s::uuid, %s::uuid), 0,
                '2027-03-01T08:05:00Z', now())
        """
        sql.execute(letter, [id, account])


def send_all(posting):
    while posting.send():
        pass


def told(folder):
    return "".join(path.read_text("latin-1") for path in folder.glob("[!.]*.eml"))


def ask(world, verb):
    world.ring.do("members", verb, person_id=world.lise)
    world.show()


def test_letters_of_the_erased_go_with_their_files_and_those_of_others_stay(
    world, posting, folder, link
):
    world.book()
    bob = world.join("Bob", "fr")
    world.show()
    world.book(day="2027-03-09", person=bob)
    send_all(posting)
    assert ACCOUNT in told(folder) and "lise@example.org" in told(folder)
    ask(world, "request_erasure")
    posting.forget()
    assert ACCOUNT not in told(folder) and "lise@example.org" not in told(folder)
    assert "bob@example.org" in told(folder)
    [left] = world.outgoing()
    assert left["state"] == "sent"


def test_what_was_not_sent_yet_is_not_sent_any_more(world, posting, folder, link):
    world.book()
    ask(world, "request_erasure")
    send_all(posting)
    assert told(folder) == ""
    posting.forget()
    assert world.outgoing() == []


def test_a_file_that_is_gone_already_is_no_trouble(world, posting, folder):
    world.book()
    send_all(posting)
    [file] = folder.glob("[!.]*.eml")
    file.unlink()
    ask(world, "request_erasure")
    posting.forget()
    assert world.outgoing() == []


def test_the_withheld_get_letters_about_their_account_alone(world, posting, folder, link):
    ask(world, "restrict_processing")
    world.book()
    send_all(posting)
    assert ACCOUNT in told(folder) and "lise@example.org" not in told(folder)
    ask(world, "lift_restriction")
    world.book(day="2027-03-10")
    send_all(posting)
    assert "lise@example.org" in told(folder)
