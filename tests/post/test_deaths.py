"""Whatever dies, and wherever: no letter is lost, and a second copy is known as one."""

import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.post.conftest import World


@pytest.fixture
def world(gateway_database):
    """That of now, as processes look at clocks."""
    made = World(gateway_database, datetime.now(UTC))
    yield made
    made.close()


@pytest.fixture
def in_a_week():
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


def is_sent(world):
    return [row["state"] for row in world.outgoing()] == ["sent"]


def test_it_sends_until_it_is_told_to_leave(world, process, mail_server, soon, in_a_week):
    running = process.start()
    world.book(in_a_week)
    soon(lambda: is_sent(world))
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=5)
    assert running.returncode == 0 and len(mail_server.letters()) == 1
    assert "booked" in said and "lise" not in said.lower() and "example.org" not in said


@pytest.mark.long
def test_who_dies_before_a_letter_is_handed_over_has_sent_none(
    world, process, mail_server, soon, in_a_week
):
    world.book(in_a_week)
    process.dies("post.taken")
    assert mail_server.letters() == []
    process.start()
    world.now()
    soon(lambda: is_sent(world))
    assert len(mail_server.letters()) == 1


@pytest.mark.long
def test_who_dies_after_the_mark_has_sent_one(world, process, mail_server, soon, in_a_week):
    world.book(in_a_week)
    process.dies("post.marked")
    process.start()
    world.now()
    world.book(in_a_week, "15:00", "16:00")
    soon(lambda: len(mail_server.letters()) == 2)
    assert len({letter["Message-ID"] for letter in mail_server.letters()}) == 2


def test_who_dies_between_the_two_has_sent_one_that_is_known_when_it_comes_again(
    world, process, mail_server, soon, in_a_week
):
    """SMTP knows no way to ask what became of a letter: this is what is left of the problem."""
    world.book(in_a_week)
    process.dies("post.sent")
    assert len(mail_server.letters()) == 1 and not is_sent(world)
    process.start()
    world.now()
    soon(lambda: is_sent(world))
    first, again = mail_server.letters()
    same = ("Message-ID", "Date", "Subject", "To")
    assert [first[name] for name in same] == [again[name] for name in same]
    assert world.outgoing()[0]["tries"] == 2


@pytest.mark.long
def test_a_letter_that_kills_its_sender_does_not_hold_up_the_others(
    world, process, mail_server, soon, in_a_week
):
    world.book(in_a_week)
    process.dies("post.taken")
    process.start()
    world.book(in_a_week, "15:00", "16:00")
    soon(lambda: len(mail_server.letters()) == 1)
    assert sorted(row["state"] for row in world.outgoing()) == ["sent", "waiting"]


@pytest.mark.long
def test_a_server_and_a_database_that_come_back_are_found(
    world, process, mail_server, soon, in_a_week
):
    mail_server.stop()
    process.start()
    world.book(in_a_week)
    world.outbox.sql.execute("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND query LIKE '%post.letters%'
    """)
    mail_server.start(soon)
    soon(lambda: is_sent(world), within=20)
    assert len(mail_server.letters()) == 1


def test_what_is_missing_is_said(process):
    running = process.start(SMTP="smtp://essaim:secret@localhost")
    _, said = running.communicate(timeout=10)
    assert running.returncode == 1 and "starttls" in said and "secret" not in said
