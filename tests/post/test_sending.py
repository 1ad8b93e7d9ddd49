"""What is due is sent, what nobody needs any more is not, and what is refused waits or is told."""

from datetime import timedelta

import psycopg
import pytest

from gateway.post.sender import Post
from gateway.post.server import Away, server
from tests.post.conftest import SENDER


def states(world):
    return [(row["state"], row["reason"]) for row in world.outgoing()]


def test_what_was_sent_is_sent_once(world, sent):
    world.book()
    assert len(sent()) == len(sent()) == 1
    assert states(world) == [("sent", None)] and world.outgoing()[0]["tries"] == 1


def test_a_letter_about_what_was_changed_meanwhile_is_not_sent(world, sent):
    booking = world.book()
    world.do("cancel_booking", booking_id=booking)
    [letter] = sent()
    assert "Geannuleerd" in letter["Subject"]
    assert states(world) == [("dropped", "changed"), ("sent", None)]


def test_a_letter_about_what_is_over_is_not_sent(world, sent):
    world.book("2027-03-01", "11:00", "12:00")
    world.later(hours=4)
    assert sent() == [] and states(world) == [("dropped", "over")]


def test_who_was_erased_gets_none(world, sent):
    world.book()
    world.views[1].sql.execute("UPDATE persons SET email = NULL, given_name = NULL")
    assert sent() == [] and states(world) == [("dropped", "erased")]


def test_who_declined_gets_none(world, sent, gateway_database):
    with psycopg.connect(gateway_database) as sql:
        sql.execute("INSERT INTO accounts.declined VALUES (%s, 'confirmation')", [world.lise])
    world.book()
    assert sent() == [] and states(world) == [("dropped", "declined")]


def test_a_letter_waits_for_the_view_that_tells_of_it(world, sent):
    [agenda] = [each for each in world.views if each.name == "agenda"]
    world.views.remove(agenda)
    world.book()
    assert sent() == [] and world.outgoing()[0]["tries"] == 0
    world.views.append(agenda)
    world.show()
    assert len(sent()) == 1


def test_a_letter_waits_for_all_the_facts_of_its_series(world, sent):
    world.ring.do(
        "bookings",
        "book_room_series",
        **world.of(world.room),
        **{"every": "week", "first": "2027-03-08", "until": "2027-03-22"},
        **{"start": "09:00", "end": "10:00"},
    )
    facts = world.ring.facts("bookings", world.outbox.place_in("bookings"))
    for view in world.views:
        world.ring.show(view)
    for fact in facts[:4]:
        world.outbox.take_in("bookings", world.outbox.place_in("bookings"), [fact])
    assert sent() == []
    world.show()
    assert len(sent()) == 1


def test_a_letter_waits_until_it_is_known_whom_it_is_for(world, sent):
    row = "DELETE FROM persons RETURNING *"
    sql = world.views[1].sql
    world.book()
    [person] = sql.execute(row).fetchall()
    assert sent() == [] and states(world) == [("waiting", "views")]
    sql.execute(f"INSERT INTO persons VALUES ({', '.join(['%s'] * len(person))})", person)
    assert sent() == [], "it was put off"
    world.now()
    assert len(sent()) == 1


# The server


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_is_not_taken_now_is_tried_again_later_and_later(world, sent, mail_server, command):
    world.book()
    mail_server.says(f"{command} 450 4.2.0 <lise@example.org> greylisted")
    pauses = []
    for _ in range(7):
        assert sent() == [] and states(world) == [("waiting", "450 4.2.0")]
        wait = "SELECT extract(epoch FROM next_try - now())/ 60 FROM letters"
        pauses += [round(row[0]) for row in world.outbox.sql.execute(wait)]
        world.now()
    assert pauses == [5, 15, 60, 180, 360, 360, 360]
    mail_server.says("")
    assert len(sent()) == 1 and states(world) == [("sent", None)]


def test_after_two_days_it_is_given_up(world, sent, mail_server):
    world.book()
    mail_server.says("RCPT 450 4.2.0 later")
    assert sent() == []
    world.later(days=2, minutes=1)
    world.now()
    assert sent() == [] and states(world) == [("given-up", "450 4.2.0")]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_is_refused_is_given_up_without_a_word_about_whom(world, sent, mail_server, command):
    world.book()
    mail_server.says(f"{command} 550 5.1.1 <lise@example.org> unknown")
    assert sent() == [] and states(world) == [("given-up", "550 5.1.1")]
    mail_server.says("")
    world.book("2027-03-09")
    assert len(sent()) == 1, "the others are sent all the same"


def test_what_is_no_address_is_given_up(world, sent):
    world.book()
    world.views[1].sql.execute("UPDATE persons SET email = 'lise at example'")
    assert sent() == [] and states(world) == [("given-up", "address")]


@pytest.mark.parametrize("answer", ["MAIL 550 5.7.1 who are you", "RCPT 421 4.3.2 closing"])
def test_when_every_letter_is_refused_none_is_given_up(world, post, mail_server, answer):
    world.book()
    mail_server.says(answer)
    with pytest.raises(Away, match=answer[5:14]):
        post.send()
    assert states(world) == [("waiting", None)]
    mail_server.says("")
    world.now()
    assert post.send() and len(mail_server.letters()) == 1


def test_while_no_server_answers_letters_wait_untouched(world, post, mail_server, soon):
    world.book()
    mail_server.stop()
    with pytest.raises(Away, match="ConnectionRefusedError"):
        post.send()
    assert world.outgoing()[0]["tries"] == 0
    mail_server.start(soon)
    assert post.send() and len(mail_server.letters()) == 1


def test_a_server_that_went_away_between_two_letters_is_found_again(world, post, mail_server, soon):
    world.book()
    world.book("2027-03-09")
    assert post.send()
    mail_server.stop()
    mail_server.start(soon)
    with pytest.raises(Away):
        post.send()
    world.now()
    assert post.send() and states(world) == [("sent", None)] * 2


def test_two_senders_share_the_work(world, mail_server):
    for day in range(8, 14):
        world.book(f"2027-03-{day:02d}")
    now = lambda: world.ring.time  # noqa: E731
    both = [Post(world.outbox, server(mail_server.address), SENDER, timedelta(), now) for _ in "ab"]
    while any([each.send() for each in both]):
        pass
    ids = [letter["Message-ID"] for letter in mail_server.letters()]
    assert len(ids) == len(set(ids)) == 6


def test_what_was_sent_long_ago_is_forgotten(world, post, sent):
    world.book()
    sent()
    world.book("2027-03-09")
    world.later(days=89)
    post.sweep()
    assert len(world.outgoing()) == 2
    world.later(days=2)
    post.sweep()
    assert states(world) == [("waiting", None)]


def test_a_database_that_goes_away_while_a_letter_is_sent_learns_of_it_later(
    world, post, sent, gateway_database, monkeypatch
):
    world.book()
    hand_over = post.server.hand_over

    def hand_over_and_part(letter):
        hand_over(letter)
        with psycopg.connect(gateway_database, autocommit=True) as sql:
            sql.execute("SELECT pg_terminate_backend(%s)", [world.outbox.sql.info.backend_pid])

    monkeypatch.setattr(post.server, "hand_over", hand_over_and_part)
    with pytest.raises(psycopg.OperationalError):
        post.send()
    world.now()
    assert len(sent()) == 1 and states(world) == [("sent", None)]


def test_a_letter_that_cannot_be_written_holds_up_no_other(world, sent):
    world.book()
    world.outbox.sql.execute("UPDATE letters SET kind = 'of the future'")
    world.book("2027-03-09")
    assert len(sent()) == 1
    assert states(world) == [("waiting", "KeyError"), ("sent", None)]
