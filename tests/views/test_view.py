"""A view keeps its place with its rows, comes back by itself, and is rebuilt while it serves."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from uuid import uuid4

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from gateway.view import Silent
from gateway.views.directory import Directory
from gateway.views.people import People
from kernel.recorder import Conflict
from tests.views.ring import tables


@pytest.fixture
def facts(fact):
    """A space opens with each of them; some positions were never used."""

    def opened(position):
        where = {"town": "Chimay", "country": "BE", "timezone": "Europe/Brussels"}
        code = f"space-{position}"
        words = {"code": code, "name": code, "operator_id": str(uuid4()), "planned": False}
        lists = {"languages": ["fr"], "amenities": []}
        here = {"lat": 50.0, "lon": 4.5}
        return fact("spaces.SpaceOpened", position, **where, **words, **lists, **here)

    return [opened(n) for n in range(1, 31) if n % 7]


def asked(facts, some=5):
    """The source, which tells a few facts at a time."""
    return lambda source, place: [each for each in facts if each.position > place][:some]


def fill(view, facts):
    view.take_in("spaces", view.place_in("spaces"), facts)


@pytest.fixture
def view(gateway_database):
    with closing(Directory(gateway_database)) as view:
        view.forget()
        yield view


def rows(database):
    with psycopg.connect(database) as sql:
        return sql.execute("SELECT count(*) FROM directory.spaces").fetchone()[0]


def test_rows_and_place_are_written_together_or_not_at_all(view, gateway_database, facts, fact):
    view.take_in("spaces", 0, facts[:3])
    broken = fact("spaces.HoursSet", facts[4].position, subject="nothing", hours=[])
    with pytest.raises(psycopg.DataError):
        view.take_in("spaces", 3, [facts[3], broken])
    assert (view.place_in("spaces"), rows(gateway_database)) == (3, 3)


def test_the_same_facts_are_not_taken_in_twice(view, gateway_database, facts):
    view.take_in("spaces", 0, facts[:3])
    with pytest.raises(Conflict):
        view.take_in("spaces", 0, facts[:3])
    assert rows(gateway_database) == 3


def test_a_view_that_was_thrown_away_does_not_go_on_in_the_middle(view, gateway_database, facts):
    view.take_in("spaces", 0, facts[:3])
    with closing(Directory(gateway_database)) as operator:
        operator.forget()
    with pytest.raises(Conflict):
        view.take_in("spaces", 3, facts[3:6])
    assert view.place_in("spaces") == 0


def test_a_view_finds_its_database_again(view, gateway_database, facts):
    view.take_in("spaces", 0, facts[:3])
    with psycopg.connect(gateway_database, autocommit=True) as sql:
        sql.execute("SELECT pg_terminate_backend(%s)", [view.sql.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        view.take_in("spaces", 3, facts[3:6])
    view.take_in("spaces", 3, facts[3:6])
    assert rows(gateway_database) == 6


def test_a_rebuilt_view_is_the_one_that_was_there(view, gateway_database, facts):
    fill(view, facts[:20])
    before = tables(gateway_database, "directory")
    fill_other = "UPDATE directory.spaces SET name = 'a mistake of the past'"
    with psycopg.connect(gateway_database) as sql:
        sql.execute(fill_other)
    assert tables(gateway_database, "directory") != before
    view.rebuild(asked(facts))
    assert tables(gateway_database, "directory") == before
    assert not tables(gateway_database, "directory_old")
    assert not tables(gateway_database, "directory_next")


def test_after_a_rebuild_its_follower_just_goes_on(view, gateway_database, facts):
    """With the same connection, its prepared statements, and the place that it remembers."""
    for each in facts[:12]:
        fill(view, [each])
    with closing(Directory(gateway_database)) as operator:
        operator.rebuild(asked(facts))
    view.take_in("spaces", facts[11].position, facts[12:])
    assert rows(gateway_database) == len(facts)


def test_facts_that_arrive_during_a_rebuild_are_not_lost(view, gateway_database, facts):
    """The live view goes on each time that the source is asked, until its turn is taken."""
    fill(view, facts[:8])
    rest, tell = iter(facts[8:14]), asked(facts)

    with closing(Directory(gateway_database)) as operator:

        def telling(source, place):
            idle = operator.sql.info.transaction_status == TransactionStatus.IDLE
            if idle and (news := next(rest, None)):
                fill(view, [news])
            return tell(source, place)

        operator.rebuild(telling)
    assert view.place_in("spaces") > facts[7].position, "some have arrived"
    assert rows(gateway_database) == facts.index(last(view, facts)) + 1


def last(view, facts):
    (found,) = [each for each in facts if each.position == view.place_in("spaces")]
    return found


def test_who_rebuilds_a_view_that_is_just_being_rebuilt_waits(view, gateway_database, facts):
    """Both would fill the same tables, and swap half a view."""
    fill(view, facts)
    begun, go_on, order = Event(), Event(), []

    def rebuilding(name, pause):
        def tell(source, place):
            order.append(name)
            begun.set()
            pause()
            return asked(facts)(source, place)

        with closing(Directory(gateway_database)) as operator:
            operator.rebuild(tell)

    with ThreadPoolExecutor() as operators:
        first = operators.submit(rebuilding, "first", lambda: go_on.wait(10))
        begun.wait(10)
        second = operators.submit(rebuilding, "second", lambda: None)
        time.sleep(0.5)
        asked_by = set(order)
        go_on.set()
        first.result()
        second.result()
    assert asked_by == {"first"}
    assert order == sorted(order)
    assert rows(gateway_database) == len(facts)


def test_a_writer_waits_while_the_tables_are_swapped(view, gateway_database, facts):
    """Else what he writes would go to the tables that are dropped."""
    fill(view, facts[:8])
    swapping, tell = Event(), asked(facts)

    class Slow(Directory):
        def _level_with(self, live, ask):
            super()._level_with(live, ask)
            if live.sql.info.transaction_status == TransactionStatus.INTRANS:
                swapping.set()
                with pytest.raises(TimeoutError):
                    writing.result(timeout=0.3)

    def write():
        swapping.wait(5)
        fill(view, facts[8:12])

    with ThreadPoolExecutor() as elsewhere, closing(Slow(gateway_database)) as operator:
        writing = elsewhere.submit(write)
        operator.rebuild(tell)
        writing.result(timeout=5)
    assert rows(gateway_database) == 12


@pytest.mark.long
def test_who_has_the_turn_and_falls_silent_loses_it_five_seconds_later(gateway_database, facts):
    """However long others had waited by then: they look again every second."""
    with (
        ThreadPoolExecutor() as elsewhere,
        closing(Directory(gateway_database)) as twin,
        psycopg.connect(gateway_database) as silent,
    ):
        twin.forget()
        silent.execute("SELECT public.take_turn('directory')")
        taking_in = elsewhere.submit(fill, twin, facts[:3])
        time.sleep(3)
        silent.execute("SELECT 1")
        fell_silent = time.monotonic()
        taking_in.result(timeout=20)
        assert 5 <= time.monotonic() - fell_silent < 7
        with pytest.raises(psycopg.OperationalError):
            silent.execute("SELECT 1")
    assert rows(gateway_database) == 3


def test_readers_are_served_while_the_tables_are_swapped(view, gateway_database, facts):
    """Also one that reads for so long that the old tables cannot be dropped."""
    fill(view, facts[:8])
    with psycopg.connect(gateway_database) as reader:
        reader.execute("SELECT * FROM directory.spaces")
        view.rebuild(asked(facts))
        count = "SELECT count(*) FROM directory.spaces"
        assert reader.execute(count).fetchone() == (8,)
    assert tables(gateway_database, "directory_old"), "left for the next time"
    view.rebuild(asked(facts))
    assert not tables(gateway_database, "directory_old")


def test_a_source_that_is_silent_leaves_the_view_as_it_is_and_nothing_for_the_next_time(
    view, gateway_database, facts
):
    fill(view, facts)
    before = tables(gateway_database, "directory")
    with pytest.raises(Silent):
        view.rebuild(asked(facts[:9]))
    assert tables(gateway_database, "directory") == before
    with psycopg.connect(gateway_database) as sql:
        sql.execute("UPDATE directory_next.spaces SET name = 'half a view'")
    view.rebuild(asked(facts))
    assert tables(gateway_database, "directory") == before


def test_people_wait_while_members_does_not_say_who_they_are(gateway_database, fact):
    ada = fact(
        "members.PersonJoined",
        1,
        home_space_id=str(uuid4()),
        status="student",
        residence="BE",
        details=str(uuid4()),
        commitment="0",
    )

    def silent(*_):
        raise ConnectionError("members is away")

    with closing(People(gateway_database)) as people:
        people.forget()
        people.tell = silent
        with pytest.raises(ConnectionError):
            people.take_in("members", 0, [ada])
        assert people.place_in("members") == 0
        people.tell = lambda *asked: {ada.subject: {"given_name": "Ada"}}
        people.take_in("members", 0, [ada])
        assert people.sql.execute("SELECT given_name FROM persons").fetchall() == [("Ada",)]
        people.tell = lambda *asked: {}  # erased meanwhile
        people.rebuild(lambda source, place: [ada])
        assert people.sql.execute("SELECT given_name FROM persons").fetchall() == [(None,)]
