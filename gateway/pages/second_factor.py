"""The second factor of my account: an app that gives codes, and codes to recover with.

Each change asks for the password once more, and ends every other session.
"""

import re
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import Response

from gateway.begun import Begun
from gateway.pages.account import HERE, knows_password, of, with_session
from gateway.pages.page import Form, done_before, form_of, local, mistaken, onward, page
from gateway.people import Caller
from gateway.problems import Problem, makes_no_sense
from gateway.second_factors import SecondFactors, address_of, new_secret
from gateway.signing_in import may_guess, opened

ENROLMENT = "enrolment of an app"
CODE = re.compile("[0-9]{6}")


async def see(request: Request) -> Response:
    """A new secret each time: nobody has seen it before who may have been here."""
    caller = await with_session(request)
    second: SecondFactors = request.state.credentials.second
    if (await second.of(of(caller)))["app_since"]:
        return await shown(request, said=done_before(request))
    secret = new_secret()
    begun: Begun = request.state.credentials.begun
    then = local(request.query_params.get("suite", HERE))
    await begun.begin(request, ENROLMENT, caller.account, secret=secret, then=then)
    return await shown(request, secret=secret, then=then)


async def enrol(request: Request) -> Response:
    caller = await with_session(request)
    form = await form_of(request)
    begun: Begun = request.state.credentials.begun
    found = await begun.pending(request, ENROLMENT)
    if found is None or found["account"] != caller.account:
        return onward(f"{HERE}/double")
    secret, then = found["words"]["secret"], found["words"]["then"]
    second: SecondFactors = request.state.credentials.second
    code = form.get("code", "").replace(" ", "")
    try:
        await knows_password(request, caller, form.get("password", ""))
        if not CODE.fullmatch(code):
            raise makes_no_sense({"code": ["Not six digits."]})
        await may_guess(request, f"new app of {caller.email}")
        if not await second.enrol(of(caller), secret, code):
            raise makes_no_sense({"code": ["Not a code of this app, now."]})
    except Problem as problem:
        return await shown(request, problem, secret=secret, then=then)
    await begun.finish(request, ENROLMENT)
    return await recovering(request, caller, then)


async def renew(request: Request) -> Response:
    """New codes to recover with."""
    caller = await with_session(request)
    if problem := await wrong_password(request, caller, await form_of(request)):
        return await shown(request, problem)
    return await recovering(request, caller, HERE)


async def forget(request: Request) -> Response:
    caller = await with_session(request)
    if problem := await wrong_password(request, caller, await form_of(request)):
        return await shown(request, problem)
    credentials = request.state.credentials
    await credentials.second.forget_app(caller.account)
    left = await credentials.second.has(caller.account)
    if not left:
        await credentials.second.forget_recoveries(caller.account)
    await credentials.sessions.close_all(caller.account)
    await opened(request, of(caller), two_factors=left)
    return onward(f"{HERE}?fait=sans-double")


async def recovering(request: Request, caller: Caller, then: str) -> Response:
    """Every other session ends, and the codes to recover with are shown this once."""
    codes = await request.state.credentials.second.new_recoveries(caller.account)
    await request.state.credentials.sessions.close_all(caller.account)
    await opened(request, of(caller), two_factors=True)
    return await shown(request, codes=codes, then=then)


async def wrong_password(request: Request, caller: Caller, form: Form) -> Problem | None:
    try:
        await knows_password(request, caller, form.get("password", ""))
    except Problem as problem:
        return problem
    return None


async def shown(request: Request, problem: Problem | None = None, **words: Any) -> Response:
    caller = await with_session(request)
    secret = words.get("secret", "")
    address = address_of(secret, caller.email or "") if secret else ""
    answer = await page(
        request,
        "second_factor.html",
        problem.status if problem else 200,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        second=await request.state.credentials.second.of(caller.account),
        address=address,
        picture=segno.make(address).svg_data_uri(scale=5, light="#fff") if secret else "",
        **{"secret": "", "codes": (), "then": HERE, "said": None, **words},
    )
    if secret or words.get("codes"):
        answer.headers["Cache-Control"] = "no-store"
    return answer
