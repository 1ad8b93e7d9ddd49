"""La Ferme as its neighbours describe it, and three people who book there."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4, uuid5

import pytest

from kernel.facts import NETWORK
from kernel.log import Log
from kernel.wire import Fact
from services.bookings.service import Bookings
from vocabulary.identity import membership_of

FERME = uuid5(NETWORK, "space/la-ferme")
LASER_COURSE = uuid5(NETWORK, "course/laser")
RESOURCES = {  # code: kind, units, training, prices
    "desks": ("desks", 2, None, {"half_day_cents": 900, "day_cents": 1500}),
    "annex": ("desks", 1, None, {"half_day_cents": 0, "day_cents": 0}),
    "room": ("room", 1, None, {"hour_cents": 1250}),
    "studio": ("studio", 1, None, {"hour_cents": 2500}),
    "lasers": ("machines", 2, str(LASER_COURSE), {"hour_cents": 1200}),
    "printers": ("machines", 2, None, {"hour_cents": 800}),
    "office": ("office", 1, None, {"month_cents": 24000}),
    "attic": ("desks", 3, None, None),
    "kitchen": ("amenity", 1, None, None),
}
NO_RULES = {
    "shortest_minutes": None,
    "longest_minutes": None,
    "notice_minutes": 0,
    "horizon_days": 366,
}
PRICES = dict.fromkeys(("hour_cents", "half_day_cents", "day_cents", "month_cents"))


class Neighbours:
    """Says to a service what members, spaces and training say, each in its own order."""

    def __init__(self, service):
        self.service = service
        self.positions = {source: count(1) for source in service.sources()}

    def say(self, type, subject=FERME, **data):
        source = type.split(".")[0]
        position = next(self.positions[source])
        fact = Fact(
            source=f"/{source}",
            id=f"{subject}/{position}",
            type=type,
            subject=str(subject),
            time=datetime(2026, 1, 5, tzinfo=UTC),
            sequence=f"{position:020d}",
            by="la-ferme",
            data=data,
        )
        self.service.take_in(source, position - 1, [fact])


class Ferme:
    """The bookings service, at 10:00 on Friday 27 February 2026 in Chimay, with a clock to turn."""

    space_id = str(FERME)
    laser_course = str(LASER_COURSE)
    ada, bob, cam = (str(UUID(int=n)) for n in (1, 2, 3))

    def __init__(self):
        self.announced = []
        self.now = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
        log = Log("bookings", announce=self.announced.extend)
        self.service = Bookings(log, now=lambda: self.now)
        self.neighbours = Neighbours(self.service)
        say = self.neighbours.say
        say("spaces.SpaceOpened", country="BE", timezone="Europe/Brussels", planned=False, code="x")
        hours = [{"weekday": day, "opens": 540, "closes": 1080} for day in range(1, 6)]
        say("spaces.HoursSet", hours=hours)
        say("spaces.TermsSet", cancellation_hours=24, buffer_minutes=15, midday=780)
        for code, (kind, units, training, prices) in RESOURCES.items():
            about = {"resource_id": self.resource(code)}
            added = {"kind": kind, "units": units, "seats": None, "training_id": training}
            say("spaces.ResourceAdded", **about, code=code, name=code, **added)
            if prices:
                say("spaces.PricesSet", **about, version=1, **{**PRICES, **prices})
        for person in (self.ada, self.bob, self.cam):
            say("members.PersonJoined", person, status="independent", residence="BE")
        self.completes_the_laser_course(self.ada)
        self.learned = len(self.announced)

    @staticmethod
    def resource(code):
        return str(uuid5(FERME, code))

    def completes_the_laser_course(self, person):
        about = {"person_id": person, "course_id": self.laser_course, "minutes": 360}
        self.neighbours.say("training.CourseCompleted", **about, certificate="L-1")

    def rules(self, code, **rules):
        about = {"resource_id": self.resource(code), "version": 1}
        self.neighbours.say("spaces.BookingRulesSet", **about, **{**NO_RULES, **rules})

    def terms(self, **terms):
        ours = {"cancellation_hours": 24, "buffer_minutes": 15, "midday": 780}
        self.neighbours.say("spaces.TermsSet", **{**ours, **terms})

    def quotas(self, *quotas):
        self.neighbours.say("spaces.QuotasSet", version=1, quotas=list(quotas))

    def parts(self, code, *parts):
        about = {"resource_id": self.resource(code)}
        self.neighbours.say("spaces.PartsSet", **about, parts=list(map(self.resource, parts)))

    def subscribes(self, subscriber, included_days=1, start="2026-01-01"):
        """To a plan of so many days a month."""
        plan, membership = str(uuid4()), str(membership_of(FERME, UUID(subscriber)))
        say = self.neighbours.say
        say("members.PlanOffered", plan, space_id=self.space_id, included_days=included_days)
        person = subscriber if subscriber in (self.ada, self.bob, self.cam) else None
        about = {"space_id": self.space_id, "person_id": person}
        say("members.MembershipOpened", membership, **about)
        say("members.Subscribed", membership, plan_id=plan, start=start)
        return membership, plan

    def buys(
        self,
        holder,
        half_days=0,
        last="2027-01-31",
        first="2026-01-01",
        here=True,
        name="Pack",
        **of_time,
    ):
        """A pack of so many half-days (or, of a `kind`, `minutes`), good here or everywhere; for a
        person, or for whoever belongs to an organisation."""
        credit, pack = str(uuid4()), str(uuid4())
        about = {"pack_id": pack, "sold_at": self.space_id, "cents": 18000}
        about |= {"space_id": self.space_id if here else None, "name": name}
        about |= {"half_days": half_days, "first": first, "last": last, **of_time}
        if holder in (self.ada, self.bob, self.cam):
            self.neighbours.say("members.PackSold", credit, person_id=holder, **about)
        else:
            about = {"kind": "desk", "minutes": 0, **about, "organisation_id": holder}
            self.neighbours.say("members.PackSoldToOrganisation", credit, **about)
        return credit

    def left(self, credit):
        """From the facts alone: what was sold, less what was used and is not given back."""
        left, used = None, {}
        for fact in self.announced:
            if fact.subject != credit:
                continue
            match fact.type:
                case "bookings.CreditLearned" | "bookings.SharedCreditLearned":
                    left = fact.data["half_days"] + fact.data["minutes"]
                case "bookings.CreditUsed":
                    amount = fact.data["half_days"] + fact.data["minutes"]
                    used[fact.data["booking_id"]] = amount
                    left -= amount
                case "bookings.CreditReturned":
                    left += used.pop(fact.data["booking_id"])
            assert left == fact.data.get("left", left), "each use says what is left"
            assert left >= 0
        return left

    def preview(self, verb, resource=None, person=None, **words):
        return self.ask(verb, resource, person, preview=True, **words)

    def ask(self, verb, resource=None, person=None, preview=False, **words):
        if resource:
            words = {
                "space_id": self.space_id,
                "resource_id": self.resource(resource),
                "person_id": person or self.ada,
                **words,
            }
        return self.service.answer(verb, words, by=person or self.ada, preview=preview)

    def done(self, verb, *about, **words):
        answer = self.ask(verb, *about, **words)
        assert "done" in answer, answer
        return answer["done"]["id"]

    def since(self):
        """What was announced once the neighbours had been heard."""
        return self.announced[self.learned :]

    def promised(self):
        """Every place now held, from the facts alone: {day: {booking: [what was promised]}}."""
        days, held = {}, {}
        for fact in self.announced:
            match fact.type:
                case "bookings.SpaceDayOpened":
                    days[fact.subject] = fact.data["day"]
                case "bookings.PlacePromised":
                    booking = held.setdefault(days[fact.subject], {})
                    booking.setdefault(fact.data["booking_id"], []).append(fact.data)
                case "bookings.PlaceReturned":
                    del held[days[fact.subject]][fact.data["booking_id"]]
        return held


@pytest.fixture(scope="session")
def new_ferme():
    return Ferme


@pytest.fixture
def ferme():
    return Ferme()
