"""The feed is numbered without a gap, in the order in which readers see it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest

from gateway.views.feed import Feed
from tests.views.ring import tables


@contextmanager
def two(kind, database):
    with closing(kind(database)) as first, closing(kind(database)) as second:
        first.forget()
        yield first, second


def test_the_feed_is_numbered_without_a_gap_by_two_followers_at_once(gateway_database, fact):
    sources = ("spaces", "members")
    heard = {s: [fact(f"{s}.Something", n) for n in range(1, 101)] for s in sources}

    def follow(view, source):
        for n in range(0, 100, 2):
            view.take_in(source, n, heard[source][n : n + 2])

    with two(Feed, gateway_database) as pair, ThreadPoolExecutor() as both:
        for done in [both.submit(follow, *each) for each in zip(pair, sources, strict=True)]:
            done.result()
    assert numbers(gateway_database) == list(range(1, 201))


def test_a_reader_of_the_feed_never_sees_a_number_before_a_smaller_one(gateway_database, fact):
    """The slower of two writers has taken the smaller number: the other one waits for him."""
    with two(Feed, gateway_database) as (slow, quick), ThreadPoolExecutor() as elsewhere:
        with slow.sql.transaction():
            slow.take_in("spaces", 0, [fact("spaces.Something", 1)])
            late = elsewhere.submit(quick.take_in, "members", 0, [fact("members.Something", 1)])
            with pytest.raises(TimeoutError):
                late.result(timeout=0.3)
            assert numbers(gateway_database) == []
        late.result(timeout=5)
    assert numbers(gateway_database) == [1, 2]


def test_a_rebuilt_feed_keeps_its_numbers(gateway_database, fact):
    """Whoever has read up to a number must not be told something twice, or miss something."""
    heard = {s: [fact(f"{s}.Something", n) for n in range(1, 7)] for s in ("spaces", "members")}
    with two(Feed, gateway_database) as (feed, _):
        for n in range(6):
            feed.take_in("spaces", n, heard["spaces"][n : n + 1])
            feed.take_in("members", n, heard["members"][n : n + 1])
        before = tables(gateway_database, "feed")
        feed.rebuild(lambda source, place: heard[source][place:])
        assert tables(gateway_database, "feed") == before
        feed.take_in("spaces", 6, [fact("spaces.Something", 7)])
    assert numbers(gateway_database) == list(range(1, 14))


def numbers(database):
    with psycopg.connect(database) as sql:
        return [n for (n,) in sql.execute("SELECT seq FROM feed.events ORDER BY seq").fetchall()]


def test_where_somebody_worked_is_not_in_the_feed(gateway_database, fact):
    with two(Feed, gateway_database) as (feed, _):
        said = [fact("mobility.PassIssued", 1), fact("mobility.WorkDayCounted", 2)]
        feed.take_in("mobility", 0, [*said, fact("mobility.VisitRecorded", 3)])
        assert feed.place_in("mobility") == 3
    with psycopg.connect(gateway_database) as sql:
        told = sql.execute("SELECT seq, fact ->> 'type' FROM feed.events ORDER BY seq").fetchall()
    assert told == [(1, "mobility.PassIssued"), (2, "mobility.VisitRecorded")]
