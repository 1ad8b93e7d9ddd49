"""Every fact of every service, in the one order in which the gateway heard of them."""

from typing import Any

import msgspec

from gateway.questions import Question
from gateway.records import Row
from gateway.view import Cursor, View
from kernel.wire import Fact

PRIVATE = {"mobility.WorkYearOpened", "mobility.WorkDayCounted", "mobility.WorkDayContested"}
"""Where somebody worked on which day is for that person alone; not even coordinators read it."""


class Feed(View):
    """Numbered without a gap, so that a reader who has seen n has seen everything before it.

    The number is given while we have the turn (see View), and so becomes visible in order. It is
    the only thing here that no log knows: tables filled beside the live ones take it from there,
    because partners keep their place in the feed.
    """

    name = "feed"
    follows = ("members", "spaces", "bookings", "mobility", "training")
    durable = True  # filled again in another order, numbers would not be what partners remember
    tables = """
        CREATE TABLE IF NOT EXISTS events (
            seq bigint PRIMARY KEY, source text, position bigint, fact json,
            UNIQUE (source, position)
        );
    """

    def fill(self, sql: Cursor, fact: Fact) -> None:
        if fact.type in PRIVATE:
            return
        sql.execute(
            """
            INSERT INTO events SELECT coalesce(
                (SELECT seq FROM feed.events WHERE source = %(source)s AND position = %(position)s),
                (SELECT max(seq) + 1 FROM events),
                1
            ), %(source)s, %(position)s, %(fact)s::json
            """,
            {
                "source": fact.source,
                "position": fact.position,
                "fact": msgspec.json.encode(fact).decode(),
            },
        )


class ReadEvents(Question):
    """All facts of all services, oldest first, as CloudEvents, numbered without a gap.

    Only the days somebody worked in which country are not among them: they are that person's.
    There is always a `next`: with it one asks for what was not there yet.
    """

    route = "GET /events"
    view = Feed
    select = "SELECT seq, fact FROM feed.events"
    every = True
    key = ("seq",)
    endless = True

    @classmethod
    def shape(cls, found: list[Row], words: Row) -> Any:
        return [row["fact"] for row in found]
