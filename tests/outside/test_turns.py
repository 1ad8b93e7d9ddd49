"""Each outside calendar in its turn: what it blocks, who reads it, and what becomes of it when
something is away. The services, the views and the server of the calendar are real ones."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from gateway.outside.calendars import TAKE, OutsideCalendars
from gateway.outside.fetching import Fetcher
from gateway.outside.troubles import Trouble
from gateway.outside.turns import Turns
from gateway.problems import Away, NoAnswer
from gateway.records import pool
from gateway.views import agenda, directory, people
from gateway.views.clashes import SeeClashes
from tests.outside.calendar_server import Answer, calendar, meeting
from tests.place import in_days
from tests.views.ring import Refusal, Ring, ask
from tests.views.story import story

TOMORROW, LATER, FAR = in_days(1), in_days(8), in_days(400)


class Services:
    """Asked over no broker; `away`: what is raised instead of the first answers."""

    def __init__(self, ring):
        self.ring, self.asked, self.away = ring, [], []

    async def ask(self, service, verb, words, partner):
        if self.away:
            raise self.away.pop(0)
        self.asked.append(words)
        words = msgspec.json.decode(msgspec.json.encode(words))
        return self.ring.services[service].answer(verb, words, by=partner)


class World:
    """La Ferme of today, and the gateway of its host. Its views hear when they are told to."""

    def __init__(self, database, server):
        self.database, self.server = database, server
        self.ring = story(Ring())
        self.ring.time = datetime.now(UTC)
        self.it, self.room = self.ring.it, UUID(self.ring.it.room)
        self.views = [k(database) for k in (directory.Directory, agenda.Agenda, people.People)]
        for view in self.views:
            view.forget()
        self.services = Services(self.ring)
        self.space = {"space": UUID(self.it.ferme), "timezone": "Europe/Brussels"}
        self.see()

    def see(self):
        for view in self.views:
            self.ring.show(view)

    def turns(self, do):
        """What the gateway does, with a pool of its own."""

        async def doing():
            async with pool(self.database) as opened:
                calendars = OutsideCalendars(opened)
                heard = SimpleNamespace(hear=lambda *_: None)
                turns = Turns(calendars, self.services, heard, Fetcher(everywhere=True))
                return await do(turns)

        return asyncio.run(doing())

    def add(self, path="/a.ics", calendar=None, resource=None):
        calendar, resource = calendar or uuid4(), resource or self.room
        source = path if isinstance(path, bytes) else self.server.at(path)
        self.turns(lambda t: t.add(calendar, self.space, resource, "Mairie", source))
        self.see()
        return calendar

    def turn(self, read=True):
        """Every calendar has its turn now."""
        with psycopg.connect(self.database) as sql:
            sql.execute("UPDATE outside.calendar SET next_turn = now()")
            if read:
                sql.execute("UPDATE outside.calendar SET next_read = now(), whole_on = NULL")
        self.turns(take_all)
        self.see()

    def blocked(self, calendar):
        """day -> spans, as everybody sees it."""
        return self.turns(lambda t: t.calendars.blocked(calendar, datetime.now(UTC).date()))

    def row(self, calendar):
        [found] = self.turns(lambda t: t.calendars.of(self.space["space"]))
        assert found["calendar"] == calendar
        return found

    def book(self, day=TOMORROW, start="10:00", end="11:00"):
        where = {"space_id": self.it.ferme, "resource_id": self.it.room, "person_id": self.it.lise}
        times = [{"day": day, "start": start, "end": end}]
        booked = self.ring.do("bookings", "book_room", times=times, **where)
        self.see()
        return booked


async def take_all(turns):
    while turn := await turns.calendars.take():
        await turns.take(turn)


@pytest.fixture
def world(databases, server):
    with psycopg.connect(databases["GATEWAY_DB"]) as sql:
        sql.execute("DELETE FROM outside.calendar")
    found = World(databases["GATEWAY_DB"], server)
    found.ring.do("spaces", "set_hours", space_id=found.it.ferme, hours=ALWAYS)
    found.ring.do("spaces", "observe_holidays", space_id=found.it.ferme, observed=False)
    found.see()
    yield found
    for view in found.views:
        view.close()


ALWAYS = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]


def published(world, *events, **headers):
    world.server.says["/a.ics"] = Answer(calendar(*events), headers=headers)


def test_what_a_calendar_says_blocks_and_what_it_no_longer_says_is_free(world):
    published(world, meeting(TOMORROW), meeting(LATER))
    town = world.add()
    assert world.blocked(town) == {TOMORROW: [(600, 660)], LATER: [(600, 660)]}
    with pytest.raises(Refusal, match="TakenElsewhere"):
        world.book()
    published(world, meeting(LATER, "110000", "120000"))
    world.turn()
    assert world.blocked(town) == {LATER: [(660, 720)]}
    world.book()


def test_only_differences_are_ordered(world):
    published(world, meeting(TOMORROW), meeting(LATER))
    town = world.add()
    world.turn()
    assert len(world.services.asked) == 1
    published(world, meeting(TOMORROW), meeting(LATER), meeting(LATER, "150000", "160000"))
    world.turn()
    [day] = world.services.asked[1]["days"]
    assert day["day"] == LATER
    assert world.blocked(town)[LATER] == [(600, 660), (900, 960)]


def test_nothing_is_kept_but_times(world):
    published(world, f"{meeting(TOMORROW)}\nATTENDEE;CN=Zoe Secret:mailto:zoe@example.org")
    world.add()
    with psycopg.connect(world.database) as sql:
        [(kept,)] = sql.execute("SELECT row_to_json(c)::text FROM outside.calendar c").fetchall()
    logged = str([fact.data for fact in world.ring.services["bookings"].log.after(0)])
    for secret in ("Conseil", "Zoe", "example.org"):
        assert secret not in kept and secret not in logged
    assert "/a.ics" in kept and "a.ics" not in logged, "the address is a secret of the gateway"


def test_as_far_ahead_as_the_resource_is_booked(world):
    published(world, meeting(FAR))
    town = world.add()
    assert world.blocked(town) == {}
    rules = {"shortest_minutes": None, "longest_minutes": None, "notice_minutes": 0}
    about = {"space_id": world.it.ferme, "resource_id": world.it.room}
    world.ring.do("spaces", "set_booking_rules", **about, **rules, horizon_days=500)
    world.see()
    world.turn(read=False)
    assert world.blocked(town) == {FAR: [(600, 660)]}


def test_a_calendar_that_cannot_be_read_blocks_what_it_blocked(world):
    published(world, meeting(TOMORROW))
    town = world.add()
    read_at = world.row(town)["read_at"]
    world.server.says["/a.ics"] = Answer(status=500)
    for _ in range(3):
        world.turn()
    assert world.blocked(town) == {TOMORROW: [(600, 660)]}
    row = world.row(town)
    assert (row["trouble"], row["read_at"]) == ("out-of-order", read_at)
    published(world)
    world.turn()
    assert world.row(town)["trouble"] is None and world.blocked(town) == {}


def test_it_waits_longer_after_each_failure(world):
    published(world)
    world.add()
    world.server.says["/a.ics"] = Answer(status=500)
    waits = []
    for _ in range(6):
        world.turn()
        with psycopg.connect(world.database) as sql:
            select = (
                "SELECT round(extract(epoch FROM next_read - now()) / 60) FROM outside.calendar"
            )
            waits += [int(minutes) for (minutes,) in sql.execute(select)]
    assert waits == [15, 30, 60, 180, 360, 360]


def test_what_could_not_be_read_is_not_added(world):
    with pytest.raises(Trouble, match="not-there"):
        world.add("/nowhere.ics")
    with pytest.raises(Trouble, match="no-calendar"):
        world.add(b"<html>")
    assert world.turns(lambda t: t.calendars.of(world.space["space"])) == []


def test_a_file_is_read_once_and_blocks_as_time_goes_on(world):
    town = world.add(calendar(meeting(TOMORROW), meeting(FAR)))
    world.turn()
    assert world.blocked(town) == {TOMORROW: [(600, 660)]}
    assert world.row(town)["address"] is None and not world.server.asked


def test_the_same_form_sent_twice_adds_it_once(world):
    published(world, meeting(TOMORROW))
    town = world.add()
    assert world.add(calendar=town) == town
    assert world.row(town)


def test_what_is_removed_gives_back_what_it_blocked_and_is_gone(world):
    published(world, meeting(TOMORROW))
    town = world.add()

    async def remove(turns):
        return await turns.take(await turns.calendars.remove(world.space["space"], town))

    world.turns(remove)
    world.see()
    assert world.blocked(town) == {}
    with psycopg.connect(world.database) as sql:
        assert sql.execute("SELECT address FROM outside.calendar").fetchone() == (None,)
    world.turn()
    with psycopg.connect(world.database) as sql:
        assert not sql.execute("SELECT FROM outside.calendar").fetchone()


def test_what_is_removed_before_anybody_saw_what_it_blocks_gives_it_back_too(world):
    """The view is late: it knows nothing of what was ordered a moment before."""
    published(world, meeting(TOMORROW))
    town = uuid4()
    source = world.server.at("/a.ics")

    async def add_and_remove(turns):
        await turns.add(town, world.space, world.room, "Mairie", source)
        await turns.take(await turns.calendars.remove(world.space["space"], town))

    world.turns(add_and_remove)
    world.see()
    assert world.blocked(town) == {TOMORROW: [(600, 660)]}
    world.turn()
    assert world.blocked(town) == {}


def test_the_calendar_of_what_is_withdrawn_is_forgotten(world):
    published(world, meeting(TOMORROW))
    town = world.add()
    about = {"space_id": world.it.ferme, "resource_id": world.it.room}
    world.ring.do("spaces", "retire_resource", **about)
    world.see()
    asked = len(world.server.asked)
    world.turn()
    world.turn()
    assert world.blocked(town) == {} and len(world.server.asked) == asked
    with psycopg.connect(world.database) as sql:
        assert not sql.execute("SELECT FROM outside.calendar").fetchone()


@pytest.mark.parametrize("away", [Away, NoAnswer])
def test_bookings_may_be_away_for_a_while(world, away):
    published(world, meeting(TOMORROW))
    world.services.away = [away()]
    town = world.add()
    assert world.blocked(town) == {}
    world.turn(read=False)
    assert world.blocked(town) == {TOMORROW: [(600, 660)]}


def test_several_gateways_read_it_no_more_often_than_one(world):
    published(world, ETag='"1"')
    world.add()
    world.server.asked.clear()
    with psycopg.connect(world.database) as sql:
        sql.execute("UPDATE outside.calendar SET next_turn = now(), next_read = now()")

    async def five(turns):
        await asyncio.gather(*(take_all(turns) for _ in range(5)))

    world.turns(five)
    assert len(world.server.asked) == 1


def test_whoever_comes_second_neither_takes_it_too_nor_waits(world):
    published(world)
    world.add()
    with psycopg.connect(world.database) as sql:
        sql.execute("UPDATE outside.calendar SET next_turn = now()")
        sql.commit()
        sql.execute(TAKE)
        assert world.turns(lambda t: t.calendars.take()) is None


def test_what_has_not_changed_is_not_sent_again_on_the_same_day(world):
    published(world, meeting(TOMORROW), ETag='"1"')
    town = world.add()
    with psycopg.connect(world.database) as sql:
        sql.execute("UPDATE outside.calendar SET next_turn = now(), next_read = now()")
    world.turns(take_all)
    assert world.server.asked[-1][1]["If-None-Match"] == '"1"'
    assert world.row(town)["trouble"] is None
    world.turn()  # on another day
    assert "If-None-Match" not in world.server.asked[-1][1]
    assert world.blocked(town) == {TOMORROW: [(600, 660)]}


def test_nobody_has_it_read_again_and_again(world):
    published(world)
    town = world.add()

    async def now(turns):
        return await turns.take(await turns.calendars.take_now(world.space["space"], town))

    asked = len(world.server.asked)
    world.turns(now)
    assert len(world.server.asked) == asked
    with psycopg.connect(world.database) as sql:
        sql.execute("UPDATE outside.calendar SET read_at = now() - interval '1 minute'")
    world.turns(now)
    assert len(world.server.asked) == asked + 1


def test_a_clash_is_shown_and_nothing_is_broken(world):
    booking = world.book()
    published(world, meeting(TOMORROW, "103000", "123000"), meeting(TOMORROW, "100000", "104500"))
    world.add()
    about = {"space_id": world.it.ferme, "resource_id": world.it.room}
    [clash] = ask(world.database, SeeClashes, **about)
    assert str(clash["booking"]) == booking and clash["family_name"] == "Lambertmont"
    assert (str(clash["day"]), clash["start"], clash["end"]) == (TOMORROW, "10:00", "11:00")
    world.ring.do("bookings", "cancel_booking", booking_id=booking)
    world.see()
    assert ask(world.database, SeeClashes, **about) == []


def test_what_it_blocks_next(world):
    published(world, meeting(LATER), meeting(TOMORROW))
    town = world.add()
    assert world.row(town)["next"] == {"day": TOMORROW, "start": 600, "end": 660}
