"""When an outside calendar is busy: iCalendar in, times of days out, and nothing else of it.

python -m gateway.outside.busy ZONE FIRST LAST < calendar.ics

A process of its own (see reading.py), as whoever writes a calendar can make it as expensive to read
as they like: one line is a meeting every second since 1900. What its events are called, and who
takes part, is never outside of this process.
"""

import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import recurring_ical_events
from icalendar import Calendar, Component

Times = dict[str, list[tuple[int, int]]]
"""Day -> from, until: quarters of an hour in minutes after local midnight, in order."""
Moment = date | datetime

QUARTER = 15
DAY = timedelta(days=1)
SECONDS, BYTES = 5, 512 * 1024 * 1024
FREE = {"STATUS": "CANCELLED", "TRANSP": "TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS": "FREE"}
WHEN = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}


class Unreadable(Exception):
    """Why: no-calendar; not-understood, when an event in it makes no sense; or too-much."""


def busy(text: bytes, zone: ZoneInfo, first: date, last: date) -> Times:
    """When something in the calendar takes time, in the zone of the space: on no day before the
    first or after the last. What begins or ends within a quarter of an hour takes all of it.

    Events that are cancelled, or marked as free, take no time; those of a whole day take the day
    of the space, and those in no zone are in its zone. Raises Unreadable.
    """
    found: dict[date, list[tuple[int, int]]] = {}
    try:
        for start, end in taken(calendars(text), first - DAY, last + 2 * DAY):
            for day, *span in days_of(wall(start, zone), wall(end, zone), first, last):
                found.setdefault(day, []).append((span[0], span[1]))
    except Unreadable:
        raise
    except MemoryError as full:
        raise Unreadable("too-much") from full
    except Exception as trouble:  # the parser says it in a dozen ways
        raise Unreadable("not-understood") from trouble
    return {day.isoformat(): merged(spans) for day, spans in sorted(found.items())}


def calendars(text: bytes) -> list[Component]:
    try:
        found = Calendar.from_ical(text, multiple=True)
    except Exception as trouble:
        raise Unreadable("no-calendar") from trouble
    if not found or any(each.name != "VCALENDAR" for each in found):
        raise Unreadable("no-calendar")
    return list(found)


def taken(calendars: Iterable[Component], first: date, last: date) -> Iterator[tuple[Any, Any]]:
    """From when until when: each occurrence of each event, and what is published as busy."""
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            must_make_sense(event)
        for event in recurring_ical_events.of(calendar).between(first, last):
            start, end = event["DTSTART"].dt, event["DTEND"].dt
            if takes_time(event) and start != end:
                yield start, end
        for published in calendar.walk("VFREEBUSY"):
            for each in listed(published.get("FREEBUSY")):
                start, end = each.dt
                if not str(each.params.get("FBTYPE", "BUSY")).upper().startswith("FREE"):
                    yield start, start + end if isinstance(end, timedelta) else end


def must_make_sense(event: Component) -> None:
    """The parser leaves out what it cannot read: then an event would be at another time."""
    rules = listed(event.get("RRULE"))
    if WHEN & {name for name, _ in event.errors} or not all("FREQ" in rule for rule in rules):
        raise Unreadable("not-understood")


def takes_time(event: Component) -> bool:
    return not any(str(event.get(name, "")).upper() == free for name, free in FREE.items())


def listed(value: Any) -> list[Any]:
    """A property may be there once, more often, or not at all."""
    return [] if value is None else value if isinstance(value, list) else [value]


def wall(moment: Moment, zone: ZoneInfo) -> datetime:
    """What clocks at the space show. A time that they skip is as much later as they are put on."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)


def days_of(
    start: datetime, end: datetime, first: date, last: date
) -> Iterator[tuple[date, int, int]]:
    """The days between, and the minutes of each. In the hour that the clocks repeat an end may be
    shown before its start: nothing can be booked from or to within it."""
    start, end = sorted((start, end))
    day = max(start.date(), first)
    while day <= last and datetime.combine(day, time()) < end:
        begins = int(quarters(start, day)) * QUARTER
        ends = ceil(quarters(end, day)) * QUARTER
        yield day, begins, max(ends, begins + QUARTER)
        day += DAY


def quarters(moment: datetime, day: date) -> float:
    """After midnight of that day, within it."""
    passed = (moment - datetime.combine(day, time())) / timedelta(minutes=QUARTER)
    return min(max(passed, 0), DAY / timedelta(minutes=QUARTER))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            start, before = found.pop()
            end = max(end, before)
        found.append((start, end))
    return found


def main(zone: str, first: str, last: str) -> None:
    """Writes {"times": ...} or {"trouble": why}; ends by itself when it takes too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    days = (date.fromisoformat(each) for each in (first, last))
    try:
        said: Any = {"times": busy(sys.stdin.buffer.read(), ZoneInfo(zone), *days)}
    except Unreadable as why:
        said = {"trouble": str(why)}
    sys.stdout.buffer.write(msgspec.json.encode(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
