"""How long whoever got a bundle of a million facts needs to check it, and in how much memory.

No servers: the register is made up here, and answers the exporter as the real one does. The
verifier is a process of its own, Python without any package, as an auditor runs it.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit import verify
from audit.bundle.disclosed import Disclosed
from audit.bundle.export import Asked, export
from audit.checkpoint import Checkpoint
from audit.leaf import canonical
from audit.note import Note
from audit.tree import Tree, leaf_hash
from tests.audit.bundles import LOG, ORIGIN, thing
from tests.bench.table import Row

FACTS, QUICK = 1_000_000, 100_000
PASSES = 1_000
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


def rows(bench):
    few = checked(QUICK)
    yield row(QUICK, few)
    if not bench.quick:
        many = checked(FACTS)
        yield row(FACTS, many)._replace(bar="<= 60")
        yield Row(
            f"memory to verify {FACTS:,} facts, over that for {QUICK:,}",
            many.megabytes / few.megabytes,
            "<= 1.2",
            f"{many.megabytes:.0f} MB",
            digits=2,
        )


def row(facts, done):
    size = f"a bundle of {done.size / 1e6:.0f} MB, made in {done.exported:.0f} s"
    return Row(f"seconds to verify {facts:,} facts", done.seconds, "", size, digits=1)


class Checked:
    def __init__(self, exported, size, seconds, megabytes):
        self.exported, self.size = exported, size
        self.seconds, self.megabytes = seconds, megabytes


def checked(facts):
    with tempfile.TemporaryDirectory() as folder:
        file, begun = Path(folder) / "bundle.zip", time.monotonic()
        with file.open("wb") as out:
            export(MadeUp(facts), Asked(), Disclosed(), out)
        exported = time.monotonic() - begun
        words = [verify.__file__, str(file), "--log", str(LOG.verifier)]
        begun = time.monotonic()
        running = subprocess.Popen(
            [sys.executable, "-I", "-S", *words], stdout=subprocess.PIPE, text=True
        )
        megabytes = 0
        while running.poll() is None:
            megabytes = most_so_far(running.pid) or megabytes
            time.sleep(0.1)
        seconds, said = time.monotonic() - begun, running.stdout.read()
        assert said.startswith("It holds."), said
        assert f"has {facts} of them" in said
        return Checked(exported, file.stat().st_size, seconds, megabytes)


def most_so_far(pid):
    """Megabytes. What `wait4` tells would have those of this process in it, which forked it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0


class MadeUp:
    """A register that has booking after booking, made anew each time somebody reads it."""

    def __init__(self, facts):
        self.facts = facts
        self.leaves = Tree(map(leaf_hash, self.entries(0, facts)))
        text = str(Checkpoint(ORIGIN, facts, self.leaves.root()))
        self.note = Note(text, (LOG.sign(text),))

    def entries(self, start, end) -> Iterator[bytes]:
        for index in range(start, end):
            booking, kind = divmod(index, 4)
            about = thing(f"pass {booking % PASSES}") if kind == 2 else thing(f"booking {booking}")
            who = str(thing(f"person {booking % 5_000}"))
            at = (BEGIN + timedelta(seconds=index)).isoformat().replace("+00:00", "Z")
            topic, data = (
                (
                    "bookings.BookingMade",
                    {
                        "person_id": who,
                        "space_id": str(thing(f"space {booking % 10}")),
                        "resource_id": str(thing(f"desk {booking % 300}")),
                        "kind": "desk",
                        "slots": [{"day": at[:10], "begin": "08:00", "end": "12:30"}],
                        "price_cents": 1250,
                        "price_version": 3,
                    },
                ),
                ("bookings.CheckedIn", {"person_id": who, "day": at[:10], "half_days": 1}),
                ("mobility.VisitRecorded", {"day": at[:10], "half_days": 1, "country": "FR"}),
                ("bookings.BookingCancelled", {"fee_cents": 0}),
            )[kind]
            source = topic.partition(".")[0]
            version = booking // PASSES + 1 if kind == 2 else kind + 1
            yield canonical(
                {
                    "specversion": "1.0",
                    "source": f"/{source}",
                    "id": f"{about}/{version}",
                    "type": topic,
                    "subject": str(about),
                    "time": at,
                    "datacontenttype": "application/json",
                    "sequence": f"{index + 1:020d}",
                    "by": who,
                    "data": data,
                }
            )

    def checkpoint(self):
        return self.note

    def tree(self, _):
        return self.leaves

    def about(self, start, end, _sources, _subjects):
        return enumerate(self.entries(start, end), start)
