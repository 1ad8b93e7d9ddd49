"""Which fact leads to which letter: once, and only while it is news."""

import psycopg
import pytest

import gateway.view
from gateway.post.outbox import Kept
from tests.post.conftest import World


def kinds(world):
    return [(row["kind"], len(row["about"])) for row in world.outgoing()]


def replayed(world):
    """Somebody follows the whole log, for the first time."""
    world.outbox.sql.execute("UPDATE places SET place = 0")
    world.show()


def test_each_fact_is_a_letter_and_a_series_is_one(world):
    booking = world.book()
    series = world.book_series()
    world.do("cancel_booking", booking_id=booking)
    world.do("move_series", series_id=series, start="14:00", end="15:00")
    world.do("cancel_series", series_id=series)
    three = [("booked", 3), ("moved", 3), ("cancelled", 3)]
    assert kinds(world) == [("booked", 1), three[0], ("cancelled", 1), *three[1:]]
    assert not world.outbox.sql.execute("SELECT FROM expected").fetchall()


def test_checking_in_and_what_places_say_is_nobodys_letter(world):
    booking = world.book("2027-03-01", "11:00", "12:00")
    world.do("check_in", booking_id=booking)
    assert kinds(world) == [("booked", 1)]


def test_the_same_facts_again_are_the_same_letters(world, sent):
    world.book()
    world.book_series()
    before = world.outgoing()
    replayed(world)
    assert world.outgoing() == before
    assert len(sent()) == 2
    replayed(world)
    assert len(sent()) == 2


def test_one_that_was_lost_with_its_table_has_the_same_name_when_it_comes_again(world, sent):
    world.book()
    sent()
    world.outbox.sql.execute("DELETE FROM letters")
    replayed(world)
    first, again = sent()
    assert first["Message-ID"] == again["Message-ID"] and first["Date"] == again["Date"]


def test_an_old_log_followed_for_the_first_time_says_nothing(gateway_database, sent, world):
    world.book()
    world.book_series()
    world.outbox.sql.execute("DELETE FROM letters")
    world.later(days=1, minutes=1)
    replayed(world)
    assert kinds(world) == [] and sent() == []
    world.book("2027-03-09")
    assert kinds(world) == [("booked", 1)]


def test_views_that_are_rebuilt_send_nothing(world, sent):
    world.book()
    sent()
    for view in world.views:
        view.rebuild(world.ring.facts)
    world.show()
    assert len(sent()) == 1


def test_the_outbox_itself_is_never_filled_again(world):
    for again in (lambda: world.outbox.rebuild(world.ring.facts), world.outbox.forget):
        with pytest.raises(Kept):
            again()


def test_letters_and_place_are_written_together_or_not_at_all(world, monkeypatch):
    world.ring.do("bookings", "cancel_booking", booking_id=world.book())
    place = world.outbox.place_in("bookings")

    def die(point):
        raise InterruptedError(point)

    monkeypatch.setattr(gateway.view, "failpoint", die)
    with pytest.raises(InterruptedError):
        world.show()
    assert (kinds(world), world.outbox.place_in("bookings")) == ([("booked", 1)], place)
    monkeypatch.undo()
    world.show()
    assert kinds(world) == [("booked", 1), ("cancelled", 1)]


def test_nothing_in_it_says_who(world, sent, gateway_database):
    world.book()
    sent()
    with psycopg.connect(gateway_database) as sql:
        rows = sql.execute("SELECT l::text FROM post.letters l").fetchall()
    assert rows and not [r for r in rows if "lise" in str(r).lower() or world.lise in str(r)]


def test_a_second_world_starts_from_nothing(gateway_database):
    """Otherwise the tests above would see what the one before has sent."""
    made = World(gateway_database)
    assert made.outgoing() == []
    made.close()
