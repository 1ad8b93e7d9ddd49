"""Packs: what a space offers, who has got one at the counter, and what is left."""

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
from gateway.pages.host.sending import asked, sent
from gateway.pages.host.typed import as_typed, cents, number
from gateway.pages.page import (
    Form,
    all_of,
    done_before,
    mistaken,
    new_key,
    today,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.credits import ListPacks, ListSoldPacks
from services.members.messages import SPENT_ON, OfferPack, RevokeCredit, SellPack, WithdrawPack


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "list_sold_packs")
    return await list_with(request, space, {"key": new_key()})


async def offer(request: Request) -> Response:
    space, form = await asked(request, "offer_pack")
    kind = form.get("kind", "desk")
    counted = "half_days" if kind == "desk" else "hours"
    words: Row = as_typed(form, "code", "name")
    words |= {"kind": kind, counted: number(form.get("amount", ""))}
    words |= {"cents": cents(form.get("cents", ""))}
    words |= {"valid_months": number(form.get("valid_months", ""))}
    return await sent(
        request, space, OfferPack, about(space) | words, form, list_with, "carnets?fait=carnet"
    )


async def withdraw(request: Request) -> Response:
    space, form = await asked(request, "offer_pack")
    words = {"pack_id": form.get("pack", "")}
    return await sent(request, space, WithdrawPack, words, form, list_with, "carnets?fait=retire")


async def revoke(request: Request) -> Response:
    space, form = await asked(request, "offer_pack")
    words = {"credit_id": form.get("credit", "")}
    where = "carnets?fait=enregistre"
    return await sent(request, space, RevokeCredit, words, form, list_with, where)


async def see_selling(request: Request) -> Response:
    space = await run_by_caller(request, "sell_pack")
    now = today(space["timezone"]).isoformat()
    return await selling(request, space, {"key": new_key(), "start": now})


async def sell(request: Request) -> Response:
    space, form = await asked(request, "sell_pack")
    words = about(space) | holder(form) | as_typed(form, "pack_id", "start")
    return await sent(request, space, SellPack, words, form, selling, "carnets?fait=vendu")


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
    name = request.query_params.get("nom", "").strip() or typed.get("nom", "")
    return await shown(
        request,
        "host/sell_pack.html",
        space,
        problem,
        typed=typed,
        asked=name,
        shortest=SHORTEST,
        people=await people_called(request, space, name),
        organisations=await organisations_called(request, name),
        wrong=wrong_in(problem, typed),
        packs=await all_of(request, ListPacks, about(space)),
    )
