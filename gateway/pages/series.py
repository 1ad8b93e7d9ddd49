"""A series: its dates; and moving or cancelling what is to come of it, all or from a day on."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.move import part_of
from gateway.pages.page import (
    Form,
    attempt,
    done_before,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    previewed,
    signed_in,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.agenda import SeeBooking, SeeSeries
from gateway.views.directory import SeeSpace
from services.bookings.messages import CancelSeries, MoveSeries

CLASHES = "/problems/SeriesClashes"


async def see(request: Request) -> Response:
    return await shown(request, {"key": new_key()}, said=done_before(request))


async def move(request: Request) -> Response:
    """See first what becomes of each date; or move, without the dates that were named."""
    await signed_in(request)
    form = await form_of(request)
    words = about(request, form) | to(form)
    if form.get("step") == "preview":
        return await preview(request, {"key": new_key()} | form, words)
    words["skip_clashes"] = form.get("skip") == "yes"
    done = await attempt(request, MoveSeries, words, form)
    if not isinstance(done, Problem):
        return onward(f"{address(request)}?fait=serie-deplacee", done)
    typed = form | {"key": next_key(form, done)}
    if done.kind == CLASHES:
        return await preview(request, typed, words, done)
    return await shown(request, typed, done)


async def cancel(request: Request) -> Response:
    await signed_in(request)
    form = await form_of(request)
    done = await attempt(request, CancelSeries, about(request, form), form)
    if isinstance(done, Problem):
        return await shown(request, form | {"key": next_key(form, done)}, done)
    return onward(f"{address(request)}?fait=serie-annulee", done)


async def preview(
    request: Request, typed: Form, words: Row, problem: Problem | None = None
) -> Response:
    seen = await previewed(request, MoveSeries, words | {"skip_clashes": True})
    if isinstance(seen, Problem):
        return await shown(request, typed, problem or seen)
    return await shown(request, typed, problem, outlook(seen))


def about(request: Request, form: Form) -> Row:
    since = {"since": form["since"]} if form.get("since") else {}
    return {"series_id": request.path_params["series_id"], **since}


def to(form: Form) -> Row:
    """To a part of the day, or to times: as the form asked for one or the other."""
    names = ("part",) if "part" in form else ("start", "end")
    return {name: form.get(name, "") for name in names}


def outlook(facts: list[Row]) -> Row:
    """How many are moved, what they cost then, and which dates stay as they are."""
    moved = [each["data"] for each in facts if each["type"] == "bookings.BookingMoved"]
    [series] = [each["data"] for each in facts if each["type"] == "bookings.SeriesMoved"]
    cents = sum(each["price_cents"] for each in moved)
    return {"many": len(moved), "cents": cents, "kept": series["kept"], "ids": series["moved"]}


def address(request: Request) -> str:
    return f"/series/{request.path_params['series_id']}"


def paid_now(series: Row, ids: Iterable[str]) -> int:
    """What the bookings cost as they are, in cents."""
    wanted = set(map(str, ids))
    return sum(e["price_cents"] for e in series["bookings"] if str(e["booking"]) in wanted)


async def shown(
    request: Request,
    typed: Form,
    problem: Problem | None = None,
    would: Row | None = None,
    said: str | None = None,
) -> Response:
    await signed_in(request)
    words = {"series_id": request.path_params["series_id"]}
    series = await look_up(request, SeeSeries, words)
    space = await look_up(request, SeeSpace, {"space_id": str(series["space"])})
    now = today(space["timezone"])
    booked = [each for each in series["bookings"] if each["state"] == "booked"]
    coming = [each for each in booked if each["day"] >= now.isoformat()]
    example = await look_up(request, SeeBooking, {"booking_id": series["bookings"][0]["booking"]})
    if coming:
        example = await look_up(request, SeeBooking, {"booking_id": coming[0]["booking"]})
    slot = example["slots"][0]
    filled = {"start": slot["start"], "end": slot["end"], "part": part_of(example, space)}
    return await page(
        request,
        "series.html",
        problem.status if problem else 200,
        series=series,
        space=space,
        kind=example["kind"],
        name=example["resource_name"],
        coming=coming,
        typed=filled | typed,
        wrong=mistaken(problem) if problem else set(),
        problem=problem,
        would=would and would | {"before": paid_now(series, would["ids"])},
        said=said,
    )
