"""For people who would open a space: what it takes, what the network offers, and an application."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.codes import NEAR
from gateway.pages.book import number
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
    page,
    signed_in,
)
from gateway.people import identify
from gateway.problems import Problem
from gateway.views.candidates import ListCandidates
from services.spaces.messages import LATER_STEPS, PREMISES, ProposeSpace, WithdrawCandidate

HERE = "/ouvrir-un-espace"
FIELDS = ("name", "town", "country", "premises")
FIGURES = ("desks", "rooms")


async def see(request: Request) -> Response:
    return await shown(request, {"key": new_key(), "country": "BE"})


async def propose(request: Request) -> Response:
    caller = await signed_in(request)
    form = await form_of(request)
    words = {name: form.get(name, "") for name in FIELDS}
    figures = {name: number(form, name) for name in FIGURES}
    person = {"person_id": str(caller.person)}
    done = await attempt(request, ProposeSpace, {**person, **words, **figures}, form)
    if isinstance(done, Problem):
        return await shown(request, form | {"key": next_key(form, done)}, done)
    return onward(f"{HERE}?fait=candidat#candidature", done)


async def withdraw(request: Request) -> Response:
    await signed_in(request)
    form = await form_of(request)
    words = {"candidate_id": request.path_params["candidate_id"]}
    done = await attempt(request, WithdrawCandidate, words, form)
    if isinstance(done, Problem):
        return await shown(request, {"key": new_key()}, done)
    return onward(f"{HERE}?fait=candidature-retiree#candidature", done)


async def shown(request: Request, typed: Form, problem: Problem | None = None) -> Response:
    caller = await identify(request)
    mine = {"person_id": str(caller.person)}
    return await page(
        request,
        "open_a_space.html",
        problem.status if problem else 200,
        typed=typed,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        said=done_before(request),
        mine=await all_of(request, ListCandidates, mine) if caller.signed_in else [],
        steps=("proposed", *LATER_STEPS),
        premises=PREMISES,
        countries=NEAR,
    )
