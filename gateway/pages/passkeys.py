"""Passkeys: made on the page of my account, shown to sign in. The only pages that need a script."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import passkeys
from gateway.begun import Begun
from gateway.pages.account import HERE, knows_password, of, with_session
from gateway.pages.entering import landing
from gateway.pages.page import form_of, local, mistaken, onward, page
from gateway.pages.second_factor import recovering
from gateway.people import identify
from gateway.problems import Problem, makes_no_sense, nothing_known
from gateway.sessions import kind_of
from gateway.signing_in import opened, shown_to

MAKING, SHOWING = "a passkey is made", "a passkey is shown"


async def see(request: Request, problem: Problem | None = None) -> Response:
    """Those that I have, and the challenge for a new one."""
    caller = await with_session(request)
    kept: passkeys.Passkeys = request.state.credentials.passkeys
    options = ""
    if passkeys.are_possible(request):
        options = await kept.making(
            request, of(caller), caller.email or "", await challenge(request, MAKING)
        )
    wrong = mistaken(problem) if problem else set()
    words = {"problem": problem, "wrong": wrong, "options": options}
    status = problem.status if problem else 200
    return await page(request, "passkeys.html", status, kept=await kept.of(of(caller)), **words)


async def make(request: Request) -> Response:
    caller = await with_session(request)
    form = await form_of(request)
    credentials = request.state.credentials
    begun: Begun = credentials.begun
    found = await begun.finish(request, MAKING)
    try:
        await knows_password(request, caller, form.get("password", ""))
        label = kind_of(request.headers.get("User-Agent", ""))
        if found is None or found["account"] != caller.account:
            raise makes_no_sense({"credential": ["Begun elsewhere, or too long ago."]})
        was_made = await credentials.passkeys.keep(
            request,
            caller.account,
            passkeys.challenge_in(found["words"]),
            form.get("credential", ""),
            label,
        )
        if not was_made:
            raise makes_no_sense({"credential": ["Not a passkey of this site."]})
    except Problem as problem:
        return await see(request, problem)
    if not (await credentials.second.of(caller.account))["recoveries"]:
        return await recovering(request, caller, HERE)
    await credentials.sessions.close_all(caller.account)
    await opened(request, of(caller), two_factors=True)
    return onward(f"{HERE}?fait=cle")


async def forget(request: Request) -> Response:
    caller = await with_session(request)
    form = await form_of(request)
    credentials = request.state.credentials
    try:
        passkey = UUID(request.path_params["passkey_id"])
    except ValueError as mistake:
        raise nothing_known() from mistake
    try:
        await knows_password(request, caller, form.get("password", ""))
    except Problem as problem:
        return await see(request, problem)
    if not await credentials.passkeys.forget(caller.account, passkey):
        raise nothing_known()
    left = await credentials.second.has(caller.account)
    if not left:
        await credentials.second.forget_recoveries(caller.account)
    await credentials.sessions.close_all(caller.account)
    await opened(request, of(caller), two_factors=left)
    return onward(f"{HERE}?fait=sans-cle")


async def ask(request: Request) -> Response:
    """The page that asks for one, to sign in."""
    then = local(request.query_params.get("suite", "/"))
    if (await identify(request)).signed_in:
        return onward(landing(then))
    return await asking(request, then)


async def asking(request: Request, then: str, problem: Problem | None = None) -> Response:
    options = ""
    if passkeys.are_possible(request):
        options = passkeys.showing(request, await challenge(request, SHOWING, then=then))
    status = problem.status if problem else 200
    return await page(request, "passkey.html", status, problem=problem, options=options, then=then)


async def sign_in(request: Request) -> Response:
    form = await form_of(request)
    found = await request.state.credentials.begun.finish(request, SHOWING)
    then = found["words"]["then"] if found else "/"
    try:
        account = await shown_to(request, found, form.get("credential", ""))
    except Problem as problem:
        return await asking(request, then, problem)
    await opened(request, account, two_factors=True)
    return onward(landing(then))


async def challenge(request: Request, purpose: str, **words: Any) -> bytes:
    """A new one, to be met by this browser within ten minutes, once."""
    made = {"challenge": passkeys.new_challenge(), **words}
    begun: Begun = request.state.credentials.begun
    await begun.begin(request, purpose, (await identify(request)).account, **made)
    return passkeys.challenge_in(made)
