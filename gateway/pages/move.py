"""Move a booking to other days and times: by whoever booked it, or by the host of the space."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.book import number
from gateway.pages.page import (
    Form,
    attempt,
    form_of,
    local,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    previewed,
    signed_in,
    today,
)
from gateway.pages.space import resource_of, week_name
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.agenda import SeeBooking
from gateway.views.directory import SeeSpace
from services.bookings.messages import MoveBooking

FIELDS = ("day", "start", "end")
TYPED_AS = {"resource_id": "resource"}
HELD = ("booked", "requested")


async def see(request: Request) -> Response:
    booking, space = await movable(request)
    return await form_for(request, booking, space, as_typed(booking, space) | {"key": new_key()})


async def move(request: Request) -> Response:
    """See first what it will cost and what is in the way; or move."""
    booking, space = await movable(request)
    form = await form_of(request)
    words = {"booking_id": str(booking["booking"]), **asked(booking, space, form)}
    if form.get("step") == "preview":
        seen = await previewed(request, MoveBooking, words)
        typed = {"key": new_key()} | form
        if isinstance(seen, Problem):
            return await form_for(request, booking, space, typed, seen)
        return await form_for(request, booking, space, typed, would=outlook(seen))
    done = await attempt(request, MoveBooking, words, form)
    if isinstance(done, Problem):
        typed = form | {"key": next_key(form, done)}
        return await form_for(request, booking, space, typed, done)
    return onward(back(request, booking, form), done)


async def movable(request: Request) -> tuple[Row, Row]:
    """A booking that can be moved at all, for those who may, and its space. An office stays."""
    await signed_in(request)
    words = {"booking_id": request.path_params["booking_id"]}
    booking: Row = await look_up(request, SeeBooking, words)
    if booking["kind"] == "office" or booking["state"] not in HELD or not booking["slots"]:
        raise nothing_known()
    return booking, await look_up(request, SeeSpace, {"space_id": str(booking["space"])})


def choice(booking: Row, space: Row) -> list[Row]:
    """Where in the space it may be moved to: what is booked as it is."""
    of_room = ("room", "studio")
    kinds = {"desk": ("desks",), "room": of_room, "machine": ("machines",)}[booking["kind"]]
    return [each for each in space["resources"] if each["kind"] in kinds]


def as_typed(booking: Row, space: Row) -> Form:
    """The form as it would have been filled in for what is booked: "day-0", "start-0", ..."""
    slots = enumerate(booking["slots"])
    when = {f"{name}-{n}": str(slot[name]) for n, slot in slots for name in FIELDS}
    held = (e["code"] for e in choice(booking, space) if e["resource"] == str(booking["resource"]))
    return when | {"people": str(booking["people"]), "resource": next(held, "")}


def asked(booking: Row, space: Row, form: Form) -> Row:
    """What was typed, in the words of the command. It has as many slots as before."""
    many = range(len(booking["slots"]))
    who = {"people": number(form, "people")} if "people" in form else {}
    if "resource" in form:
        found = resource_of(space, form["resource"])
        who["resource_id"] = found["resource"] if found else form["resource"]
    if booking["kind"] == "desk":
        days = [form.get(f"day-{n}", "") for n in many]
        return {"days": days, "part": form.get("part", "")} | who
    return {"times": [{name: form.get(f"{name}-{n}", "") for name in FIELDS} for n in many]} | who


def outlook(facts: list[Row]) -> Row:
    """What people want to know of the facts that would be recorded."""
    moved: Row = next(each["data"] for each in facts if each["type"] == "bookings.BookingMoved")
    return {"lines": moved["price_lines"], "cents": moved["price_cents"]}


def back(request: Request, booking: Row, form: Form, what: str = "deplace") -> str:
    """To one's own bookings, or to the week of the planning in which it is."""
    if booking["person"] == request.state.caller.person:
        return f"/mes-reservations?fait={what}"
    try:
        week = week_name(date.fromisoformat(form.get("day-0", "")))
    except ValueError:
        week = ""
    planning = local(form.get("suite", "/")).partition("?")[0]
    return f"{planning}?semaine={week}&fait={what}"


async def form_for(
    request: Request,
    booking: Row,
    space: Row,
    typed: Form,
    problem: Problem | None = None,
    would: Row | None = None,
) -> Response:
    own = booking["person"] == request.state.caller.person
    return await page(
        request,
        "move.html",
        problem.status if problem else 200,
        booking=booking,
        space=space,
        choice=choice(booking, space),
        own=own,
        today=today(space["timezone"]),
        planning=f"/espaces/{space['code']}/planning",
        typed=typed | {"part": typed.get("part") or part_of(booking, space)},
        problem=problem,
        wrong=wrong_in(problem, len(booking["slots"])),
        would=would,
    )


def part_of(booking: Row, space: Row) -> str:
    slot = booking["slots"][0]
    if slot["half_days"] == 2:
        return "day"
    return "morning" if slot["end"] <= space["midday"] else "afternoon"


def wrong_in(problem: Problem | None, many: int) -> set[str]:
    """The fields of the form that were not understood: those of each slot by its number."""
    if problem is None:
        return set()
    errors: Any = problem.more.get("errors") or {}
    times = errors.get("times") or errors.get("days")
    if not isinstance(times, dict):
        every = {f"day-{n}" for n in range(many)} if times else set()
        return every | {TYPED_AS.get(name, name) for name in mistaken(problem)}
    marked = {
        f"{name}-{n}"
        for n, wrong in times.items()
        for name in (wrong if isinstance(wrong, dict) else ("day",))
    }
    return marked | ({"part"} if "part" in errors else set())
