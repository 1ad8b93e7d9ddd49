"""A question is a message too. Its answer is one SELECT on a view."""

import asyncio
import time
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, LiteralString, NamedTuple
from urllib.parse import quote, unquote

from marshmallow import Schema, fields, validate
from psycopg import DataError

from gateway import deadline
from gateway.positions import Positions, merged
from gateway.problems import Problem, makes_no_sense, nothing_known
from gateway.records import Records, Row
from gateway.view import View
from kernel.wire import Message

FRESH, BEAT = 1.0, 0.005


class Question(Message):
    """Asked with GET.

    `view` is where it looks; `joins` names the other views that the SELECT reads.
    `every`: the answer is made of all rows, else of the first one. `key`: the columns that put
    the rows of a long list in order, all together unique and never null; such a list is answered
    page by page. `endless`: a list that grows at its end, so there is always a next page to ask
    for. `shape` may make something else of what was found; None means: nothing is known.
    """

    view: ClassVar[type[View]]
    joins: ClassVar[tuple[type[View], ...]] = ()
    select: ClassVar[LiteralString]
    every: ClassVar[bool] = False
    key: ClassVar[tuple[LiteralString, ...]] = ()
    endless: ClassVar[bool] = False

    @classmethod
    def shape(cls, found: Any, words: Row) -> Any:
        return found


class Page(Schema):
    """Which part of a long list: what comes after the `next` of the page before."""

    after = fields.String(load_default="", validate=validate.Length(max=500))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


FIRST: Row = {"after": "", "limit": 50}


class Lookup(NamedTuple):
    """A row of a view that decides who may do something."""

    view: str
    select: LiteralString


class Views(Records):
    """Where the gateway looks things up, and how far each view is known to have come."""

    def __init__(self, pool: Any, views: Iterable[type[View]]) -> None:
        super().__init__(pool)
        self.follows = {view.name: frozenset(view.follows) for view in views}
        self.heard: dict[str, tuple[int, float]] = {}

    async def find(self, question: type[Question], words: Row, page: Row = FIRST) -> Any:
        if question.key:
            return await self._page(question, words, page)
        if question.every:
            return question.shape(await self.rows(question.select, words), words)
        found = await self.row(question.select, words)
        return found and question.shape(found, words)

    async def known(self, lookup: Lookup, words: Row, seen: Positions) -> Row:
        """The row that decides, as new as what the caller or we ourselves have seen."""
        await self.keep_up(lookup.view, seen)
        found = await self.row(lookup.select, words)
        if found is None:
            raise nothing_known()
        return found

    # What somebody wrote is there when they look for it

    def hear(self, service: str, position: int) -> None:
        """A service says how far it is. For a moment we wait for views that are not there yet."""
        if position > self.heard.get(service, (0, 0.0))[0]:
            self.heard[service] = position, time.monotonic()

    async def keep_up(self, view: str, seen: Positions) -> None:
        recent = time.monotonic() - FRESH
        heard = {service: place for service, (place, at) in self.heard.items() if at > recent}
        await self.reaches(view, merged(heard, seen), deadline.left(FRESH))

    async def catch_up(self, question: type[Question], wanted: Positions) -> bool:
        """Wait until everything that the question looks at has come as far as `Position` asks."""
        views = {question.view.name, *(view.name for view in question.joins)}
        if not wanted:
            return True
        return all([await self.reaches(view, wanted, deadline.left()) for view in sorted(views)])

    async def reaches(self, view: str, wanted: Positions, patience: float) -> bool:
        """Whether it gets there within so many seconds."""
        follows = self.follows[view]
        missing = {source: place for source, place in wanted.items() if source in follows}
        late = time.monotonic() + patience
        select = f"SELECT source, place FROM {view}.places"
        while missing:
            places = {row["source"]: row["place"] for row in await self.rows(select, {})}
            missing = {s: place for s, place in missing.items() if places.get(s, 0) < place}
            if missing and time.monotonic() > late:
                return False
            if missing:
                await asyncio.sleep(BEAT)
        return True

    async def places(self, view: str) -> list[Row]:
        """How far a view is in each source, and why it stopped there if it did."""
        return await self.rows(f"SELECT source, place, stopped FROM {view}.places ORDER BY 1", {})

    async def behind(self) -> dict[tuple[str, str], int]:
        """(view, source) -> positions that we have heard of and the view has not reached."""
        found = {}
        for view in self.follows:
            for row in await self.places(view):
                heard, _ = self.heard.get(row["source"], (0, 0.0))
                found[view, row["source"]] = max(heard - row["place"], 0)
        return found

    # Long lists

    async def _page(self, question: type[Question], words: Row, page: Row) -> Any:
        after, limit = page["after"], page["limit"]
        cursor = _read_cursor(after, question) if after else {}
        select = _paged(question, bool(after))
        try:
            found = await self.rows(select, {**words, **cursor, "_limit": limit + 1})
        except DataError as mistake:
            if cursor:
                raise _no_such_page() from mistake
            raise
        here, more = found[:limit], len(found) > limit
        last = _cursor(here[-1], question) if here else after
        following = last if more or (question.endless and last) else None
        shaped = question.shape(here, words)
        return None if shaped is None else {"items": shaped, "next": following}


@cache
def _paged(question: type[Question], further: bool) -> LiteralString:
    keys = ", ".join(f'q."{column}"' for column in question.key)
    places = ", ".join(f"%(_{column})s" for column in question.key)
    where = f" WHERE ({keys}) > ({places})" if further else ""
    paged = f"SELECT * FROM ({question.select}) AS q{where}"
    return f"{paged} ORDER BY {keys} LIMIT %(_limit)s"


def _cursor(row: Row, question: type[Question]) -> str:
    """Readable on purpose: "2026-03-02,09", or the position in a feed."""
    return ",".join(quote(str(row[column]), safe="") for column in question.key)


def _read_cursor(text: str, question: type[Question]) -> Row:
    values = [unquote(each) for each in text.split(",")]
    if len(values) != len(question.key):
        raise _no_such_page()
    return {f"_{column}": value for column, value in zip(question.key, values, strict=True)}


def _no_such_page() -> Problem:
    return makes_no_sense({"after": ["Not the `next` of a page of this list."]})
