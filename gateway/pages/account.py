"""My account: how I sign in, where I am signed in, and which programs act in my name.

All this takes a browser with a session of its own: a program may not change how somebody signs in.
"""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from starlette.requests import Request
from starlette.responses import Response

from gateway.errands import PASSWORD, IssueToken
from gateway.pages.page import done_before, form_of, mistaken, onward, page, signed_in, signed_out
from gateway.people import Caller, forget
from gateway.permissions import admit, refusal
from gateway.problems import Problem, makes_no_sense, nothing_known
from gateway.signing_in import checked, opened
from gateway.words import understood

HERE = "/mon-compte"
WRONG = 401


class TypedPassword(Schema):
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ChangePassword(TypedPassword):
    new_password = fields.String(required=True, validate=PASSWORD)


async def see(request: Request) -> Response:
    return await shown(request, said=done_before(request))


async def shown(request: Request, problem: Problem | None = None, **words: Any) -> Response:
    caller = await with_session(request)
    credentials = request.state.credentials
    return await page(
        request,
        "account.html",
        problem.status if problem else 200,
        problem=problem,
        wrong=mistaken(problem) if problem else set(),
        sessions=await credentials.sessions.of(caller.account),
        tokens=await credentials.tokens(caller.account),
        second=await credentials.second.of(caller.account),
        links={each["issuer"]: each for each in await credentials.links.of(caller.account)},
        partners=credentials.partners,
        **{"said": None, "token": None, **words},
    )


async def change_password(request: Request) -> Response:
    caller = await with_session(request)
    form = await form_of(request)
    try:
        words = understood(ChangePassword, {n: form.get(n, "") for n in ChangePassword().fields})
        await knows_password(request, caller, words["password"])
    except Problem as problem:
        return await shown(request, problem)
    credentials = request.state.credentials
    await credentials.change_password(caller.account, words["new_password"])
    second = await credentials.second.has(caller.account)
    await opened(request, of(caller), two_factors=second)
    return onward(f"{HERE}?fait=mot-de-passe")


async def sign_out_there(request: Request) -> Response:
    caller = await with_session(request)
    await form_of(request)
    try:
        session = UUID(request.path_params["session_id"])
    except ValueError as mistake:
        raise nothing_known() from mistake
    if not await request.state.credentials.sessions.close(caller.account, session):
        raise nothing_known()
    return onward(f"{HERE}?fait=session#sessions")


async def sign_out_everywhere(request: Request) -> Response:
    """Here as well."""
    caller = await with_session(request)
    await form_of(request)
    await request.state.credentials.sessions.close_all(caller.account)
    forget(request)
    return signed_out("/connexion")


async def issue_token(request: Request) -> Response:
    """Shown this once."""
    caller = await with_session(request)
    form = await form_of(request)
    admit(IssueToken.verb(), caller)
    if caller.withheld:
        raise refusal(caller)
    try:
        words = understood(IssueToken, {"label": form.get("label", "")})
    except Problem as problem:
        return await shown(request, problem, typed=form)
    issued = await request.state.credentials.issue_token(caller.account, words["label"])
    return await shown(request, token=issued["token"])


async def revoke_token(request: Request) -> Response:
    caller = await with_session(request)
    await form_of(request)
    try:
        token = UUID(request.path_params["token_id"])
    except ValueError as mistake:
        raise nothing_known() from mistake
    if not await request.state.credentials.revoke_token(caller.account, token):
        raise nothing_known()
    return onward(f"{HERE}?fait=jeton#jetons")


async def with_session(request: Request) -> Caller:
    """Whoever is signed in with this browser."""
    caller = await signed_in(request)
    if caller.session is None:
        raise refusal(caller)
    return caller


def of(caller: Caller) -> UUID:
    """Whoever is signed in has an account."""
    assert caller.account is not None
    return caller.account


async def knows_password(request: Request, caller: Caller, password: str) -> None:
    """The field is the one to look at when they do not. What is no password is no guess."""
    understood(TypedPassword, {"password": password})
    try:
        await checked(request, caller.email or "", password)
    except Problem as problem:
        if problem.status == WRONG:
            raise makes_no_sense({"password": ["Not the password."]}) from problem
        raise
