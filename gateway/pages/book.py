"""Book a desk, a room, a machine or an office."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.page import (
    CENTURY,
    Form,
    attempt,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    signed_in,
    space_of,
    today,
)
from gateway.pages.space import BOOKABLE, resource_of
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.availability import SeeAvailability
from kernel.wire import Message
from services.bookings.messages import BookDesk, BookMachine, BookOffice, BookRoom

MESSAGES: dict[str, type[Message]] = {
    "desks": BookDesk,
    "room": BookRoom,
    "studio": BookRoom,
    "machines": BookMachine,
    "office": BookOffice,
}
MONTHS_AHEAD = 12


async def see(request: Request) -> Response:
    """Which place, then when. What the address says is filled in already."""
    await signed_in(request)
    space = await space_of(request)
    asked = request.query_params
    resource = resource_of(space, asked.get("ressource", "")) or only(space)
    if resource is None:
        places = [each for each in space["resources"] if each["kind"] in BOOKABLE]
        day = asked.get("jour", "")
        return await page(request, "choose.html", space=space, places=places, day=day)
    typed = {"key": new_key(), "day": asked.get("jour", ""), "part": asked.get("partie", "")}
    return await form_for(request, space, resource, typed)


async def book(request: Request) -> Response:
    caller = await signed_in(request)
    form = await form_of(request)
    space = await space_of(request)
    resource = resource_of(space, form.get("resource", ""))
    if resource is None:
        raise nothing_known()
    words = {
        "space_id": str(space["space"]),
        "resource_id": resource["resource"],
        "person_id": str(caller.person),
        **when(resource["kind"], form),
    }
    done = await attempt(request, MESSAGES[resource["kind"]], words, form)
    if isinstance(done, Problem):
        typed = form | {"key": next_key(form, done)}
        return await form_for(request, space, resource, typed, done)
    return onward("/mes-reservations?fait=reserve", done)


def when(kind: str, form: Form) -> Row:
    """What was typed, in the words of the command. What makes no sense is told by its schema."""
    match kind:
        case "desks":
            return {"days": [form.get("day", "")], "part": form.get("part", "")}
        case "office":
            return {"first_month": form.get("first_month", ""), "months": number(form, "months")}
    return {"times": [{name: form.get(name, "") for name in ("day", "start", "end")}]}


def number(form: Form, name: str) -> Any:
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text


def only(space: Row) -> Row | None:
    places = [each for each in space["resources"] if each["kind"] in BOOKABLE]
    return places[0] if len(places) == 1 else None


async def form_for(
    request: Request, space: Row, resource: Row, typed: Form, problem: Problem | None = None
) -> Response:
    """The form with what was typed, beside what is free on the day it is about."""
    now = today(space["timezone"])
    day = day_of(typed, now)
    words = {"space_id": str(space["space"]), "day": day.isoformat()}
    found = await look_up(request, SeeAvailability, words)
    free = next((r for r in found["resources"] if r["resource"] == resource["resource"]), None)
    wrong = mistaken(problem) if problem else set()
    return await page(
        request,
        "book.html",
        problem.status if problem else 200,
        space=space,
        resource=resource,
        typed=typed | {"day": typed.get("day") or day.isoformat()},
        problem=problem,
        wrong=wrong | ({"day"} if "days" in wrong else set()),
        day=day,
        availability=found,
        free=free,
        today=now,
        months=months_from(now),
    )


def day_of(typed: Form, now: date) -> date:
    try:
        day = date.fromisoformat(typed.get("day", ""))
    except ValueError:
        return now
    return day if CENTURY[0] <= day <= CENTURY[1] else now


def months_from(now: date) -> list[date]:
    """This month and those that follow."""
    first = now.year * 12 + now.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + MONTHS_AHEAD)]
