"""From a password to a session, and out again: for programs and for people."""

from uuid import UUID

from starlette.requests import Request

from gateway import meters, people
from gateway.credentials import Credentials
from gateway.passkeys import Passkeys, challenge_in
from gateway.people import Caller, caller_of, identify
from gateway.problems import NEEDS_TOKEN, Problem
from gateway.records import Row
from gateway.sessions import Session

SECOND_STEP = "second step"


async def checked(request: Request, email: str, password: str) -> Row:
    """The account of somebody who knows the password. Every attempt counts until one is right."""
    credentials: Credentials = request.state.credentials
    with meters.signing_in("password"):
        await may_guess(request, email)
        account = await credentials.check(email, password)
        if account is None:
            why = "This e-mail address and this password do not go together."
            raise Problem(401, why, "/problems/wrong-password", NEEDS_TOKEN)
    await credentials.guesses.forget(email, address_of(request))
    return account | {"email": email}


async def proven(request: Request, account: Row, code: str) -> None:
    """They know the password, and have the second factor as well."""
    if not code:
        why = "A code of your second factor is needed as well."
        raise Problem(401, why, "/problems/code-needed", NEEDS_TOKEN)
    whose = f"code of {account['email']}"
    with meters.signing_in("code"):
        await may_guess(request, whose)
        if not await request.state.credentials.second.accept(account["account"], code):
            raise Problem(401, "This code is not right.", "/problems/wrong-code", NEEDS_TOKEN)
    await request.state.credentials.guesses.forget(whose, address_of(request))


async def shown_to(request: Request, begun: Row | None, credential: str) -> UUID:
    """The account of whoever showed a passkey for the challenge that was begun."""
    account: UUID | None = None
    with meters.signing_in("passkey"):
        if begun:
            kept: Passkeys = request.state.credentials.passkeys
            account = await kept.owner(request, challenge_in(begun["words"]), credential)
        if account is None:
            why = "This passkey is not known here, or the page was open for too long."
            raise Problem(401, why, "/problems/wrong-passkey", NEEDS_TOKEN)
    return account


async def may_guess(request: Request, whose: str) -> None:
    if wait := await request.state.credentials.guesses.wait(whose, address_of(request)):
        why = "Too many failures to sign in. Wait before the next attempt."
        raise Problem(429, why, "/problems/too-many-failures", {"Retry-After": str(wait)})


async def opened(request: Request, account: UUID, two_factors: bool = False) -> Session:
    """A new session, which the browser keeps. The one that it had before ends."""
    await ended(request, await identify(request))
    agent = request.headers.get("User-Agent", "")
    sessions = request.state.credentials.sessions
    session: Session = await sessions.open(account, agent, two_factors)
    people.remember(request, session)
    request.state.caller = caller_of(await sessions.find(session.token))
    return session


async def ended(request: Request, caller: Caller) -> None:
    """What the browser still holds is worth nothing."""
    if caller.session:
        await request.state.credentials.sessions.close(caller.account, caller.session)
        people.forget(request)


def address_of(request: Request) -> str:
    """Where a request comes from on the network."""
    return request.client.host if request.client else ""
