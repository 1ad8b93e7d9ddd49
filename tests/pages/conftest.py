"""The gateway with everything behind it replaced: what views know, who signs in, what services say.

The selects of the questions are answered from `known`; paging, shapes, permissions, forms and
pages are the real ones.
"""

import asyncio
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from gateway.app import routes
from gateway.door import Door
from gateway.guests import too_many_requests
from gateway.operation import FOLLOWING, LETTERS
from gateway.outside.troubles import Trouble
from gateway.pages.host.outside import LONGER
from gateway.pages.page import show
from gateway.passkeys import Passkeys as RealPasskeys
from gateway.positions import SERVICES
from gateway.problems import nothing_known
from gateway.questions import Views
from gateway.register import Register
from gateway.sessions import Session
from gateway.views import VIEWS
from gateway.views.agenda import ListBookings, SeeBooking, SeeSeries, SeeVisitors
from gateway.views.availability import FindFree, SeeAvailability, SeeWeek
from gateway.views.candidates import ListCandidates
from gateway.views.clashes import SeeClashes
from gateway.views.courses import ListSessions
from gateway.views.credits import ListCredits, ListPacks, ListSoldPacks
from gateway.views.directory import ListSpaces, SeeSpace
from gateway.views.included import ListIncluded
from gateway.views.mobility import ListPasses, ListWorkDays
from gateway.views.occupancy import SeeOccupancy
from gateway.views.people import (
    ListMemberships,
    ListOrganisations,
    ListPlans,
    SeeDetails,
    SeePerson,
)
from gateway.views.planning import SeePlanning
from gateway.views.reception import FindMembers
from gateway.views.rights import ListDisclosures, SeeErasure, SeeRights
from gateway.views.waiting import ListRequests, ListWaiting
from gateway.whose import BOOKING, CREDIT, MEMBERSHIP, PACK, PERSON, PLAN, SERIES
from gateway.whose import CANDIDATE as CANDIDATE_OWNER
from gateway.whose import WAIT as OWN_WAIT
from tests.gateway.fakes import NO_FACTOR, Guesses, SecondFactors
from tests.pages import samples
from tests.pages.samples import (
    AUDE,
    BOOKED,
    CANDIDATE,
    CARLA,
    FERME,
    FOUND,
    HUGO,
    LISE,
    OLGA,
    PASS,
    PLANNED,
    REQUEST,
    SESSION,
    SPACE,
    VISITOR,
    WAIT,
)


def level(sources, place=7):
    """What a view says that has come as far as everybody is."""
    return lambda _: [{"source": each, "place": place, "stopped": None} for each in sources]


class Known(Views):
    """Remembers what it was asked."""

    def __init__(self):
        super().__init__(None, VIEWS)
        self.asked, self.broken = [], None
        names = {LISE: "Lise", HUGO: "Hugo", OLGA: "Olga", CARLA: "Carla", AUDE: "Aude"}
        self.found = {
            ListSpaces.select: lambda _: [SPACE],
            SeeSpace.select: lambda words: [SPACE] if words["space_id"] == FERME else [],
            FindFree.select: lambda _: [SPACE],
            SeeAvailability.select: lambda _: [SPACE],
            SeeWeek.select: lambda _: [SPACE],
            ListBookings.select: lambda words: [BOOKED] if words["person_id"] == LISE else [],
            SeeBooking.select: lambda _: [BOOKED],
            SeeVisitors.select: lambda _: [VISITOR],
            ListWaiting.select: lambda _: [WAIT],
            ListIncluded.select: lambda _: [samples.INCLUDED],
            SeePerson.select: lambda words: [
                samples.KNOWN | {"given_name": names[words["person_id"]]}
            ],
            SeeDetails.select: lambda _: [samples.DETAILS],
            SeeRights.select: lambda _: [samples.RIGHTS],
            ListDisclosures.select: lambda _: [],
            SeeErasure.select: lambda words: (
                [samples.ERASURE] if words["certificate"] == samples.ERASURE["certificate"] else []
            ),
            ListRequests.select: lambda _: [REQUEST],
            SeeSeries.select: lambda _: [samples.SERIES],
            SeeOccupancy.select: lambda _: [deepcopy(samples.OFFERED)],
            ListPlans.select: lambda _: [samples.PLAN],
            ListPacks.select: lambda _: [samples.PACK],
            ListSoldPacks.select: lambda _: [samples.CREDIT],
            ListCredits.select: lambda words: (
                [samples.CREDIT] if words["person_id"] == LISE else []
            ),
            ListMemberships.select: lambda _: [samples.MEMBERSHIP],
            SeePlanning.select: lambda words: [PLANNED | {"day": words["monday"]}],
            SeeClashes.select: lambda _: [samples.CLASH],
            FindMembers.select: lambda _: [FOUND],
            ListCandidates.select: lambda _: [CANDIDATE],
            ListOrganisations.select: lambda _: [{"organisation": UUID(int=12), "name": "BEP"}],
            CANDIDATE_OWNER.select: lambda _: [{"person": LISE}],
            ListSessions.select: lambda _: [SESSION],
            ListPasses.select: lambda words: [PASS] if words["person_id"] == LISE else [],
            ListWorkDays.select: lambda _: [
                {"days": [{"country": "FR", "half_days": 3, "contested": False}]}
            ],
            PERSON.select: lambda _: [{"home_space": FERME}],
            OWN_WAIT.select: lambda _: [{"person": LISE}],
            MEMBERSHIP.select: lambda _: [{"space": FERME, "person": LISE}],
            PLAN.select: lambda _: [{"space": FERME}],
            PACK.select: lambda _: [{"space": FERME}],
            CREDIT.select: lambda _: [{"sold_at": FERME}],
            SERIES.select: lambda _: [{"person": LISE, "space": FERME}],
            BOOKING.select: lambda _: [{"person": LISE, "space": FERME}],
            "SELECT 1": lambda _: [{"here": 1}],
            **{f"{view.name}.places": level(view.follows) for view in FOLLOWING},
            LETTERS: lambda _: [{"waiting": 0, "since": None, "late": False, "given_up": []}],
        }

    async def rows(self, select, words):
        if self.broken:
            raise self.broken
        answer = next(found for part, found in self.found.items() if part in select)
        self.asked.append(words)
        return [dict(row) for row in answer(words)]

    async def row(self, select, words):
        return next(iter(await self.rows(select, words)), None)

    async def reaches(self, *_, **__):
        return True

    def connections(self):
        return {"connections": 3, "busy": 1, "waiting": 0}


class People:
    """Lise is a member, Hugo the host of La Ferme, Carla coordinates, Olga keeps it all running,
    Aude audits. Each one's word is their name."""

    roles = {LISE: [], HUGO: [f"host {FERME}"], OLGA: ["operator "], CARLA: ["coordinator "]}  # noqa: RUF012
    roles |= {AUDE: ["auditor "]}
    names = {"lise": LISE, "hugo": HUGO, "olga": OLGA, "carla": CARLA, "aude": AUDE}  # noqa: RUF012

    def __init__(self):
        self.guesses, self.sessions, self.second = Guesses(), self, SecondFactors()
        self.partners, self.links = {}, Links()
        self.begun, self.passkeys, self.forgotten = Begun(), Passkeys(None), Forgotten()
        self.guests, self.joining = Guests(), Joining()

    async def find(self, name):
        """The session of a browser."""
        who = self.names.get(name)
        found = {"account": who, "person": who, "email": f"{name}@example.org", "csrf": name}
        found |= {"session": who, "turned": None, **NO_FACTOR}
        return found | {"roles": self.roles[who]} if who else None

    async def check(self, email, password):
        name = email.partition("@")[0]
        good = password == "good password" and name in self.names
        return {"account": name, "person": self.names[name]} if good else None

    async def open(self, account, *_):
        return Session(account, account, datetime.now(UTC) + timedelta(days=1))

    async def close(self, account, session):
        return True

    async def of(self, account):
        then = datetime.now(UTC)
        return [
            {"session": each, "browser": "Firefox, Linux", "created_at": then, "seen_at": then}
            for each in (account, UUID(int=99))
        ]

    async def tokens(self, account):
        then = datetime.now(UTC)
        return [
            {"token_id": UUID(int=98), "label": "API", "created_at": then, "last_used_at": then}
        ]

    async def issue_calendar(self, account):
        return f"secret-of-{account}"


class Begun:
    """Whatever was begun: the one who goes on is Lise, after her password."""

    async def begin(self, request, purpose, account, **words): ...

    async def pending(self, request, purpose):
        return {"account": LISE, "email": "lise@example.org", "words": {"then": "/"}}


class Forgotten:
    """The one link that is good is called so."""

    async def ask(self, email): ...

    async def is_good(self, secret):
        return secret == "good"

    async def use(self, secret):
        return None


class Joining:
    """Remembers who asked. The one link that is good is called so."""

    def __init__(self):
        self.asked = []

    async def ask(self, details, suite):
        self.asked.append((details, suite))

    async def find(self, secret):
        details = samples.GUEST | {"status": "student"}
        found = {"email": "zoe@example.org", "details": details, "suite": "/agenda"}
        return found if secret == "good" else None


class Guests:
    """Remembers who asked. The link to a request is called "good", that to a booking "sent"."""

    def __init__(self):
        self.asked_for, self.sent, self.person, self.full = [], [], None, False

    async def ask(self, email, language, details, wanted):
        self.asked_for.append((email, language, details, wanted))

    async def asked(self, secret):
        found = {"id": UUID(int=77), "email": "zoe@example.org", "details": samples.GUEST}
        return found | {"wanted": samples.WANTED} if secret == "good" else None

    async def booked(self, secret):
        return BOOKED["booking"] if secret == "sent" else None

    async def known(self, email):
        return self.person

    async def must_not_hold_too_much(self, person):
        if self.full:
            raise too_many_requests()

    async def placed(self, asked, booking, last):
        self.sent.append((asked, str(booking), last))


class Passkeys(RealPasskeys):
    """Everybody has one."""

    async def of(self, account):
        then = {"created_at": datetime.now(UTC), "last_used_at": None}
        return [{"passkey": UUID(int=97), "credential": b"1", "label": "Firefox, Linux", **then}]


class Links:
    """No partner signs anybody in."""

    async def of(self, account):
        return []


class Services:
    """Remembers what it was asked, and gives the answer that a test has put here."""

    def __init__(self):
        self.asked = []
        self.answer = {"done": {"id": str(uuid4()), "facts": []}, "position": 17}
        self.answers = []  # those that come first
        self.health = {
            name: {"service": name, "position": 7, "places": {}, "stopped": {}} for name in SERVICES
        }
        self.health["mobility"]["places"] = {"spaces": 7}
        self.missing = set()

    async def ask(self, service, verb, words=None, **call):
        if verb == "health":
            if isinstance(health := self.health[service], Exception):
                raise health
            return health
        self.asked.append((service, verb, words, call))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answers.pop(0) if self.answers else self.answer

    async def channel(self): ...

    async def depths(self, queues):
        if self.missing is None:
            raise OSError
        return {each: None if each in self.missing else (0, 1) for each in queues}


class Wishes:
    """Each person wants everything; a letter's token is the id of whoever got it as a reminder,
    or that of Lise's letter about training."""

    def __init__(self):
        self.chosen = {}

    async def of(self, person):
        return self.chosen.get(person, ["confirmation", "reminder"])

    async def choose(self, person, wanted):
        self.chosen[person] = wanted

    async def by_token(self, token):
        if token == samples.TRAINING:
            return {"person": LISE, "wish": None, "consent": "training-letters"}
        reminder = {"person": token, "wish": "reminder", "consent": None}
        return reminder if token in People.roles else None


class Outside:
    """One outside calendar, which is what a test has put here; remembers what was ordered."""

    def __init__(self):
        self.calendars, self.ordered, self.trouble = self, [], None
        self.found = [samples.TOWN_HALL]

    async def of(self, space):
        return self.found

    async def add(self, calendar, space, resource, name, source):
        if self.trouble:
            raise Trouble(self.trouble)
        self.ordered.append(("add", calendar, resource, name, source))
        return 21

    async def take_now(self, space, calendar):
        self.ordered.append(("read", space, calendar))
        return {} if calendar == samples.TOWN_HALL["calendar"] else None

    async def remove(self, space, calendar):
        self.ordered.append(("remove", space, calendar))
        return {} if calendar == samples.TOWN_HALL["calendar"] else None

    async def take(self, turn):
        return 21


class Auditor:
    """The auditor's process, which has told what a test has put here; or it is away."""

    def __init__(self):
        self.tells, self.asked = deepcopy(samples.REGISTERED), []
        self.is_here = {"state": "here", "reason": None}

    async def told(self, path, words=None):
        self.asked.append((path, dict(words or {})))
        if isinstance(found := self.tells.get(path, nothing_known()), Exception):
            raise found
        return deepcopy(found)

    file = told

    async def state(self):
        if isinstance(self.is_here, Exception):
            raise self.is_here
        return self.is_here

    async def public(self, path):
        return SimpleNamespace(content=await self.told(path))


class Notary:
    """It needs what a test has put here; or it is away."""

    def __init__(self):
        self.wants = {"register": "here", **dict.fromkeys(SERVICES, "here")}

    async def needs(self):
        if isinstance(self.wants, Exception):
            raise self.wants
        return self.wants


@pytest.fixture
def world():
    behind = {"views": Known(), "credentials": People(), "services": Services()}
    auditor = Auditor()
    behind |= {"audit": auditor, "register": Register(auditor), "notary": Notary()}
    return SimpleNamespace(**behind, wishes=Wishes(), outside=Outside())


class Browser:
    """Somebody's browser, without a network between. It follows no redirect by itself."""

    door = Door(routes(), life=None, show=show, longer=LONGER)

    def __init__(self, behind, name):
        self.headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        self.cookies = {"essaim_session": name} if name else {}
        self.behind, self.runner = behind, asyncio.Runner()

    async def app(self, scope, receive, send):
        await self.door({**scope, "state": dict(self.behind)}, receive, send)

    def request(self, method, address, headers=None, **more):
        return self.runner.run(self._request(method, address, headers or {}, **more))

    async def _request(self, method, address, headers, **more):
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        here = {"transport": transport, "base_url": "http://testserver", "cookies": self.cookies}
        async with httpx.AsyncClient(**here) as client:
            return await client.request(method, address, headers=self.headers | headers, **more)

    def get(self, address, **more):
        return self.request("GET", address, **more)

    def post(self, address, **more):
        return self.request("POST", address, **more)


@pytest.fixture
def browser(world):
    """A browser of somebody, or of nobody."""
    opened = []

    def of(name=None):
        opened.append(Browser(vars(world), name))
        return opened[-1]

    yield of
    for each in opened:
        each.runner.close()


class Page(HTMLParser):
    """What of a page tests look at: elements with their attributes, and the text, in which every
    space is a plain one."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]

    def value(self, name):
        return self.all("input", name=name)[0].get("value")


@pytest.fixture
def page():
    return lambda response: Page(response.text)


@pytest.fixture
def database_away(world):
    world.views.broken = psycopg.OperationalError("away")
