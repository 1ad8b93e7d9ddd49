"""Other extras with a booking that stands: by whoever booked it, or by the host of the space."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages import extras
from gateway.pages.move import HELD, back
from gateway.pages.page import (
    Form,
    attempt,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    previewed,
    signed_in,
)
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.agenda import SeeBooking
from gateway.views.directory import SeeSpace
from services.bookings.messages import ChangeExtras


async def see(request: Request) -> Response:
    booking, space = await changeable(request)
    now = {extras.FIELD + each["code"]: str(each["quantity"]) for each in booking["extras"]}
    return await form_for(request, booking, space, now | {"key": new_key()})


async def change(request: Request) -> Response:
    """See first what it will cost; or have them from now on."""
    booking, space = await changeable(request)
    form = await form_of(request)
    words = {"booking_id": str(booking["booking"]), "extras": [], **extras.chosen(form)}
    if form.get("step") == "preview":
        seen = await previewed(request, ChangeExtras, words)
        typed = {"key": new_key()} | form
        if isinstance(seen, Problem):
            return await form_for(request, booking, space, typed, seen)
        return await form_for(request, booking, space, typed, would=outlook(seen, booking))
    done = await attempt(request, ChangeExtras, words, form)
    if isinstance(done, Problem):
        typed = form | {"key": next_key(form, done)}
        return await form_for(request, booking, space, typed, done)
    return onward(back(request, booking, form, "supplements"), done)


async def changeable(request: Request) -> tuple[Row, Row]:
    """A booking that stands, for those who may change it, and its space."""
    await signed_in(request)
    words = {"booking_id": request.path_params["booking_id"]}
    booking: Row = await look_up(request, SeeBooking, words)
    if booking["state"] not in HELD:
        raise nothing_known()
    return booking, await look_up(request, SeeSpace, {"space_id": str(booking["space"])})


def choice(booking: Row, space: Row) -> list[Row]:
    """What is offered with that place; and what it has although it no longer is."""
    found = (e for e in space["resources"] if e["resource"] == str(booking["resource"]))
    resource = next(found, None)
    offered = extras.offered(space, resource) if resource else []
    codes = {each["code"] for each in offered}
    had = [each for each in booking["extras"] if each["code"] not in codes]
    return offered + [each | {"per": "", "stock": each["quantity"]} for each in had]


def outlook(facts: list[Row], booking: Row) -> Row:
    """What it would cost then: what it costs now, when nothing would change."""
    said = (each["data"] for each in facts if each["type"] == "bookings.ExtrasChanged")
    changed = next(said, booking)
    return {"lines": changed["price_lines"], "cents": changed["price_cents"]}


async def form_for(
    request: Request,
    booking: Row,
    space: Row,
    typed: Form,
    problem: Problem | None = None,
    would: Row | None = None,
) -> Response:
    return await page(
        request,
        "change_extras.html",
        problem.status if problem else 200,
        booking=booking,
        space=space,
        extras=choice(booking, space),
        own=booking["person"] == request.state.caller.person,
        planning=f"/espaces/{space['code']}/planning",
        typed=typed,
        problem=problem,
        wrong=(mistaken(problem) if problem else set()) | extras.wrong_in(problem, typed),
        would=would,
    )
