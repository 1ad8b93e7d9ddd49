"""Packs: what a space offers, who has got one at the counter, and what is left."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host.by_name import (
    SHORTEST,
    holder,
    organisations_called,
    people_called,
    wrong_in,
)
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.offer import about
from gateway.pages.host.typed import cents, number
from gateway.pages.page import (
    Form,
    all_of,
    attempt,
    done_before,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.credits import ListPacks, ListSoldPacks
from kernel.wire import Message
from services.members.messages import SPENT_ON, OfferPack, RevokeCredit, SellPack, WithdrawPack


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "list_sold_packs")
    return await list_with(request, space, {"key": new_key()})


async def offer(request: Request) -> Response:
    space = await run_by_caller(request, "offer_pack")
    form = await form_of(request)
    named = {name: form.get(name, "") for name in ("code", "name")}
    kind = form.get("kind", "desk")
    counted = "half_days" if kind == "desk" else "hours"
    terms: Row = {"kind": kind, counted: number(form.get("amount", ""))}
    terms |= {"cents": cents(form.get("cents", "")), "valid_months": months(form)}
    return await change(request, space, OfferPack, about(space) | named | terms, form, "carnet")


async def withdraw(request: Request) -> Response:
    space = await run_by_caller(request, "offer_pack")
    form = await form_of(request)
    words = {"pack_id": form.get("pack", "")}
    return await change(request, space, WithdrawPack, words, form, "retire")


async def revoke(request: Request) -> Response:
    space = await run_by_caller(request, "offer_pack")
    form = await form_of(request)
    words = {"credit_id": form.get("credit", "")}
    return await change(request, space, RevokeCredit, words, form, "enregistre")


async def see_selling(request: Request) -> Response:
    space = await run_by_caller(request, "sell_pack")
    now = today(space["timezone"]).isoformat()
    return await selling(request, space, {"key": new_key(), "start": now})


async def sell(request: Request) -> Response:
    space = await run_by_caller(request, "sell_pack")
    form = await form_of(request)
    words = (
        about(space) | holder(form) | {each: form.get(each, "") for each in ("pack_id", "start")}
    )
    done = await attempt(request, SellPack, words, form)
    if isinstance(done, Problem):
        return await selling(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait=vendu", done)


async def change(
    request: Request, space: Row, message: type[Message], words: Row, form: Form, what: str
) -> Response:
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await list_with(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait={what}", done)


def months(form: Form) -> Any:
    return number(form.get("valid_months", ""))


def of(space: Row) -> str:
    return f"/espaces/{space['code']}/carnets"


async def list_with(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    wrong = mistaken(problem) if problem else set()
    return await shown(
        request,
        "host/packs.html",
        space,
        problem,
        typed=typed,
        spent_on=SPENT_ON,
        wrong=wrong | ({"amount"} if wrong & {"half_days", "hours"} else set()),
        packs=await all_of(request, ListPacks, about(space)),
        sold=await all_of(request, ListSoldPacks, about(space)),
        today=today(space["timezone"]),
        said=done_before(request),
    )


async def selling(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    """Who gets it is found by name, as at the counter: a person or an organisation."""
    asked = request.query_params.get("nom", "").strip() or typed.get("nom", "")
    return await shown(
        request,
        "host/sell_pack.html",
        space,
        problem,
        typed=typed,
        asked=asked,
        shortest=SHORTEST,
        people=await people_called(request, space, asked),
        organisations=await organisations_called(request, asked),
        wrong=wrong_in(problem, typed),
        packs=await all_of(request, ListPacks, about(space)),
    )
