"""What somebody has booked, for the calendar on their phone: iCalendar at a private address."""

from datetime import UTC, datetime, timedelta
from typing import LiteralString

from starlette.requests import Request
from starlette.responses import Response

from gateway import deadline, ics, positions
from gateway.api import plain, tagged
from gateway.credentials import Credentials
from gateway.errands import IssueCalendar, RevokeCalendar
from gateway.people import Caller
from gateway.problems import nothing_known
from gateway.questions import Views
from gateway.words import Words

ROUTE = "/calendars/{token}.ics"
SINCE, MOST = timedelta(days=31), 2000

RECENT: LiteralString = f"""
    {ics.BOOKED} WHERE b.person = %(person)s AND b.last >= %(since)s
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
    await views.reaches("agenda", positions.of(request), deadline.left())
    since = datetime.now(UTC).date() - SINCE
    bookings = await views.rows(RECENT, {"person": person, "since": since, "most": MOST})
    text = ics.feed(bookings, str(request.base_url))
    return tagged(request, Response(text, media_type="text/calendar"), public=False)


ERRANDS = {IssueCalendar: issue_calendar, RevokeCalendar: revoke_calendar}
