"""Facts as services record them, the register that keeps them in memory, and bundles of it."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from uuid import UUID, uuid5

from audit.bundle.disclosed import Disclosed
from audit.bundle.export import Asked, export
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.leaf import canonical, entry
from audit.note import Note
from audit.register import Entry
from audit.tree import Tree, leaf_hash
from kernel.wire import Stored

ORIGIN = "essaim.example/register"
LOG = SigningKey.generate(ORIGIN, Kind.ED25519)
QUANTUM = SigningKey.generate(ORIGIN, Kind.MLDSA44_COSIGNATURE)
NAMUR = SigningKey.generate("namur.example/witness", Kind.ED25519_COSIGNATURE)
REIMS = SigningKey.generate("reims.example/witness", Kind.ED25519_COSIGNATURE)
SIGNED_AT = 1_800_000_000
BEGIN = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOUSE = UUID(int=0)


def thing(name):
    return uuid5(HOUSE, name)


def signed(text, *others):
    by = (LOG.sign(text), QUANTUM.sign(text, SIGNED_AT), NAMUR.sign(text, SIGNED_AT))
    return Note(text, (*by, *(each.sign(text, SIGNED_AT) for each in others)))


class InMemory:
    """What a register answers to whoever exports from it, without a database."""

    def __init__(self, entries):
        self.kept = list(entries)
        self.leaves = Tree(leaf_hash(each.entry) for each in self.kept)
        self.note = signed(str(Checkpoint(ORIGIN, len(self.kept), self.leaves.root())), REIMS)

    def checkpoint(self):
        return self.note

    def tree(self, _):
        return self.leaves

    def period(self, size, since, until):
        times = (
            datetime.fromisoformat(json.loads(each.entry)["time"]) for each in self.kept[:size]
        )
        found = [
            index
            for index, at in enumerate(times)
            if (not since or at >= since) and (not until or at < until)
        ]
        return (found[0], found[-1] + 1) if found else (0, 0)

    def about(self, start, end, sources, subjects):
        for index, each in enumerate(self.kept[start:end], start):
            subject = json.loads(each.entry)["subject"]
            if (not sources or each.source in sources) and (not subjects or subject in subjects):
                yield index, each.entry


class Logs:
    """Of all services: what is recorded gets its position and, an hour later each, its time."""

    def __init__(self):
        self.positions, self.versions, self.hours = {}, {}, count()
        self.entries = []

    def record(self, topic, about, by="system", skipping=0, **data):
        source = topic.partition(".")[0]
        position = self.positions.get(source, 0) + 1 + skipping
        self.positions[source] = position
        version = self.versions.get(about, 0) + 1
        self.versions[about] = version
        at = BEGIN + timedelta(hours=next(self.hours))
        stamp = at.isoformat().replace("+00:00", "Z")
        state = {"timestamp": stamp, "by": by, **data}
        stored = Stored(about, version, topic, canonical(state).decode())
        self.entries.append(Entry(source, position, entry(source, position, stored)))


SALT = b"s" * 32


def commitment(value, salt=SALT):
    return sha256(salt + canonical(value)).hexdigest()


DETAILS = {"given_name": "Élise", "birth_year": 1985, "phone": None}


def some_days():
    """Two people join, book, come, cross the border and learn."""
    logs = Logs()
    said = logs.record
    for name in ("lise", "marc"):
        commitments = {field: commitment(value) for field, value in DETAILS.items()}
        about = {"details": str(thing(f"details of {name}")), "commitments": commitments}
        said("members.PersonJoined", thing(name), commitment=commitment(DETAILS), **about)
    said("spaces.SpaceOpened", thing("space"), name='Le "Cube", à 5 €', lat=49.7706, lon=4.7161e-7)
    said("mobility.PassIssued", thing("pass"), person_id=str(thing("lise")), days=10)
    said("training.SessionPlanned", thing("session"), place="=cmd|' /C calc'!A0")
    for day in range(1, 9):
        booking, who = thing(f"booking {day}"), ("lise", "marc")[day % 2]
        said(
            "bookings.BookingMade",
            booking,
            by=str(thing(who)),
            skipping=day == 5,
            person_id=str(thing(who)),
            price_cents=1250 * day,
            kind="desk",
        )
        said("bookings.CheckedIn", booking, day=f"2027-01-{day:02d}", half_days=1 + day % 2)
        if day % 3 == 0:
            said("mobility.VisitRecorded", thing("pass"), half_days=2, country="FR")
            said("mobility.SettlementLineAdded", thing("january"), amount_cents=900, half_days=2)
        for minutes in (120, 210 * (day % 2)):
            half = {"day": f"2027-01-{day:02d}", "half": "morning", "person_id": str(thing(who))}
            said("training.AttendanceRecorded", thing("session"), minutes=minutes, **half)
    return logs.entries


def detail(name="lise", field="given_name", value=None, version=1):
    value = DETAILS if field is None else DETAILS[field] if value is None else value
    told = {"subject": str(thing(name)), "fact": f"{thing(name)}/{version}", "field": field}
    return {**told, "value": value, "salt": SALT.hex(), "commitment": commitment(value)}


def bundle(register, asked=Asked(), details=()):  # noqa: B008 - it never changes
    out = BytesIO()
    export(register, asked, Disclosed(json.dumps(each).encode() for each in details), out)
    return out.getvalue()
