"""For coordinators: the places that were proposed, followed from the application to the opening."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.page import (
    Form,
    all_of,
    attempt,
    done_before,
    form_of,
    mistaken,
    onward,
    page,
    signed_in,
)
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.candidates import ListCandidates
from gateway.views.people import ListOrganisations
from kernel.wire import Message
from services.spaces.messages import (
    LATER_STEPS,
    REASONS,
    DeclineCandidate,
    OpenCandidate,
    TakeStep,
)

ZONES = {
    "BE": "Europe/Brussels",
    "FR": "Europe/Paris",
    "LU": "Europe/Luxembourg",
    "DE": "Europe/Berlin",
    "NL": "Europe/Amsterdam",
}


async def see(request: Request) -> Response:
    await signed_in(request)
    return await shown(request)


async def take_step(request: Request) -> Response:
    return await change(request, TakeStep, "etape", ("step",))


async def decline(request: Request) -> Response:
    return await change(request, DeclineCandidate, "classee", ("reason",))


async def open_(request: Request) -> Response:
    return await change(request, OpenCandidate, "ouverture", ("code", "operator_id", "timezone"))


async def change(
    request: Request, message: type[Message], what: str, fields: tuple[str, ...]
) -> Response:
    await signed_in(request)
    form = await form_of(request)
    words: Row = {"candidate_id": request.path_params["candidate_id"]}
    words |= {name: form.get(name, "") for name in fields}
    if message is OpenCandidate:
        words |= {name: degrees(form, name) for name in ("lat", "lon")}
    done = await attempt(request, message, words, form)
    if isinstance(done, Problem):
        return await shown(request, form, done)
    return onward(f"/candidats?fait={what}", done)


def degrees(form: Form, name: str) -> float | str:
    """As people write it, with a comma or a point."""
    text = form.get(name, "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


async def shown(
    request: Request, typed: Form | None = None, problem: Problem | None = None
) -> Response:
    found = await all_of(request, ListCandidates, {})
    return await page(
        request,
        "candidates.html",
        problem.status if problem else 200,
        open_=[each for each in found if each["state"] == "open"],
        ended=[each for each in found if each["state"] != "open"],
        typed=typed or {},
        about=request.path_params.get("candidate_id", ""),
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        said=done_before(request),
        steps=("proposed", *LATER_STEPS),
        reasons=REASONS,
        zones=ZONES,
        organisations=await all_of(request, ListOrganisations, {}),
    )
