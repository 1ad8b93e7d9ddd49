"""A small space, made through the door, in which everything can be booked on every day."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Brussels")
OFFERS = {
    "desks": {"units": 50},
    "room": {"seats": 8},
    "studio": {"seats": 4},
    "machines": {"units": 3},
    "office": {"seats": 4},
}
PRICES = {"hour_cents": 1000, "half_day_cents": 900, "day_cents": 1500, "month_cents": 25_000}


def where_it_is_noon():
    """The name of a zone in which today is today, hours before and after tests that take long."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def in_days(number):
    """By the clock on the wall of the places."""
    return (datetime.now(ZONE).date() + timedelta(days=number)).isoformat()


class Place:
    def __init__(self, operator, name="Place", **where):
        """`where`: other than in Chimay, in Belgium."""
        self.operator, self.name = operator, name
        self.code = f"place-{uuid4().hex[:8]}"
        self.country = where.get("country", "BE")
        organisation = {"name": name, "country": self.country, "kind": "company"}
        organisation["code"] = self.code
        self.organisation = operator.done("/v1/organisations", organisation)["id"]
        self.space = operator.done(
            "/v1/spaces",
            {
                "code": self.code,
                "name": name,
                "operator_id": self.organisation,
                "town": "Chimay",
                "country": "BE",
                "timezone": "Europe/Brussels",
                "lat": 50.048,
                "lon": 4.317,
                **where,
            },
        )["id"]
        every_day = [{"weekday": n, "opens": "08:00", "closes": "18:00"} for n in range(1, 8)]
        self.set("hours", hours=every_day)
        self.set("holidays", observed=False)
        self.offers = {kind: self.offer(kind, **words) for kind, words in OFFERS.items()}

    def set(self, what, **words):
        self.operator.done(f"/v1/spaces/{self.space}/{what}", words, method="PUT")

    def offer(self, kind, code=None, **words):
        """The id of a new resource, with prices."""
        words |= {"code": code or kind, "kind": kind, "name": code or kind}
        done = self.operator.done(f"/v1/spaces/{self.space}/resources", words)
        resource = done["facts"][0]["data"]["resource_id"]
        self.set(f"resources/{resource}/prices", **PRICES)
        return resource

    def newcomer(self):
        """The id of somebody who is at home here."""
        words = {
            "given_name": "Lise",
            "family_name": "Lambert",
            "email": f"lise-{uuid4().hex[:8]}@example.org",
            "home_space_id": self.space,
            "status": "independent",
            "residence": "BE",
        }
        return self.operator.done("/v1/persons", words)["id"]

    def desk_for(self, person, day=1, part="morning"):
        """What to say to book a desk, so many days from now."""
        where = {"space_id": self.space, "resource_id": self.offers["desks"]}
        return {**where, "person_id": person, "days": [in_days(day)], "part": part}

    def room_for(self, person, day=1, start="09:00", end="10:00", kind="room"):
        where = {"space_id": self.space, "resource_id": self.offers[kind]}
        when = {"day": in_days(day), "start": start, "end": end}
        return {**where, "person_id": person, "times": [when]}
