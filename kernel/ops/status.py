"""How far everything is, and what stands still."""

import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier

from kernel.ask import Asker
from kernel.ops.questions import Questions
from kernel.ops.queues import asked_at, depths, heard_at, linked
from kernel.where import audited, database

PATIENCE, LIMIT = 5.0, "-c statement_timeout=2000"
PLACES = SQL("SELECT {}, source, place, stopped FROM {} ORDER BY source")
NOTARY = "notary"
REGISTERED = "SELECT 'notary', source, max(position), NULL FROM entries GROUP BY source"
VIEWS = "SELECT schemaname FROM pg_tables WHERE tablename = 'places' ORDER BY schemaname"


class Row(NamedTuple):
    """A server, or a service, or what follows what. None: does not apply, or is not known now."""

    name: str
    follows: str | None
    position: int | None
    behind: int | None
    queue: int | None
    consumers: int | None
    state: str
    """here, level, behind or ahead (for a moment); or stopped, away: somebody should look."""
    why: str


def status(form: str = "") -> bool:
    """Prints a table, or JSON with --json. Whether nothing is stopped or away."""
    rows = list(look())
    print(table(rows) if form != "--json" else json.dumps([r._asdict() for r in rows], indent=2))
    return not any(row.state in ("stopped", "away") for row in rows)


def look() -> Iterator[Row]:
    asked = Questions()
    known = {"GATEWAY_DB": ("views", views), "REGISTER_AUDIT_DB": ("register", registered)}
    servers = asked.ask({ask[0]: ask[1] for n, ask in known.items() if n in os.environ}, PATIENCE)
    places = [place for each in servers.values() for place in each.answer or ()]
    names = {name[:-3].lower() for name in os.environ if name.endswith("_DB")}
    names -= {"gateway", "register"}
    names = {name for name in names if not name.endswith("_audit")} | {each[1] for each in places}
    services = asked.ask({name: partial(ask, name, "health") for name in sorted(names)}, PATIENCE)
    last = {name: each.answer["position"] for name, each in services.items() if each.answer}
    for name in last:
        said = services[name].answer
        places += [(name, each, n, said["stopped"].get(each)) for each, n in said["places"].items()]
    queues = [*map(asked_at, names), *(heard_at(*each[:2]) for each in places)]
    servers |= asked.ask({"broker": partial(depths, queues)}, PATIENCE)
    waiting = servers["broker"].answer or {}
    for name, each in (servers | services).items():
        depth = waiting.get(asked_at(name), (None, None))
        state = "away" if each.trouble else "here"
        yield Row(name, None, last.get(name), None, depth[0], depth[1], state, each.trouble)
    for follower, source, place, stopped in sorted(places, key=lambda each: each[:2]):
        depth = waiting.get(heard_at(follower, source), (None, None))
        behind = last[source] - place if source in last else None
        state, why = "ahead" if (behind or 0) < 0 else "behind" if behind else "level", ""
        if stopped:
            state, why = "stopped", "since {since}: {reason}".format(**stopped)
        elif waiting and not depth[1] and follower != NOTARY:
            state, why = "away", "nobody follows"
        yield Row(follower, source, place, behind, depth[0], depth[1], state, why)


def views() -> list[tuple[Any, ...]]:
    """The places of all views, but for tables that are just being rebuilt, or were."""
    with psycopg.connect(database("gateway"), connect_timeout=2, options=LIMIT) as sql:
        names = [name for (name,) in sql.execute(VIEWS) if not name.endswith(("_next", "_old"))]
        selects = [PLACES.format(name, Identifier(name, "places")) for name in names]
        return [row for select in selects for row in sql.execute(select)]


def registered() -> list[tuple[Any, ...]]:
    """How far each log is in the register. The notary reads logs and has no queue."""
    with psycopg.connect(audited("register"), connect_timeout=2, options=LIMIT) as sql:
        return sql.execute(REGISTERED).fetchall()


def ask(service: str, verb: str, *args: Any) -> Any:
    """Raises Silence when the service is away, and one of kernel.ask.LOST when the broker is."""
    with linked() as connection:
        return Asker(connection, patience=2.0).ask(service, verb, *args)


def table(rows: list[Row]) -> str:
    lines = [Row._fields, *([("-" if each is None else str(each)) for each in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
