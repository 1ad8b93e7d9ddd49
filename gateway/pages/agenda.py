"""The agenda: what people can learn together, where and when, and a seat in it."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.network import zone_of
from gateway.pages.page import (
    all_of,
    attempt,
    done_before,
    form_of,
    onward,
    page,
    signed_in,
    today,
)
from gateway.pages.sheets import are_for
from gateway.people import identify
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.courses import ListSessions
from gateway.views.directory import ListSpaces
from services.training.messages import Enrol


async def see(request: Request) -> Response:
    return await shown(request)


async def enrol(request: Request) -> Response:
    """A seat, or the end of the line when there is none."""
    caller = await signed_in(request)
    form = await form_of(request)
    words = {"session_id": request.path_params["session_id"], "person_id": str(caller.person)}
    done = await attempt(request, Enrol, words, form)
    if isinstance(done, Problem):
        return await shown(request, done)
    waiting = any(each["type"] == "training.Waitlisted" for each in done.facts)
    return onward(f"/agenda?fait={'attente' if waiting else 'inscrit'}", done)


async def shown(request: Request, problem: Problem | None = None) -> Response:
    spaces = await all_of(request, ListSpaces, {})
    since = today(zone_of(spaces))
    found = await all_of(request, ListSessions, {"since": since.isoformat()})
    sessions = [each for each in found if each["state"] == "planned"]
    caller = await identify(request)
    with_sheets = [each["session"] for each in sessions if await are_for(request, caller, each)]
    return await page(
        request,
        "agenda.html",
        problem.status if problem else 200,
        months=[(first, list(each)) for first, each in groupby(sessions, key=month)],
        codes={each["space"]: each["code"] for each in spaces},
        with_sheets=with_sheets,
        said=done_before(request),
        problem=problem,
    )


def month(session: Row) -> object:
    return session["first"].replace(day=1)
