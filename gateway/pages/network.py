"""The first page: the spaces of the network, and what is free in them today."""

from collections import Counter
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages import map as drawing
from gateway.pages.page import all_of, day_in, page, today
from gateway.records import Row
from gateway.views.availability import FindFree
from gateway.views.directory import ListSpaces

PARTS = ("morning", "afternoon", "day")
A_WEEK = timedelta(days=7)


async def see(request: Request) -> Response:
    """On the day asked for, otherwise on the next one on which anybody works: on a Sunday, Monday.

    "Today" is today in the zone of most spaces.
    """
    spaces = await all_of(request, ListSpaces, {})
    zones = Counter(space["timezone"] for space in spaces)
    now = today(zones.most_common(1)[0][0] if zones else "UTC")
    asked = request.query_params.get("jour")
    day, found = await free_on(request, day_in(asked) if asked else now)
    while not asked and day < now + A_WEEK and all(each["closed"] for each in found):
        day, found = await free_on(request, day + timedelta(days=1))
    free = {each["code"]: {"closed": each["closed"], **desks(each)} for each in found}
    shown = [space | {"free": free.get(space["code"])} for space in spaces]
    map_ = drawing.draw(shown) if shown else None
    return await page(request, "network.html", spaces=shown, map=map_, day=day, today=now)


async def free_on(request: Request, day: date) -> tuple[date, list[Row]]:
    return day, await all_of(request, FindFree, {"day": day.isoformat()})


def desks(found: Row) -> Row:
    """How many desks of a space are free on a day, over all its rows of desks."""
    rows = [each["free_desks"] for each in found["resources"] if each["kind"] == "desks"]
    return {part: sum(row[part] for row in rows) for part in PARTS}
