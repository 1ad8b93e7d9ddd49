"""A small ring of real processes: `counting`, which serves, `ledger` and `tally`, which follow it.

with Ring(servers, databases) as ring:
    with ring.partners():                       # they send commands, until the end of the block
        ring.arm(counting="append.committed")   # comes back as a process that will die there
        ring.dies("counting")
        ring.start("counting")
        ring.goes_on()
    ring.is_right()                             # says the oracle, within 10 s
"""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from uuid import uuid4

import psycopg
from kombu import Connection

from kernel.ask import Asker, Silence
from kernel.follow import BEAT
from tests.conftest import eventually
from tests.faults import oracle
from tests.faults.oracle import Entry, Notebook

PARTS = {
    "counting": ("kernel.serve", "tests.kernel.counting:Counting"),
    "ledger": ("kernel.follow", "tests.faults.ledger:Ledger"),
    "tally": ("kernel.follow", "tests.faults.ledger:Tally"),
}
QUEUES = {
    "counting": "rpc-counting",
    "ledger": "ledger.follows.counting",
    "tally": "tally.follows.counting",
}
LEVEL = 10.0
"""Seconds after the end of a fault within which everything is level again."""


class Ring:
    """`running` has the processes by name; a twin is called as it likes."""

    def __init__(self, servers, databases):
        self.servers, self.broker = servers, servers.broker.url
        where = {"counting": "SPACES_DB", "ledger": "MOBILITY_DB", "gateway": "GATEWAY_DB"}
        self.databases = {name: databases[of] for name, of in where.items()}
        mine = {f"{name.upper()}_DB": address for name, address in self.databases.items()}
        self.env = os.environ | mine | {"BROKER": self.broker}
        self.sql, self.running = {}, {}
        self.ended = None
        self.repeated, self.asked_once = Notebook(), Notebook()

    def __enter__(self):
        self._forget_queues()
        for name, address in self.databases.items():
            self.sql[name] = psycopg.connect(address, autocommit=True)
        self.revive()
        return self

    def __exit__(self, *_):
        for sql in self.sql.values():
            sql.close()
        for process in self.running.values():
            process.kill()
            process.wait()
        self._forget_queues()

    def _forget_queues(self):
        """What is left in them was announced by the log of another test."""
        with Connection(self.broker) as connection:
            for name in QUEUES.values():
                connection.default_channel.queue_delete(name)

    # Processes

    def start(self, name, called=None, failpoint=""):
        """`called` by its name when it is a twin."""
        self.running[called or name] = self.run(*PARTS[name], failpoint=failpoint)
        if not failpoint:
            self.ended = time.monotonic()

    def run(self, *words, failpoint=""):
        env = self.env | {"FAILPOINT": failpoint}
        return subprocess.Popen([sys.executable, "-m", *words], env=env)

    def arm(self, **failpoints):
        """The named parts go, and come back as processes that will die."""
        for name, point in failpoints.items():
            self.kill(name)
            self.start(name, failpoint=point)

    def dies(self, *names, within=20.0):
        """At its fail-point, as by kill -9."""
        for name in names:
            code = self.running[name].wait(timeout=within)
            assert code == -signal.SIGKILL, f"{name} ended with {code}"
            del self.running[name]

    def stop(self, *names):
        """Each finishes and leaves within five seconds, with nothing to complain about."""
        for name in names:
            self.running[name].terminate()
        for name in names:
            code = self.running[name].wait(timeout=5)
            assert code == 0, f"{name} ended with {code}"
            del self.running[name]

    def revive(self):
        """Who is not there is started."""
        for name in PARTS:
            if name not in self.running or self.running[name].poll() is not None:
                self.start(name)
        self.wait_for(*PARTS)
        self.ended = None

    def kill(self, name):
        self.running[name].kill()
        self.dies(name)

    @contextmanager
    def stopped(self, *names):
        """As if the machine forgot them for a while. It is this fault, and not an earlier start of
        some process, whose end counts from now on."""
        self.ended = None
        for name in names:
            self.running[name].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for name in names:
                self.running[name].send_signal(signal.SIGCONT)

    def wait_for(self, *names, processes=1):
        """Until so many listen for each."""
        for name in names:
            eventually(lambda name=name: self.consumers(QUEUES[name]) == processes, within=20)

    def consumers(self, queue):
        with Connection(self.broker) as connection:
            try:
                return connection.default_channel.queue_declare(queue, passive=True).consumer_count
            except connection.channel_errors:
                return 0

    # Commands

    def count(self, times=1):
        """Each repeated until it is answered."""
        with Connection(self.broker) as connection:
            partner = Partner(connection, self.repeated)
            for _ in range(times):
                partner.count()

    @contextmanager
    def partners(self, repeating=1, asking_once=1, patience=1.0, pause=0.02):
        """Some repeat a command until it is answered; some ask once, and never mind."""
        done = threading.Event()

        def work(notebook, repeats):
            with Connection(self.broker) as connection:
                partner = Partner(connection, notebook, repeats, patience)
                while not done.wait(pause):
                    partner.count()

        with ThreadPoolExecutor() as elsewhere:
            at_work = [elsewhere.submit(work, self.repeated, True) for _ in range(repeating)]
            at_work += [elsewhere.submit(work, self.asked_once, False) for _ in range(asking_once)]
            try:
                yield
            finally:
                done.set()
            for each in at_work:
                each.result()

    def goes_on(self, answers=5):
        """Until some more commands are answered."""
        enough = len(self.repeated.told) + answers
        eventually(lambda: len(self.repeated.told) >= enough, within=20)

    # The verdict

    def is_right(self):
        """Within ten seconds of the end of the fault; and it stays so when it goes on.

        A fault ends when the processes are started again, or else now.
        """
        self._is_right_by((self.ended or time.monotonic()) + LEVEL)
        self.ended = None
        self.count()
        self._is_right_by(time.monotonic() + LEVEL)

    def is_quick(self):
        """What happens is heard of, and not only found by those who ask every five seconds."""
        by = time.monotonic() + BEAT
        for _ in range(3):
            self.count()
            self._is_right_by(by)

    def _is_right_by(self, moment):
        while wrong := self.wrong():
            assert time.monotonic() < moment, "\n".join(wrong)
            time.sleep(0.03)

    def wrong(self):
        """What is wrong now. While something happens, there is always something."""
        log = oracle.log_of(self.sql["counting"], "coalesce((state->>'steps')::bigint, 0)")
        ends = {"counting": log[-1].position if log else 0}
        return [
            *self._promises(),
            *self._ledger(log, ends),
            *self._tally(log, ends),
        ]

    def _promises(self):
        """A command is sent in its own name: so each event says which one caused it."""
        by = "SELECT state->>'by', position FROM events ORDER BY position"
        stored = self.sql["counting"].execute(by).fetchall()
        repeated = [each for each in stored if each[0] not in self.asked_once.asked]
        once = [each for each in stored if each[0] in self.asked_once.asked]
        return [
            *oracle.promises("counting", self.repeated, repeated),
            *oracle.promises("counting", self.asked_once, once, repeats=False),
        ]

    def _ledger(self, log, ends):
        sql = self.sql["ledger"]
        rows = sql.execute("""
            SELECT (state->>'position')::bigint, state->>'fact', (state->>'amount')::bigint
            FROM events ORDER BY position
        """)
        entries = [Entry(*each) for each in rows]
        total = sum(each.says for each in entries)
        yield from oracle.differences("ledger", log, entries, total)
        yield from oracle.behind("ledger", oracle.places_of(sql), ends)
        yield from oracle.stopped("ledger", sql)

    def _tally(self, log, ends):
        sql = self.sql["gateway"]
        rows = sql.execute("SELECT position, fact, amount FROM tally.entries ORDER BY serial")
        entries = [Entry(*each) for each in rows]
        total = sql.execute("SELECT total FROM tally.total").fetchall()[0][0]
        yield from oracle.differences("tally", log, entries, total)
        yield from oracle.behind("tally", oracle.places_of(sql, "tally"), ends)
        yield from oracle.stopped("tally", sql, "tally")


class Partner:
    """Counts, on a new counter now and then. Each command has a name of its own."""

    gives_up = 20.0
    commands = 15

    def __init__(self, connection, notebook, repeats=True, patience=1.0):
        self.asker = Asker(connection, patience)
        self.notebook, self.repeats = notebook, repeats
        self.counter = None
        self.number = count()

    def count(self):
        if self.counter is None or next(self.number) % self.commands == 0:
            name = uuid4().hex
            self.counter = name if self.say("open_counter", name=name) else None
        else:
            self.say("count_on", name=self.counter, steps=1 + len(self.notebook.told) % 7)

    def say(self, verb, **words):
        """The answer, or None when there is none and we do not repeat."""
        command = uuid4().hex
        self.notebook.asked.add(command)
        ask = partial(self.asker.ask, "counting", verb, words, partner=command, command=command)
        deadline = time.monotonic() + self.gives_up
        while "done" not in (answer := self._heard(ask)):
            assert time.monotonic() < deadline, f"{command} is not answered, but {answer}"
            if not self.repeats:
                return None
            time.sleep(0.05)
        self.notebook.told[command] = answer
        return answer

    def _heard(self, ask):
        try:
            return ask()
        except Silence as silence:
            return {"silence": str(silence)}
