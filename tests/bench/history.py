"""A region of the network through the years: people join, book, come or do not, learn, travel.

Every fact comes out of the services themselves, ordered as partners would order it. The same seed
gives the same history.
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from random import Random

from tests.bench.simulated import Simulation

SPACES, FOUNDERS, AT_ONCE = 6, 40, 300
COUNTRIES = (("BE", "Europe/Brussels"), ("FR", "Europe/Paris"))
OFFERS = {
    "desks": {"units": 50},
    **{f"room-{n}": {"seats": 8} for n in range(1, 11)},
    "machines": {"units": 3},
    "office": {"seats": 4},
}
HALVES = [("am", 210), ("pm", 210)]


class Region:
    """Some spaces on both sides of the border, and who is at home there.

    On its founding day there are spaces, plans, a course and the founders. The first space opens
    every day.
    """

    def __init__(self, number, founded):
        self.number, self.day = number, founded
        self.simulation = Simulation(number)
        self.order, self.try_to = self.simulation.order, self.simulation.try_to
        self.dice = Random(f"choices {number}")
        self.people, self.homes = [], {}
        self.expected = defaultdict(list)  # day -> bookings
        self.lessons = defaultdict(list)  # day -> session and half
        with self.simulation.running():
            self.found()

    def live(self, until, bookings_a_day):
        """Day by day. Yields after each month."""
        with self.simulation.running():
            while self.day < until:
                month = self.day.month
                self.live_a_day(bookings_a_day)
                self.day += timedelta(days=1)
                if self.day.month != month:
                    yield
        yield

    def at(self, clock):
        self.simulation.now = datetime.combine(self.day, time.fromisoformat(clock), UTC)

    # The founding

    def found(self):
        self.at("06:00")
        self.sponsor = self.organise("sponsor", "BE", "public").id
        provider = self.organise("school", "FR", "nonprofit").id
        operators = [self.organise(f"operator-{n}", c, "company").id for n, c in self.countries()]
        self.simulation.hear()
        modules = [{"code": "machines", "title": "Machines", "hours": 7}]
        self.course = self.order(
            "offer_course",
            **{"code": self.code("course"), "name": "Initiation", "provider_id": provider},
            **{"modules": modules, "required_hours": None},
        ).id
        self.simulation.hear()
        self.spaces = [self.open_space(n, operators[n]) for n in range(SPACES)]
        self.simulation.hear()
        self.plans = [self.offer_plan(space) for space in self.spaces]
        self.agree_on_prices()
        for _ in range(FOUNDERS):
            self.join(self.spaces[0])
        self.simulation.hear()
        self.travel()

    def countries(self):
        return [(n, COUNTRIES[n % 2][0]) for n in range(SPACES)]

    def code(self, name):
        return f"region-{self.number}-{name}"

    def organise(self, name, country, kind):
        code = self.code(name)
        return self.order("register_organisation", code=code, name=code, country=country, kind=kind)

    def open_space(self, n, operator):
        code, (country, zone) = self.code(f"space-{n}"), COUNTRIES[n % 2]
        space = self.order(
            "open_space",
            **{"code": code, "name": code, "operator_id": operator, "town": "Chimay"},
            **{"country": country, "timezone": zone, "lat": 50.0, "lon": 4.3},
            **{"languages": ["fr"], "amenities": ["wifi"], "planned": False},
        )
        week = range(1, 8) if n == 0 else range(1, 6)
        hours = [{"weekday": weekday, "opens": 480, "closes": 1080} for weekday in week]
        self.order("set_hours", space_id=space.id, hours=hours)
        self.order("observe_holidays", space_id=space.id, observed=n > 0)
        for code, counted in OFFERS.items():
            course = self.course if code == "machines" else None
            words = {"code": code, "kind": code.partition("-")[0], "name": code, **counted}
            counts = {"units": None, "seats": None, **words}
            self.order("add_resource", space_id=space.id, training_id=course, **counts)
        return space

    def offer_plan(self, space):
        words = {"code": "ten-days", "name": "Dix jours", "month_cents": 12_000}
        limits = {"included_days": 10, "access_hours": None}
        return self.order("offer_plan", space_id=space.id, **words, **limits)

    # A day

    def live_a_day(self, bookings_a_day):
        self.at("06:00")
        self.begin_the_day()
        self.simulation.hear()
        for hour, share in (("09:15", 0.4), ("11:00", 0.3), ("15:30", 0.3)):
            self.at(hour)
            for _ in range(round(share * self.dice.uniform(0.6, 1.4) * bookings_a_day)):
                self.book()
            self.arrive()
        self.at("20:00")
        self.end_the_day()
        self.simulation.hear()

    def begin_the_day(self):
        if (self.day.month, self.day.day) == (1, 2):
            self.agree_on_prices()
            self.travel()
        if self.day.day == 1:
            self.let_an_office()
            self.teach()
            self.lend()
        if self.chance(0.5):
            self.join(self.dice.choice(self.spaces))
        if self.chance(0.05):
            space, in_a_week = self.dice.choice(self.spaces), self.day + timedelta(days=7)
            self.try_to("close_day", space_id=space.id, day=in_a_week, reason="Travaux")

    def end_the_day(self):
        for booking in self.expected.pop(self.day, ()):
            if not booking.checked_in and not booking.cancelled:
                self.try_to("record_no_show", booking_id=booking.id, day=self.day)
        for session, half in self.lessons.pop(self.day, ()):
            for person in list(session.enrolled):
                words = {"day": self.day, "half": half, "minutes": 210}
                trainer = session.trainers[0]
                self.try_to(
                    "record_attendance", trainer, session_id=session.id, person_id=person, **words
                )
        person = self.dice.choice(self.people)
        words = {"country": "BE", "place_kind": "home", "half_days": 1}
        self.try_to("declare_work_day", person, person_id=person, day=self.day, **words)

    # What people do

    def join(self, space):
        number = len(self.people) + 1
        details = {"given_name": f"Lise {number}", "family_name": "Lambert", "phone": None}
        email = f"lise-{self.number}-{number}@example.org"
        person = self.order(
            "join_network",
            **{"home_space_id": space.id, "status": "independent", "residence": "BE"},
            **{**details, "email": email, "birth_year": 1985, "language": "fr"},
        ).id
        plan = self.plans[self.spaces.index(space)]
        words = {"person_id": person, "organisation_id": None, "start": self.day}
        self.order("subscribe", person, space_id=space.id, plan_id=plan.id, **words)
        self.people.append(person)
        self.homes[person] = space

    def travel(self):
        """Some get a pass for the year."""
        words = {"year": self.day.year, "days": 30, "sponsor_id": self.sponsor}
        limits = {"valid_from": None, "valid_until": None}
        for person in self.people[-AT_ONCE:]:
            if self.chance(0.3):
                self.order("issue_pass", person_id=person, **words, **limits)

    def book(self):
        """A desk or a room, today or soon, mostly at home."""
        person = self.dice.choice(self.people[-AT_ONCE:])
        space = self.homes[person] if self.chance(0.8) else self.dice.choice(self.spaces)
        day = self.day + timedelta(days=self.dice.choice((0, 0, 1, 2, 3, 7, 14)))
        words = {"space_id": space.id, "person_id": person}
        if self.chance(0.7):
            part, desks = (
                self.dice.choice(("day", "morning", "afternoon")),
                self.offer(space, "desks"),
            )
            words |= {"resource_id": desks, "days": [day], "part": part}
            booking = self.try_to("book_desk", person, **words)
        else:
            kind = "machine" if self.chance(0.1) else "room"
            code = "machines" if kind == "machine" else f"room-{self.dice.randint(1, 10)}"
            start = 60 * self.dice.randint(8, 16)
            times = [{"day": day, "start": start, "end": start + 90}]
            words |= {"resource_id": self.offer(space, code), "times": times}
            booking = self.try_to(f"book_{kind}", person, **words)
        if booking:
            self.expected[day].append(booking)
            self.think_again(person, booking)

    def think_again(self, person, booking):
        if self.chance(0.08):
            self.try_to("cancel_booking", person, booking_id=booking.id)
        elif booking.kind == "desk" and self.chance(0.03):
            later = self.day + timedelta(days=21)
            words = {"booking_id": booking.id, "days": [later], "part": "day"}
            if self.try_to("move_booking", person, **words):
                self.expected[later].append(booking)

    def arrive(self):
        for booking in self.expected[self.day]:
            if not booking.checked_in and self.chance(0.8):
                self.try_to("check_in", booking.person_id, booking_id=booking.id, day=self.day)

    def let_an_office(self):
        space, person = self.dice.choice(self.spaces), self.dice.choice(self.people)
        words = {"first_month": self.day, "months": 3}
        office = {"space_id": space.id, "resource_id": self.offer(space, "office")}
        self.try_to("book_office", person, person_id=person, **office, **words)

    # What hosts and trainers do

    def agree_on_prices(self):
        half_day, day = 900 + self.dice.randint(0, 300), 1500 + self.dice.randint(0, 500)
        for space in self.spaces:
            for resource in space.resources:
                cents = {"hour_cents": 1000, "half_day_cents": half_day, "day_cents": day}
                words = {"resource_id": resource, "month_cents": 25_000, **cents}
                self.order("set_prices", space_id=space.id, **words)
            words = {"half_day_cents": half_day, "day_cents": day}
            self.try_to("agree_tariff", space_id=space.id, valid_from=self.day, **words)

    def teach(self):
        """A session of two half-days in ten days."""
        day, trainer, *pupils = self.day + timedelta(days=10), *self.dice.sample(self.people, 13)
        slots = [
            {"day": day, "half": half, "module": "machines", "minutes": long}
            for half, long in HALVES
        ]
        where = {"space_id": self.dice.choice(self.spaces).id, "place": ""}
        words = {"course_id": self.course, "trainers": [trainer], "capacity": 10, "slots": slots}
        session = self.order("plan_session", trainer, **where, **words)
        for person in pupils:
            self.try_to("enrol", person, session_id=session.id, person_id=person)
        self.lessons[day] += [(session, half) for half, _ in HALVES]

    def lend(self):
        lender, borrower = self.dice.sample(self.spaces, 2)
        words = {"kind": "equipment", "what": "Scanner", "person_id": None, "hours": None}
        dates = {"start": self.day, "end": self.day + timedelta(days=30)}
        self.order("lend", space_id=lender.id, borrower_id=borrower.id, **words, **dates)

    def offer(self, space, code):
        return next(each for each, found in space.resources.items() if found.code == code)

    def chance(self, of):
        return self.dice.random() < of
