"""The first page: the spaces of the network, and what is free in them today."""

from collections import Counter
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway.assets import asset
from gateway.pages import map as drawing
from gateway.pages.offers import KINDS, towns
from gateway.pages.page import all_of, day_in, mistaken, page, today
from gateway.problems import Problem, makes_no_sense
from gateway.records import Row
from gateway.tiles import tiles
from gateway.views.availability import FindFree
from gateway.views.directory import ListSpaces

PARTS = ("morning", "afternoon", "day")
A_WEEK = timedelta(days=7)


async def see(request: Request) -> Response:
    """On the day asked for, otherwise the next one on which anybody opens: on a Sunday, Monday."""
    spaces = await all_of(request, ListSpaces, {})
    now = today(zone_of(spaces))
    asked = request.query_params.get("jour")
    wanted, problem = day_of(asked) if asked else (None, None)
    day, found = await (free_on(request, wanted) if wanted else first_open(request, now))
    free = {each["code"]: {"closed": each["closed"], **desks(each)} for each in found}
    shown = [space | {"free": free.get(space["code"])} for space in spaces]
    map_ = drawing.draw(shown) if shown else None
    return await page(
        request,
        "network.html",
        problem.status if problem else 200,
        spaces=shown,
        map=map_,
        day=day,
        today=now,
        towns=towns(spaces),
        kinds=KINDS,
        typed={"libres": asked if problem else day.isoformat()},
        wrong=mistaken(problem) if problem else set(),
        tiles=tiles() if asset("leaflet.js") else None,
    )


def day_of(asked: str) -> tuple[date | None, Problem | None]:
    """The day that somebody wants to see, or what was wrong with what they typed."""
    try:
        return day_in(asked), None
    except Problem:
        return None, makes_no_sense({"libres": ["Not a valid date."]})


def zone_of(spaces: list[Row]) -> str:
    """ "Today" is today in the zone of most spaces."""
    zones = Counter(space["timezone"] for space in spaces)
    return zones.most_common(1)[0][0] if zones else "UTC"


async def free_on(request: Request, day: date) -> tuple[date, list[Row]]:
    return day, await all_of(request, FindFree, {"day": day.isoformat()})


async def first_open(request: Request, now: date) -> tuple[date, list[Row]]:
    """The next day on which any space opens, within a week; otherwise the one a week from now."""
    day, found = await free_on(request, now)
    while day < now + A_WEEK and all(each["closed"] for each in found):
        day, found = await free_on(request, day + timedelta(days=1))
    return day, found


def desks(found: Row) -> Row:
    """How many desks of a space are free on a day, over all its rows of desks."""
    rows = [each["free_desks"] for each in found["resources"] if each["kind"] == "desks"]
    return {part: sum(row[part] for row in rows) for part in PARTS}
