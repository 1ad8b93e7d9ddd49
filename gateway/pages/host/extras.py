"""Extras: what can be had with a booking, at which price, and how many there are."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.offer import about
from gateway.pages.host.sending import asked, sent
from gateway.pages.host.typed import as_typed, cents, euros, given, number
from gateway.pages.page import (
    Form,
    done_before,
    mistaken,
    new_key,
)
from gateway.pages.reader import language_of
from gateway.problems import Problem
from gateway.records import Row
from services.spaces.messages import PER, WITH_EXTRAS, OfferExtra, WithdrawExtra

KIND = "kind-"


async def see(request: Request) -> Response:
    """An extra that the address names is filled in, to be changed."""
    space = await run_by_caller(request, "offer_extra")
    wanted = request.query_params.get("quoi")
    found = next((each for each in space["extras"] if each["code"] == wanted), None)
    return await list_with(request, space, as_it_is(request, found) | {"key": new_key()})


async def offer(request: Request) -> Response:
    space, form = await asked(request, "offer_extra")
    words: Row = as_typed(form, "name", "per")
    words |= about(space) | {"extra": form.get("code", "")}
    words |= given(form, ("stock", "notice_hours"), number)
    words |= {"cents": cents(form.get("cents", "")), "kinds": kinds_in(form)}
    where = "supplements?fait=supplement"
    return await sent(request, space, OfferExtra, words, form, list_with, where)


async def withdraw(request: Request) -> Response:
    space, form = await asked(request, "withdraw_extra")
    words = about(space) | {"extra": form.get("extra", "")}
    where = "supplements?fait=retire"
    return await sent(request, space, WithdrawExtra, words, form, list_with, where)


def kinds_in(form: Form) -> list[str]:
    return [each for each in WITH_EXTRAS if form.get(KIND + each)]


def as_it_is(request: Request, extra: Row | None) -> Form:
    """The form as it would have been filled in for what holds today."""
    if extra is None:
        return {}
    form = {name: extra[name] for name in ("code", "name", "per")}
    form["cents"] = euros(language_of(request), extra["cents"])
    form["stock"] = "" if extra["stock"] is None else str(extra["stock"])
    form["notice_hours"] = str(extra["notice_hours"] or "")
    return form | {KIND + each: "1" for each in extra["kinds"]}


async def list_with(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    wrong = mistaken(problem) if problem else set()
    return await shown(
        request,
        "host/extras.html",
        space,
        problem,
        typed=typed,
        wrong=wrong | ({"code"} if "extra" in wrong else set()),
        chosen=kinds_in(typed),
        kinds=WITH_EXTRAS,
        pers=PER,
        said=done_before(request),
    )
