"""The office of a notary: a register of its own, logs, and whoever looks at all that is signed."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

from audit import keyfile, tree
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey, signers
from audit.note import Note
from audit.register import Register
from deploy.local.where import free_ports
from kernel.log import Log
from tests import plain
from tests.kernel.counting import Counter

ORIGIN = "essaim.example/register"


class Office:
    """`python -m audit notary` on a set of databases; every checkpoint it shows is remembered."""

    def __init__(self, postgres, databases, soon, folder):
        self.postgres, self.databases, self.folder = postgres, databases, folder
        # Processes begin slowly on a busy machine, and each look at what is signed connects anew.
        self.soon = partial(soon, within=60, pause=0.1)
        self.key, self.state = folder / "register.key", folder / "signed"
        self.keys = [SigningKey.generate(ORIGIN, kind) for kind in (Kind.ED25519, Kind(6))]
        keyfile.write(self.key, self.keys)
        self.door = f"127.0.0.1:{free_ports()}"
        self.env = {**os.environ, **databases, "LOG_FORMAT": "text", "OPS": self.door}
        self.env |= {"NOTARY_KEY": str(self.key), "NOTARY_STATE": str(self.state)}
        self.logs, self.happened = {}, 0
        self.running, self.seen, self.trees = [], set(), []

    # What happens

    def happen(self, count=1, service="bookings"):
        """So many facts."""
        if service not in self.logs:
            self.logs[service] = Log(service, self.databases[f"{service.upper()}_DB"])
        self.logs[service].save(*(Counter(os.urandom(8).hex()) for _ in range(count)))
        self.happened += count

    # The notary

    def start(self, **env):
        command = [sys.executable, "-m", "audit", "notary"]
        with (self.folder / "log").open("ab") as log:
            self.running.append(subprocess.Popen(command, env={**self.env, **env}, stderr=log))
        return self.running[-1]

    def stop(self, how=signal.SIGTERM):
        process = self.running.pop()
        process.send_signal(how)
        assert process.wait(timeout=10) == (0 if how == signal.SIGTERM else -how)

    def dies(self, failpoint):
        """There. Until then, facts happen."""
        process, deadline = self.start(FAILPOINT=failpoint), time.monotonic() + 60
        while process.poll() is None:
            assert time.monotonic() < deadline, "it lives"
            self.happen()
            self.look()
            time.sleep(0.2)
        assert self.running.pop().returncode == -signal.SIGKILL
        self.look()

    def said(self):
        return (self.folder / "log").read_text()

    def ready(self, door=None):
        """Of the operators' door: is all well, and what is said."""
        try:
            answer = plain.get(f"http://{door or self.door}/readyz", timeout=5)
        except httpx.TransportError:
            return None, {}
        return answer.status_code == 200, answer.json()

    def metrics(self):
        lines = plain.get(f"http://{self.door}/metrics", timeout=5).text.splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line.startswith("essaim_"))
        return {name: float(value) for name, value in pairs}

    def leave(self):
        for each in self.running:
            each.kill()
            each.wait()
        for log in self.logs.values():
            log.close()

    # What is signed

    def register(self):
        return Register.connect(self.databases["REGISTER_AUDIT_DB"])

    def signed(self):
        """How many entries the checkpoint that is shown has."""
        self.look()
        with self.register() as register:
            note = register.checkpoint()
        return Checkpoint.parse(note.text).size if note else 0

    def wait_until_everything_is_signed(self):
        self.soon(lambda: self.signed() == self.happened)

    def look(self):
        """Whoever compares all checkpoints that were ever shown: one history has all of them."""
        with self.register() as register:
            # What is shown first: meanwhile the notary goes on.
            shown = register.sql.execute("SELECT size, note FROM checkpoints").fetchall()
            entries = list(register.entries(0, register.size()))
        trusted = [each.verifier for each in self.keys]
        for size, text in shown:
            note = Note.parse(text.encode())
            assert signers(note, trusted)
            assert Checkpoint.parse(note.text).size == size <= len(entries)
            self.seen.add(Checkpoint.parse(note.text))
        newest = max((size for size, _ in shown), default=0)
        self.trees.append(tree.Tree(tree.leaf_hash(each.entry) for each in entries[:newest]))
        for each in self.seen:
            assert {tree.root(other.subtree, each.size) for other in self.long(each)} == {each.root}
        self.trees = self.trees[-50:]

    def long(self, checkpoint):
        return [each for each in self.trees if len(each) >= checkpoint.size]

    # Backups

    def backup(self, name):
        """A copy of the register's database. Nobody may be connected to it."""
        self._as_superuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {0}",
            literal=self.database,
        )
        self._as_superuser("CREATE DATABASE {0} TEMPLATE {1}", name, self.database)

    def restore(self, name):
        """The copy comes to the place of the database, which is kept as `<name>_before`."""
        self._as_superuser("ALTER DATABASE {0} RENAME TO {1}", self.database, f"{name}_before")
        self._as_superuser("ALTER DATABASE {0} RENAME TO {1}", name, self.database)

    @property
    def database(self):
        return self.databases["REGISTER_DB"].rpartition("/")[2].partition("?")[0]

    def _as_superuser(self, statement, *names, literal=None):
        words = [literal] if literal else [Identifier(each) for each in names]
        with psycopg.connect(self.postgres.url, autocommit=True) as sql:
            sql.execute(SQL(statement).format(*words))
