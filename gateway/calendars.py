"""What somebody has booked, for the calendar on their phone: iCalendar at a private address.

Each slot of a booking is an event (RFC 5545). It keeps its UID when the booking moves or is
cancelled, its SEQUENCE counts these changes, and a cancelled one says so: whoever has subscribed
sees it go.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from gateway import positions
from gateway.api import plain, tagged
from gateway.credentials import Credentials
from gateway.errands import IssueCalendar, RevokeCalendar
from gateway.people import Caller
from gateway.problems import nothing_known
from gateway.questions import Views
from gateway.records import Row
from gateway.words import Words

ROUTE = "/calendars/{token}.ics"
SINCE, MOST = timedelta(days=31), 2000

BOOKED: LiteralString = """
    SELECT b.booking, b.state, b.first, b.last, b.changes, coalesce(b.changed, b.made) AS changed,
        s.name AS space, s.town, s.timezone, r.name AS resource, (
            SELECT coalesce(json_agg(json_build_array(t.day, t.start, t."end")
                ORDER BY t.day, t.start), '[]')
            FROM agenda.slots t WHERE t.booking = b.booking AND b.kind <> 'office'
        ) AS slots
    FROM agenda.bookings b
    JOIN directory.spaces s ON s.space = b.space
    JOIN directory.resources r ON r.resource = b.resource
    WHERE b.person = %(person)s AND b.last >= %(since)s
    ORDER BY b.first, b.booking LIMIT %(most)s
"""


async def issue_calendar(request: Request, caller: Caller, words: Words) -> Response:
    return plain({"address": await new_address(request, caller)}, 201)


async def new_address(request: Request, caller: Caller) -> str:
    """Where somebody's calendar can be read from now on, and nowhere else."""
    token = await request.state.credentials.issue_calendar(caller.account)
    return str(request.base_url).rstrip("/") + ROUTE.format(token=token)


async def revoke_calendar(request: Request, caller: Caller, words: Words) -> Response:
    if not await request.state.credentials.revoke_calendar(caller.account):
        raise nothing_known()
    return plain({"revoked": True})


async def read_calendar(request: Request) -> Response:
    """Whoever knows the address may read it: nobody signs in from a calendar."""
    credentials: Credentials = request.state.credentials
    person = await credentials.by_calendar(request.path_params["token"])
    if person is None:
        raise nothing_known()
    views: Views = request.state.views
    await views.reaches("agenda", positions.of(request))
    since = datetime.now(UTC).date() - SINCE
    words = {"person": person, "since": since, "most": MOST}
    bookings = await views.rows(BOOKED, words)
    text = written(bookings, str(request.base_url))
    return tagged(request, Response(text, media_type="text/calendar"), public=False)


def written(bookings: Iterable[Row], home: str) -> bytes:
    """An iCalendar of bookings, as rows of `BOOKED`. `home` is the address of the network."""
    calendar = Calendar()
    calendar.add("prodid", "-//Essaim//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Essaim")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for booking in bookings:
        for number, (start, end) in enumerate(times(booking)):
            event = Event()
            event.add("uid", f"{booking['booking']}-{number}@essaim")
            event.add("dtstamp", booking["changed"].astimezone(UTC))
            event.add("last-modified", booking["changed"].astimezone(UTC))
            event.add("sequence", booking["changes"])
            event.add("status", "CANCELLED" if booking["state"] == "cancelled" else "CONFIRMED")
            event.add("summary", f"{booking['resource']}, {booking['space']}")
            event.add("location", f"{booking['space']}, {booking['town']}")
            event.add("url", f"{home.rstrip('/')}/mes-reservations")
            event.add("dtstart", start)
            event.add("dtend", end)
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def times(booking: Row) -> list[tuple[date, date]]:
    """In UTC, which needs no description of zones; an office is let for whole days."""
    if not booking["slots"]:
        return [(booking["first"], booking["last"] + timedelta(days=1))]
    zone = ZoneInfo(booking["timezone"])

    def moment(day: str, minute: int) -> datetime:
        midnight = datetime.fromisoformat(day)
        there = (midnight + timedelta(minutes=minute)).replace(tzinfo=zone)
        return there.astimezone(UTC)

    return [(moment(day, start), moment(day, end)) for day, start, end in booking["slots"]]


ERRANDS = {IssueCalendar: issue_calendar, RevokeCalendar: revoke_calendar}
