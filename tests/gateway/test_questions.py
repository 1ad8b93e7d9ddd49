"""Long lists, and views that are on their way, in a real database."""

import asyncio
import time
from contextlib import asynccontextmanager

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import fields

from gateway import deadline
from gateway.problems import Problem
from gateway.questions import FIRST, FRESH, Lookup, Question, Views
from gateway.records import pool
from gateway.view import View


class Shelf(View):
    name = "shelf"
    follows = ("spaces", "bookings")
    tables = "CREATE TABLE books (author text, title text, year int, PRIMARY KEY (author, title))"


class ListBooks(Question):
    """All books since a year."""

    route = "GET /books"
    view = Shelf
    select = "SELECT * FROM shelf.books WHERE year >= %(since)s"
    every = True
    key = ("author", "title")

    since = fields.Integer(load_default=0)


class ByYear(ListBooks):
    """The same, in another order and for ever."""

    key = ("year", "author", "title")
    endless = True


class SeeBook(Question):
    """One book."""

    route = "GET /books/{title}"
    view = Shelf
    select = "SELECT * FROM shelf.books WHERE title = %(title)s"
    title = fields.String(required=True)

    @classmethod
    def shape(cls, found, words):
        return found["author"]


@pytest.fixture(scope="module")
def sql(databases):
    with psycopg.connect(databases["GATEWAY_DB"], autocommit=True) as opened:
        opened.execute(f"""
            CREATE SCHEMA shelf; SET search_path = shelf; {Shelf.tables};
            CREATE TABLE places (source text PRIMARY KEY, place bigint, stopped json)
        """)
        yield opened


@pytest.fixture
def looking(databases, sql):
    sql.execute("TRUNCATE books, places")

    @asynccontextmanager
    async def opened():
        async with pool(databases["GATEWAY_DB"]) as connections:
            yield Views(connections, [Shelf])

    def run(work):
        async def once():
            async with opened() as views:
                return await work(views)

        return asyncio.run(once())

    return run


async def pages(views, question, words, limit):
    found, after = [], ""
    while after is not None:
        page = await views.find(question, words, {"after": after, "limit": limit})
        assert len(page["items"]) <= limit
        found, after = [*found, page["items"]], page["next"]
        if question.endless and not page["items"]:
            break
    return found


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    books=st.dictionaries(st.tuples(TEXT, TEXT), st.integers(-5, 5), max_size=12),
    limit=st.integers(1, 5),
    since=st.integers(-5, 5),
)
def test_the_pages_together_are_the_list(looking, sql, books, limit, since):
    sql.execute("TRUNCATE books")
    rows = [(author, title, year) for (author, title), year in books.items()]
    sql.cursor().executemany("INSERT INTO books VALUES (%s, %s, %s)", rows)
    wanted = sorted(row for row in rows if row[2] >= since)
    for question in (ListBooks, ByYear):
        each = looking(lambda views, q=question: pages(views, q, {"since": since}, limit))
        found = [tuple(book.values()) for page in each for book in page]
        assert sorted(found) == wanted
        assert all(len(page) == limit for page in each[:-2])


@pytest.mark.parametrize("after", ["x", "a,b,c", ",", "%00,x", "a,%00", "%zz,x"])
def test_a_forged_cursor_is_refused_or_finds_nothing_it_should_not(looking, sql, after):
    sql.execute("INSERT INTO books VALUES ('a', 'b', 1)")
    try:
        found = looking(
            lambda views: views.find(ListBooks, {"since": 0}, {"after": after, "limit": 5})
        )
    except Problem as problem:
        assert (problem.status, list(problem.more["errors"])) == (422, ["after"])
    else:
        assert found["items"] in ([], [{"author": "a", "title": "b", "year": 1}])


@pytest.mark.parametrize("after", ["year,a,b", "1", "9" * 30 + ",a,b", "1,\0,b"])
def test_a_cursor_that_is_no_place_in_the_list_is_422(looking, after):
    with pytest.raises(Problem) as told:
        looking(lambda views: views.find(ByYear, {"since": 0}, {"after": after, "limit": 5}))
    assert told.value.status == 422


def test_an_endless_list_can_be_asked_for_more_at_its_end(looking, sql):
    sql.execute("INSERT INTO books VALUES ('a', 'b', 1)")

    async def read(views):
        first = await views.find(ByYear, {"since": 0}, FIRST)
        nothing = await views.find(ByYear, {"since": 0}, FIRST | {"after": first["next"]})
        sql.execute("INSERT INTO books VALUES ('a', 'b2', 1)")
        more = await views.find(ByYear, {"since": 0}, FIRST | {"after": nothing["next"]})
        return nothing["items"], [book["title"] for book in more["items"]]

    assert looking(read) == ([], ["b2"])


def test_one_thing_is_shaped_and_nothing_is_nothing(looking, sql):
    sql.execute("INSERT INTO books VALUES ('Rimbaud', 'Illuminations', 1886)")
    assert looking(lambda views: views.find(SeeBook, {"title": "Illuminations"})) == "Rimbaud"
    assert looking(lambda views: views.find(SeeBook, {"title": "none"})) is None


# Views that are on their way


def move(sql, **places):
    for source, place in places.items():
        sql.execute(
            "INSERT INTO places VALUES (%s, %s) ON CONFLICT (source) DO UPDATE SET place = %s",
            [source, place, place],
        )


def test_a_view_is_waited_for(looking, sql):
    move(sql, spaces=2)

    async def wait(views):
        waiting = asyncio.create_task(views.catch_up(SeeBook, {"spaces": 3, "members": 99}))
        await asyncio.sleep(0.1)
        assert not waiting.done(), "it has not come as far"
        move(sql, spaces=3)
        return await waiting

    assert looking(wait) is True


def test_a_view_is_not_waited_for_for_ever(looking, monkeypatch):
    monkeypatch.setattr(deadline, "left", lambda *_: 0.1)
    assert looking(lambda views: views.catch_up(SeeBook, {"spaces": 1})) is False
    assert looking(lambda views: views.catch_up(SeeBook, {"members": 1})) is True
    assert looking(lambda views: views.catch_up(SeeBook, {})) is True


BOOK = Lookup("shelf", "SELECT author FROM shelf.books WHERE title = %(title)s")


def test_what_decides_is_as_new_as_what_we_have_heard(looking, sql):
    async def decide(views):
        views.hear("bookings", 7)
        deciding = asyncio.create_task(views.known(BOOK, {"title": "new"}, {}))
        await asyncio.sleep(0.1)
        assert not deciding.done()
        sql.execute("INSERT INTO books VALUES ('me', 'new', 2026)")
        move(sql, bookings=7)
        return await deciding

    assert looking(decide) == {"author": "me"}


def test_one_request_does_not_wait_again_and_again_for_what_does_not_come(looking):
    async def decide(views):
        deadline.begin()
        began = time.monotonic()
        for place in (7, 8, 9):
            views.hear("bookings", place)
            with pytest.raises(Problem):
                await views.known(BOOK, {"title": "none"}, {})
        return time.monotonic() - began

    assert FRESH < looking(decide) < 2.5 * FRESH


def test_what_was_heard_long_ago_delays_nobody(looking, monkeypatch):
    async def decide(views):
        views.hear("bookings", 7)
        views.heard = {service: (place, at - 2) for service, (place, at) in views.heard.items()}
        began = time.monotonic()
        with pytest.raises(Problem):
            await views.known(BOOK, {"title": "none"}, {})
        return time.monotonic() - began

    assert looking(decide) < 0.5


def test_how_far_a_view_is_behind_what_was_heard(looking, sql):
    move(sql, bookings=3, spaces=9)

    async def behind(views):
        views.hear("bookings", 7)
        views.hear("spaces", 8)
        return await views.behind()

    assert looking(behind) == {("shelf", "bookings"): 4, ("shelf", "spaces"): 0}


def test_a_database_that_was_away_is_found_again_at_once(looking, sql):
    async def read(views):
        before = await views.row("SELECT 1 AS here", {})
        sql.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return before, await views.row("SELECT 1 AS here", {})

    assert looking(read) == ({"here": 1}, {"here": 1})
