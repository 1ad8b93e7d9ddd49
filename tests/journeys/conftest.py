"""Who acts in the journeys, and where. Everything is arranged through the door of the network.

Each test opens spaces of its own and invites people of its own, as the network is shared.
"""

import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.network import PASSWORD, Client

NIGHT_AND_DAY = [{"weekday": n, "opens": "00:00", "closes": "24:00"} for n in range(1, 8)]
PATIENCE = 20.0
LATER = (412, 503, 504)


class Somebody(Client):
    """A person with an account. All in a journey tell each other what they have seen.

    So whoever looks sees what the others have done, and whoever is told to wait, waits.
    """

    seen: dict[str, int]
    id: str

    def request(self, *args, **kwargs):
        if self.seen:
            where = ", ".join(f"{service}={place}" for service, place in self.seen.items())
            self.headers["Position"] = where
        answer = super().request(*args, **kwargs)
        self.hear(answer)
        return answer

    def hear(self, answer):
        for each in filter(None, answer.headers.get("Position", "").split(", ")):
            service, place = each.split("=")
            self.seen[service] = max(int(place), self.seen.get(service, 0))

    def get(self, path, **kwargs):
        return self.patiently("GET", path, **kwargs)

    def done(self, path, body=None, method="POST"):
        """The answer of a command that must not fail, however often it takes to ask for it."""
        key = {"Idempotency-Key": uuid4().hex}
        answer = self.patiently(method, path, json=body or {}, headers=key)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def patiently(self, method, path, **kwargs):
        """Others who use the same machine may make the network late."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.request(method, path, **kwargs)
            if answer.status_code not in LATER or time.monotonic() > deadline:
                return answer
            time.sleep(0.05)

    # What they do in more than one journey

    def books_a_desk(self, space, *days, part="day"):
        """The id of the booking."""
        where = {"space_id": space.id, "resource_id": space.offers["desks"], "person_id": self.id}
        return self.done("/v1/desk-bookings", {**where, "days": list(days), "part": part})["id"]

    def checks_in(self, booking):
        return self.done(f"/v1/bookings/{booking}/check-in")


class Space:
    """A space of the network: its id, its name, its clock, and the ids of what it offers."""

    def __init__(self, id, name, zone):
        self.id, self.name, self.zone = id, name, ZoneInfo(zone)
        self.offers = {}

    def today(self):
        """One that will last for the whole test: shortly before midnight we wait for tomorrow."""
        now = datetime.now(self.zone)
        if (now + timedelta(minutes=1)).date() > now.date():
            time.sleep(61)
        return datetime.now(self.zone).date()


@pytest.fixture(scope="session")
def seen():
    """What anybody has seen of the network: service -> position."""
    return {}


@pytest.fixture(scope="session")
def enters(network, seen):
    """Makes somebody stand at the door, with a token or without."""
    with ExitStack() as leaving:

        def enter(token=None, id=None):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            each = Somebody(base_url=network.url, timeout=30, headers=headers)
            each.seen, each.id = seen, id
            return leaving.enter_context(each)

        yield enter


@pytest.fixture(scope="session")
def visitor(enters):
    """Somebody who has not signed in."""
    return enters()


@pytest.fixture(scope="session")
def operator(network, enters):
    """Who keeps everybody's business going."""
    token = network.operator.headers["Authorization"].removeprefix("Bearer ")
    return enters(token, network.operator.read("/v1/me")["person_id"])


@pytest.fixture(scope="session")
def somebody(enters, operator):
    """Gets an account from whoever runs the network, and a token, and is trusted with a role."""

    def sign_up(home=None, role=None, host_of=None, **details):
        me = {
            "given_name": "Lise",
            "family_name": "Lambert",
            "email": f"{uuid4().hex}@example.org",
            "status": "independent",
            "residence": "BE",
            "home_space_id": home and home.id,
            **details,
        }
        signed_up = operator.done("/v1/accounts", {**me, "password": PASSWORD})
        browser = enters()
        signed_in = browser.done("/v1/sessions", {"email": me["email"], "password": PASSWORD})
        browser.headers["X-CSRF-Token"] = signed_in["csrf_token"]
        token = browser.done("/v1/tokens", {"label": "a journey"})["token"]
        person = enters(token, signed_up["person_id"])
        if role or host_of:
            trusted = {"role": role or "host", "space_id": host_of and host_of.id}
            operator.done(f"/v1/persons/{person.id}/roles", trusted)
        return person

    return sign_up


@pytest.fixture(scope="session")
def an_organisation(operator):
    """Registers one. Its id."""

    def register(name, country="BE", kind="nonprofit"):
        words = {"code": f"organisation-{uuid4().hex}", "name": name}
        return operator.done("/v1/organisations", {**words, "country": country, "kind": kind})["id"]

    return register


@pytest.fixture(scope="session")
def a_space(operator, an_organisation):
    """Opens a space that never closes, neither at night nor on holidays, with what it offers."""

    def open_(name, town="Chimay", country="BE", zone="Europe/Brussels", **offers):
        words = {"code": f"space-{uuid4().hex}", "name": name, "town": town, "country": country}
        runs = {"operator_id": an_organisation(name, country), "timezone": zone}
        opened = operator.done("/v1/spaces", {**words, **runs, "lat": 50.0, "lon": 4.5})
        space = Space(opened["id"], name, zone)
        here = f"/v1/spaces/{space.id}"
        operator.done(f"{here}/hours", {"hours": NIGHT_AND_DAY}, "PUT")
        operator.done(f"{here}/holidays", {"observed": False}, "PUT")
        for kind, offered in offers.items():
            prices = {unit: offered.pop(unit) for unit in [*offered] if unit.endswith("_cents")}
            words = {"code": kind, "kind": kind, "name": kind.title(), **offered}
            added = operator.done(f"{here}/resources", words)["facts"][-1]["data"]
            operator.done(f"{here}/resources/{added['resource_id']}/prices", prices, "PUT")
            space.offers[kind] = added["resource_id"]
        return space

    return open_


@pytest.fixture(scope="session")
def a_full_life(operator, somebody, a_space, an_organisation):
    """Somebody joins, and has to do with every service of the network."""

    def live(**details):
        desks = {"units": 5, "day_cents": 1200}
        rooms = {"room": {"seats": 8, "hour_cents": 2000}, "office": {"seats": 2, "month_cents": 1}}
        home = a_space("La Ferme")
        abroad = a_space("Rimbaud'Tech", "Charleville", "FR", "Europe/Paris", desks=desks, **rooms)
        day, later = abroad.today(), abroad.today() + timedelta(days=9)
        person, trainer = somebody(home=home, **details), somebody(role="trainer")
        them, employer = {"person_id": person.id}, an_organisation("BEP")

        operator.done(f"/v1/organisations/{employer}/persons", them)
        plan = {"code": "ten-days", "name": "Ten days", "month_cents": 9000, "included_days": 10}
        offered = operator.done(f"/v1/spaces/{home.id}/plans", plan)["id"]
        subscription = {**them, "plan_id": offered, "start": str(day)}
        person.done(f"/v1/spaces/{home.id}/subscriptions", subscription)

        pack = {"space_id": abroad.id, "code": "five-days", "name": "Five days", "half_days": 10}
        pack |= {"cents": 5000, "valid_months": 12}
        bought = {**them, "pack_id": operator.done("/v1/packs", pack)["id"], "start": str(day)}
        operator.done(f"/v1/spaces/{abroad.id}/pack-sales", bought)

        tariff = {"valid_from": str(day), "half_day_cents": 700, "day_cents": 1200}
        operator.done(f"/v1/spaces/{abroad.id}/tariffs", tariff)
        sponsored = {**them, "year": day.year, "days": 10, "sponsor_id": employer}
        operator.done("/v1/passes", sponsored)
        travel = {"day": str(day - timedelta(days=1)), "country": "BE", "place_kind": "travel"}
        person.done(f"/v1/persons/{person.id}/work-days", {**travel, "half_days": 1})

        visit = person.books_a_desk(abroad, str(day))
        person.checks_in(visit)
        room = {**them, "space_id": abroad.id, "resource_id": abroad.offers["room"]}
        times = [{"day": str(later), "start": "09:00", "end": "12:00"}]
        meeting = person.done("/v1/room-bookings", {**room, "times": times})["id"]
        person.done(f"/v1/bookings/{meeting}/cancellation")
        office = {**them, "space_id": abroad.id, "resource_id": abroad.offers["office"]}
        month = {"first_month": f"{later:%Y-%m}", "months": 2}
        person.done("/v1/office-bookings", {**office, **month})

        lent = {"borrower_id": abroad.id, "kind": "time", "hours": 3, **them}
        operator.done(f"/v1/spaces/{home.id}/loans", {**lent, "start": str(day), "end": str(later)})

        course = {"code": f"course-{uuid4().hex}", "name": "Laser", "provider_id": employer}
        course["modules"] = [{"code": "laser", "title": "Laser", "hours": 1}]
        taught = operator.done("/v1/courses", course)["id"]
        half_day = {"day": str(day), "half": "am", "minutes": 60}
        session = {"space_id": home.id, "trainers": [trainer.id], "capacity": 1}
        session["slots"] = [{**half_day, "module": "laser"}]
        planned = trainer.done(f"/v1/courses/{taught}/sessions", session)["id"]
        person.done(f"/v1/sessions/{planned}/enrolments", them)
        trainer.done(f"/v1/sessions/{planned}/attendance/{person.id}", half_day, "PUT")
        return SimpleNamespace(person=person, abroad=abroad, later=later)

    return live
