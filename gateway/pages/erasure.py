"""To be forgotten: what that means, from when on it is possible, and the certificate of it."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import people
from gateway.api import look_up
from gateway.pages.page import (
    Form,
    attempt,
    form_of,
    mistaken,
    new_key,
    next_key,
    onward,
    page,
    signed_in,
)
from gateway.problems import Problem, makes_no_sense
from gateway.views.rights import SeeErasure, SeeRights
from kernel.wire import Message
from services.members.messages import ErasePerson, RequestErasure

CERTIFICATE = "/effacement/{number}"
WAYS: dict[str, type[Message]] = {"maintenant": ErasePerson, "des-que-possible": RequestErasure}


async def see(request: Request) -> Response:
    return await shown(request)


async def erase(request: Request) -> Response:
    """Now, or as soon as nothing has to be kept any more. It cannot be undone, so it is confirmed.

    Whoever did it has no account any more: all that is left to see is the certificate.
    """
    form = await form_of(request)
    caller = await signed_in(request)
    wanted = WAYS.get(form.get("quand", ""))
    missing = {"quand": ["Say when."]} if wanted is None else {}
    if form.get("confirme") != "oui":
        missing["confirme"] = ["Not confirmed."]
    if wanted is None or missing:
        return await shown(request, makes_no_sense(missing), form)
    done = await attempt(request, wanted, {"person_id": str(caller.person)}, form)
    if isinstance(done, Problem):
        return await shown(request, done, form | {"key": next_key(form, done)})
    people.forget(request)
    [number] = {each["data"]["certificate"] for each in done.facts if "certificate" in each["data"]}
    return onward(CERTIFICATE.format(number=number), done)


async def shown(
    request: Request, problem: Problem | None = None, typed: Form | None = None
) -> Response:
    caller = await signed_in(request)
    rights = await look_up(request, SeeRights, {"person_id": str(caller.person)})
    return await page(
        request,
        "erasure.html",
        problem.status if problem else 200,
        rights=rights,
        until=max((each["until"] for each in rights["duties"]), default=None),
        typed={"key": new_key(), **(typed or {})},
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
    )


async def see_certificate(request: Request) -> Response:
    """For whoever knows its number, which nobody can guess."""
    number = {"certificate": request.path_params["certificate"]}
    return await page(
        request, "certificate.html", erasure=await look_up(request, SeeErasure, number)
    )
