"""What was stored, compared with what was acknowledged and with what every follower made of it.

Every question answers with sentences: what is wrong. None of them means that all is well.

    differences(...)   one follower, against the log it follows
    promises(...)      one log, against what its clients asked and were told
    network(...)       the five services, their reactions and every view
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg

from deploy.databases import SERVICES
from gateway.views import VIEWS
from gateway.views.feed import PRIVATE
from kernel.where import named

Sql = psycopg.Connection[Any]


class Entry(NamedTuple):
    """A fact: where it stands in its log, which one it is, and something of what it says."""

    position: int
    id: str
    says: Any


@dataclass
class Notebook:
    """What clients of one service asked, and what they were told: command -> answer.

    An answer is what the service said: {"done": {"id": ..., "facts": [...]}, "position": ...}.
    """

    asked: set[str] = field(default_factory=set)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)


# One follower


def differences(
    follower: str, log: list[Entry], applied: list[Entry], total: int | None = None
) -> list[str]:
    """`applied` in the order in which it was applied; `total` of what the entries say."""
    wanted = {each.position: each for each in log}
    times = Counter(each.position for each in applied)
    lost = sorted(wanted.keys() - times.keys())
    invented = sorted(times.keys() - wanted.keys())
    twice = sorted(position for position, n in times.items() if n > 1)
    late = [f"{b.position} after {a.position}" for a, b in pairwise(applied) if b < a]
    others = sorted({e.position for e in applied if e != wanted.get(e.position, e)})
    right = sum(each.says for each in log) if total is not None else total
    return [
        *_said(f"{follower} lost", lost),
        *_said(f"{follower} took in what the log does not know:", invented),
        *_said(f"{follower} took in more than once", twice),
        *_said(f"{follower} took in out of order:", late),
        *_said(f"{follower} took in something else than the log says at", others),
        *([] if total == right else [f"{follower}'s total is {total}, and not {right}"]),
    ]


def behind(follower: str, places: dict[str, int], ends: dict[str, int]) -> list[str]:
    """Whoever is level stands at the end of each log. `places` and `ends`: source -> position."""
    return [
        f"{follower} is at {source}/{places.get(source, 0)}, and not at {end}"
        for source, end in ends.items()
        if places.get(source, 0) != end
    ]


# What was promised


def promises(
    service: str, notebook: Notebook, stored: list[tuple[str, int]], repeats: bool = True
) -> list[str]:
    """`stored`: (command, position) of everything in the log, in order.

    Who repeats until he is answered has everything he asked in the log, once. Who does not may
    have asked in vain, or have been served without hearing of it; but never twice.
    """
    times, last = Counter(command for command, _ in stored), dict(stored)
    missing = [each for each in notebook.told if each not in times]
    elsewhere = [
        f"{command} at {last[command]} instead of {answer['position']}"
        for command, answer in notebook.told.items()
        if command in last and answer["position"] != last[command]
    ]
    foreign = sorted(times.keys() - notebook.asked)
    untold = sorted(times.keys() - notebook.told.keys()) if repeats else []
    return [
        *_said(f"{service} acknowledged and did not store", missing),
        *_said(f"{service} stored more than once", [c for c, n in times.items() if n > 1]),
        *_said(f"{service} acknowledged", elsewhere),
        *_said(f"{service} stored what nobody asked:", foreign),
        *_said(f"{service} stored and did not acknowledge", untold),
    ]


def receipts(service: str, sql: Sql, notebook: Notebook) -> list[str]:
    """As `promises`, for a service whose events do not say which command caused them.

    `notebook` knows commands as the service does: see `command` in gateway/api.py. Each has its
    receipt, with the very answer that was given; and the facts it speaks of are in the log, as
    often as they were promised, the last of them where the receipt says. (An answer that came
    through the door may go without "position".)
    """
    kept = sql.execute("SELECT command, answer, position FROM commands")
    found = {command: (answer, position) for command, answer, position in kept}
    events = sql.execute("SELECT position, originator_id::text, topic, state FROM events")
    log = {position: tuple(event) for position, *event in events}
    wrong: dict[str, list[str]] = {"lost": [], "other": [], "twice": [], "hollow": []}
    reached, promised = Counter(), Counter()
    for command, answer in notebook.told.items():
        if command not in found:
            wrong["lost"].append(command)
            continue
        done, position = found[command]
        if done != answer["done"] or position != answer.get("position", position):
            wrong["other"].append(command)
        facts = answer["done"]["facts"]
        promised.update((each["subject"], each["type"]) for each in facts)
        if facts:
            reached[position] += 1
            if not _is(facts[-1], log.get(position)):
                wrong["hollow"].append(command)
    stored = Counter((about, topic) for about, topic, _ in log.values())
    short = [f"{topic} of {about}" for (about, topic), n in (promised - stored).items() if n]
    wrong["twice"] = [str(position) for position, n in reached.items() if n > 1]
    return [
        *_said(f"{service} acknowledged and has no receipt of", wrong["lost"]),
        *_said(f"{service} remembers another answer to", wrong["other"]),
        *_said(f"{service} gave two commands the same position:", wrong["twice"]),
        *_said(f"{service} acknowledged and did not store", wrong["hollow"]),
        *_said(f"{service} stored fewer than it acknowledged:", short),
    ]


def _is(fact: dict[str, Any], stored: tuple[str, str, dict[str, Any]] | None) -> bool:
    if stored is None:
        return False
    about, topic, state = stored
    same = (about, topic) == (fact["subject"], fact["type"])
    return same and fact["data"].items() <= state.items()


# Where things are kept


def log_of(sql: Sql, says: str = "topic") -> list[Entry]:
    """A whole log; `says` is an SQL expression on a row of it."""
    identity = "originator_id || '/' || originator_version"
    rows = sql.execute(f"SELECT position, {identity}, {says} FROM events ORDER BY position")
    return [Entry(*row) for row in rows]


def places_of(sql: Sql, schema: str = "public") -> dict[str, int]:
    """How far a service, or a view, has followed."""
    return dict(sql.execute(f"SELECT source, place FROM {schema}.places").fetchall())


def stopped(follower: str, sql: Sql, schema: str = "public") -> list[str]:
    """Where it says that it cannot go on."""
    noted = f"SELECT source, place, stopped FROM {schema}.places WHERE stopped IS NOT NULL"
    return [
        f"{follower} stopped at {source}/{place}: {why}"
        for source, place, why in sql.execute(noted)
    ]


def network(databases: dict[str, str], notebooks: dict[str, Notebook] | None = None) -> list[str]:
    """The whole network, once nobody asks any more. Empty when everything is as it must be.

    `databases` as in deploy/databases.py; `notebooks` of the services that clients spoke to.
    """
    with ExitStack() as open_:

        def connected(name: str) -> Sql:
            return open_.enter_context(psycopg.connect(databases[f"{name.upper()}_DB"]))

        gateway, services = connected("gateway"), {each: connected(each) for each in SERVICES}
        logs = {each: log_of(sql) for each, sql in services.items()}
        ends = {each: log[-1].position if log else 0 for each, log in logs.items()}
        found = feed(logs, gateway)
        for service, sql in services.items():
            kind = named(f"services.{service}.service:{service.capitalize()}")
            sources = sorted(set(kind.followed.values()))
            found += behind(service, places_of(sql), {each: ends[each] for each in sources})
            found += stopped(service, sql)
        for view in VIEWS:
            places = places_of(gateway, view.name)
            found += behind(view.name, places, {each: ends[each] for each in view.follows})
            found += stopped(view.name, gateway, view.name)
        for service, notebook in (notebooks or {}).items():
            found += receipts(service, services[service], notebook)
    return found


def feed(logs: dict[str, list[Entry]], sql: Sql) -> list[str]:
    """Every public fact stands in the feed once, source by source in order, without a gap."""
    kept = sql.execute("SELECT seq, source, position, fact FROM feed.events ORDER BY seq")
    rows = [(seq, Entry(at, fact["id"], fact["type"]), source) for seq, source, at, fact in kept]
    found = []
    for service, log in logs.items():
        public = [each for each in log if each.says not in PRIVATE]
        heard = [entry for _, entry, source in rows if source == f"/{service}"]
        found += differences(f"feed of {service}", public, heard)
    if [seq for seq, *_ in rows] != list(range(1, len(rows) + 1)):
        found.append("the feed is not numbered from 1 without a gap")
    return found


def _said(what: str, which: list[Any], some: int = 8) -> list[str]:
    if not which:
        return []
    more = f", ... ({len(which)} in all)" if len(which) > some else ""
    return [f"{what} {', '.join(map(str, which[:some]))}{more}"]
