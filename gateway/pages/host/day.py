"""The day at the counter: who comes, who is here already, and who did not come."""

from datetime import datetime, timedelta
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import may, run_by_caller, shown
from gateway.pages.page import (
    CENTURY,
    all_of,
    attempt,
    day_in,
    done_before,
    form_of,
    onward,
    signed_in,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import SeeVisitors
from kernel.wire import Message
from services.bookings.messages import CheckIn, RecordNoShow

HERE_BEFORE = "/problems/AlreadyCheckedIn"


async def see_today(request: Request) -> Response:
    space = await run_by_caller(request, "see_visitors")
    return onward(f"/espaces/{space['code']}/jour/{today(space['timezone'])}")


async def see(request: Request) -> Response:
    return await counter(request)


async def check_in(request: Request) -> Response:
    """The form says at which moment it was sent when there is a script (counter.js): it keeps what
    cannot be sent at once."""
    return await change(request, CheckIn, "arrivee", "at")


async def record_no_show(request: Request) -> Response:
    return await change(request, RecordNoShow, "absence")


async def change(request: Request, message: type[Message], what: str, *more: str) -> Response:
    """`more`: fields of the form that are words of the command, where they are there."""
    await signed_in(request)
    form = await form_of(request)
    code, day = request.path_params["code"], day_in(request.path_params["day"])
    words = {"booking_id": form.get("booking", ""), "day": day.isoformat()}
    words |= {name: form[name] for name in more if name in form}
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await counter(request, done, form.get("booking", ""))
    return onward(f"/espaces/{code}/jour/{day}?fait={what}", done)


async def counter(request: Request, problem: Problem | None = None, booking: str = "") -> Response:
    """Whoever is checked in a second time is simply here: since when is said, and no alarm."""
    space = await run_by_caller(request, "see_visitors")
    day, now = day_in(request.path_params["day"]), today(space["timezone"])
    words = {"space_id": str(space["space"]), "day": day.isoformat()}
    everybody = [noted(each, space) for each in await all_of(request, SeeVisitors, words)]
    asked = request.query_params.get("nom", "").strip()
    here_before = None
    if problem and problem.kind == HERE_BEFORE:
        here_before = next((each for each in everybody if str(each["booking"]) == booking), None)
    return await shown(
        request,
        "host/day.html",
        space,
        None if here_before else problem,
        day=day,
        today=now,
        before=day - timedelta(days=1) if day > CENTURY[0] else None,
        after=day + timedelta(days=1) if day < CENTURY[1] else None,
        everybody=everybody,
        visitors=[each for each in everybody if is_called(each, asked)],
        asked=asked,
        said=done_before(request),
        here_before=here_before,
        welcomes=day == now and await may(request, "find_members", space),
    )


def noted(visitor: Row, space: Row) -> Row:
    """With the time on the wall of the space at which somebody arrived or was missed."""
    return visitor | {"noted": wall(visitor["noted"], space["timezone"])}


def wall(moment: datetime | str | None, zone: str) -> str | None:
    """ "09:12": what the clock of the space showed."""
    if moment is None:
        return None
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def is_called(visitor: Row, asked: str) -> bool:
    """Whether a part of the name was asked for, whatever its capitals and accents."""
    names = f"{visitor['given_name'] or ''} {visitor['family_name'] or ''}"
    return plain(asked) in plain(names)


def plain(name: str) -> str:
    """ "Zoé" is found as "zoe"."""
    return "".join(each for each in normalize("NFD", name.casefold()) if not combining(each))
