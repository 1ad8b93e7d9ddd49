"""Home, where somebody lands who signs in: what is today and next, what is offered, what is left.

Whoever runs a space finds the way to its counter here as well.
"""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.arrival import is_today
from gateway.pages.mine import RECENT, dated
from gateway.pages.page import all_of, page, signed_in, today
from gateway.pages.waiting import timed
from gateway.people import Caller
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import ListBookings, SeeVisitors
from gateway.views.directory import ListSpaces
from gateway.views.included import ListIncluded
from gateway.views.mobility import ListPasses
from gateway.views.people import SeePerson
from gateway.views.waiting import ListWaiting

HERE = "Europe/Brussels"
SOON = 3
"""So many bookings to come are shown; the others are on their own page."""
WORK = (
    ("coordinator", "/candidats"),
    ("coordinator", "/mes-espaces"),
    ("coordinator", "/audit/communication"),
    ("operator", "/exploitation"),
    ("auditor", "/audit"),
)


async def see(request: Request) -> Response:
    caller = await signed_in(request)
    now, me = today(HERE), {"person_id": str(caller.person)}
    since = {"since": (today("UTC") - RECENT).isoformat()}
    bookings = [dated(each) for each in await all_of(request, ListBookings, me | since)]
    waits = [timed(each) for each in await all_of(request, ListWaiting, me)]
    passes = await all_of(request, ListPasses, me)
    here = [each for each in bookings if each["state"] == "booked" and is_today(each)]
    coming = [each for each in bookings if each["is_coming"] and each not in here]
    return await page(
        request,
        "home.html",
        name=await name_of(request, me),
        today=now,
        here=here,
        coming=coming[:SOON],
        more=len(coming) > SOON,
        offers=[each for each in waits if each["until"]],
        waiting=sum(not each["until"] for each in waits),
        current=next((each for each in passes if each["year"] == now.year), None),
        included=await all_of(request, ListIncluded, me | {"day": now.isoformat()}),
        again=again(bookings),
        spaces=await own_spaces(request, caller),
        work=[path for role, path in WORK if role in caller.roles],
        is_new=not bookings and not waits,
    )


async def name_of(request: Request, me: Row) -> str:
    """The first name; somebody who has just joined may not be known by it yet."""
    try:
        found: Row = await look_up(request, SeePerson, me)
    except Problem as problem:
        if problem.status != 404:
            raise
        return ""
    return found["given_name"] or ""


def again(bookings: list[Row]) -> Row | None:
    """What was booked last, and the address at which it is booked at the same time of day."""
    known = [each for each in bookings if each["space_code"] and each["resource_code"]]
    if not known:
        return None
    last = max(known, key=lambda each: each["made"])
    asked: dict[str, Any] = {"ressource": last["resource_code"]}
    slot = last["slots"][0] if last["slots"] else {}
    if last["kind"] == "desk" and slot.get("half_days") == 2:
        asked["partie"] = "day"
    elif slot and last["kind"] != "desk":
        asked |= {"debut": slot["start"], "fin": slot["end"]}
    return last | {"address": f"/reserver/{last['space_code']}?{urlencode(asked)}"}


async def own_spaces(request: Request, caller: Caller) -> list[Row]:
    """Those the caller is host of, with how many people are expected today, and how many here."""
    if not caller.spaces:
        return []
    found = []
    for space in await all_of(request, ListSpaces, {}):
        if space["space"] in caller.spaces:
            words = {"space_id": str(space["space"]), "day": today(space["timezone"]).isoformat()}
            states = [each["state"] for each in await all_of(request, SeeVisitors, words)]
            arrived = states.count("checked-in")
            found.append(space | {"expected": len(states), "arrived": arrived})
    return found
