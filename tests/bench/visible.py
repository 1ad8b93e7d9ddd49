"""How long it takes from the commit of an event until the view shows it."""

import time
from threading import Event, Thread

import psycopg


class Watch:
    """Looks at the log and at the view again and again, and notes when each position is there.

    Whoever wrote it, whatever the way it took. Two looks are half a millisecond or more apart:
    the figures are as coarse as that.
    """

    def __init__(self, databases):
        self.databases, self.over = databases, Event()
        self.committed, self.visible = {}, {}
        self.looks = 0
        self.thread = Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def look(self):
        log, gateway = (
            psycopg.connect(self.databases[name], autocommit=True)
            for name in ("BOOKINGS_DB", "GATEWAY_DB")
        )
        with log, gateway:
            while not self.over.is_set():
                self.note(log, "SELECT max(position) FROM events", self.committed)
                self.note(
                    gateway,
                    "SELECT place FROM agenda.places WHERE source = 'bookings'",
                    self.visible,
                )
                self.looks += 1
                time.sleep(0.0005)

    def note(self, sql, select, seen):
        place = sql.execute(select).fetchone()[0]
        seen.setdefault(place, time.perf_counter())

    def delays(self):
        """In milliseconds, of every position that the log was seen to reach."""
        found, shown = [], sorted(self.visible.items())
        for position, at in sorted(self.committed.items())[1:]:
            when = next((moment for place, moment in shown if place >= position), None)
            if when is not None:
                found.append(max(0.0, when - at) * 1000)
        return found
