"""Before a booking begins its reminder is sent, once, and to nobody who knows it anyhow."""

from datetime import timedelta

import pytest

from tests.post.conftest import HOME, read


@pytest.fixture
def reminded(post, sent):
    """The reminders that were sent by now."""

    def now():
        post.remind()
        return [letter for letter in sent() if "Herinnering" in letter["Subject"]]

    return now


def test_it_is_sent_a_day_before_and_once(world, reminded):
    world.book("2027-03-08", "09:00", "10:00")
    world.later(days=5, hours=23, minutes=59)
    assert reminded() == []
    world.later(minutes=1)
    assert len(reminded()) == len(reminded()) == 1
    world.later(hours=12)
    [letter] = reminded()
    seen = read(letter)
    assert seen.subject == "Herinnering: Etang, La Ferme, maandag 8 maart 2027"
    assert "Uw reservering begint binnenkort:" in seen.text and "09:00 - 10:00" in seen.text


def test_one_click_declines_more_of_them(world, reminded):
    world.book()
    world.later(days=6, hours=12)
    [letter] = reminded()
    [token] = [row["token"] for row in world.outgoing() if row["kind"] == "reminder"]
    assert letter["List-Unsubscribe"].strip() == f"<{HOME}/courriels/{token}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_booked_less_than_that_before_knows_it(world, reminded):
    world.later(days=6, hours=12)
    world.book()
    assert reminded() == []


def test_a_booking_that_was_cancelled_is_not_reminded_of(world, post, sent):
    booking = world.book()
    world.later(days=6, hours=12)
    post.remind()
    world.do("cancel_booking", booking_id=booking)
    assert ["Herinnering" in letter["Subject"] for letter in sent()] == [False]


def test_one_that_was_moved_is_reminded_of_at_its_new_time(world, post, sent, reminded):
    booking = world.book()
    sent()
    world.later(days=5, hours=12)
    times = [{"day": "2027-03-10", "start": "09:00", "end": "10:00"}]
    world.do("move_booking", booking_id=booking, times=times)
    world.later(days=1)
    assert reminded() == []
    world.later(days=2)
    [letter] = reminded()
    assert "woensdag 10 maart 2027" in read(letter).text.lower()


def test_one_that_is_moved_while_its_reminder_waits_is_not_reminded_of_twice(world, post, sent):
    booking = world.book("2027-03-08", "09:00", "10:00")
    sent()
    world.later(days=6)
    post.remind()
    times = [{"day": "2027-03-08", "start": "10:00", "end": "11:00"}]
    world.do("move_booking", booking_id=booking, times=times)
    post.remind()
    assert ["Verplaatst" in letter["Subject"] for letter in sent()] == [False, True]


def test_each_date_of_a_series_is_reminded_of(world, reminded):
    world.book_series()
    for count in (1, 2, 3):
        world.later(days=6, hours=12)
        assert len(reminded()) == count
        world.later(hours=12)


def test_an_hour_is_an_hour_also_when_the_clocks_change(world, reminded):
    """On Sunday 28 March the clocks skip an hour: 09:00 is 23 hours after 09:00 of Saturday."""
    world.book("2027-03-28", "09:00", "10:00")
    world.later(days=25, hours=22, minutes=59)
    assert reminded() == []
    world.later(minutes=1)
    assert len(reminded()) == 1


def test_a_network_may_choose_when_or_never(world, post, reminded):
    world.book()
    post.ahead = timedelta()
    world.later(days=6, hours=23)
    assert reminded() == []
    post.ahead = timedelta(hours=2)
    assert len(reminded()) == 1


def test_an_old_network_that_begins_to_send_reminds_of_what_is_to_come(world, reminded):
    world.book()
    world.outbox.sql.execute("DELETE FROM letters")
    world.later(days=6, hours=12)
    assert len(reminded()) == 1
