"""What a space offers: add and withdraw, with prices and rules of booking for each thing."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host import reductions, tiers
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.sending import asked, sent
from gateway.pages.host.typed import as_typed, cents, euros, given, number
from gateway.pages.page import (
    Form,
    done_before,
    mistaken,
    new_key,
    next_key,
)
from gateway.pages.reader import language_of
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from kernel.wire import Message
from services.spaces.messages import (
    CUSTOMERS,
    AddResource,
    RetireResource,
    SetBookingRules,
    SetPrices,
    SetReductions,
)

KINDS = ("desks", "room", "studio", "machines", "office", "amenity")
PRICES = ("hour_cents", "half_day_cents", "day_cents", "month_cents")
LENGTHS = ("shortest_minutes", "longest_minutes")
RULES = (*LENGTHS, "notice_minutes", "horizon_days")
USUAL: Row = {"shortest_minutes": None, "longest_minutes": None, "notice_minutes": 0}
USUAL |= {"horizon_days": 366}
BY_TIME = ("room", "studio", "machines")


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "add_resource")
    return await list_with(request, space, {"key": new_key()})


async def add(request: Request) -> Response:
    space, form = await asked(request, "add_resource")
    named = as_typed(form, "code", "kind", "name")
    words = about(space) | named | given(form, ("units", "seats"), number)
    where = f"offre/{form.get('code', '')}?fait=ajoute"
    return await sent(request, space, AddResource, words, form, list_with, where)


async def set_reductions(request: Request) -> Response:
    space, form = await asked(request, "set_reductions")
    words = about(space) | reductions.typed_in(form)
    return await sent(
        request, space, SetReductions, words, form, list_with, "offre?fait=enregistre"
    )


async def see_one(request: Request) -> Response:
    space = await run_by_caller(request, "set_prices")
    return await one_with(request, space, resource_in(request, space), {})


async def set_prices(request: Request) -> Response:
    return await change(
        request, SetPrices, lambda form: given(form, PRICES, cents) | tiers.tiers_of(form)
    )


async def set_rules(request: Request) -> Response:
    return await change(request, SetBookingRules, lambda form: given(form, RULES, number))


async def retire(request: Request) -> Response:
    return await change(request, RetireResource, lambda _: {}, "offre?fait=retire")


async def change(
    request: Request, message: type[Message], meaning: Callable[[Form], Row], onwards: str = ""
) -> Response:
    """Of one resource: its own page again, if nothing else is said."""
    space, form = await asked(request, message.verb())
    resource = resource_in(request, space)

    async def again(request: Request, space: Row, form: Form, problem: Problem) -> Response:
        return await one_with(request, space, resource, form, problem)

    words = about(space) | {"resource_id": resource["resource"]} | meaning(form)
    where = onwards or f"offre/{resource['code']}?fait=enregistre"
    return await sent(request, space, message, words, form, again, where)


def of(space: Row) -> str:
    return f"/espaces/{space['code']}/offre"


def about(space: Row) -> Row:
    return {"space_id": str(space["space"])}


def resource_in(request: Request, space: Row) -> Row:
    """The one whose code stands in the address."""
    code = request.path_params["resource"]
    found: Row | None = next((r for r in space["resources"] if r["code"] == code), None)
    if found is None:
        raise nothing_known()
    return found


async def list_with(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    return await shown(
        request,
        "host/offer.html",
        space,
        problem,
        typed=reductions.as_they_are(space) | typed,
        wrong=(mistaken(problem) if problem else set()) | reductions.wrong_in(problem, typed),
        kinds=KINDS,
        customers=CUSTOMERS,
        said=done_before(request),
    )


async def one_with(
    request: Request, space: Row, resource: Row, form: Form, problem: Problem | None = None
) -> Response:
    """What holds today; for the form that went wrong, what was typed."""
    language = language_of(request)
    rules = resource["rules"] or USUAL
    today = {name: euros(language, resource[name]) for name in PRICES}
    priced = tiers.as_they_are(language, resource)
    today |= {name: "" if rules[name] is None else str(rules[name]) for name in RULES}
    sent = PRICES if PRICES[0] in form else RULES if RULES[-1] in form else ()
    if sent == PRICES:
        many = range(tiers.MOST)
        priced = {each: form.get(each, "") for n in many for each in tiers.names(n)}
    key = next_key(form, problem) if problem else new_key()
    wrong = mistaken(problem) if problem else set()
    return await shown(
        request,
        "host/resource.html",
        space,
        problem,
        resource=resource,
        typed=today | priced | {name: form.get(name, "") for name in sent} | {"key": key},
        wrong=wrong | tiers.wrong_in(problem, form),
        rows=tiers.rows_for(resource, priced),
        tiered_by=tiers.UNIT.get(resource["kind"], "hour"),
        lengths=LENGTHS if resource["kind"] in BY_TIME else (),
        said=done_before(request),
    )
