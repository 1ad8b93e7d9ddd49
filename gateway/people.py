"""Who is asking: a visitor, a browser with a session, or a program with a token."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request

from gateway import cookies, positions
from gateway.door import UNSAFE_METHODS
from gateway.problems import NEEDS_TOKEN, Problem
from gateway.records import Row
from gateway.sessions import Session
from gateway.trust import EVERYBODY, STAFF

COOKIE = "essaim_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"

NOWHERE: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Caller:
    """Somebody, with the roles that members says they have, and the spaces they are host of.

    Everybody is a visitor, and everybody who is signed in is a member.
    """

    account: UUID | None = None
    person: UUID | None = None
    email: str | None = None
    roles: Mapping[str, frozenset[UUID]] = field(default_factory=lambda: {"visitor": NOWHERE})
    csrf: str | None = None
    session: UUID | None = None
    """That of their browser; a program has none."""
    factor_due: datetime | None = None
    """Until when their role needs a second factor, if it does and this session has not seen one."""
    withheld: bool = False
    """That day is over, and with it their roles, until they have one."""

    @property
    def by(self) -> str:
        """Who stands in the facts."""
        return str(self.person or "visitor")

    @property
    def signed_in(self) -> bool:
        return self.person is not None

    @property
    def spaces(self) -> frozenset[UUID]:
        """Those they are host of."""
        return self.roles.get("host", NOWHERE)


VISITOR = Caller()


async def identify(request: Request) -> Caller:
    """The caller, looked up once a request. A token that is not good is a 401, never a visitor;
    a session that is over leaves a visitor behind."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        known = request.state.caller = await _identify(request)
    return known


async def _identify(request: Request) -> Caller:
    authorization, session = request.headers.get("Authorization"), cookies.shown(request, COOKIE)
    if authorization is None and not session:
        return VISITOR
    await request.state.views.keep_up("people", positions.of(request))
    if authorization is None:
        found = await request.state.credentials.sessions.find(session)
        if found and found["turned"]:
            remember(request, found["turned"])
        return caller_of(found)
    scheme, _, token = authorization.partition(" ")
    found = None
    if scheme.lower() == "bearer":
        found = await request.state.credentials.by_token(token.strip())
    if found is None:
        wrong = {"WWW-Authenticate": f'{NEEDS_TOKEN["WWW-Authenticate"]}, error="invalid_token"'}
        raise Problem(401, "This token is not known, or was revoked.", headers=wrong)
    return caller_of(found)


def caller_of(found: Row | None) -> Caller:
    if found is None:
        return VISITOR
    roles: dict[str, frozenset[UUID]] = {"visitor": NOWHERE, "member": NOWHERE}
    for each in found["roles"]:
        role, _, space = each.partition(" ")
        roles[role] = roles.get(role, NOWHERE) | ({UUID(space)} if space else NOWHERE)
    who = found["account"], found["person"], found["email"]
    due = found["factor_due"]
    withheld = bool(due and found["is_overdue"])
    if withheld:
        roles = {role: spaces for role, spaces in roles.items() if role not in STAFF}
    return Caller(*who, roles, found["csrf"], found["session"], due, withheld)


def remember(request: Request, session: Session) -> None:
    """The browser shows its session with each request from now on."""
    cookies.keep(request, COOKIE, session.token, int(EVERYBODY.longest.total_seconds()))


def forget(request: Request) -> None:
    cookies.forget(request, COOKIE)


# A browser shows its session also when another site makes it ask


def csrf_of(request: Request) -> str:
    """For a hidden field of every form: `<input type=hidden name=csrf value=...>`."""
    caller: Caller = request.state.caller
    return caller.csrf or ""


def require_csrf(request: Request, form: Mapping[str, object]) -> None:
    """A form of ours knows the word that goes with the session; the one to sign in has none yet.

    Call after `identify`.
    """
    caller: Caller = request.state.caller
    ours = _is_word(caller, str(form.get(CSRF_FIELD, ""))) if caller.csrf else _is_ours(request)
    if ours is False:
        raise _foreign()


def require_own_site(request: Request) -> None:
    """A browser says from where it was made to ask. What does not say so must know the word."""
    caller: Caller = request.state.caller
    if caller.csrf is None or request.method not in UNSAFE_METHODS:
        return
    ours = _is_ours(request)
    if not (_is_word(caller, request.headers.get(CSRF_HEADER, "")) if ours is None else ours):
        raise _foreign()


def require_no_other_site(request: Request) -> None:
    """For what needs no session: it is enough that no other site made the browser ask."""
    if _is_ours(request) is False:
        raise _foreign()


def _is_ours(request: Request) -> bool | None:
    """None when the asker does not say, as programs do not."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in ("same-origin", "none")
    return None if origin is None else urlsplit(origin).netloc == request.headers.get("Host")


def _is_word(caller: Caller, word: str) -> bool:
    return secrets.compare_digest(word.encode(), (caller.csrf or "").encode())


def _foreign() -> Problem:
    return Problem(403, "This did not come from a page of ours.", "/problems/foreign-site")
