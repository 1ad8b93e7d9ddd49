"""My bookings: what is coming, what was, and giving back what is not needed."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway import calendars
from gateway.pages.page import (
    all_of,
    attempt,
    done_before,
    form_of,
    onward,
    page,
    previewed,
    signed_in,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import ListBookings
from kernel.wire import Message
from services.bookings.messages import CancelBooking, CheckIn

RECENT = timedelta(days=92)


async def see(request: Request) -> Response:
    return await shown(request, said=done_before(request))


async def cancel(request: Request) -> Response:
    """What a late cancellation costs is said first, and asked."""
    await signed_in(request)
    form = await form_of(request)
    words = {"booking_id": request.path_params["booking_id"]}
    if not form.get("agreed"):
        would = await previewed(request, CancelBooking, words)
        if isinstance(would, Problem):
            return await shown(request, problem=would)
        if fee := sum(each["data"].get("fee_cents", 0) for each in would):
            return await shown(request, fee={**words, "cents": fee})
    return await change(request, CancelBooking, "annule")


async def check_in(request: Request) -> Response:
    return await change(request, CheckIn, "arrive")


async def subscribe(request: Request) -> Response:
    """The private address of one's calendar, shown this once."""
    caller = await signed_in(request)
    await form_of(request)
    return await shown(request, calendar=await calendars.new_address(request, caller))


async def change(request: Request, message: type[Message], what: str) -> Response:
    await signed_in(request)
    form = await form_of(request)
    words = {"booking_id": request.path_params["booking_id"]}
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await shown(request, problem=done)
    return onward(f"/mes-reservations?fait={what}", done)


async def shown(
    request: Request,
    said: str | None = None,
    problem: Problem | None = None,
    calendar: str = "",
    fee: Row | None = None,
) -> Response:
    caller = await signed_in(request)
    everything = request.query_params.get("depuis") == "toujours"
    words = {"person_id": str(caller.person)}
    if not everything:
        words["since"] = (today("UTC") - RECENT).isoformat()
    bookings = [dated(each) for each in await all_of(request, ListBookings, words)]
    coming = [each for each in bookings if each["is_coming"]]
    past = [each for each in reversed(bookings) if not each["is_coming"]]
    return await page(
        request,
        "bookings.html",
        problem.status if problem else 200,
        coming=coming,
        past=past,
        everything=everything,
        said=said,
        problem=problem,
        calendar=calendar,
        fee=fee,
    )


def dated(booking: Row) -> Row:
    """A booking as seen today at the space: what is still to come of it, and what can be done."""
    now = today(booking["timezone"] or "UTC")
    first, last = booking["first"], booking["last"]
    booked = booking["state"] == "booked"
    held = booked or booking["state"] == "requested"
    used = any(slot["state"] != "booked" for slot in booking["slots"])
    return booking | {
        "is_coming": held and last >= now,
        "can_be_cancelled": held and first >= now and not used,
        "can_check_in": booked and is_expected(booking, now),
    }


def is_expected(booking: Row, now: date) -> bool:
    """Somebody with this booking may arrive today, and has not."""
    slots = [slot for slot in booking["slots"] if slot["day"] == now.isoformat()]
    if booking["kind"] == "office" and not slots:
        return bool(booking["first"] <= now <= booking["last"])
    return any(slot["state"] == "booked" for slot in slots)
