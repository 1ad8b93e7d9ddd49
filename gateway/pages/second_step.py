"""Signing in, once the password was right and the account has a second factor."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.begun import Begun
from gateway.pages.page import form_of, onward, page
from gateway.problems import Problem
from gateway.records import Row
from gateway.signing_in import SECOND_STEP, opened, proven

AGAIN = "/connexion"


async def see(request: Request) -> Response:
    begun: Begun = request.state.credentials.begun
    found = await begun.pending(request, SECOND_STEP)
    if found is None:
        return onward(AGAIN)
    return await shown(request, found)


async def prove(request: Request) -> Response:
    form = await form_of(request)
    begun: Begun = request.state.credentials.begun
    found = await begun.pending(request, SECOND_STEP)
    if found is None:
        return onward(AGAIN)
    try:
        await proven(request, found, form.get("code") or form.get("recovery", ""))
    except Problem as problem:
        return await shown(request, found, problem, "recovery" in form)
    if await begun.finish(request, SECOND_STEP) is None:
        return onward(AGAIN)
    await opened(request, found["account"], two_factors=True)
    return onward(found["words"]["then"])


async def shown(
    request: Request, begun: Row, problem: Problem | None = None, recovering: bool = False
) -> Response:
    wrong = {"recovery" if recovering else "code"} if problem else set()
    second = await request.state.credentials.second.of(begun["account"])
    words = {"problem": problem, "wrong": wrong, "recovering": recovering}
    words |= {"second": second, "then": begun["words"]["then"]}
    answer = await page(request, "second_step.html", problem.status if problem else 200, **words)
    if problem:
        answer.headers.update({n: v for n, v in problem.headers.items() if n == "Retry-After"})
    return answer
