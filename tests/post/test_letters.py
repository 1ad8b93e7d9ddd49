"""What somebody reads when something was booked, moved or cancelled, and what her calendar does."""

import re
from datetime import UTC, datetime

import psycopg
import pytest

from gateway.sessions import hashed
from tests.post.conftest import HOME, read

TIMES = "\u00d7"


@pytest.fixture
def lise_signs_in(world, gateway_database):
    with psycopg.connect(gateway_database, autocommit=True) as sql:
        sql.execute("TRUNCATE accounts.account CASCADE")
        made = "INSERT INTO accounts.account (email, person) VALUES ('lise@example.org', %s)"
        sql.execute(made, [world.lise])
        yield
        sql.execute("TRUNCATE accounts.account CASCADE")


def test_a_booking_is_confirmed_in_the_readers_language(world, lise_signs_in, sent):
    world.book()
    [letter] = sent()
    assert letter["To"] == "Lise Lambert <lise@example.org>"
    assert letter["From"] == "Essaim <bonjour@essaim.example>"
    assert (letter["Content-Language"], letter["Auto-Submitted"]) == ("nl", "auto-generated")
    seen = read(letter)
    assert seen.subject == "Gereserveerd: Etang, La Ferme, maandag 8 maart 2027"
    for text in (seen.text, seen.html):
        assert "Dag Lise," in text and "Uw reservering is bevestigd." in text
        assert "Maandag 8 maart 2027, 09:00 - 10:00" in text
        assert "La Ferme, Chimay" in text and "Prijs: € 15" in text
        assert f"{HOME}/mes-reservations" in text and f"{HOME}/courriels/" in text
    assert "&" not in seen.text and "<" not in seen.text


def test_whoever_has_no_account_sees_and_cancels_it_by_a_private_link(
    world, sent, gateway_database
):
    booking = world.book()
    sent()
    world.do("cancel_booking", booking_id=booking)
    links = []
    for letter in sent():
        seen = read(letter)
        assert "/mes-reservations" not in seen.text + seen.html
        links.append(re.search(rf"{HOME}/demande/([\w-]+)", seen.text)[1])
        assert links[-1] in seen.html
    with psycopg.connect(gateway_database) as sql:
        leads = "SELECT booking::text FROM accounts.booking_link WHERE %s = ANY(secret_hashes)"
        found = [sql.execute(leads, [hashed(link)]).fetchone() for link in links]
    assert len(set(links)) == 2 and found == [(str(booking),)] * 2


def test_what_was_booked_with_it_is_said_as_it_is_called(world, sent):
    coffee = {"name": "Café & co", "per": "person", "cents": 250, "kinds": ["room"]}
    world.ring.do("spaces", "offer_extra", space_id=world.ferme, extra="cafe", **coffee)
    chosen = [{"code": "cafe", "quantity": 4}]
    times = [{"day": "2027-03-08", "start": "09:00", "end": "10:00"}]
    world.do("book_room", **world.of(world.room), times=times, extras=chosen)
    [letter] = sent()
    seen = read(letter)
    assert f"4 {TIMES} Café & co" in seen.text and f"4 {TIMES} Café &amp; co" in seen.html
    assert "Prijs: € 25" in seen.text


@pytest.mark.parametrize(
    "language, said",
    [("fr", "Réservé : Etang"), ("de", "Gebucht: Etang"), ("en", "Booked: Etang")],
)
def test_in_every_language(world, sent, language, said):
    world.book(person=world.join("Ada", language))
    [letter] = sent()
    assert read(letter).subject.startswith(said) and letter["Content-Language"] == language


def test_the_calendar_knows_it_as_one_and_the_same_until_it_is_gone(world, sent):
    booking = world.book()
    times = [{"day": "2027-03-09", "start": "14:00", "end": "15:00"}]
    sent()
    world.do("move_booking", booking_id=booking, times=times)
    sent()
    world.do("cancel_booking", booking_id=booking)
    seen = [read(letter) for letter in sent()]
    assert [each.method for each in seen] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [each.said_method for each in seen] == ["PUBLISH", "PUBLISH", "CANCEL"]
    events = [event for each in seen for event in each.events]
    assert {str(each["uid"]) for each in events} == {f"{booking}-0@essaim"}
    assert [int(each["sequence"]) for each in events] == [0, 1, 2]
    assert [str(each["status"]) for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {str(each["organizer"]) for each in events} == {"mailto:bonjour@essaim.example"}
    starts = [each.decoded("dtstart") for each in events]
    before, after = datetime(2027, 3, 8, 8, tzinfo=UTC), datetime(2027, 3, 9, 13, tzinfo=UTC)
    assert starts == [before, after, after]
    assert "Verplaatst: " in seen[1].subject and "dinsdag 9 maart 2027" in seen[1].subject
    assert "Deze reservering is geannuleerd" in seen[2].text and "Prijs" not in seen[2].text


def test_times_are_those_of_clocks_at_the_space_also_when_they_change(world, sent):
    """In Chimay it is UTC+1 on Saturday and UTC+2 from Sunday on."""
    for day in ("2027-03-27", "2027-03-29"):
        world.book(day)
    starts = [event.decoded("dtstart") for letter in sent() for event in read(letter).events]
    assert [each.hour for each in starts] == [8, 7]
    assert all("09:00 - 10:00" in read(letter).text for letter in sent())


def test_a_series_is_one_letter_with_all_its_dates(world, sent):
    series = world.book_series()
    [letter] = sent()
    seen = read(letter)
    assert seen.subject == "Gereserveerd: Etang, La Ferme, van 8 tot en met 22 maart 2027"
    assert "Uw reeks reserveringen is bevestigd." in seen.text and "Prijs: € 45" in seen.text
    assert [seen.text.count(f"Maandag {day} maart 2027") for day in (8, 15, 22)] == [1, 1, 1]
    assert len(seen.events) == 3
    world.do("move_series", series_id=series, since="2027-03-15", start="14:00", end="15:00")
    sent()
    world.do("cancel_series", series_id=series)
    _, moved, cancelled = map(read, sent())
    assert len(moved.events) == 2 and "Maandag 8 maart" not in moved.text
    assert "14:00 - 15:00" in moved.text and moved.method == "PUBLISH"
    assert len(cancelled.events) == 3 and cancelled.method == "CANCEL"


def test_one_date_of_a_series_that_is_moved_or_cancelled_is_a_letter_of_its_own(world, sent):
    series = world.book_series()
    sent()
    first, second, _ = world.outgoing()[0]["about"]
    times = [{"day": "2027-03-09", "start": "14:00", "end": "15:00"}]
    world.do("move_booking", booking_id=first, times=times)
    world.do("cancel_booking", booking_id=second)
    assert [len(read(letter).events) for letter in sent()] == [3, 1, 1]
    world.do("cancel_series", series_id=series)
    assert [len(read(letter).events) for letter in sent()] == [3, 1, 1, 2]


def test_an_office_is_let_for_whole_days(world, sent):
    world.do("book_office", **world.of(world.office), first_month="2027-04", months=2)
    [letter] = sent()
    assert "Van 1 april tot en met 31 mei 2027" in read(letter).text


def test_a_name_is_never_read_as_markup_and_starts_no_header(world, sent):
    ida = world.join("Ida", "nl")
    details = {"given_name": "Ida <b>", "family_name": 'O"Neil, Bcc: <x@example.org>'}
    details |= {"email": "ida@example.org", "language": "nl"}
    world.ring.do("members", "correct_details", person_id=ida, **details)
    world.book(person=ida)
    [letter] = sent()
    assert "Ida <b>," in read(letter).text and "Ida &lt;b&gt;," in read(letter).html
    [to] = letter["To"].addresses
    assert (to.display_name, to.addr_spec) == (
        f"Ida <b> {details['family_name']}",
        "ida@example.org",
    )
