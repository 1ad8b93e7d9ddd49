"""What calendar programs are told, read back by two parsers that know nothing of each other."""

import warnings
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ics import feed

HOME = "https://essaim.example/"
BOOKED = datetime(2027, 3, 1, 9, 30, 15, tzinfo=UTC)
MONDAY, SPRING, AUTUMN = "2027-03-08", "2027-03-28", "2027-10-31"
BRUSSELS = ZoneInfo("Europe/Brussels")


def booking(*slots, **words):
    days = [date.fromisoformat(day) for day, _, _ in slots] or [date(2027, 4, 1)]
    about = {"booking": UUID(int=1), "state": "booked", "changes": 0, "changed": BOOKED}
    where = {"space": "La Ferme", "town": "Chimay", "resource": "Salle; de l'étang, 1er"}
    when = {"first": min(days), "last": max(days), "timezone": "Europe/Brussels"}
    return {**about, **where, **when, "slots": [list(slot) for slot in slots], **words}


def read(*bookings):
    """The events, as both parsers see them: UID -> (start, end, sequence, status, summary)."""
    text = feed(bookings, HOME)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = icalendar.Calendar.from_ical(text)
        other = vobject.readOne(text.decode(), validate=True)
    assert not [error for each in one.walk() for error in each.errors]
    seen = {
        str(each["uid"]): (
            each.decoded("dtstart"),
            each.decoded("dtend"),
            int(each["sequence"]),
            str(each["status"]),
            str(each["summary"]),
        )
        for each in one.walk("VEVENT")
    }
    again = {
        each.uid.value: (
            each.dtstart.value,
            each.dtend.value,
            int(each.sequence.value),
            each.status.value,
            each.summary.value,
        )
        for each in other.contents.get("vevent", [])
    }
    assert seen.keys() == again.keys()
    for uid, values in seen.items():
        assert values == again[uid], "the two do not read the same"
    assert all(len(line) <= 75 for line in text.split(b"\r\n")), "lines are folded (RFC 5545, 3.1)"
    return seen


def at(day, hours, minutes=0):
    midnight = datetime.fromisoformat(day)
    there = (midnight + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=BRUSSELS)
    return there.astimezone(UTC)


def test_a_booking_is_an_event_on_the_wall_clock_of_the_space():
    [(uid, event)] = read(booking((MONDAY, 540, 690))).items()
    assert uid == f"{UUID(int=1)}-0@essaim"
    summary = "Salle; de l'étang, 1er, La Ferme"
    assert event == (at(MONDAY, 9), at(MONDAY, 11, 30), 0, "CONFIRMED", summary)


def test_nothing_booked_is_an_empty_calendar():
    assert read() == {}


def test_what_was_moved_or_cancelled_keeps_its_name_and_counts_its_changes():
    [(before, first)] = read(booking((MONDAY, 540, 690))).items()
    [(after, second)] = read(booking((MONDAY, 600, 690), changes=1)).items()
    [(gone, third)] = read(booking((MONDAY, 600, 690), changes=2, state="cancelled")).items()
    assert before == after == gone
    assert [each[2:4] for each in (first, second, third)] == [
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 2), (AUTUMN, 4), (MONDAY, 3)], ids=["spring", "autumn", "any day"]
)
def test_the_clocks_change_in_the_middle(day, hours):
    """From one to four o'clock on the wall: what really passes is told."""
    [(start, end, *_)] = read(booking((day, 60, 240))).values()
    assert (start, end) == (at(day, 1), at(day, 4))
    assert end - start == timedelta(hours=hours)


def test_until_midnight_is_until_the_next_day():
    [(_, end, *_)] = read(booking((MONDAY, 1200, 1440))).values()
    assert end == at("2027-03-09", 0)


def test_an_office_is_let_for_whole_days():
    lets = booking(first=date(2027, 4, 1), last=date(2027, 6, 30))
    [(start, end, *_)] = read(lets).values()
    assert (start, end) == (date(2027, 4, 1), date(2027, 7, 1))


spans = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda s: s[0] < s[1])
slots = st.tuples(st.dates(date(2026, 1, 1), date(2030, 12, 31)), spans)
names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=90)


@settings(deadline=None, max_examples=60)
@given(st.lists(slots, min_size=1, max_size=5), names, st.integers(0, 50))
def test_whatever_is_booked_both_parsers_read_the_same(slots, name, changes):
    said = [(str(day), 15 * start, 15 * end) for day, (start, end) in slots]
    events = read(booking(*said, resource=name.strip() or "x", changes=changes))
    assert len(events) == len(said)
    for (day, start, end), event in zip(said, events.values(), strict=True):
        assert event[:2] == (at(day, 0, start), at(day, 0, end))
