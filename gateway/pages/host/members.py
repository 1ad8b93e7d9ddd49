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
from gateway.pages.host.typed import cents, given, number
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
    space = await run_by_caller(request, "offer_plan")
    form = await form_of(request)
    named = {name: form.get(name, "") for name in ("code", "name")}
    costs = {"month_cents": cents(form.get("month_cents", ""))}
    limits = given(form, ("included_days", "access_hours"), number)
    done = await attempt(request, OfferPlan, about(space) | named | costs | limits, form)
    return await after(request, space, form, done, "propose")


async def withdraw_plan(request: Request) -> Response:
    space = await run_by_caller(request, "offer_plan")
    form = await form_of(request)
    done = await attempt(request, WithdrawPlan, {"plan_id": form.get("plan", "")}, form)
    return await after(request, space, {}, done, "retire")


async def after(request: Request, space: Row, form: Form, done: object, what: str) -> Response:
    """The list again: with what was done, or with the form and what was wrong with it."""
    if isinstance(done, Problem):
        return await list_with(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait={what}", done)  # type: ignore[arg-type]


async def see_subscribing(request: Request) -> Response:
    space = await run_by_caller(request, "subscribe")
    now = today(space["timezone"]).isoformat()
    return await subscribing(request, space, {"key": new_key(), "start": now})


async def subscribe(request: Request) -> Response:
    space = await run_by_caller(request, "subscribe")
    form = await form_of(request)
    words = (
        about(space) | holder(form) | {each: form.get(each, "") for each in ("plan_id", "start")}
    )
    done = await attempt(request, Subscribe, words, form)
    if isinstance(done, Problem):
        return await subscribing(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait=abonne", done)


async def see_one(request: Request) -> Response:
    space = await run_by_caller(request, "list_memberships")
    now = today(space["timezone"]).isoformat()
    return await one_with(request, space, {"key": new_key(), "day": now})


async def change(request: Request) -> Response:
    space = await run_by_caller(request, "list_memberships")
    form = await form_of(request)
    message = CHANGES.get(form.get("change", ""))
    if message is None:
        again = makes_no_sense({"change": ["Choose what changes."]})
        return await one_with(request, space, form | {"key": next_key(form, again)}, again)
    words = {"membership_id": request.path_params["membership_id"]}
    words["end" if message is EndSubscription else "start"] = form.get("day", "")
    if message is ChangePlan:
        words["plan_id"] = form.get("plan_id", "")
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await one_with(request, space, form | {"key": next_key(form, done)}, done)
    return onward(f"{of(space)}?fait=enregistre", done)


def of(space: Row) -> str:
    return f"/espaces/{space['code']}/membres"


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
    asked = request.query_params.get("nom", "").strip() or typed.get("nom", "")
    return await shown(
        request,
        "host/subscribe.html",
        space,
        problem,
        typed=typed,
        wrong=wrong_in(problem, typed),
        asked=asked,
        shortest=SHORTEST,
        people=await people_called(request, space, asked),
        organisations=await organisations_called(request, asked),
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
