"""When an outside calendar is busy: each way in which they say so, in the zone of the space."""

import signal
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.outside.busy import Unreadable, busy

FIRST, LAST = date(2027, 3, 1), date(2027, 4, 30)
CHIMAY = ZoneInfo("Europe/Brussels")
NINE_TO_TEN = [(540, 600)]


def calendar(*events, head=""):
    parts = [
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20270101T000000Z\n{each}\nEND:VEVENT\n"
        for n, each in enumerate(events)
    ]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//\n{head}{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(*events, head="", first=FIRST, last=LAST):
    return busy(calendar(*events, head=head), CHIMAY, first, last)


@pytest.mark.parametrize(
    "when",
    [
        "DTSTART:20270302T080000Z\nDTEND:20270302T090000Z",
        "DTSTART;TZID=Europe/Brussels:20270302T090000\nDURATION:PT1H",
        "DTSTART;TZID=Romance Standard Time:20270302T090000\nDURATION:PT1H",
        "DTSTART;TZID=America/New_York:20270302T030000\nDTEND;TZID=America/New_York:20270302T040000",
        "DTSTART:20270302T090000\nDTEND:20270302T100000",
        "DTSTART;TZID=Nobody's:20270302T090000\nDTEND;TZID=Nobody's:20270302T100000",
        "DTSTART:20270302T090100\nDTEND:20270302T094501",
    ],
)
def test_an_event_is_at_the_time_on_the_wall_of_the_space(when):
    assert read(when) == {"2027-03-02": NINE_TO_TEN}


def test_a_zone_that_the_calendar_describes_itself():
    zone = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
    zone += "TZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\n"
    found = read("DTSTART;TZID=Ours:20270302T130000\nDURATION:PT1H", head=zone)
    assert found == {"2027-03-02": NINE_TO_TEN}


def test_whole_days_are_those_of_the_space():
    whole = [(0, 1440)]
    assert read("DTSTART;VALUE=DATE:20270302") == {"2027-03-02": whole}
    two = read("DTSTART;VALUE=DATE:20270302\nDTEND;VALUE=DATE:20270304")
    assert two == {"2027-03-02": whole, "2027-03-03": whole}


def test_over_midnight_and_before_the_first_day():
    night = read("DTSTART:20270302T220000\nDTEND:20270303T013000")
    assert night == {"2027-03-02": [(1320, 1440)], "2027-03-03": [(0, 90)]}
    long = read("DTSTART:20260101T080000\nDTEND:20270301T120000")
    assert long == {"2027-03-01": [(0, 720)]}
    assert list(read("DTSTART:20270430T220000\nDTEND:20280101T000000")) == ["2027-04-30"]


def test_every_week_but_not_when_it_is_left_out_moved_or_cancelled():
    start = (
        "DTSTART;TZID=Europe/Brussels:20270302T090000\nDTEND;TZID=Europe/Brussels:20270302T100000"
    )
    series = f"{start}\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Brussels:20270309T090000"
    moved = "UID:0\nRECURRENCE-ID;TZID=Europe/Brussels:20270316T090000\n"
    moved += "DTSTART:20270317T140000\nDTEND:20270317T150000"
    gone = "UID:0\nRECURRENCE-ID;TZID=Europe/Brussels:20270323T090000\nSTATUS:CANCELLED\n"
    gone += "DTSTART;TZID=Europe/Brussels:20270323T090000\nDURATION:PT1H"
    text = calendar(series, moved, gone).replace(b"UID:1\r\n", b"").replace(b"UID:2\r\n", b"")
    assert busy(text, CHIMAY, FIRST, LAST) == {
        "2027-03-02": NINE_TO_TEN,
        "2027-03-17": [(840, 900)],
        "2027-03-30": NINE_TO_TEN,  # also after the clocks have changed
    }


@pytest.mark.parametrize(
    "mark", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
)
def test_what_takes_no_time(mark):
    assert read(f"DTSTART:20270302T090000\nDURATION:PT1H\n{mark}") == {}


def test_nor_does_what_has_no_length():
    assert read("DTSTART:20270302T090000") == {}


def test_events_that_touch_are_one():
    times = ["DTSTART:20270302T090000\nDURATION:PT30M", "DTSTART:20270302T093000\nDURATION:PT30M"]
    assert read(*times) == {"2027-03-02": NINE_TO_TEN}


def test_times_that_are_published_as_busy_without_events():
    text = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\n"
        b"FREEBUSY;FBTYPE=BUSY:20270302T080000Z/20270302T090000Z,20270303T080000Z/PT1H\r\n"
        b"FREEBUSY;FBTYPE=FREE:20270304T080000Z/PT1H\r\n"
        b"END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    found = busy(text, CHIMAY, FIRST, LAST)
    assert found == {"2027-03-02": NINE_TO_TEN, "2027-03-03": NINE_TO_TEN}


def test_the_day_clocks_change():
    spring = read("DTSTART:20270328T003000Z\nDTEND:20270328T013000Z")  # two o'clock is three
    assert spring == {"2027-03-28": [(90, 210)]}
    autumn = {"first": date(2027, 10, 31), "last": date(2027, 10, 31)}
    twice = read("DTSTART:20271031T003000Z\nDTEND:20271031T013000Z", **autumn)
    assert twice == {"2027-10-31": [(150, 165)]}  # half past two, and half past two again
    back = read("DTSTART:20271031T004500Z\nDTEND:20271031T011500Z", **autumn)
    assert back == {"2027-10-31": [(135, 165)]}
    assert read("DTSTART;VALUE=DATE:20271031", **autumn) == {"2027-10-31": [(0, 1440)]}


@pytest.mark.parametrize(
    "text",
    [b"", b"<html>Sign in</html>", calendar()[:-20], b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"],
    ids=["nothing", "a page", "half of it", "no calendar around it"],
)
def test_what_is_no_calendar(text):
    with pytest.raises(Unreadable, match="no-calendar"):
        busy(text, CHIMAY, FIRST, LAST)


@pytest.mark.parametrize(
    "event",
    [
        "SUMMARY:when?",
        "DTSTART:2027-03-02",
        "DTSTART:20270302T090000\nDTEND:tomorrow",
        "DTSTART:20270302T090000\nDURATION:PT1H\nRRULE:every week",
        "DTSTART:20270302T090000\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "DTSTART:20270302T090000\nDURATION:PT1H\nEXDATE:the second",
    ],
)
def test_an_event_that_makes_no_sense_is_not_left_out_silently(event):
    with pytest.raises(Unreadable, match="not-understood"):
        read(event)


def test_an_empty_calendar_is_a_calendar():
    assert read() == {}


# Whatever comes

NAMES = some.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RECURRENCE-ID", "UID"]
)
VALUES = some.sampled_from(
    [
        *("20270302T090000Z", "20270302", "20270302T090000", "PT1H", "-P1D", "P1000W", "99991231"),
        *("FREQ=DAILY", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;BYDAY=5FR", "FREQ=YEARLY;INTERVAL=0"),
        *("FREQ=HOURLY;UNTIL=20270401", "00010101T000000", "", "20270230", "TRUE"),
    ]
)
PARAMETERS = some.sampled_from(["", ";VALUE=DATE", ";TZID=Europe/Paris", ";TZID=x", ";RANGE=x"])
LINES = some.one_of(
    some.tuples(NAMES, PARAMETERS, VALUES).map(lambda line: f"{line[0]}{line[1]}:{line[2]}"),
    some.text(max_size=30),
)
EVENTS = some.lists(some.lists(LINES, max_size=6).map("\n".join), max_size=3)


def is_in_form(found):
    for day, spans in found.items():
        assert FIRST <= date.fromisoformat(day) <= LAST
        assert spans == sorted(spans)
        for start, end in spans:
            assert 0 <= start < end <= 1440 and start % 15 == end % 15 == 0
        assert all(a[1] < b[0] for a, b in pairwise(spans))


@contextmanager
def not_for_ever():
    """Every hour since the year 1 takes minutes. The process that reads calendars is ended then
    (tests/outside/test_reading.py)."""

    def give_up(*_):
        raise Unreadable("too-much")

    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@settings(max_examples=300, deadline=None)
@given(some.one_of(EVENTS.map(lambda events: calendar(*events)), some.binary(max_size=200)))
def test_whatever_comes_is_read_or_refused(text):
    with suppress(Unreadable), not_for_ever():
        is_in_form(busy(text, CHIMAY, FIRST, LAST))


@settings(max_examples=100, deadline=None)
@given(
    some.datetimes(datetime.fromisoformat("2027-02-25"), datetime.fromisoformat("2027-05-05")),
    some.timedeltas(timedelta(seconds=1), timedelta(days=3)),
    some.sampled_from(["UTC", "Europe/Brussels", "Asia/Kolkata", "America/Los_Angeles"]),
)
def test_every_minute_of_an_event_is_blocked_and_little_more(start, length, zone):
    """Minute by minute, by another way: what clocks at the space show at each of them."""
    there = start.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    begin = there.astimezone(UTC)
    end = begin + timedelta(seconds=int(length.total_seconds()))
    event = icalendar.Event()
    event.add("uid", "1")
    event.add("dtstart", there)
    event.add("dtend", end.astimezone(there.tzinfo))
    whole = icalendar.Calendar()
    whole.add_component(event)
    found = busy(whole.to_ical(), CHIMAY, FIRST, LAST)
    is_in_form(found)
    passed = begin
    while passed < end:
        shown = passed.astimezone(CHIMAY)
        if FIRST <= shown.date() <= LAST:
            minute = shown.hour * 60 + shown.minute
            spans = found[str(shown.date())]
            assert any(a <= minute < b for a, b in spans), (shown, spans)
        passed += timedelta(minutes=1)
    minutes = sum(b - a for spans in found.values() for a, b in spans)
    assert minutes <= (end - begin) / timedelta(minutes=1) + 30 + 60
