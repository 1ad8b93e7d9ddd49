"""Sign in, and out."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.errands import SignIn
from gateway.pages.entering import go_on, landing
from gateway.pages.page import Form, done_before, form_of, local, mistaken, onward, page, signed_out
from gateway.people import identify
from gateway.problems import Problem
from gateway.signing_in import checked, ended
from gateway.words import understood

AT_THE_FORM = {401, 422, 429}


async def see(request: Request) -> Response:
    then = local(request.query_params.get("suite", "/"))
    if (await identify(request)).signed_in:
        return onward(landing(then))
    partners = request.state.credentials.partners
    words = {"problem": None, "partners": partners, "said": done_before(request)}
    words["guest"] = without_account(then)
    return await page(request, "sign_in.html", typed={"suite": then}, **words)


async def sign_in(request: Request) -> Response:
    form = await form_of(request)
    try:
        words = understood(SignIn, {name: form.get(name, "") for name in ("email", "password")})
        account = await checked(request, words["email"], words["password"])
    except Problem as problem:
        if problem.status not in AT_THE_FORM:
            raise
        return await again(request, form, problem)
    return await go_on(request, account["account"], local(form.get("suite", "/")))


async def again(request: Request, form: Form, problem: Problem) -> Response:
    """The form once more, with the address as it was typed."""
    typed = {"email": form.get("email", ""), "suite": local(form.get("suite", "/"))}
    words = {"typed": typed, "problem": problem, "wrong": mistaken(problem), "said": None}
    words["partners"] = request.state.credentials.partners
    words["guest"] = without_account(typed["suite"])
    response = await page(request, "sign_in.html", problem.status, **words)
    if problem.status == 429:
        response.headers.update(problem.headers)
    return response


def without_account(then: str) -> str | None:
    """Where a guest asks for what they were about to book, if that is what they want."""
    asked = then.removeprefix("/reserver/")
    return None if asked == then else f"/demander/{asked}"


async def sign_out(request: Request) -> Response:
    await form_of(request)
    await ended(request, await identify(request))
    return signed_out("/")
