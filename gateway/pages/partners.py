"""Signing in at the door of a partner, and which of them may say that it is me."""

import secrets
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import meters
from gateway.begun import Begun
from gateway.pages.account import HERE, of, with_session
from gateway.pages.entering import go_on
from gateway.pages.page import form_of, local, onward, page
from gateway.partners import Claims, Door, refuse
from gateway.problems import Problem, nothing_known
from gateway.records import Row
from gateway.signing_in import checked

AT_PARTNER, LINKING = "signing in at a partner", "linking a partner"


def door_of(request: Request) -> Door:
    found: Door | None = request.state.credentials.partners.get(request.path_params["partner"])
    if found is None:
        raise nothing_known()
    return found


def back_to(request: Request, door: Door) -> str:
    return f"{str(request.base_url).rstrip('/')}/connexion/partenaire/{door.partner.code}/retour"


async def leave(request: Request) -> Response:
    """To the partner. Whoever is sent here by another site has begun nothing that matters."""
    door = door_of(request)
    words = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    address = await door.address(back_to(request, door), **words)
    then = local(request.query_params.get("suite", "/"))
    begun: Begun = request.state.credentials.begun
    await begun.begin(request, AT_PARTNER, None, code=door.partner.code, then=then, **words)
    return onward(address)


async def come_back(request: Request) -> Response:
    door, said = door_of(request), request.query_params
    begun: Begun = request.state.credentials.begun
    found = await begun.finish(request, AT_PARTNER)
    try:
        with meters.signing_in("partner"):
            claims = await confirmed(request, door, found, said.get("code", ""))
    except Problem as problem:
        return await page(request, "partner.html", problem.status, problem=problem, door=door)
    then = found["words"]["then"] if found else "/"
    known = await request.state.credentials.links.account(door.partner.issuer, claims)
    if known:
        return await go_on(request, known["account"], then)
    account = await request.state.credentials.account_of(claims.email) if claims.email else None
    if account is None:
        return await page(request, "partner.html", 404, problem=None, door=door)
    words = {"subject": claims.subject, "proposed": claims.proposed, "email": claims.email}
    words |= {"code": door.partner.code, "then": then}
    await begun.begin(request, LINKING, account["account"], **words)
    return onward("/connexion/lien")


async def confirmed(request: Request, door: Door, found: Row | None, code: str) -> Claims:
    """What the partner says, if it is an answer to what this browser has asked it."""
    said = request.query_params
    words: Row = found["words"] if found else {}
    is_answer = secrets.compare_digest(said.get("state", ""), words.get("state", ""))
    by_them = said.get("iss", door.partner.issuer) == door.partner.issuer
    if not (words and is_answer and by_them and code and words["code"] == door.partner.code):
        refuse(ValueError("not an answer to what was asked"))
    return await door.claims(code, back_to(request, door), words["nonce"], words["verifier"])


async def ask(request: Request) -> Response:
    """An account with this address is there: is it theirs? The password says so, this once."""
    found = await request.state.credentials.begun.pending(request, LINKING)
    return await asking(request, found) if found else onward("/connexion")


async def asking(request: Request, found: Row, problem: Problem | None = None) -> Response:
    door = request.state.credentials.partners[found["words"]["code"]]
    words: dict[str, Any] = {"door": door, "email": found["words"]["email"], "problem": problem}
    return await page(request, "partner_link.html", problem.status if problem else 200, **words)


async def link(request: Request) -> Response:
    form = await form_of(request)
    begun: Begun = request.state.credentials.begun
    found = await begun.pending(request, LINKING)
    if found is None:
        return onward("/connexion")
    words = found["words"]
    try:
        account = await checked(request, words["email"], form.get("password", ""))
    except Problem as problem:
        return await asking(request, found, problem)
    if await begun.finish(request, LINKING) is None:
        return onward("/connexion")
    issuer = request.state.credentials.partners[words["code"]].partner.issuer
    whose: UUID = account["account"]
    links = request.state.credentials.links
    await links.link(whose, issuer, words["subject"], words["proposed"])
    return await go_on(request, whose, words["then"])


async def forget(request: Request) -> Response:
    caller = await with_session(request)
    await form_of(request)
    door = door_of(request)
    if not await request.state.credentials.links.forget(of(caller), door.partner.issuer):
        raise nothing_known()
    return onward(f"{HERE}?fait=partenaire")
