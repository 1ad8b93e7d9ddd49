"""A week's planning: resources are rows, days are columns. What is moved is moved by a form."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.page import CENTURY, done_before, today
from gateway.pages.space import BOOKABLE, WEEK, minutes, monday_of, week_name, week_of
from gateway.records import Row
from gateway.views.planning import SeePlanning


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "see_planning")
    now = today(space["timezone"])
    monday = monday_of(request.query_params.get("semaine"), now)
    words = {"space_id": str(space["space"]), "monday": monday.isoformat()}
    planned = await look_up(request, SeePlanning, words)
    booked = {str(each["resource"]): each["days"] for each in planned["resources"]}
    week = await week_of(request, space, monday)
    opened = [span for day in week["days"] for span in day["open"]]
    return await shown(
        request,
        "host/planning.html",
        space,
        today=now,
        week=week,
        rows=[
            (each, booked.get(each["resource"], [[] for _ in week["days"]]))
            for each in week["resources"]
            if each["kind"] in BOOKABLE
        ],
        times=times,
        first=min((start for start, _ in opened), default="08:00"),
        last=max((end for _, end in opened), default="18:00"),
        monday=monday,
        before=week_name(monday - WEEK) if monday - WEEK >= CENTURY[0] else None,
        after=week_name(monday + WEEK) if monday + WEEK <= CENTURY[1] else None,
        name=week_name(monday),
        current=week_name(now),
        sunday=monday + timedelta(days=6),
        said=done_before(request),
    )


def times(bookings: list[Row]) -> str:
    """From when until when each is, but for lets: "480-570 600-690", in minutes after midnight."""
    timed = (each for each in bookings if each["kind"] != "office")
    return " ".join(f"{minutes(each['start'])}-{minutes(each['end'])}" for each in timed)
