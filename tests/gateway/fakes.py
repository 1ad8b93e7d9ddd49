"""What stands behind the door, without servers: services that note what they are asked, views that
know what a test says, and accounts in a dictionary."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx

from gateway.app import routes
from gateway.door import Door
from gateway.pages.page import show
from gateway.problems import nothing_known
from gateway.sessions import Session
from kernel.ops.trace import traceparent

ME, SOMEBODY = UUID(int=1), UUID(int=2)
MINE, ELSEWHERE = UUID(int=11), UUID(int=12)
MOMENT = datetime(2031, 3, 3, 9, tzinfo=UTC)


class Services:
    def __init__(self):
        self.asked, self.traces = [], []
        self.answer = {"done": {"id": str(UUID(int=99)), "facts": []}, "position": 17}

    async def ask(self, service, verb, *args, **call):
        self.traces.append(traceparent.get())
        self.asked.append((service, verb, *args, call))
        if isinstance(self.answer, Exception):
            raise self.answer
        if verb == "health":
            return {"service": service, "position": 3, "places": {}, "stopped": {}}
        return self.answer

    async def depths(self, queues):
        return {}

    async def channel(self):
        return None


SPACE = {"name": "La Ferme", "space": ELSEWHERE, "timezone": "Europe/Brussels"}
ROOM = {"resource": str(SOMEBODY), "kind": "room", "seats": 8, "training": None}
SPACE |= {"resources": [ROOM | {"free": [["08:00", "18:00"]]}]}
SPACE |= {"items": [], "next": None}


class Views:
    def __init__(self):
        self.rows, self.found, self.asked = {}, SPACE, []
        self.heard, self.level = {}, True

    async def known(self, lookup, words, seen):
        if lookup not in self.rows:
            raise nothing_known()
        return self.rows[lookup]

    async def find(self, question, words, page):
        self.asked.append((question, words, page))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def row(self, select, words):
        return {"here": 1, "waiting": 0, "since": None, "late": False, "given_up": [], "years": []}

    async def places(self, view):
        return []

    def connections(self):
        return {"connections": 1, "busy": 0, "waiting": 0}

    async def catch_up(self, question, seen):
        self.seen = seen
        return self.level

    async def keep_up(self, view, seen):
        pass

    def hear(self, service, position):
        self.heard[service] = position


NO_FACTOR = {"factor_due": None, "is_overdue": False}


class Guesses:
    """Five, in the memory of a test."""

    def __init__(self):
        self.made = {}

    async def wait(self, *who):
        self.made[who] = self.made.get(who, 0) + 1
        return 900 if self.made[who] > 5 else 0

    async def forget(self, *who):
        self.made.pop(who, None)


class Sessions:
    """There is one, of a browser called "browser"."""

    def __init__(self, credentials):
        self.credentials = credentials

    async def find(self, token):
        known = (
            await self.credentials.by_token("member") if token in ("browser", "secret") else None
        )
        return known and {**known, "csrf": "word", "turned": None}

    async def open(self, account, *_):
        self.credentials.done.append("open session")
        return Session("secret", "word", MOMENT)

    async def close(self, account, session):
        self.credentials.done.append("close session")
        return True


class SecondFactors:
    """Nobody has one."""

    async def has(self, account):
        return False

    async def of(self, account):
        return {"app_since": None, "passkeys": 0, "recoveries": 0}


class Guests:
    """Whoever asks is noted."""

    def __init__(self, credentials):
        self.credentials = credentials

    async def ask(self, *_):
        self.credentials.done.append("ask")


class Joining:
    """Whoever asks is noted, and every secret is that of somebody who may join."""

    def __init__(self, credentials):
        self.credentials = credentials

    async def ask(self, *_):
        self.credentials.done.append("ask")

    async def find(self, secret):
        return {"email": "zoe@example.org", "details": {"email": "zoe@example.org"}, "suite": "/"}

    async def known(self, email):
        return None

    async def joined(self, email):
        self.credentials.done.append("joined")


class Credentials:
    """Tokens are the names of roles, with the space of a host behind a colon."""

    def __init__(self):
        self.guesses, self.sessions, self.second = Guesses(), Sessions(self), SecondFactors()
        self.guests, self.joining = Guests(self), Joining(self)
        self.done, self.accounts, self.lost, self.partners = [], {}, [], {}

    async def by_token(self, token):
        if token in ("", "forged"):
            return None
        role, _, space = token.partition(":")
        roles = [] if role == "member" else [f"{role} {space}"]
        who = {"account": UUID(int=7), "person": ME, "email": "me@example.org"}
        return {**who, "roles": roles, "csrf": None, "session": UUID(int=8), **NO_FACTOR}

    async def reserve(self, email):
        if email.lower() in self.accounts:
            return None
        self.done.append("reserve")
        self.accounts[email.lower()] = None
        return UUID(int=50)

    async def complete(self, account, person, password):
        self.done.append("complete")
        return True

    async def give_up(self, account):
        self.accounts = {mail: person for mail, person in self.accounts.items() if person}
        self.done.append("give up")

    async def account_of(self, email):
        return None

    async def check(self, email, password):
        return {"account": UUID(int=7), "person": ME} if password == "the right one" else None

    async def issue_token(self, account, label):
        self.done.append("issue token")
        told = {"token_id": uuid4(), "label": label, "created_at": MOMENT}
        return {**told, "token": "essaim_secret"}

    async def tokens(self, account):
        self.done.append("list tokens")
        return []

    async def issue_calendar(self, account):
        self.done.append("issue calendar")
        return "secret"

    async def revoke_calendar(self, account):
        self.done.append("revoke calendar")
        return True

    async def revoke_token(self, account, token):
        self.done.append("revoke token")
        return True


class Outside:
    """Outside calendars: whatever is asked of them is done, and remembered with what views know."""

    def __init__(self, views):
        self.views, self.calendars = views, self

    async def of(self, space):
        self.views.asked.append(space)
        return []

    async def take_now(self, space, calendar):
        self.views.asked.append(calendar)
        return {}

    remove = take_now

    async def add(self, calendar, *about):
        return 0

    async def take(self, turn):
        return 0


class Audit:
    """The auditor's process: what it is asked is remembered with what views know. And the notary,
    of whom nobody has told us."""

    def __init__(self, views):
        self.views = views

    async def told(self, path, words=None):
        self.views.asked.append(path)
        nothing = dict.fromkeys(("size", "checkpoint", "signed_at", "settled_size"))
        nothing |= {"facts": [], "items": [], "logs": [], "witnesses": []}
        return nothing | {"what": "bookings.Booking"}

    async def state(self):
        return {"state": "here", "reason": None}

    async def needs(self):
        return None

    async def file(self, path):
        self.views.asked.append(path)
        return b"{}"


class Partner:
    """Somebody at the door, without a network between."""

    door = Door(routes(), life=None, show=show)

    def __init__(self, behind):
        self.behind = behind
        self.runner = asyncio.Runner()
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://essaim.example")

    async def _app(self, scope, receive, send):
        await self.door({**scope, "state": dict(self.behind)}, receive, send)

    def request(self, method, path, token=None, **more):
        """Cookies are shown when a test says so, and never by themselves."""
        self.client.cookies.clear()
        headers = dict(more.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.runner.run(self.client.request(method, path, headers=headers, **more))

    def get(self, path, token=None, **more):
        return self.request("GET", path, token, **more)

    def post(self, path, token=None, **more):
        return self.request("POST", path, token, **more)

    def close(self):
        self.runner.run(self.client.aclose())
        self.runner.close()
