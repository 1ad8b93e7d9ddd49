"""To arrive: a booking's own code, which its holder shows and a host scans; or the space's poster,
which the member scans.

The code names the booking, and gives no right: whoever opens it must be signed in, and the table of
permissions decides. So a code that was copied or guessed opens nothing. Looking changes nothing.
"""

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.host.day import HERE_BEFORE, wall
from gateway.pages.mine import dated, is_expected
from gateway.pages.page import (
    all_of,
    attempt,
    done_before,
    form_of,
    onward,
    page,
    signed_in,
    space_of,
    today,
)
from gateway.pages.qr import address_of, qr_code
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import ListBookings, SeeBooking, SeeVisitors
from services.bookings.messages import CheckIn


async def see(request: Request) -> Response:
    return await shown(request)


async def check_in(request: Request) -> Response:
    """Also from a phone that sends it twice, as it had no network: then it is said since when."""
    await signed_in(request)
    form = await form_of(request)
    booking = request.path_params["booking_id"]
    done = await attempt(request, CheckIn, {"booking_id": booking}, form)
    if isinstance(done, Problem):
        return await shown(request, None if done.kind == HERE_BEFORE else done)
    return onward(f"/arrivee/{booking}?fait=arrivee", done)


async def shown(request: Request, problem: Problem | None = None) -> Response:
    caller = await signed_in(request)
    asked = {"booking_id": request.path_params["booking_id"]}
    booking = dated(await look_up(request, SeeBooking, asked))
    zone = booking["timezone"] or "UTC"
    now = today(zone)
    slots = [slot for slot in booking["slots"] if slot["day"] == now.isoformat()]
    own = caller.person == booking["person"]
    return await page(
        request,
        "arrival.html",
        problem.status if problem else 200,
        booking=booking,
        visitor=None if own else await visitor_of(request, booking),
        slots=[slot | {"noted": wall(slot["noted"], zone)} for slot in slots],
        code=qr_code(code_of(request)) if own else None,
        said=done_before(request),
        problem=problem,
    )


async def visitor_of(request: Request, booking: Row) -> Row | None:
    """What a host is told of whoever stands before them, on the day itself."""
    day = today(booking["timezone"] or "UTC").isoformat()
    words = {"space_id": str(booking["space"]), "day": day}
    visitors = await all_of(request, SeeVisitors, words)
    return next((each for each in visitors if each["booking"] == booking["booking"]), None)


async def see_code(request: Request) -> Response:
    """The picture alone, for lists and e-mail."""
    await signed_in(request)
    kept = {"Cache-Control": "private, max-age=86400"}
    return Response(qr_code(code_of(request)), 200, kept, "image/svg+xml")


def code_of(request: Request) -> str:
    return address_of(request, f"/arrivee/{request.path_params['booking_id']}")


async def arrive(request: Request) -> Response:
    """The poster of a space: what the member has booked there today."""
    caller = await signed_in(request)
    space = await space_of(request)
    now = today(space["timezone"])
    words = {"person_id": str(caller.person), "since": now.isoformat()}
    bookings = [dated(each) for each in await all_of(request, ListBookings, words)]
    here = [
        each
        for each in bookings
        if each["space"] == space["space"] and each["state"] == "booked" and is_today(each)
    ]
    return await page(request, "arrive.html", space=space, today=now, bookings=here)


def is_today(booking: Row) -> bool:
    now = today(booking["timezone"] or "UTC")
    slots = [slot for slot in booking["slots"] if slot["day"] == now.isoformat()]
    return bool(slots) or is_expected(booking, now)
