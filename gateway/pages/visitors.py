"""For the host of a space: who comes on a day, and whether they came."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.page import (
    CENTURY,
    all_of,
    attempt,
    day_in,
    done_before,
    form_of,
    onward,
    page,
    signed_in,
    space_of,
    today,
)
from gateway.problems import Problem
from gateway.views.agenda import SeeVisitors
from kernel.wire import Message
from services.bookings.messages import CheckIn, RecordNoShow


async def see(request: Request) -> Response:
    return await shown(request)


async def check_in(request: Request) -> Response:
    return await change(request, CheckIn, "arrivee")


async def record_no_show(request: Request) -> Response:
    return await change(request, RecordNoShow, "absence")


async def change(request: Request, message: type[Message], what: str) -> Response:
    await signed_in(request)
    form = await form_of(request)
    code, day = request.path_params["code"], day_in(request.path_params["day"])
    words = {"booking_id": form.get("booking", ""), "day": day.isoformat()}
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await shown(request, done)
    return onward(f"/espaces/{code}/jour/{day}?fait={what}", done)


async def shown(request: Request, problem: Problem | None = None) -> Response:
    await signed_in(request)
    day = day_in(request.path_params["day"])
    space = await space_of(request)
    words = {"space_id": str(space["space"]), "day": day.isoformat()}
    return await page(
        request,
        "visitors.html",
        problem.status if problem else 200,
        space=space,
        day=day,
        today=today(space["timezone"]),
        before=day - timedelta(days=1) if day > CENTURY[0] else None,
        after=day + timedelta(days=1) if day < CENTURY[1] else None,
        visitors=await all_of(request, SeeVisitors, words),
        said=done_before(request),
        problem=problem,
    )
