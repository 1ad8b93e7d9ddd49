"""A notary that works in the process of a test, and the logs of two services."""

import json
from uuid import uuid4

import psycopg

from audit.keys import Kind, SigningKey
from audit.notary.memory import Memory
from audit.notary.notary import Notary
from audit.notary.source import Source
from audit.register import Register
from kernel.recorder import InPostgres
from kernel.wire import Stored

ORIGIN = "essaim.example/register"
SERVICES = ("bookings", "members")
WHEN = "2027-03-31T18:00:00.120000Z"


def key(kind=Kind.ED25519, name=ORIGIN):
    return SigningKey.generate(name, kind)


class Desk:
    def __init__(self, databases, folder, keys):
        self.databases, self.folder, self.keys = databases, folder, keys
        self.logs = {each: InPostgres(databases[f"{each.upper()}_DB"]) for each in SERVICES}
        reading = {each: InPostgres(databases[f"{each.upper()}_AUDIT_DB"]) for each in SERVICES}
        self.sources = [Source(*each) for each in reading.items()]
        self.by_name = {each.name: each for each in self.sources}
        self.open()

    def take(self):
        self.memory = Memory(self.folder / "signed").__enter__()
        self.register = Register.connect(self.databases["REGISTER_DB"])

    def open(self):
        self.take()
        self.notary = Notary(self.register, self.memory, self.keys, self.sources)

    def close(self):
        self.register.sql.close()
        self.memory.__exit__()

    def leave(self):
        self.close()
        for log in [*self.logs.values(), *(each.log for each in self.sources)]:
            log.close()

    def happen(self, *states, service="bookings"):
        state = json.dumps({"timestamp": WHEN, "by": "ada"})
        facts = [Stored(uuid4(), 1, "x.Happened", each or state) for each in states or [None]]
        self.logs[service].append(facts)
        return facts

    def enter(self):
        """Everything, and sign it."""
        while self.notary.round():
            pass
        if self.notary.size > self.notary.kept:
            self.notary.sign()


def superuser(postgres, databases, service, *statements):
    """What only whoever owns the server can do: no trigger fires."""
    name = databases[f"{service.upper()}_DB"].rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.url, dbname=name) as sql:
        sql.execute("SET session_replication_role = replica")
        for each in statements:
            sql.execute(each)


def emptied(postgres, databases):
    """A set of databases in which nothing has happened yet, sooner than a new one is made."""
    for each in SERVICES:
        superuser(postgres, databases, each, "TRUNCATE events RESTART IDENTITY")
    tables = "entries, hashes, checkpoints, cosignatures"
    superuser(postgres, databases, "register", f"TRUNCATE {tables}")
    return databases
