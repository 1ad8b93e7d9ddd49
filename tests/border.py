"""A border with a space on either side, and somebody in each role whom nobody can mistake.

Their names, addresses and numbers occur nowhere else: wherever one is found, it is theirs.
"""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from gateway.sessions import hashed
from tests.conftest import eventually
from tests.network import PASSWORD
from tests.place import Place, in_days

CHIMAY = {"town": "Chimay", "country": "BE"}
CHARLEVILLE = {"town": "Charleville-Mézières", "country": "FR", "timezone": "Europe/Paris"}
CHARLEVILLE |= {"lat": 49.762, "lon": 4.726}
TODAY = in_days(0)
MONDAY = date.fromisoformat(TODAY) - timedelta(days=date.fromisoformat(TODAY).weekday())
NIGHT_AND_DAY = [{"weekday": n, "opens": "00:00", "closes": "24:00"} for n in range(1, 8)]

# who: given name, family name, home, role
PEOPLE = {
    "member": ("Cunegondine", "Trommelslag", "home", None),
    "neighbour": ("Wilgefortisse", "Knubbelmeyer", "abroad", None),
    "host": ("Eusebiette", "Snickelbroek", "home", "host"),
    "host abroad": ("Thaddeuszek", "Plompelaert", "abroad", "host"),
    "coordinator": ("Griseldine", "Pumpernick", "home", "coordinator"),
    "trainer": ("Balthazarin", "Snickelfritz", "home", "trainer"),
    "auditor": ("Euphrosine", "Kettleworthy", "home", "auditor"),
    "operator": ("Crispulonde", "Ravensbottom", "home", "operator"),
}


class Thing(NamedTuple):
    """What somebody may own: whose it is, at which space, and who trains it."""

    person: str | None = None
    space: str | None = None
    trainers: tuple[str, ...] = ()


class Person:
    """Somebody with an account. `of_space`: they are host of it."""

    def __init__(self, border, who):
        given, family, side, self.role = PEOPLE[who]
        number = 10 + list(PEOPLE).index(who)
        self.home = getattr(border, side)
        self.of_space = self.home.space if self.role == "host" else None
        self.details = {
            "given_name": given,
            "family_name": family,
            "email": f"{given}-{uuid4().hex[:8]}@planted.example".lower(),
            "phone": f"+32 470 91 73 {number}",
        }
        about = {"status": "independent", "residence": "BE", "home_space_id": self.home.space}
        account = {**self.details, **about, "password": PASSWORD}
        self.id = border.operator.done("/v1/accounts", account)["person_id"]
        if self.role:
            trusted = {"role": self.role, "space_id": self.of_space}
            border.operator.done(f"/v1/persons/{self.id}/roles", trusted)

    @property
    def names(self):
        return {"given_name", "family_name"}


class Border:
    def __init__(self, network):
        self.network, self.operator = network, network.operator
        self.home = Place(self.operator, "La Grange <Coworking>", **CHIMAY)
        self.abroad = Place(self.operator, "L'Atelier", **CHARLEVILLE)
        for place in (self.home, self.abroad):
            place.set("hours", hours=NIGHT_AND_DAY)
        self.people = {who: Person(self, who) for who in PEOPLE}
        self.things = {p.id: Thing(p.id, p.home.space) for p in self.people.values()}
        self.booked = {}  # who ever booked there: space -> persons
        self.visitors = {}  # who comes today: space -> persons
        self.subscribers = {}  # space -> persons
        self.participants = {}  # session -> persons
        self.disclosed = {}  # disclosure -> persons
        self.words = {
            "code": [self.home.code, self.abroad.code],
            "day": [TODAY],
            "monday": [str(MONDAY)],
            "month": [TODAY[:7]],
            "year": [TODAY[:4]],
            "space_id": [self.home.space, self.abroad.space],
            "home_space_id": [self.home.space],
            "host_space_id": [self.abroad.space],
            "person_id": [self.people[who].id for who in ("member", "neighbour", "operator")],
            "name": ["essaim.css"],
            "passkey_id": [str(uuid4())],
            "role": ["operator", "coordinator"],
            "consent": ["surveys"],
            "organisation_id": [self.home.organisation],
            "resource_id": [self.home.offers["desks"]],
            "resource": ["desks"],
            "extra": ["screen"],
            "log": ["spaces"],
            "thing_id": [self.home.space],
            "position": ["1"],
        }
        self._live()
        for person in self.people.values():
            for each in self.operator.items(f"/v1/persons/{person.id}/bookings"):
                self.things[each["booking"]] = Thing(person.id, each["space"])
                self.booked.setdefault(each["space"], set()).add(person.id)
        self.sessions = {who: self.session(who) for who in self.people}
        self.sessions["visitor"] = self.browser()
        member = self.sessions["member"]
        travel = {"day": in_days(-1), "country": "BE", "place_kind": "travel", "half_days": 1}
        member.done(f"/v1/persons/{self.people['member'].id}/work-days", travel)
        address = member.done("/v1/calendar")["address"]
        token = member.done("/v1/tokens", {"label": "door"})["token_id"]
        self.words |= {"token": [address.rpartition("/")[2][:-4]], "token_id": [token]}
        self.words["letter"] = eventually(self._letters)
        self.words["secret"] = [self._forgotten(self.people["neighbour"])]
        eventually(lambda: self.operator.get("/v1/proofs/spaces/1").status_code == 200, within=60)
        self._private_link(self.words["secret"][0])
        self._disclose(self.people["member"], "auditor")
        self._forget("passer-by")  # later, so that who has seen this has seen that
        for each in self.sessions.values():
            each.headers["Position"] = self.operator.headers["Position"]

    # What they do

    def _live(self):
        member, neighbour = self.people["member"], self.people["neighbour"]
        trainer, coordinator = self.people["trainer"], self.people["coordinator"]
        for person, place in (
            (member, self.abroad),
            (neighbour, self.abroad),
            (trainer, self.home),
        ):
            booked = self.operator.done("/v1/desk-bookings", place.desk_for(person.id, 0, "day"))
            self._note("booking_id", booked, Thing(person.id, place.space))
            self.visitors.setdefault(place.space, set()).add(person.id)
        self._series(member, self.home)
        for person, place in ((member, self.home), (neighbour, self.abroad)):
            self._subscribe(person, place)
            self._buy(person, place)
        self._travel(member)
        self._wait(member, neighbour, self.home)
        self._propose(member)
        self._learn((member, trainer), (neighbour, coordinator))
        self._block(self.home)
        lent = {"borrower_id": self.abroad.space, "kind": "time", "hours": 3, "start": TODAY}
        lent |= {"person_id": member.id, "end": in_days(5)}
        path = f"/v1/spaces/{self.home.space}/loans"
        self._note("loan_id", self.operator.done(path, lent), Thing(member.id, self.home.space))

    def _series(self, person, place):
        desk = place.desk_for(person.id, 7)
        [first] = desk.pop("days")
        weekly = {**desk, "every": "week", "first": first, "until": in_days(21)}
        done = self.operator.done("/v1/desk-series", weekly)
        self._note("series_id", done, Thing(person.id, place.space))

    def _subscribe(self, person, place):
        plan = {"code": "ten-days", "name": "Ten days", "month_cents": 9000, "included_days": 10}
        offered = self.operator.done(f"/v1/spaces/{place.space}/plans", plan)
        self._note("plan_id", offered, Thing(space=place.space))
        words = {"person_id": person.id, "plan_id": offered["id"], "start": TODAY}
        done = self.operator.done(f"/v1/spaces/{place.space}/subscriptions", words)
        self._note("membership_id", done, Thing(person.id, place.space))
        self.subscribers.setdefault(place.space, set()).add(person.id)

    def _buy(self, person, place):
        """A pack at the counter, and an extra is on offer there."""
        pack = {"code": "three", "name": "Three", "half_days": 3, "cents": 3000, "valid_months": 6}
        offered = self.operator.done("/v1/packs", {**pack, "space_id": place.space})
        self._note("pack_id", offered, Thing(space=place.space))
        words = {"person_id": person.id, "pack_id": offered["id"], "start": in_days(30)}
        done = self.operator.done(f"/v1/spaces/{place.space}/pack-sales", words)
        self._note("credit_id", done, Thing(space=place.space))
        screen = {"name": "Screen", "per": "hour", "cents": 400, "kinds": ["room"]}
        place.set("extras/screen", **screen)

    def _wait(self, person, first, place):
        """For a room that somebody else had first."""
        room = place.room_for(first.id, 2)
        self.operator.done("/v1/room-bookings", room)
        [when] = room["times"]
        words = {name: when[name] for name in ("start", "end")}
        words |= {"resource_id": room["resource_id"], "person_id": person.id}
        path = f"/v1/spaces/{place.space}/days/{when['day']}/waiting-list"
        waits = self.operator.done(path, words)
        entry = next(f["data"]["entry_id"] for f in waits["facts"] if "entry_id" in f["data"])
        self._note("entry_id", {"id": entry}, Thing(person.id, place.space))

    def _block(self, place):
        """By a calendar in which nothing stands."""
        empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
        path = f"/v1/spaces/{place.space}/resources/{place.offers['desks']}/outside-calendars"
        added = self.operator.done(path, {"name": "Mairie", "text": empty})
        self._note("calendar_id", {"id": added["calendar_id"]}, Thing(space=place.space))

    def _propose(self, person):
        """A place that could become a space."""
        grange = {"name": f"Grange {uuid4().hex[:6]}", "town": "Couvin", "country": "BE"}
        grange |= {"premises": "farm", "desks": 4, "rooms": 0, "person_id": person.id}
        done = self.operator.done("/v1/candidates", grange)
        self._note("candidate_id", done, Thing(person.id))

    def _travel(self, person):
        sponsored = {"person_id": person.id, "year": int(TODAY[:4]), "days": 10}
        sponsored["sponsor_id"] = self.home.organisation
        self._note("pass_id", self.operator.done("/v1/passes", sponsored), Thing(person.id))
        tariff = {"valid_from": TODAY, "half_day_cents": 700, "day_cents": 1200}
        self.operator.done(f"/v1/spaces/{self.abroad.space}/tariffs", tariff)

    def _learn(self, *pairs):
        course = {"code": f"course-{uuid4().hex[:8]}", "name": "Laser"}
        course |= {"provider_id": self.home.organisation}
        course["modules"] = [{"code": "laser", "title": "Laser", "hours": 1}]
        taught = self.operator.done("/v1/courses", course)
        self._note("course_id", taught, Thing())
        for participant, trainer in pairs:
            half_day = {"day": in_days(3), "half": "am", "minutes": 60, "module": "laser"}
            session = {"space_id": self.home.space, "trainers": [trainer.id], "capacity": 3}
            path = f"/v1/courses/{taught['id']}/sessions"
            planned = self.operator.done(path, {**session, "slots": [half_day]})
            self._note("session_id", planned, Thing(trainers=(trainer.id,)))
            enrolled = {"person_id": participant.id}
            self.operator.done(f"/v1/sessions/{planned['id']}/enrolments", enrolled)
            self.participants[planned["id"]] = {participant.id}

    def _letters(self):
        """The secrets in what was written to somebody, once it is."""
        with psycopg.connect(self.network.databases["GATEWAY_DB"]) as sql:
            asked = "SELECT token FROM post.letters WHERE kind = 'booked' AND about ? %s"
            found = sql.execute(asked, [str(self.words["booking_id"][0])])
            return [str(token) for (token,) in found]

    def _forgotten(self, person):
        """The secret of a link to set a new password, good for as long as these tests last."""
        secret, kept = uuid4().hex, "SELECT id, 'infinity', ARRAY[%s] FROM accounts.account"
        words = [hashed(secret), person.id]
        with psycopg.connect(self.network.databases["GATEWAY_DB"]) as sql:
            into = "INSERT INTO accounts.forgotten (account, ends_at, secret_hashes)"
            sql.execute(f"{into} {kept} WHERE person = %s", words)
        return secret

    def _private_link(self, secret):
        """The same secret also leads to a booking, whose is not said there; and to joining."""
        with psycopg.connect(self.network.databases["GATEWAY_DB"]) as sql:
            into = "INSERT INTO accounts.booking_link (booking, secret_hashes, ends_at)"
            words = [self.words["booking_id"][0], hashed(secret)]
            sql.execute(f"{into} VALUES (%s, ARRAY[%s], 'infinity')", words)
            into = "INSERT INTO accounts.joining (email, language, details, suite, secret_hashes,"
            names = Jsonb({"given_name": "Somebody", "family_name": "New"})
            words = [f"{secret}@planted.example", names, hashed(secret)]
            sql.execute(f"{into} ends_at) VALUES (%s, 'fr', %s, '/', ARRAY[%s], 'infinity')", words)

    def _forget(self, name):
        """Somebody was here, and is erased."""
        about = {"status": "independent", "residence": "BE", "home_space_id": self.home.space}
        about |= {"given_name": name, "family_name": name, "email": f"{uuid4().hex}@example.org"}
        joined = self.operator.done("/v1/persons", about)["id"]
        told = self.operator.done(f"/v1/persons/{joined}", method="DELETE")
        [number] = [fact["data"]["certificate"] for fact in told["facts"]]
        self.words["certificate"] = [number]

    def _disclose(self, person, asker):
        """Who somebody is, to somebody who controls how public money was used."""
        words = {"person_ids": [person.id], "purpose": "grant-control", "recipient": "BEP"}
        told = self.sessions[asker].done("/v1/disclosures", words)
        self._note("disclosure_id", told, Thing(self.people[asker].id))
        self.disclosed[told["id"]] = {person.id}

    def thing(self, name, id):
        """Whose it is: also of what others of these tests have booked meanwhile."""
        asked = {"booking_id": "bookings", "series_id": "series"}.get(name)
        if id and id not in self.things and asked:
            told = self.operator.get(f"/v1/{asked}/{id}")
            if told.status_code == 200:
                self.things[id] = Thing(told.json()["person"], told.json()["space"])
        return self.things.get(id)

    def _note(self, name, done, thing):
        self.words.setdefault(name, []).append(done["id"])
        self.things[done["id"]] = thing

    # Their browsers

    def browser(self):
        opened = self.network.client()
        opened.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
        opened.csrf = ""
        return opened

    def session(self, who):
        """A browser of its own, signed in."""
        opened = self.browser()
        words = {"email": self.people[who].details["email"], "password": PASSWORD}
        opened.csrf = opened.done("/v1/sessions", words)["csrf_token"]
        return opened
