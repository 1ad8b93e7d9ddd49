"""Accounts at work: each errand, and what the gateway does about it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway import positions
from gateway.api import REUSED, Done, Run, looking, order, plain
from gateway.credentials import Credentials
from gateway.errands import (
    AskToJoin,
    Errand,
    FinishJoining,
    IssueToken,
    ListTokens,
    OpenAccount,
    RevokeToken,
    SeeMe,
    SignIn,
    SignOut,
    SignUp,
)
from gateway.forgotten import too_many_links
from gateway.joining import joining_over
from gateway.people import VISITOR, Caller
from gateway.permissions import refusal
from gateway.problems import Away, Problem, nothing_known
from gateway.signing_in import address_of, checked, ended, opened, proven
from gateway.whose import PERSON
from gateway.words import Words, understood
from services.members import messages as members


async def sign_up(request: Request, caller: Caller, words: Words) -> Response:
    details = {name: value for name, value in words.items() if name != "password"}

    async def joins(key: str) -> Done:
        return await order(request, members.JoinNetwork, details, caller.by, key)

    credentials: Credentials = request.state.credentials
    account, done = await join(credentials, words["email"], words["password"], joins)
    answer = {"account_id": account, "person_id": done.id}
    return plain(answer, 201, Position=positions.written(done.positions))


async def ask_to_join(request: Request, caller: Caller, words: Words) -> Response:
    await asked_to_join(request, words)
    return plain({"asked": True}, 201)


async def asked_to_join(request: Request, words: Words, suite: str = "/") -> None:
    """A letter, to whoever has the address. `suite`: where they want to go on afterwards."""
    details = understood(AskToJoin, words)
    credentials: Credentials = request.state.credentials
    whose = f"joining of {details['email']}"
    if wait := await credentials.guesses.wait(whose, address_of(request)):
        raise too_many_links(wait)
    said = {name: v for name, v in AskToJoin().dump(details).items() if v is not None}
    await credentials.joining.ask(said | {"home_space_id": said.get("home_space_id")}, suite)


async def finish_joining(request: Request, caller: Caller, words: Words) -> Response:
    account, done, _ = await joined(request, words["secret"], words["password"])
    answer = {"account_id": account, "person_id": done.id}
    return plain(answer, 201, Position=positions.written(done.positions))


async def joined(request: Request, secret: str, password: str) -> tuple[UUID, Done, str]:
    """With the secret of a letter: the account, what was done, and where to go on. The password
    goes no further than here."""
    credentials: Credentials = request.state.credentials
    if (found := await credentials.joining.find(secret)) is None:
        raise joining_over()
    email, details = found["email"], found["details"]

    async def joins(key: str) -> Done:
        await request.state.views.keep_up("people", positions.of(request))
        if (person := await credentials.joining.known(email)) is None:
            return await order(request, members.JoinNetwork, details, VISITOR.by, key)
        return await as_known(request, str(person), details, key)

    account, done = await join(credentials, email, password, joins)
    await credentials.joining.joined(email)
    return account, done, found["suite"]


async def as_known(request: Request, person: str, details: Words, key: str) -> Done:
    """Somebody who was a guest is a member from now on, and says who they are."""
    about, situation = {"person_id": person}, ("home_space_id", "status", "residence")
    who = {name: value for name, value in details.items() if name not in situation}
    await order(request, members.CorrectDetails, about | who, person, key)
    where = {name: details[name] for name in situation}
    return await order(request, members.ChangeSituation, about | where, person, key)


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
    AskToJoin: ask_to_join,
    FinishJoining: finish_joining,
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
