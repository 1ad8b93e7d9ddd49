"""From a password to a session, and out again: for programs and for people."""

from uuid import UUID

from starlette.requests import Request

from gateway import people
from gateway.credentials import Credentials
from gateway.people import Caller, identify
from gateway.problems import NEEDS_TOKEN, Problem
from gateway.records import Row
from gateway.sessions import Session


async def checked(request: Request, email: str, password: str) -> Row:
    """The account of somebody who knows the password. Every attempt counts until one is right."""
    credentials: Credentials = request.state.credentials
    address = request.client.host if request.client else ""
    if wait := await credentials.guesses.wait(email, address):
        why = "Too many failures to sign in. Wait before the next attempt."
        raise Problem(429, why, "/problems/too-many-failures", {"Retry-After": str(wait)})
    account = await credentials.check(email, password)
    if account is None:
        why = "This e-mail address and this password do not go together."
        raise Problem(401, why, "/problems/wrong-password", NEEDS_TOKEN)
    await credentials.guesses.forget(email, address)
    return account


async def opened(request: Request, account: UUID) -> Session:
    """A new session, which the browser keeps. The one that it had before ends."""
    await ended(request, await identify(request))
    agent = request.headers.get("User-Agent", "")
    session: Session = await request.state.credentials.sessions.open(account, agent)
    people.remember(request, session)
    return session


async def ended(request: Request, caller: Caller) -> None:
    """What the browser still holds is worth nothing."""
    if caller.session:
        await request.state.credentials.sessions.close(caller.account, caller.session)
        people.forget(request)
