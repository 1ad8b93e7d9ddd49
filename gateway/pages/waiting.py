"""My places in waiting lists: what is offered to me, until when; how to wait, leave or take."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages import extras
from gateway.pages.book import form_for, party
from gateway.pages.page import (
    all_of,
    attempt,
    done_before,
    form_of,
    onward,
    page,
    signed_in,
    space_of,
)
from gateway.pages.space import resource_of
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.waiting import ListWaiting
from kernel.wire import Message
from services.bookings.messages import JoinWaitingList, LeaveWaitingList, TakeOffer

HERE = "/liste-d-attente"


async def see(request: Request) -> Response:
    return await shown(request, said=done_before(request))


async def join(request: Request) -> Response:
    """From the form of a booking that came too late."""
    caller = await signed_in(request)
    form = await form_of(request)
    space = await space_of(request)
    resource = resource_of(space, form.get("resource", ""))
    if resource is None:
        raise nothing_known()
    place = {"space_id": str(space["space"]), "resource_id": resource["resource"]}
    names = ("day", "part") if resource["kind"] == "desks" else ("day", "start", "end")
    at = {name: form.get(name, "") for name in names} | party(resource["kind"], form)
    words = {**place, "person_id": str(caller.person), **at, **extras.chosen(form)}
    done = await attempt(request, JoinWaitingList, words, form)
    if isinstance(done, Problem):
        return await form_for(request, space, resource, form, done)
    return onward(f"{HERE}?fait=attend", done)


async def leave(request: Request) -> Response:
    return await change(request, LeaveWaitingList, f"{HERE}?fait=nattend-plus")


async def take(request: Request) -> Response:
    return await change(request, TakeOffer, "/mes-reservations?fait=reserve")


async def change(request: Request, message: type[Message], onwards: str) -> Response:
    await signed_in(request)
    form = await form_of(request)
    where = {name: form.get(name, "") for name in ("space_id", "day")}
    words = {**where, "entry_id": request.path_params["entry_id"]}
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await shown(request, problem=done)
    return onward(onwards, done)


async def shown(
    request: Request, said: str | None = None, problem: Problem | None = None
) -> Response:
    caller = await signed_in(request)
    found = await all_of(request, ListWaiting, {"person_id": str(caller.person)})
    status = problem.status if problem else 200
    waits = [timed(each) for each in found]
    return await page(request, "waiting.html", status, waits=waits, said=said, problem=problem)


def timed(wait: Row) -> Row:
    """With the day and the time on the wall of the space until which a place is held."""
    if wait["until"] is None:
        return wait
    known = datetime.fromisoformat(str(wait["until"])).astimezone(ZoneInfo(wait["timezone"]))
    return wait | {"until_day": known.date(), "until_time": known.strftime("%H:%M")}
