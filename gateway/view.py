"""What the gateway shows: tables that can be thrown away and refilled from the facts."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, ClassVar, LiteralString, Self

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.types.json import JsonbDumper

from kernel.ops.failpoint import failpoint
from kernel.ops.trace import span, traceparent
from kernel.recorder import Conflict
from kernel.where import database
from kernel.wire import Fact

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]
Ask = Callable[[str, int], list[Fact]]
"""`ask(source, place)`: the next facts of a source after a place, oldest first, some at a time."""


class Silent(LookupError):
    """A source does not tell its facts, so the tables cannot be filled again now."""


class View:
    """A schema of its own in the gateway's database, and its place in each log it follows.

    Its tables are filled so that only the order of the facts of one source matters. Facts of
    different sources meet when somebody asks (joins), never while they are written down, because
    they arrive interleaved differently each time.
    """

    name: ClassVar[LiteralString]
    follows: ClassVar[tuple[str, ...]]
    tables: ClassVar[LiteralString]
    """What to create. Names carry no schema: the tables are also filled beside the live ones."""
    durable: ClassVar[bool] = False
    """Whether what was shown must be shown again after a power cut, not only be filled again."""
    effects: ClassVar[dict[str, list[LiteralString]]] = {}
    """What each type of fact changes: statements with the `words` of the fact as parameters."""

    def __init__(self, url: str, schema: LiteralString | None = None) -> None:
        self.url = url
        self.schema: LiteralString = schema or self.name
        self.tell: Callable[..., Any] = nobody_tells
        self.connection: Connection | None = None

    @classmethod
    @contextmanager
    def at_work(cls) -> Iterator[Self]:
        with closing(cls(database("gateway"))) as view:
            yield view

    @property
    def sql(self) -> Connection:
        """Opened when needed, and opened again when the database went away meanwhile."""
        if self.connection is None or self.connection.closed:
            how = f"-c search_path={self.schema} -c synchronous_commit={_on(self.durable)}"
            sql = psycopg.connect(self.url, autocommit=True, options=how, connect_timeout=2)
            sql.adapters.register_dumper(list, JsonbDumper)
            self._make(sql)
            self.connection = sql
        return self.connection

    def _make(self, sql: Connection) -> None:
        """The tables are there afterwards, empty if they were not there before."""
        with sql.transaction():
            self._wait_for_turn(sql)
            sql.execute(f"""
                CREATE SCHEMA IF NOT EXISTS {self.schema};
                CREATE TABLE IF NOT EXISTS places (source text PRIMARY KEY, place bigint NOT NULL);
                ALTER TABLE places ADD COLUMN IF NOT EXISTS stopped json;
                {self.tables}
            """)
            places = "INSERT INTO places VALUES (%s, 0) ON CONFLICT DO NOTHING"
            sql.cursor().executemany(places, [[source] for source in self.follows])

    def enrich(self, facts: list[Fact]) -> None:
        """Learn what the facts do not say, before they are taken in. May ask with `self.tell`."""

    def words(self, fact: Fact) -> dict[str, Any]:
        """What the effects of a fact can speak of: its fields, and what it is about."""
        return {"about": fact.subject, "position": fact.position, "time": fact.time, **fact.data}

    def fill(self, sql: Cursor, fact: Fact) -> None:
        """Write down what a fact changes in the tables."""
        if effects := self.effects.get(fact.type):
            words = self.words(fact)
            for effect in effects:
                sql.execute(effect, words)

    def sources(self) -> set[str]:
        return set(self.follows)

    def place_in(self, source: str) -> int:
        found = self.sql.execute("SELECT place FROM places WHERE source = %s", [source]).fetchone()
        return found[0] if found else 0

    def take_in(self, source: str, place: int, facts: list[Fact]) -> None:
        """All effects and the new place, or nothing. Raises Conflict when the place has moved."""
        self.enrich(facts)
        sql = self.sql
        with sql.transaction():
            with sql.pipeline():
                self._wait_for_turn(sql)
                self._move(sql, source, place, facts[-1].position)
                cursor = sql.cursor()
                for fact in facts:
                    traceparent.set(fact.traceparent or "")
                    with span(f"{self.name} takes in {fact.type}"):
                        self.fill(cursor, fact)
            failpoint("follow.inside")

    def _move(self, sql: Connection, source: str, was: int, now: int) -> None:
        moved = sql.execute(
            "UPDATE places SET place = %s, stopped = NULL WHERE source = %s AND place = %s"
            " RETURNING place",
            [now, source, was],
        )
        if not moved.fetchone():
            raise Conflict("a twin of this view was faster")

    def stop(self, source: str, place: int, stopped: str) -> None:
        """Note why the view cannot go on from a place (JSON). It is forgotten when it does."""
        note = "UPDATE places SET stopped = %s WHERE source = %s AND place = %s"
        self.sql.execute(note, [stopped, source, place])

    def _wait_for_turn(self, sql: Connection) -> None:
        """One writer at a time, until the end of the transaction.

        So batches of two sources never meet in other orders (deadlock), numbers can be given
        without a gap, and whoever swaps the tables knows that nobody is writing to them.
        """
        sql.execute("SELECT public.take_turn(%s)", [self.schema])  # views.sql

    def rebuild(self, ask: Ask) -> None:
        """Fill the tables again from the first fact, while the old ones serve, then swap them.

        New tables are filled up to the places that the live ones have reached, in batches. The
        rest that came meanwhile is taken in while we have the turn of the live view: its places
        stand still, and so old and new are at the very same places when they are swapped. A
        follower that waits for its turn finds the place it expects: it loses and repeats nothing.

        Schemas are renamed, not dropped, in that transaction: renaming waits for no reader and
        makes none wait. The old tables go once nobody reads them. Raises Silent.
        """
        next_: LiteralString = f"{self.name}_next"
        with closing(type(self)(self.url, next_)) as fresh:
            fresh.tell = self.tell
            # Held until `fresh` is closed: two who rebuild at once would swap half a view.
            fresh.sql.execute("SELECT pg_advisory_lock(18, hashtext(%s))", [next_])
            fresh.forget()
            fresh._level_with(self, ask)
            old = f"DROP SCHEMA IF EXISTS {self.name}_old CASCADE"
            self.sql.execute(old)
            with self.sql.transaction():
                self._wait_for_turn(self.sql)
                fresh._level_with(self, ask)
                self.sql.execute(f"ALTER SCHEMA {self.name} RENAME TO {self.name}_old")
                self.sql.execute(f"ALTER SCHEMA {next_} RENAME TO {self.name}")
                failpoint("rebuild.swapping")
            failpoint("rebuild.swapped")
            # Patient for less than the second after which PostgreSQL would end a reader for us.
            fresh.sql.execute("SET lock_timeout = '500ms'")
            with suppress(LockNotAvailable):  # the next rebuild drops it
                fresh.sql.execute(old)

    def _level_with(self, live: "View", ask: Ask) -> None:
        for source in self.follows:
            place, goal = self.place_in(source), live.place_in(source)
            while place < goal:
                facts = [fact for fact in ask(source, place) if fact.position <= goal]
                if not facts:
                    raise Silent(f"{source} does not tell what happened after {place}")
                self.take_in(source, place, facts)
                failpoint("rebuild.copying")
                place = facts[-1].position

    def forget(self) -> None:
        """Start again from nothing, at once: until it is filled again the view shows nothing."""
        with self.sql.transaction():
            self._wait_for_turn(self.sql)
            self.sql.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
            self._make(self.sql)

    def close(self) -> None:
        if self.connection:
            self.connection.close()


def _on(yes: bool) -> str:
    return "on" if yes else "off"


def nobody_tells(service: str, question: str, *_: Any) -> Any:
    """The follower's process replaces this by a way to ask."""
    raise LookupError(f"nobody here can ask {service} for {question}")
