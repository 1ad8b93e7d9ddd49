"""A small network in memory, whose facts go into real views and the outbox; and a mail server."""

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import warnings
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from types import SimpleNamespace

import icalendar
import psycopg
import pytest
from msgspec.structs import replace
from psycopg.rows import dict_row

from deploy.local.where import free_ports
from gateway.post.letters import Sender
from gateway.post.outbox import Outbox
from gateway.post.sender import Post
from gateway.post.server import server
from gateway.views.agenda import Agenda
from gateway.views.courses import Courses
from gateway.views.directory import Directory
from gateway.views.people import People
from gateway.views.rights import Rights
from tests.views.ring import Ring

HOME = "https://essaim.example"
SENDER = Sender(Address("Essaim", addr_spec="bonjour@essaim.example"), HOME)
HOURS = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(1, 8)]


class MailServer:
    """A process of its own."""

    def __init__(self, folder, *how):
        self.folder, self.how, self.port = folder, how, free_ports()
        self.address = f"smtp://127.0.0.1:{self.port}"

    def start(self, soon):
        words = [str(self.port), str(self.folder), *self.how]
        self.process = subprocess.Popen([sys.executable, "-m", "tests.post.mail_server", *words])
        soon(self.listens)
        return self

    def listens(self):
        with socket.socket() as knocking:
            return knocking.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.kill()
        self.process.wait()

    def says(self, answer):
        """From now on, to a command: "RCPT 450 later". Nothing: it takes everything."""
        (self.folder / "says").write_text(answer)

    def letters(self):
        """Everything it has taken, in order."""
        files = sorted(self.folder.glob("*.eml"))
        return [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in files
        ]


@pytest.fixture
def mail_server(tmp_path, soon):
    running = MailServer(tmp_path).start(soon)
    yield running
    running.stop()


@pytest.fixture
def gateway_database(databases):
    """Views are there, and know nothing; nothing was ever sent."""
    url = databases["GATEWAY_DB"]
    with psycopg.connect(url) as sql:
        sql.execute("DROP SCHEMA IF EXISTS post CASCADE")
        sql.execute("DELETE FROM accounts.declined")
    for kind in (Directory, People, Courses, Agenda, Rights):
        view = kind(url)
        view.forget()
        view.close()
    return url


class InTime(Ring):
    """Its facts happen when they are first told, in its own time."""

    def __init__(self, time):
        super().__init__()
        self.time, self.times = time, {}

    def facts(self, source, place):
        return [
            replace(fact, time=self.times.setdefault((source, fact.position), self.time))
            for fact in super().facts(source, place)
        ]


class World:
    """Lise, who reads Dutch, and La Ferme, which has a room and desks; it is Monday morning."""

    def __init__(self, database, now=None):
        self.ring = ring = InTime(now or datetime(2027, 3, 1, 8, tzinfo=UTC))
        self.database = database
        self.views = [kind(database) for kind in (Directory, People, Courses, Agenda, Rights)]
        self.outbox = Outbox(database)
        self.outbox.now = lambda: ring.time
        bep = {"code": "bep", "name": "BEP", "country": "BE", "kind": "public"}
        operator = ring.do("members", "register_organisation", **bep)
        where = ("la-ferme", "La Ferme", "Chimay", "BE", "Europe/Brussels")
        self.ferme = ring.open_space(operator, *where)
        ring.do("spaces", "set_hours", space_id=self.ferme, hours=HOURS)
        terms = {"cancellation_hours": 1, "buffer_minutes": 0}
        ring.do("spaces", "set_terms", space_id=self.ferme, **terms)
        ring.do("spaces", "observe_holidays", space_id=self.ferme, observed=False)
        self.room = ring.add(self.ferme, "room", "etang", hour_cents=1500)
        self.desks = ring.add(self.ferme, "desks", "tables", 3, half_day_cents=900, day_cents=1500)
        self.office = ring.add(self.ferme, "office", "bureau", month_cents=24000)
        self.lise = self.join("Lise", "nl")
        self.show()

    def join(self, name, language):
        return self.ring.do(
            "members",
            "join_network",
            given_name=name,
            family_name="Lambert",
            email=f"{name}@example.org".lower(),
            home_space_id=self.ferme,
            status="independent",
            residence="BE",
            language=language,
        )

    def do(self, verb, **words):
        done = self.ring.do("bookings", verb, **words)
        self.show()
        return done

    def show(self):
        for each in (*self.views, self.outbox):
            self.ring.show(each)

    def book(self, day="2027-03-08", start="09:00", end="10:00", person=None):
        times = [{"day": day, "start": start, "end": end}]
        return self.do("book_room", **self.of(self.room, person), times=times)

    def book_series(self, until="2027-03-22"):
        dates = {"every": "week", "first": "2027-03-08", "until": until}
        times = {"start": "11:00", "end": "12:00"}
        return self.do("book_room_series", **self.of(self.room), **dates, **times)

    def of(self, resource, person=None):
        person = person or self.lise
        return {"space_id": self.ferme, "resource_id": resource, "person_id": person}

    def later(self, **delay):
        self.ring.time += timedelta(**delay)

    def outgoing(self):
        """The rows of the outbox, the oldest first."""
        rows = self.outbox.sql.cursor(row_factory=dict_row)
        return rows.execute("SELECT * FROM letters ORDER BY position, made, letter").fetchall()

    def now(self, change="next_try = now()"):
        """Whoever waits need not wait any more."""
        self.outbox.sql.execute(f"UPDATE letters SET {change}")

    def close(self):
        for each in (*self.views, self.outbox):
            each.close()


@pytest.fixture
def world(gateway_database):
    made = World(gateway_database)
    yield made
    made.close()


@pytest.fixture
def post(world, mail_server):
    """Sends what is due, at the time of that world."""
    ahead = timedelta(hours=24)
    made = Post(world.outbox, server(mail_server.address), SENDER, ahead, lambda: world.ring.time)
    yield made
    made.server.close()


@pytest.fixture
def sent(post, mail_server):
    """Everything that the mail server has, once everything that is due was sent."""

    def now():
        while post.send():
            pass
        return mail_server.letters()

    return now


def read(letter):
    """A letter as a mail program sees it."""
    [mixed] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = icalendar.Calendar.from_ical(mixed.get_content())
    return SimpleNamespace(
        subject=plain(letter["Subject"]),
        text=plain(letter.get_body(["plain"]).get_content()),
        html=plain(letter.get_body(["html"]).get_content()),
        method=str(calendar["method"]),
        said_method=mixed.get_param("method"),
        events=calendar.walk("VEVENT"),
    )


def plain(text):
    """With the spaces and the dash of a keyboard."""
    signs = {"\u00a0": " ", "\u202f": " ", "\u2060": "", "\u2013": "-"}
    return "".join(signs.get(sign, sign) for sign in text)


class Process:
    """`python -m gateway.post`, which may be told where to die."""

    def __init__(self, database, smtp):
        self.env = {
            **os.environ,
            "GATEWAY_DB": database,
            "SMTP": smtp,
            "MAIL_FROM": "Essaim <bonjour@essaim.example>",
            "GATEWAY": HOME,
            "LOG_FORMAT": "json",
        }
        self.running = []

    def start(self, **env):
        command = [sys.executable, "-m", "gateway.post"]
        env = {**self.env, **env}
        self.running.append(subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True))
        return self.running[-1]

    def dies(self, failpoint):
        assert self.start(FAILPOINT=failpoint).wait(timeout=20) == -signal.SIGKILL

    def leave(self):
        for each in self.running:
            each.terminate()
            each.communicate(timeout=10)


@pytest.fixture
def process(gateway_database, mail_server):
    made = Process(gateway_database, mail_server.address)
    yield made
    made.leave()
