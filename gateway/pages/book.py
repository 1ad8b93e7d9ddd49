"""Book a desk, a room, a machine or an office."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages import extras
from gateway.pages.page import (
    CENTURY,
    Form,
    all_of,
    attempt,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    previewed,
    signed_in,
    space_of,
    today,
)
from gateway.pages.space import BOOKABLE, resource_of
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.views.availability import SeeAvailability
from gateway.views.credits import ListCredits
from kernel.wire import Message
from services.bookings.messages import (
    BookDesk,
    BookDeskSeries,
    BookMachine,
    BookMachineSeries,
    BookOffice,
    BookRoom,
    BookRoomSeries,
)
from vocabulary.school import known_until, school_holiday

MESSAGES: dict[str, type[Message]] = {
    "desks": BookDesk,
    "room": BookRoom,
    "studio": BookRoom,
    "machines": BookMachine,
    "office": BookOffice,
}
SERIES: dict[str, type[Message]] = {
    "desks": BookDeskSeries,
    "room": BookRoomSeries,
    "studio": BookRoomSeries,
    "machines": BookMachineSeries,
}
SHARED = ("desks", "room", "studio")
"""Where people may bring guests."""
TYPED_AS = {"days": "day", "first": "day", "every": "repeat"}
"""Where people type what a message calls otherwise."""
MONTHS_AHEAD = 12
SCHOOL, KEEP = "SchoolHoliday", "keep-"
TAKEN = ("NoDeskLeft", "RoomTaken", "NoMachineLeft", "TakenElsewhere")
FULL = {f"/problems/{kind}" for kind in TAKEN}
"""Refusals after which somebody may wait."""


async def see(request: Request) -> Response:
    """Which place, then when. What the address says is filled in already."""
    await signed_in(request)
    space = await space_of(request)
    asked = request.query_params
    resource = resource_of(space, asked.get("ressource", "")) or only(space)
    if resource is None:
        places = [each for each in space["resources"] if each["kind"] in BOOKABLE]
        day = asked.get("jour", "")
        return await page(
            request, "choose.html", space=space, places=places, day=day, way="reserver"
        )
    names = {"day": "jour", "part": "partie", "start": "debut", "end": "fin", "people": "combien"}
    said = {name: asked[word] for name, word in names.items() if asked.get(word)}
    typed = {"key": new_key(), **said}
    return await form_for(request, space, resource, typed)


async def book(request: Request) -> Response:
    """Book, or see first what it costs and which dates of a series clash."""
    caller = await signed_in(request)
    form = await form_of(request)
    space = await space_of(request)
    resource = resource_of(space, form.get("resource", ""))
    if resource is None:
        raise nothing_known()
    message, about = order_of(resource["kind"], form)
    place = {"space_id": str(space["space"]), "resource_id": resource["resource"]}
    words = {**place, "person_id": str(caller.person), **about}
    if form.get("step") == "preview":
        return await preview(request, space, resource, form, message, words)
    done = await attempt(request, message, words, form)
    if not isinstance(done, Problem):
        waits = any(each["data"].get("awaits_approval") for each in done.facts)
        return onward(f"/mes-reservations?fait={'demande' if waits else 'reserve'}", done)
    typed = form | {"key": next_key(form, done)}
    if done.kind == "/problems/SeriesClashes":
        return await preview(request, space, resource, typed, message, words, done)
    return await form_for(request, space, resource, typed, done)


async def preview(
    request: Request,
    space: Row,
    resource: Row,
    form: Form,
    message: type[Message],
    words: Row,
    problem: Problem | None = None,
) -> Response:
    """The form again, with what would be booked beside it."""
    typed = {"key": new_key()} | form
    if message in SERIES.values():
        words = {**words, "skip": [], "skip_clashes": True}
    seen = await previewed(request, message, words)
    if isinstance(seen, Problem):
        return await form_for(request, space, resource, typed, problem or seen)
    would = outlook(seen) | {"credits": await credits_after(request, seen)}
    would |= at_school(space["country"], would, kept(form))
    typed["skip"] = " ".join(each["day"] for each in would["clashes"])
    return await form_for(request, space, resource, typed, problem, would)


def outlook(facts: list[Row]) -> Row:
    """What people want to know of the facts that would be recorded."""
    bookings = [each["data"] for each in facts if each["type"] == "bookings.BookingMade"]
    series = [each["data"] for each in facts if each["type"] == "bookings.SeriesBooked"]
    return {
        "days": [each["slots"][0]["day"] for each in bookings if each["slots"]],
        "lines": summed(line for each in bookings for line in each["price_lines"]),
        "cents": sum(each["price_cents"] for each in bookings),
        "left_out": series[0]["left_out"] if series else [],
        "awaits_approval": any(each["awaits_approval"] for each in bookings),
    }


async def credits_after(request: Request, facts: list[Row]) -> list[Row]:
    """The credits that would be used, with what would be left of each in the end."""
    used = "bookings.CreditUsed"
    left = {each["subject"]: each["data"]["left"] for each in facts if each["type"] == used}
    if not left:
        return []
    caller = await signed_in(request)
    held = await all_of(request, ListCredits, {"person_id": str(caller.person)})
    found = {str(each["credit"]): each for each in held}
    return [found[id] | {"left": n} for id, n in left.items() if id in found]


def at_school(country: str, would: Row, keep: list[str]) -> Row:
    """What of the dates is left out because schools are closed, or would be but for being kept; and
    what is not possible."""
    left_out = {each["day"]: each["why"] for each in would["left_out"]}
    closed = {day for day, why in left_out.items() if why == SCHOOL}
    days = sorted(closed | {day for day in keep if day in would["days"]})
    named = ((day, school_holiday(country, date.fromisoformat(day))) for day in days)
    return {
        "school": [{"day": day, "name": name} for day, name in named if name],
        "clashes": [each for each in would["left_out"] if each["why"] != SCHOOL],
    }


def kept(form: Form) -> list[str]:
    """The days that stay in a series although schools are closed."""
    return [name.removeprefix(KEEP) for name in form if name.startswith(KEEP)]


def summed(lines: Iterable[Row]) -> list[Row]:
    """Equal lines become one: so many times."""
    found: dict[str, Row] = {}
    for line in lines:
        times = found.setdefault(str(line), {**line, "times": 0})
        times["times"] += 1
    return list(found.values())


def order_of(kind: str, form: Form) -> tuple[type[Message], Row]:
    """What was typed, in the words of the command. What makes no sense is told by its schema."""
    if form.get("repeat") and kind in SERIES:
        names = ("part",) if kind == "desks" else ("start", "end")
        who = party(kind, form)
        dates: Row = {"every": form["repeat"], "first": form.get("day", "")}
        skip = form.get("skip", "").split()
        at = {name: form.get(name, "") for name in names}
        dates |= {"until": form.get("until", ""), "skip": skip, "keep": kept(form)}
        dates["skip_school_holidays"] = form.get("no_school") == "yes"
        return SERIES[kind], {**dates, **at, **who, **extras.chosen(form)}
    match kind:
        case "desks":
            when: Row = {"days": [form.get("day", "")], "part": form.get("part", "")}
        case "office":
            months = number(form, "months")
            when = {"first_month": form.get("first_month", ""), "months": months}
        case _:
            when = {"times": [{name: form.get(name, "") for name in ("day", "start", "end")}]}
    return MESSAGES[kind], when | party(kind, form) | extras.chosen(form)


def party(kind: str, form: Form) -> Row:
    """How many come, where that can be said."""
    return {"people": number(form, "people")} if kind in SHARED and "people" in form else {}


def number(form: Form, name: str) -> Any:
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text


def only(space: Row) -> Row | None:
    places = [each for each in space["resources"] if each["kind"] in BOOKABLE]
    return places[0] if len(places) == 1 else None


async def form_for(
    request: Request,
    space: Row,
    resource: Row,
    typed: Form,
    problem: Problem | None = None,
    would: Row | None = None,
) -> Response:
    """The form with what was typed, beside what is free on the day it is about."""
    now = today(space["timezone"])
    day = day_of(typed, now)
    words = {"space_id": str(space["space"]), "day": day.isoformat()}
    found = await look_up(request, SeeAvailability, words)
    free = next((r for r in found["resources"] if r["resource"] == resource["resource"]), None)
    wrong = (mistaken(problem) if problem else set()) | extras.wrong_in(problem, typed)
    return await page(
        request,
        "book.html",
        problem.status if problem else 200,
        space=space,
        resource=resource,
        typed={"day": day.isoformat()} | typed,
        problem=problem,
        wrong=wrong | {TYPED_AS[name] for name in wrong & TYPED_AS.keys()},
        would=would,
        can_wait=problem is not None and problem.kind in FULL and not typed.get("repeat"),
        day=day,
        availability=found,
        free=free,
        today=now,
        months=months_from(now),
        extras=extras.offered(space, resource),
        wanted=[extras.FIELD + code for code in extras.wanted(typed)],
        known_until=known_until(space["country"]),
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
