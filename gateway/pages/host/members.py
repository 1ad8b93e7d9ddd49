"""Who subscribes to what in a space, and the plans that it offers."""

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
from gateway.pages.host.typed import as_typed, cents, given, number
from gateway.pages.page import (
    Form,
    all_of,
    done_before,
    mistaken,
    new_key,
    next_key,
    today,
)
from gateway.problems import Problem, makes_no_sense, nothing_known
from gateway.records import Row
from gateway.views.people import ListMemberships, ListPlans
from kernel.wire import Message
from services.members.messages import (
    ChangePlan,
    EndSubscription,
    OfferPlan,
    PauseSubscription,
    ResumeSubscription,
    Subscribe,
    WithdrawPlan,
)

CHANGES: dict[str, type[Message]] = {
    "plan": ChangePlan,
    "pause": PauseSubscription,
    "resume": ResumeSubscription,
    "end": EndSubscription,
}
POSSIBLE = {"active": ("plan", "pause", "end"), "paused": ("resume", "end")}


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "list_memberships")
    return await list_with(request, space, {"key": new_key()})


async def offer_plan(request: Request) -> Response:
    space, form = await asked(request, "offer_plan")
    words: Row = as_typed(form, "code", "name")
    words |= {"month_cents": cents(form.get("month_cents", ""))}
    words |= about(space) | given(form, ("included_days", "access_hours"), number)
    return await sent(request, space, OfferPlan, words, form, list_with, "membres?fait=propose")


async def withdraw_plan(request: Request) -> Response:
    space, form = await asked(request, "offer_plan")
    words = {"plan_id": form.get("plan", "")}
    return await sent(request, space, WithdrawPlan, words, form, list_with, "membres?fait=retire")


async def see_subscribing(request: Request) -> Response:
    space = await run_by_caller(request, "subscribe")
    now = today(space["timezone"]).isoformat()
    return await subscribing(request, space, {"key": new_key(), "start": now})


async def subscribe(request: Request) -> Response:
    space, form = await asked(request, "subscribe")
    words = about(space) | holder(form) | as_typed(form, "plan_id", "start")
    return await sent(request, space, Subscribe, words, form, subscribing, "membres?fait=abonne")


async def see_one(request: Request) -> Response:
    space = await run_by_caller(request, "list_memberships")
    now = today(space["timezone"]).isoformat()
    return await one_with(request, space, {"key": new_key(), "day": now})


async def change(request: Request) -> Response:
    space, form = await asked(request, "list_memberships")
    message = CHANGES.get(form.get("change", ""))
    if message is None:
        again = makes_no_sense({"change": ["Choose what changes."]})
        return await one_with(request, space, form | {"key": next_key(form, again)}, again)
    words = {"membership_id": request.path_params["membership_id"]}
    words["end" if message is EndSubscription else "start"] = form.get("day", "")
    if message is ChangePlan:
        words["plan_id"] = form.get("plan_id", "")
    return await sent(request, space, message, words, form, one_with, "membres?fait=enregistre")


async def list_with(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    return await shown(
        request,
        "host/members.html",
        space,
        problem,
        typed=typed,
        plans=await all_of(request, ListPlans, about(space)),
        memberships=await all_of(request, ListMemberships, about(space)),
        said=done_before(request),
    )


async def subscribing(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    """Who subscribes is found by name: people as at the counter, and organisations."""
    name = request.query_params.get("nom", "").strip() or typed.get("nom", "")
    return await shown(
        request,
        "host/subscribe.html",
        space,
        problem,
        typed=typed,
        wrong=wrong_in(problem, typed),
        asked=name,
        shortest=SHORTEST,
        people=await people_called(request, space, name),
        organisations=await organisations_called(request, name),
        plans=await all_of(request, ListPlans, about(space)),
    )


async def one_with(
    request: Request, space: Row, typed: Form, problem: Problem | None = None
) -> Response:
    wanted = request.path_params["membership_id"]
    memberships = await all_of(request, ListMemberships, about(space))
    found = next((each for each in memberships if str(each["membership"]) == wanted), None)
    if found is None:
        raise nothing_known()
    wrong = mistaken(problem) if problem else set()
    return await shown(
        request,
        "host/membership.html",
        space,
        problem,
        typed=typed,
        wrong=wrong | ({"day"} if wrong & {"start", "end"} else set()),
        membership=found,
        changes=POSSIBLE.get(found["state"], ()),
        plans=await all_of(request, ListPlans, about(space)),
    )
