"""Accounts at work: each errand, and what the gateway does about it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import positions
from gateway.api import REUSED, Done, Run, looking, order, plain
from gateway.credentials import Credentials
from gateway.errands import (
    Errand,
    IssueToken,
    ListTokens,
    OpenAccount,
    RevokeToken,
    SeeMe,
    SignIn,
    SignOut,
    SignUp,
)
from gateway.people import Caller
from gateway.permissions import refusal
from gateway.problems import Away, Problem, nothing_known
from gateway.signing_in import checked, ended, opened, proven
from gateway.whose import PERSON
from gateway.words import Words, understood
from services.members import messages as members


async def sign_up(request: Request, caller: Caller, words: Words) -> Response:
    account, done = await signed_up(request, caller, words)
    answer = {"account_id": account, "person_id": done.id}
    return plain(answer, 201, Position=positions.written(done.positions))


async def signed_up(request: Request, caller: Caller, words: Words) -> tuple[UUID, Done]:
    """The words of SignUp, understood before. The password goes no further than here."""
    details = {name: value for name, value in words.items() if name != "password"}

    async def joins(key: str) -> Done:
        return await order(request, members.JoinNetwork, details, caller.by, key)

    return await join(request.state.credentials, words["email"], words["password"], joins)


async def join(
    credentials: Credentials, email: str, password: str, joins: Callable[[str], Awaitable[Done]]
) -> tuple[UUID, Done]:
    """An account first, then the person, then both together.

    Whoever is interrupted starts again with the same account, whose id is the key of the command:
    so nobody joins twice, and nobody joins when the address has an account.
    """
    account = await credentials.reserve(email)
    if account is None:
        raise email_in_use()
    try:
        done = await joins(str(account))
    except Away:
        await credentials.give_up(account)
        raise
    except Problem as problem:
        if problem.kind == REUSED:  # somebody else is joining with the same address
            raise email_in_use() from problem
        await credentials.give_up(account)
        raise
    if not await credentials.complete(account, UUID(done.id), password):
        raise email_in_use()
    return account, done


async def open_account(request: Request, caller: Caller, words: Words) -> Response:
    credentials: Credentials = request.state.credentials
    known = understood(OpenAccount, words)
    await looking(request, known)(PERSON)  # 404 when nobody has this id
    account = await credentials.reserve(known["email"])
    if account is None:
        raise email_in_use()
    if not await credentials.complete(account, known["person_id"], known["password"]):
        await credentials.give_up(account)
        raise Problem(409, "This person has an account already.", "/problems/HasAccount", values={})
    return plain({"account_id": account, "person_id": known["person_id"]}, 201)


async def sign_in(request: Request, caller: Caller, words: Words) -> Response:
    account = await checked(request, words["email"], words["password"])
    two_factors = await request.state.credentials.second.has(account["account"])
    if two_factors:
        await proven(request, account, words.get("code", ""))
    session = await opened(request, account["account"], two_factors)
    told = {"csrf_token": session.csrf, "expires_at": session.expires_at}
    return plain({"person_id": account["person"], **told}, 201)


async def sign_out(request: Request, caller: Caller, words: Words) -> Response:
    await ended(request, caller)
    return plain({"signed_out": True})


async def see_me(request: Request, caller: Caller, words: Words) -> Response:
    everywhere: list[UUID | None] = [None]
    roles = [
        {"role": role, "space_id": space}
        for role, spaces in sorted(caller.roles.items())
        for space in sorted(spaces) or everywhere
        if role != "visitor"
    ]
    who = {"account_id": caller.account, "person_id": caller.person, "email": caller.email}
    return plain({**who, "roles": roles})


async def issue_token(request: Request, caller: Caller, words: Words) -> Response:
    """A program never has a second factor, so only who has all roles gives theirs away."""
    if caller.withheld:
        raise refusal(caller)
    return plain(await request.state.credentials.issue_token(caller.account, words["label"]), 201)


async def list_tokens(request: Request, caller: Caller, words: Words) -> Response:
    return plain({"items": await request.state.credentials.tokens(caller.account)})


async def revoke_token(request: Request, caller: Caller, words: Words) -> Response:
    token = UUID(words["token_id"])
    if not await request.state.credentials.revoke_token(caller.account, token):
        raise nothing_known()
    return plain({"token_id": token})


ERRANDS: dict[type[Errand], Run] = {
    SignUp: sign_up,
    OpenAccount: open_account,
    SignIn: sign_in,
    SignOut: sign_out,
    SeeMe: see_me,
    IssueToken: issue_token,
    ListTokens: list_tokens,
    RevokeToken: revoke_token,
}


def email_in_use() -> Problem:
    why = "This e-mail address has an account already."
    return Problem(409, why, "/problems/EmailInUse", values={})
