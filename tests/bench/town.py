"""Where the measurements take place: two spaces, members with tokens, a week full of meetings."""

import random
from datetime import date, timedelta
from itertools import product

from tests.bench.http import request
from tests.network import PASSWORD
from tests.place import Place, in_days

MEMBERS, DAYS, ROOMS = 40, 340, 10


class Town:
    def __init__(self, network):
        self.network = network
        self.places = [Place(network.operator) for _ in range(2)]
        self.members = [self.member(n) for n in range(MEMBERS)]
        self.orders = self.bookings()

    def member(self, number):
        """Their id and their token."""
        email = f"member-{number}-{self.places[0].code}@example.org"
        visitor = self.network.client()
        words = {
            "given_name": "Lise",
            "family_name": "Lambert",
            "email": email,
            "password": PASSWORD,
            "home_space_id": self.places[0].space,
            "status": "independent",
            "residence": "BE",
        }
        person = visitor.done("/v1/accounts", words)["person_id"]
        session = visitor.done("/v1/sessions", {"email": email, "password": PASSWORD})
        word = {"X-CSRF-Token": session["csrf_token"]}
        answer = visitor.post("/v1/tokens", {"label": "bench"}, headers=word)
        return person, answer.json()["token"]

    def bookings(self):
        """Each member, for themselves, every half-day in every space: once, in any order."""
        when = product(self.places, range(1, DAYS), ("morning", "afternoon"), self.members)
        orders = list(when)
        random.Random(1).shuffle(orders)  # the same every time
        for place, day, part, (person, token) in orders:
            words = place.desk_for(person, day, part)
            yield request("POST", "/v1/desk-bookings", words, Authorization=f"Bearer {token}")

    def fill_a_week(self):
        """Ten rooms, three meetings a day in each. The Monday."""
        place, operator = self.places[0], self.network.operator
        today = date.fromisoformat(in_days(0))
        monday = today + timedelta(days=14 - today.weekday())
        rooms = [place.offers["room"], place.offers["studio"]]
        rooms += [place.offer("room", f"room-{n}", seats=n) for n in range(3, ROOMS + 1)]
        for n, room in enumerate(rooms):
            times = [
                {"day": (monday + timedelta(days=day)).isoformat(), "start": start, "end": end}
                for day in range(5)
                for start, end in (("08:30", "10:00"), ("11:00", "12:00"), ("14:00", "16:30"))
            ]
            who = self.members[n][0]
            words = {"space_id": place.space, "resource_id": room, "person_id": who}
            operator.done("/v1/room-bookings", {**words, "times": times})
        operator.read(f"/v1/spaces/{place.space}/weeks/{monday}")  # waits until all is there
        return monday
