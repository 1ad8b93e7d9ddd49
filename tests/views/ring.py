"""The five services without servers: what they decide is told to each other, and to views."""

import asyncio
from datetime import UTC, datetime

import psycopg

from gateway.questions import Views
from gateway.records import pool
from gateway.views import VIEWS
from kernel.log import Log
from services.bookings.service import Bookings
from services.members.service import Members
from services.mobility.service import Mobility
from services.spaces.service import Spaces
from services.training.service import Training


class Refusal(Exception):
    """The answer of a service that did not do what it was asked."""


class Ring:
    def __init__(self):
        self.time = datetime(2026, 3, 2, 7, tzinfo=UTC)
        kinds = (Members, Spaces, Bookings, Mobility, Training)
        self.services = {k.name: k(Log(k.name), now=lambda: self.time) for k in kinds}

    def facts(self, source, place):
        return self.services[source].log.after(place)

    def tell(self, service, question, *args):
        return getattr(self.services[service], question)(*args)

    def do(self, service, verb, **words):
        """The id of what changed, once everybody has heard of it."""
        answer = self.services[service].answer(verb, words, by="host")
        if "done" not in answer:
            raise Refusal(answer)
        self.talk()
        return answer["done"]["id"]

    def talk(self):
        """Until nobody has anything new to hear."""
        while any([self.show(service) for service in self.services.values()]):
            pass

    def show(self, follower):
        """Everything that a follower has not heard yet. Was there anything?"""
        if hasattr(follower, "tell"):
            follower.tell = self.tell
        heard = False
        for source in sorted(follower.sources()):
            while facts := self.facts(source, follower.place_in(source)):
                follower.take_in(source, follower.place_in(source), facts)
                heard = True
        return heard

    def join(self, given, family, home, residence):
        return self.do(
            "members",
            "join_network",
            home_space_id=home,
            status="independent",
            residence=residence,
            given_name=given,
            family_name=family,
            email=f"{given}@example.org".lower(),
        )

    def open_space(self, operator, code, name, town, country, zone, **more):
        where = {"lat": 50.0, "lon": 4.5, "languages": ["fr"], "amenities": ["wifi"]}
        return self.do(
            "spaces",
            "open_space",
            code=code,
            name=name,
            operator_id=operator,
            town=town,
            country=country,
            timezone=zone,
            **where,
            **more,
        )

    def add(self, space, kind, code, units=None, **prices):
        facts = len(self.facts("spaces", 0))
        words = {"units": units} if units else {}
        if kind in ("room", "studio", "office"):
            words["seats"] = 10
        self.do(
            "spaces",
            "add_resource",
            space_id=space,
            code=code,
            kind=kind,
            name=code.title(),
            **words,
        )
        added = self.facts("spaces", 0)[facts].data["resource_id"]
        self.do("spaces", "set_prices", space_id=space, resource_id=added, **prices)
        return added


def tables(database, schema, besides=()):
    """All rows of all tables of a view, whatever their order, besides such columns."""
    with psycopg.connect(database) as sql:
        found = sql.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {
            name: sorted(
                row
                for (row,) in sql.execute(
                    f'SELECT (to_jsonb(t) - %s::text[])::text FROM {schema}."{name}" t',
                    [list(besides)],
                )
            )
            for (name,) in found.fetchall()
        }


def ask(database, question, **words):
    """A question as the gateway asks it; of a long list the first page, all others after it."""
    return asyncio.run(_ask(database, question, question().load(words)))


async def _ask(database, question, words):
    async with pool(database) as opened:
        views, found, after = Views(opened, VIEWS), [], ""
        while True:
            answer = await views.find(question, words, {"after": after, "limit": 2})
            if not question.key:
                return answer
            found += answer["items"]
            if not answer["items"] or not answer["next"]:
                return found
            after = answer["next"]
