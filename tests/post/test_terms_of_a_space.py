"""A host who wants to be asked, a fee for who cancels late, and a line in which somebody waits."""

from zoneinfo import ZoneInfo

import pytest

from tests.post.conftest import read


@pytest.fixture
def asking(world):
    """The host of the room approves each of its bookings."""
    rules = {"space_id": world.ferme, "resource_id": world.room, "approval": True}
    world.ring.do("spaces", "set_booking_rules", **rules)
    return world


def said(letters):
    return [read(letter).subject.split(":")[0] for letter in letters]


def test_what_a_host_must_approve_is_no_more_than_asked(asking, sent):
    booking = asking.book()
    [letter] = sent()
    seen = read(letter)
    assert seen.subject.startswith("Aangevraagd: Etang") and "bevestigd" not in seen.text
    assert [str(each["status"]) for each in seen.events] == ["TENTATIVE"]
    asking.do("approve_booking", booking_id=booking)
    _, letter = sent()
    seen = read(letter)
    assert seen.subject.startswith("Gereserveerd") and "is bevestigd" in seen.text
    [event] = seen.events
    assert (str(event["status"]), int(event["sequence"])) == ("CONFIRMED", 1)


def test_what_a_host_declines_leaves_the_calendar(asking, sent):
    booking = asking.book()
    sent()
    asking.do("decline_booking", booking_id=booking)
    _, letter = sent()
    seen = read(letter)
    assert seen.subject.startswith("Geweigerd") and seen.method == "CANCEL"
    assert [str(each["status"]) for each in seen.events] == ["CANCELLED"]


def test_a_series_and_a_move_are_asked_as_well(asking, sent):
    asking.book_series()
    [letter] = sent()
    assert said([letter]) == ["Aangevraagd"] and len(read(letter).events) == 3
    booking = asking.book()
    asking.do("approve_booking", booking_id=booking)
    times = [{"day": "2027-03-09", "start": "14:00", "end": "15:00"}]
    asking.do("move_booking", booking_id=booking, times=times)
    assert said(sent())[-1] == "Aangevraagd"


def test_a_late_cancellation_says_its_fee(world, sent):
    terms = {"cancellation_hours": 48, "buffer_minutes": 0, "late_fee_percent": 50}
    world.ring.do("spaces", "set_terms", space_id=world.ferme, **terms)
    booking = world.book("2027-03-02")
    world.do("cancel_booking", booking_id=booking)
    [letter] = sent()
    for text in (read(letter).text, read(letter).html):
        assert "Annuleringskosten: € 7,50" in text


# Who waits


@pytest.fixture
def offered(world):
    """What Lise waited for is hers for two hours."""
    ada = world.join("Ada", "en")
    taken = world.book(person=ada)
    times = {"day": "2027-03-08", "start": "09:00", "end": "10:00"}
    world.do("join_waiting_list", **world.of(world.room), **times)
    world.do("cancel_booking", booking_id=taken)
    return world


def offers(letters):
    return [letter for letter in letters if letter["To"].addresses[0].display_name[:4] == "Lise"]


def test_who_waited_is_told_what_is_free_and_until_when(offered, sent):
    [letter] = offers(sent())
    text = letter.get_body(["plain"]).get_content().replace("\u2009", " ")
    assert "Er is een plaats voor u vrij: Etang, La Ferme" in letter["Subject"]
    by = offered.ring.time.astimezone(ZoneInfo("Europe/Brussels"))
    assert f"maart 2027, {by.hour + 2:02d}:{by:%M}" in text.replace("\u00a0", " ")
    assert "text/calendar" not in [part.get_content_type() for part in letter.walk()]


def test_an_offer_that_is_over_or_taken_is_not_told(offered, sent):
    offered.later(hours=3)
    assert offers(sent()) == []


def test_an_offer_that_was_taken_is_not_told_but_confirmed(offered, sent):
    [offer] = [row for row in offered.outgoing() if row["kind"] == "offered"]
    where = {"space_id": offered.ferme, "day": "2027-03-08"}
    offered.do("take_offer", **where, entry_id=offer["about"][0])
    assert said(offers(sent())) == ["Gereserveerd"]
