"""Bookings as iCalendar (RFC 5545): for whoever has subscribed, and with letters.

Each slot of a booking is an event. It keeps its UID when the booking moves or is cancelled, its
SEQUENCE counts these changes, and a cancelled one says so: a calendar sees it go.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from gateway.records import Row

STATUS = {"requested": "TENTATIVE", "booked": "CONFIRMED"}
"""Any other state: nobody comes."""

BOOKED: LiteralString = """
    SELECT b.booking, b.person, b.state, b.kind, b.first, b.last, b.changes, b.price_cents,
        b.fee_cents, b.people, b.extras, coalesce(b.changed, b.made) AS changed, s.name AS space,
        s.town, s.timezone,
        s.cancellation_hours, r.name AS resource, (
            SELECT coalesce(json_agg(json_build_array(t.day, t.start, t."end")
                ORDER BY t.day, t.start), '[]')
            FROM agenda.slots t WHERE t.booking = b.booking AND b.kind <> 'office'
        ) AS slots
    FROM agenda.bookings b
    JOIN directory.spaces s ON s.space = b.space
    JOIN directory.resources r ON r.resource = b.resource
"""


def feed(bookings: Iterable[Row], home: str) -> bytes:
    """For a calendar that asks again and again. `home` is the address of the network."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", "Essaim")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return _filled(calendar, (each for booking in bookings for each in events(booking, home)))


def attachment(bookings: Iterable[Row], home: str, method: str, organizer: str) -> bytes:
    """For a letter: PUBLISH is to be put into a calendar, CANCEL taken out (RFC 5546).

    `organizer` is the e-mail address of who sends it.
    """
    found = [each for booking in bookings for each in events(booking, home)]
    for each in found:
        each.add("organizer", vCalAddress(f"mailto:{organizer}"))
    return _filled(_calendar(method), found)


def events(booking: Row, home: str) -> Iterable[Event]:
    """What a row of `BOOKED` is in a calendar."""
    for number, (start, end) in enumerate(times(booking)):
        event = Event()
        event.add("uid", f"{booking['booking']}-{number}@essaim")
        event.add("dtstamp", booking["changed"].astimezone(UTC))
        event.add("last-modified", booking["changed"].astimezone(UTC))
        event.add("sequence", booking["changes"])
        event.add("status", STATUS.get(booking["state"], "CANCELLED"))
        event.add("summary", f"{booking['resource']}, {booking['space']}")
        event.add("location", f"{booking['space']}, {booking['town']}")
        event.add("url", f"{home.rstrip('/')}/mes-reservations")
        event.add("dtstart", start)
        event.add("dtend", end)
        yield event


def times(booking: Row) -> list[tuple[date, date]]:
    """In UTC, which needs no description of zones; an office is let for whole days."""
    if not booking["slots"]:
        return [(booking["first"], booking["last"] + timedelta(days=1))]
    zone = booking["timezone"]
    return [(moment(zone, d, start), moment(zone, d, end)) for d, start, end in booking["slots"]]


def moment(zone: str, day: str, minute: int) -> datetime:
    """When clocks of the zone show so many minutes after midnight, in UTC."""
    there = datetime.fromisoformat(day) + timedelta(minutes=minute)
    return there.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Essaim//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _filled(calendar: Calendar, found: Iterable[Event]) -> bytes:
    for each in found:
        calendar.add_component(each)
    return bytes(calendar.to_ical())
