"""Where the measurements take place: two spaces, members with tokens, a week full of meetings."""

import random
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from tests.bench.client import request
from tests.network import PASSWORD
from tests.place import Place, in_days

DAYS, ROOMS = 340, 10
TIMES = ("08:30", "10:00"), ("11:00", "12:00"), ("14:00", "16:30")


class Spot(NamedTuple):
    """A space that is open every day, with its desks and rooms."""

    code: str
    space: str
    desks: str
    rooms: list[str]


class Town:
    def __init__(self, network, spots, members):
        """`members`: their ids and tokens."""
        self.network, self.spots, self.members = network, spots, members
        self.orders = self.bookings()

    def bookings(self):
        """Each member, for themselves, every half-day in every space: once, in any order."""
        when = product(self.spots, range(1, DAYS), ("morning", "afternoon"), self.members)
        orders = list(when)
        random.Random(1).shuffle(orders)  # the same every time
        for spot, day, part, (person, token) in orders:
            where = {"space_id": spot.space, "resource_id": spot.desks, "person_id": person}
            words = {**where, "days": [in_days(day)], "part": part}
            yield request("POST", "/v1/desk-bookings", words, Authorization=f"Bearer {token}")

    def fill_a_week(self):
        """Ten rooms, three meetings a day in each. The Monday."""
        spot, operator = self.spots[0], self.network.operator
        today = date.fromisoformat(in_days(0))
        monday = today + timedelta(days=14 - today.weekday())
        for room, (person, _) in zip(spot.rooms, self.members, strict=False):
            times = [
                {"day": (monday + timedelta(days=day)).isoformat(), "start": start, "end": end}
                for day in range(5)
                for start, end in TIMES
            ]
            where = {"space_id": spot.space, "resource_id": room, "person_id": person}
            operator.done("/v1/room-bookings", {**where, "times": times})
        operator.read(f"/v1/spaces/{spot.space}/weeks/{monday}")  # waits until all is there
        return monday

    def week(self, monday):
        """The request for a week of the first space, and for the page that shows it."""
        spot = self.spots[0]
        page = f"/espaces/{spot.code}?semaine={monday:%G-W%V}"
        return (
            request("GET", f"/v1/spaces/{spot.space}/weeks/{monday}"),
            request("GET", page, Accept="text/html"),
        )


def new_town(network, members=40):
    """Made through the door."""
    spots = [spot(network.operator) for _ in range(2)]
    return Town(network, spots, [member(network, spots[0], n) for n in range(members)])


def spot(operator):
    place = Place(operator)
    rooms = [place.offers["room"], place.offers["studio"]]
    rooms += [place.offer("room", f"room-{n}", seats=n) for n in range(3, ROOMS + 1)]
    return Spot(place.code, place.space, place.offers["desks"], rooms)


def member(network, home, number):
    """Their id and their token."""
    email = f"member-{number}-{home.code}@example.org"
    visitor = network.client()
    words = {
        "given_name": "Lise",
        "family_name": "Lambert",
        "email": email,
        "password": PASSWORD,
        "home_space_id": home.space,
        "status": "independent",
        "residence": "BE",
    }
    person = network.operator.done("/v1/accounts", words)["person_id"]
    session = visitor.done("/v1/sessions", {"email": email, "password": PASSWORD})
    word = {"X-CSRF-Token": session["csrf_token"]}
    answer = visitor.post("/v1/tokens", {"label": "bench"}, headers=word)
    return person, answer.json()["token"]
