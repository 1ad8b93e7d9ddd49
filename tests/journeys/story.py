"""A place, somebody in it, something of everything to look at, and orders for every service."""

import re
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

from gateway.pages import PAGES
from tests.network import SERVICES
from tests.place import Place, in_days

ASKED = {"availability": f"?day={in_days(0)}", "work-days": f"?year={in_days(0)[:4]}"}
ASKED |= {"included-days": f"?day={in_days(0)}"}
ASKED |= {"occupancy": f"?first={in_days(0)}&last={in_days(0)}", "members": "?name=lambert"}
ASKED_ELSEWHERE = {"/v1/disclosures/{disclosure_id}"}
"""What only a service may tell, since the gateway keeps nothing of it."""
MODULES = [{"code": "all", "title": "All", "hours": 1}]
TODAY = date.fromisoformat(in_days(0))
MONDAY = (TODAY - timedelta(days=TODAY.weekday())).isoformat()


class Story:
    def __init__(self, network):
        self.network, self.operator = network, network.operator
        self.place = Place(self.operator)
        # Somebody holds one desk at a time, and books a year ahead: so many orders there can be.
        self.free = product(("morning", "afternoon"), range(10, 360))
        somebody = network.invite("operator")
        self.person, self.token = somebody["person"], somebody["token"]
        self.client, self.browser = network.client(self.token), network.client()
        self.browser.done("/v1/sessions", {name: somebody[name] for name in ("email", "password")})
        self.words = {
            "code": self.place.code,
            "day": in_days(0),
            "monday": MONDAY,
            "month": in_days(0)[:7],
            "person_id": self.person,
            **dict.fromkeys(("space_id", "home_space_id", "host_space_id"), self.place.space),
            "resource_id": self.place.offers["room"],
            "booking_id": self.give("bookings").json()["id"],
            "series_id": self.again(),
            "course_id": self.give("training").json()["id"],
            "certificate": self.erase(self.place.newcomer()),
        }
        session = {
            "space_id": self.place.space,
            "trainers": [self.person],
            "capacity": 9,
            "slots": [{"day": in_days(9), "half": "am", "module": "all", "minutes": 60}],
        }
        path = f"/v1/courses/{self.words['course_id']}/sessions"
        self.words["session_id"] = self.operator.done(path, session)["id"]

    def erase(self, person):
        """The number of the certificate."""
        [fact] = self.operator.done(f"/v1/persons/{person}", method="DELETE")["facts"]
        return fact["data"]["certificate"]

    def again(self):
        """The id of a series that begins and ends on a day."""
        about = self.place.desk_for(self.person, part="afternoon")
        [day] = about.pop("days")
        series = {**about, "every": "week", "first": day, "until": day}
        return self.operator.done("/v1/desk-series", series)["id"]

    # What there is to see

    def questions(self):
        """The addresses of the API that answer with something out of the gateway's own views."""
        paths = self.operator.read("/openapi.json")["paths"].items()
        asked = {path: methods["get"] for path, methods in paths if "get" in methods}
        ours = [path for path, about in asked.items() if about["tags"] != ["audit"]]
        ours = [path for path in ours if path not in ASKED_ELSEWHERE]
        found = [self.address(path) for path in ours]
        assert len(found) > 20
        return found

    def pages(self):
        """Those that lead to something of this person's: not a letter's, not a partner's, and not
        the auditor's, which show what lies in logs."""
        paths = [route.removeprefix("GET ") for route, _ in PAGES if route.startswith("GET ")]
        ours = [path for path in paths if self.words.keys() >= set(re.findall(r"{(\w+)}", path))]
        found = [self.address(p) for p in ours if not p.startswith(("/audit", "/verify"))]
        assert len(found) > 6
        return found

    def address(self, path):
        path = re.sub(r"{(\w+)}", lambda name: self.words[name[1]], path)
        return path + ASKED.get(path.rpartition("/")[2], "")

    # What there is to do

    def give(self, service, client=None):
        """An order that this service can always fulfil, each time another one."""
        code = f"new-{uuid4().hex[:8]}"
        space, organisation = self.place.space, self.place.organisation
        path, words = {
            "members": ("organisations", {"name": "New", "country": "FR", "kind": "public"}),
            "spaces": (f"spaces/{space}/resources", {"kind": "amenity", "name": "Kitchen"}),
            "bookings": ("desk-bookings", self.desk_for(self.person)),
            "mobility": (
                f"spaces/{space}/tariffs",
                {"valid_from": in_days(0), "half_day_cents": 700, "day_cents": 1200},
            ),
            "training": (
                "courses",
                {"name": "New", "provider_id": organisation, "modules": MODULES},
            ),
        }[service]
        named = {"code": code} if service in ("members", "spaces", "training") else {}
        return (client or self.operator).post(f"/v1/{path}", words | named)

    def desk_for(self, person):
        part, day = next(self.free)
        return self.place.desk_for(person, day, part)

    def is_well(self):
        """Every service takes orders, hears of its neighbours, and is heard of in the views."""
        for service in SERVICES:
            answer = self.give(service)
            assert answer.status_code == 201, f"{service}: {answer.status_code} {answer.text}"
        newcomer = self.place.newcomer()
        self.operator.done("/v1/desk-bookings", self.desk_for(newcomer))
        for path in ("/v1/events", "/v1/spaces", f"/v1/persons/{newcomer}/bookings", "/v1/courses"):
            self.operator.read(path)  # 412 from a view that has not got as far
        return True
