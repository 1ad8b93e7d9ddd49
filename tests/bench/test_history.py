"""The history that is measured is one that the services could have written themselves."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import count

import psycopg
import pytest

from kernel.log import Log
from services.bookings.domain import KnownPerson
from tests.bench.archive import beginning, fill_views, write_logs
from tests.bench.history import Region
from tests.bench.simulated import SERVICES

pytestmark = pytest.mark.long

FOUNDED = date(2025, 12, 20)
UNTIL = FOUNDED + timedelta(days=45)


def lived(number):
    """The rows of every log."""
    region = Region(number, FOUNDED)
    for _ in region.live(UNTIL, bookings_a_day=20):
        pass
    return {each.name: each.log.rows for each in region.simulation.services}


@pytest.fixture(scope="module")
def rows():
    return lived(0)


def test_it_is_the_same_every_time_and_another_one_elsewhere(rows):
    assert lived(0) == rows
    assert not {row.about for row in lived(1)["bookings"]} & {row.about for row in rows["bookings"]}


def test_much_happens_in_it(rows):
    happened = {row.topic for each in rows.values() for row in each}
    assert happened >= {
        *("members.PersonJoined", "spaces.DayClosed", "mobility.PassIssued"),
        *("bookings.BookingMade", "bookings.BookingCancelled", "bookings.BookingMoved"),
        *("bookings.CheckedIn", "bookings.NoShowRecorded", "bookings.OfficeLet"),
        *("mobility.WorkDayCounted", "mobility.VisitRecorded", "mobility.SettlementLineAdded"),
        *("training.CourseCompleted", "bookings.TrainingLearned"),
    }


def test_every_stream_can_be_read_again(rows):
    streams = defaultdict(list)
    for each in rows.values():
        for row in each:
            streams[row.about].append(row)
    for stream in streams.values():
        thing = None
        for version, row in zip(count(1), stream, strict=False):
            assert row.version == version
            thing = row.event().mutate(thing)


def test_it_happened_when_it_says(rows):
    for each in rows.values():
        days = [row.event().timestamp.date() for row in each]
        assert days == sorted(days)
        assert days[0] == FOUNDED
        assert days[-1] < UNTIL


def test_logs_go_on_where_it_ends_and_followers_have_heard_it_all(databases):
    until = date(2026, 3, 1)
    written = write_logs(databases, until, 0)
    ends = {}
    for each in SERVICES:
        log = Log(each.name, databases[f"{each.name.upper()}_DB"])
        ends[each.name] = log.recorder.last()
        told = log.after(0, 100_000)
        assert [fact.position for fact in told] == list(range(1, ends[each.name] + 1))
        log.close()
    assert sum(ends.values()) == written
    for each in SERVICES:
        with psycopg.connect(databases[f"{each.name.upper()}_DB"]) as sql:
            places = dict(sql.execute("SELECT source, place FROM places").fetchall())
        assert places == {source: ends[source] for source in each.followed.values()}
    founder = Region(0, beginning(until)).people[0]
    bookings = Log("bookings", databases["BOOKINGS_DB"])
    person = bookings.load(KnownPerson, founder)
    person.learn_training(founder)
    assert bookings.save(person) == ends["bookings"] + 1
    bookings.close()


def test_views_are_filled_from_it(databases):
    fill_views(databases)
    with psycopg.connect(databases["GATEWAY_DB"]) as sql:
        [[named]] = sql.execute("SELECT count(*) FROM people.persons WHERE given_name LIKE 'Lise%'")
    assert named == 2 * 40
