"""A forgotten password: ask for a link by letter, and set a new one with it.

Signing in is a step of its own afterwards, so that second factors stay required.
"""

from marshmallow import Schema, fields, validate
from starlette.requests import Request
from starlette.responses import Response

from gateway import meters
from gateway.errands import PASSWORD
from gateway.forgotten import link_over, too_many_links
from gateway.pages.page import Form, done_before, form_of, mistaken, onward, page
from gateway.people import forget
from gateway.problems import Problem
from gateway.signing_in import address_of
from gateway.words import understood

AT_THE_FORM = {422, 429}


class AskLink(Schema):
    email = fields.Email(required=True, validate=validate.Length(max=254))


class NewPassword(Schema):
    new_password = fields.String(required=True, validate=PASSWORD)


async def see(request: Request) -> Response:
    return await shown(request)


async def ask(request: Request) -> Response:
    form = await form_of(request)
    try:
        words = understood(AskLink, {"email": form.get("email", "")})
        with meters.signing_in("link"):
            await may_ask(request, words["email"])
            await request.state.credentials.forgotten.ask(words["email"])
    except Problem as problem:
        if problem.status not in AT_THE_FORM:
            raise
        return await shown(request, form, problem)
    return onward("/mot-de-passe-oublie?fait=lien")


async def may_ask(request: Request, email: str) -> None:
    """As often as one may fail to sign in; every link that is asked for counts."""
    guesses = request.state.credentials.guesses
    if wait := await guesses.wait(f"link to {email}", address_of(request)):
        raise too_many_links(wait)


async def see_link(request: Request) -> Response:
    if not await request.state.credentials.forgotten.is_good(request.path_params["secret"]):
        return await shown(request, problem=link_over())
    return await form_for(request)


async def renew(request: Request) -> Response:
    form = await form_of(request)
    credentials, secret = request.state.credentials, request.path_params["secret"]
    try:
        words = understood(NewPassword, {"new_password": form.get("new_password", "")})
    except Problem as problem:
        if not await credentials.forgotten.is_good(secret):
            return await shown(request, problem=link_over())
        return await form_for(request, problem)
    account = await credentials.forgotten.use(secret)
    if account is None:
        return await shown(request, problem=link_over())
    await credentials.change_password(account["account"], words["new_password"])
    await credentials.guesses.forget(account["email"], address_of(request))
    forget(request)
    return onward("/connexion?fait=nouveau-mot-de-passe")


async def form_for(request: Request, problem: Problem | None = None) -> Response:
    """Kept by no browser: the secret stands in its address."""
    wrong = mistaken(problem) if problem else set()
    status = problem.status if problem else 200
    answer = await page(request, "new_password.html", status, problem=problem, wrong=wrong)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def shown(
    request: Request, typed: Form | None = None, problem: Problem | None = None
) -> Response:
    answer = await page(
        request,
        "forgotten.html",
        problem.status if problem else 200,
        typed=typed or {},
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        said=done_before(request),
    )
    if problem:
        answer.headers.update(problem.headers)
    return answer
