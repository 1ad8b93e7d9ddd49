"""My bookings as a calendar: a month of days, each with what is booked on it, or no school."""

from calendar import Calendar
from collections import defaultdict
from datetime import date, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.home import HERE
from gateway.pages.mine import RECENT
from gateway.pages.page import CENTURY, all_of, day_in, page, signed_in, today
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import ListBookings
from gateway.views.people import SeePerson
from vocabulary.school import school_holiday

A_MONTH = timedelta(days=31)


async def see(request: Request) -> Response:
    """This month, or another one: `mois` as in 2027-03."""
    caller = await signed_in(request)
    now, asked = today(HERE), request.query_params.get("mois")
    first = day_in(f"{asked}-01") if asked else now.replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    words = {"person_id": str(caller.person), "since": first.isoformat()}
    following = (first + A_MONTH).replace(day=1)
    bookings = [
        each for each in await all_of(request, ListBookings, words) if each["first"] < following
    ]
    return await page(
        request,
        "month.html",
        first=first,
        today=now,
        weeks=weeks,
        school=partial(school_holiday, await country_of(request)),
        on={day: each for day, each in by_day(bookings).items() if first <= day < following},
        offices=[each for each in bookings if each["kind"] == "office"],
        in_list=f"/mes-reservations{'?depuis=toujours' if first < now - RECENT else ''}",
        before=(first - timedelta(days=1)).replace(day=1) if first > CENTURY[0] else None,
        after=following if following <= CENTURY[1] else None,
    )


async def country_of(request: Request) -> str:
    """Where the member lives, and children of theirs go to school."""
    me = {"person_id": str((await signed_in(request)).person)}
    try:
        found: Row = await look_up(request, SeePerson, me)
    except Problem as problem:
        if problem.status != 404:  # somebody who has just joined may not be known yet
            raise
        return ""
    return str(found["residence"])


def by_day(bookings: list[Row]) -> dict[date, list[Row]]:
    """What is booked on each day, the earliest first: a booking with one of its slots each time.

    An office is let by the month, and is on no day by itself.
    """
    found: dict[date, list[Row]] = defaultdict(list)
    for booking in bookings:
        for slot in booking["slots"] if booking["kind"] != "office" else []:
            state = booking["state"] if booking["state"] != "booked" else slot["state"]
            times = {"start": slot["start"], "end": slot["end"], "state": state}
            found[date.fromisoformat(slot["day"])].append(booking | times)
    for each in found.values():
        each.sort(key=lambda entry: (entry["start"], entry["end"]))
    return found
