"""What a space offers: add and withdraw, with prices and rules of booking for each thing."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.host import reductions, tiers
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.typed import cents, euros, given, number
from gateway.pages.page import (
    Form,
    attempt,
    done_before,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
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
    space = await run_by_caller(request, "add_resource")
    form = await form_of(request)
    named = {name: form.get(name, "") for name in ("code", "kind", "name")}
    words = about(space) | named | given(form, ("units", "seats"), number)
    done = await attempt(request, AddResource, words, form)
    if isinstance(done, Problem):
        return await list_with(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}/{form['code']}?fait=ajoute", done)


async def set_reductions(request: Request) -> Response:
    space = await run_by_caller(request, "set_reductions")
    form = await form_of(request)
    done = await attempt(request, SetReductions, about(space) | reductions.typed_in(form), form)
    if isinstance(done, Problem):
        return await list_with(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait=enregistre", done)


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
    space = await run_by_caller(request, "retire_resource")
    resource, form = resource_in(request, space), await form_of(request)
    words = about(space) | {"resource_id": resource["resource"]}
    done = await attempt(request, RetireResource, words, form)
    if isinstance(done, Problem):
        return await one_with(request, space, resource, {}, done)
    return onward(f"{of(space)}?fait=retire", done)


async def change(
    request: Request, message: type[Message], meaning: Callable[[Form], Row]
) -> Response:
    space = await run_by_caller(request, message.verb())
    resource, form = resource_in(request, space), await form_of(request)
    words = about(space) | {"resource_id": resource["resource"]} | meaning(form)
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await one_with(request, space, resource, form, done)
    return onward(f"{of(space)}/{resource['code']}?fait=enregistre", done)


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
