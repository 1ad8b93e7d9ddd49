"""Bookings that wait for a yes or a no of whoever runs the space."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.page import all_of, attempt, done_before, form_of, onward, signed_in
from gateway.problems import Problem
from gateway.views.waiting import ListRequests
from kernel.wire import Message
from services.bookings.messages import ApproveBooking, DeclineBooking


async def see(request: Request) -> Response:
    return await listed(request)


async def approve(request: Request) -> Response:
    return await answer(request, ApproveBooking, "accord")


async def decline(request: Request) -> Response:
    return await answer(request, DeclineBooking, "refus")


async def answer(request: Request, message: type[Message], what: str) -> Response:
    await signed_in(request)
    form = await form_of(request)
    done = await attempt(request, message, {"booking_id": form.get("booking", "")}, form)
    if isinstance(done, Problem):
        return await listed(request, done)
    return onward(f"/espaces/{request.path_params['code']}/demandes?fait={what}", done)


async def listed(request: Request, problem: Problem | None = None) -> Response:
    space = await run_by_caller(request, "list_requests")
    found = await all_of(request, ListRequests, {"space_id": str(space["space"])})
    said = done_before(request)
    return await shown(request, "host/requests.html", space, problem, requests=found, said=said)
