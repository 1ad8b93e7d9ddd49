"""When a space is open, on which days it is not, and the terms of booking in it."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.offer import about
from gateway.pages.host.sending import asked, sent
from gateway.pages.host.typed import given, number
from gateway.pages.page import (
    Form,
    done_before,
    mistaken,
    new_key,
    next_key,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from kernel.wire import Message
from services.spaces.messages import CloseDay, ObserveHolidays, OpenDay, SetHours, SetTerms

WEEK = range(1, 8)
SPANS, MOST = 2, 10  # of a day: those shown, and as many as a week of 70 allows
TERMS = ("cancellation_hours", "buffer_minutes")
MIDNIGHT = "24:00"
SHOWN_AS = "00:00"
"""A field for times knows no 24:00: whoever closes at midnight closes at 00:00."""


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "set_hours")
    return await form_for(request, space, {})


async def set_hours(request: Request) -> Response:
    return await change(request, SetHours, lambda form: {"hours": spans_of(form)})


async def observe_holidays(request: Request) -> Response:
    observed = {"yes": True, "no": False}
    return await change(
        request,
        ObserveHolidays,
        lambda form: {"observed": observed.get(form.get("observed", ""), "")},
    )


async def close_day(request: Request) -> Response:
    return await change(
        request, CloseDay, lambda form: {n: form.get(n, "") for n in ("day", "reason")}
    )


async def open_day(request: Request) -> Response:
    return await change(request, OpenDay, lambda form: {"day": form.get("open_day", "")})


async def set_terms(request: Request) -> Response:
    return await change(
        request,
        SetTerms,
        lambda form: given(form, TERMS, number) | {"midday": form.get("midday", "")},
    )


async def change(request: Request, message: type[Message], words: Any) -> Response:
    space, form = await asked(request, message.verb())
    said, where = about(space) | words(form), "horaires?fait=enregistre"
    return await sent(request, space, message, said, form, form_for, where)


def name(what: str, weekday: int, n: int) -> str:
    return f"{what}-{weekday}-{n}"


def filled(form: Form) -> list[tuple[int, int]]:
    """The spans of which something was typed, in the order in which the command has them."""
    many = [(weekday, n) for weekday in WEEK for n in range(MOST)]
    return [at for at in many if form.get(name("opens", *at)) or form.get(name("closes", *at))]


def spans_of(form: Form) -> list[Row]:
    hours = []
    for weekday, n in filled(form):
        closes = form.get(name("closes", weekday, n), "")
        until = MIDNIGHT if closes == SHOWN_AS else closes
        opens = form.get(name("opens", weekday, n), "")
        hours.append({"weekday": weekday, "opens": opens, "closes": until})
    return hours


def wrong_in(problem: Problem | None, form: Form) -> set[str]:
    """The fields not understood; those of the hours are in a list, in the order of the form."""
    if problem is None:
        return set()
    wrong = mistaken(problem)
    hours = (problem.more.get("errors") or {}).get("hours")
    if isinstance(hours, dict):
        at = filled(form)
        wrong |= {name(what, *at[n]) for n, errors in hours.items() for what in errors}
    if "open_day" in form and "day" in wrong:
        wrong = wrong - {"day"} | {"open_day"}
    return wrong


def as_it_is(space: Row) -> Form:
    """The forms as they would have been filled in for what holds today."""
    form = {each: str(space[each]) for each in TERMS} | {"midday": space["midday"]}
    form["observed"] = "yes" if space["holidays_observed"] else "no"
    for weekday in WEEK:
        spans = [each for each in space["hours"] if each["weekday"] == weekday]
        for n, each in enumerate(spans):
            form[name("opens", weekday, n)] = each["opens"]
            until = SHOWN_AS if each["closes"] == MIDNIGHT else each["closes"]
            form[name("closes", weekday, n)] = until
    return form


def days_of(space: Row, now: date) -> list[Row]:
    return [each for each in space["days"] if each["day"] >= now.isoformat()]


async def form_for(
    request: Request, space: Row, form: Form, problem: Problem | None = None
) -> Response:
    now, known = today(space["timezone"]), as_it_is(space)
    most = max(SPANS, *(sum(each["weekday"] == n for each in space["hours"]) for n in WEEK))
    key = next_key(form, problem) if problem else new_key()
    return await shown(
        request,
        "host/hours.html",
        space,
        problem,
        typed=known | form | {"key": key},
        wrong=wrong_in(problem, form),
        most=most,
        today=now,
        days=days_of(space, now),
        said=done_before(request),
    )
