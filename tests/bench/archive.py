"""Puts a long history where the services and the views of a network expect it, quickly.

The rows are those that `Log.save` would have written, in the order of the months; followers stand
at the end of every log, as they would.
"""

import multiprocessing
from contextlib import ExitStack, closing
from datetime import date

import msgspec
import psycopg

from gateway.post.outbox import Outbox
from gateway.views import VIEWS
from kernel.log import Log
from services.members.service import Members
from services.members.vault import InPostgres
from tests.bench.history import Region
from tests.bench.simulated import SERVICES

REGIONS, YEARS = 2, 8
FACTS_A_BOOKING, OTHER_FACTS = 2.75, 60_000
"""What comes, on average, of somebody's wish to book; and what happens besides in those years."""
FOLLOWERS = [*VIEWS, Outbox]
BATCH = 1000
SPAWN = multiprocessing.get_context("spawn")
COPY_EVENTS = "COPY events (originator_id, originator_version, topic, state) FROM STDIN"
COPY_VAULT = "COPY vault (entry, person_id, salt, details, recorded_at) FROM STDIN"


def beginning(until):
    return date(until.year - YEARS, until.month, 1)


def write_logs(databases, until, facts):
    """About so many facts, until that day; for none there is the founding alone. How many."""
    founded = beginning(until)
    days = (until - founded).days
    bookings_a_day = max(0, facts - OTHER_FACTS) / FACTS_A_BOOKING / REGIONS / days
    last = until if facts else founded
    tellers = [Teller(number, founded, last, bookings_a_day) for number in range(REGIONS)]
    with ExitStack() as open_:
        logs = {each.name: open_.enter_context(connected(databases, each)) for each in SERVICES}
        written = dict.fromkeys(logs, 0)
        while told := [chapter for each in tellers if (chapter := each.next())]:
            for chapter in told:
                for service, (rows, text) in chapter.events.items():
                    copy(logs[service], COPY_EVENTS, text)
                    written[service] += rows
                copy(logs["members"], COPY_VAULT, chapter.vault)
        for each in SERVICES:
            places = [(source, written[source]) for source in set(each.followed.values())]
            step = "INSERT INTO places (source, place) VALUES (%s, %s)"
            logs[each.name].cursor().executemany(step, places)
    return sum(written.values())


def connected(databases, service):
    return psycopg.connect(databases[f"{service.name.upper()}_DB"], autocommit=True)


def copy(sql, statement, text):
    with sql.cursor().copy(statement) as writing:
        writing.write(text)


class Chapter(msgspec.Struct):
    """What happened in a region in a month, as COPY wants it."""

    events: dict[str, tuple[int, bytes]]
    vault: bytes


class Teller:
    """A region that lives in a process of its own and tells month by month."""

    def __init__(self, *words):
        self.told, telling = SPAWN.Pipe(duplex=False)
        self.process = SPAWN.Process(target=tell, args=(telling, *words), daemon=True)
        self.process.start()
        telling.close()  # what the process has of it is the last: so its end can be heard

    def next(self):
        """The next chapter, None after the last one."""
        try:
            return self.told.recv()
        except EOFError:
            self.process.join()
            assert self.process.exitcode == 0, "history broke off"
            return None


def tell(telling, number, founded, until, bookings_a_day):
    region = Region(number, founded)
    telling.send(chapter(region))
    for _ in region.live(until, bookings_a_day):
        telling.send(chapter(region))


def chapter(region):
    """What has not been told yet."""
    events, vault = {}, b""
    for service in region.simulation.services:
        rows, service.log.rows = service.log.rows, []
        lines = (f"{about}\t{n}\t{topic}\t{quoted(state)}\n" for about, n, topic, state in rows)
        events[service.name] = len(rows), "".join(lines).encode()
        if service.name == "members":
            vault = "".join(map(entry, service.vault.entries.values())).encode()
            service.vault.entries.clear()
    return Chapter(events, vault)


def entry(kept):
    salt, details = f"\\\\x{kept.salt.hex()}", msgspec.json.encode(kept.details).decode()
    columns = kept.entry, kept.person_id, salt, quoted(details), kept.recorded_at.isoformat()
    return "\t".join(map(str, columns)) + "\n"


def quoted(text):
    """JSON has neither tabs nor ends of lines in it, but may have backslashes."""
    return text.replace("\\", "\\\\")


# Views


def fill_views(databases):
    """From the first fact to the last, two at a time; the longest first. Letters as well."""
    names = [each.name for each in FOLLOWERS]
    names.sort(key=["feed", "agenda", "mobility"].__contains__, reverse=True)
    with SPAWN.Pool(2) as pool:
        pool.starmap(fill, [(databases, each) for each in names], chunksize=1)


def fill(databases, name):
    [view] = [each(databases["GATEWAY_DB"]) for each in FOLLOWERS if each.name == name]
    with closing(view), ExitStack() as open_:

        def opened(source):
            return open_.enter_context(closing(Log(source, databases[f"{source.upper()}_DB"])))

        vault = open_.enter_context(closing(InPostgres(databases["MEMBERS_DB"])))
        members = Members(opened("members"), vault)
        view.tell = lambda service, question, ids: members.details_of(ids)
        for source in view.follows:
            log, place = opened(source), view.place_in(source)
            while facts := log.after(place, BATCH):
                view.take_in(source, place, facts)
                place = facts[-1].position
