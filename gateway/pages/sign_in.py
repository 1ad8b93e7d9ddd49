"""Sign in, and out."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from gateway.errands import SignIn
from gateway.pages.page import Form, form_of, local, mistaken, onward, page
from gateway.people import identify
from gateway.problems import Problem
from gateway.signing_in import SECOND_STEP, checked, ended, opened
from gateway.words import understood

AT_THE_FORM = {401, 422, 429}


async def see(request: Request) -> Response:
    then = local(request.query_params.get("suite", "/"))
    if (await identify(request)).signed_in:
        return onward(then)
    return await page(request, "sign_in.html", typed={"suite": then}, problem=None)


async def sign_in(request: Request) -> Response:
    form = await form_of(request)
    try:
        words = understood(SignIn, {name: form.get(name, "") for name in ("email", "password")})
        account = await checked(request, words["email"], words["password"])
    except Problem as problem:
        if problem.status not in AT_THE_FORM:
            raise
        return await again(request, form, problem)
    then, credentials = local(form.get("suite", "/")), request.state.credentials
    if await credentials.second.has(account["account"]):
        await credentials.begun.begin(request, SECOND_STEP, account["account"], then=then)
        return onward("/connexion/code")
    await opened(request, account["account"])
    if (await identify(request)).factor_due:
        return onward(f"/mon-compte/double?suite={quote(then, safe='/')}")
    return onward(then)


async def again(request: Request, form: Form, problem: Problem) -> Response:
    """The form once more, with the address as it was typed."""
    typed = {"email": form.get("email", ""), "suite": local(form.get("suite", "/"))}
    words = {"typed": typed, "problem": problem, "wrong": mistaken(problem)}
    response = await page(request, "sign_in.html", problem.status, **words)
    if problem.status == 429:
        response.headers.update(problem.headers)
    return response


async def sign_out(request: Request) -> Response:
    await form_of(request)
    await ended(request, await identify(request))
    return onward("/")
