"""Accounts at the real gateway, with its real tables. Behind them nobody but members, who lets
everybody join."""

import asyncio
from contextlib import closing
from uuid import uuid4

import httpx
import psycopg
import pytest
from argon2 import PasswordHasher

from gateway.app import routes
from gateway.credentials import Credentials
from gateway.door import Door
from gateway.pages.page import show
from gateway.post.outbox import Outbox
from gateway.records import pool
from gateway.views.people import People
from tests.gateway.fakes import Services, Views
from tests.pages.conftest import Page

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "neuf chats et demi"
HOME = "https://essaim.example"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture(scope="module")
def gateway_database(databases):
    for kind in (People, Outbox):
        with closing(kind(databases["GATEWAY_DB"])) as view:
            assert view.sql, "its tables are there now"
    return databases["GATEWAY_DB"]


@pytest.fixture
def sql(gateway_database):
    with psycopg.connect(gateway_database, autocommit=True) as opened:
        ours = "accounts.account, accounts.guess, accounts.forgotten, people.roles, post.letters"
        opened.execute(f"TRUNCATE {ours} CASCADE")
        yield opened


@pytest.fixture
def runner():
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def credentials(gateway_database, sql, runner):
    opened = pool(gateway_database)
    runner.run(opened.open())
    yield Credentials(opened, QUICK, staff_needs_second=True)
    runner.run(opened.close())


@pytest.fixture
def behind(credentials):
    return {"services": Services(), "views": Views(), "credentials": credentials}


class Browser:
    """Somebody's browser, which keeps cookies as they are told, and follows no redirect."""

    door = Door(routes(), life=None, show=show)

    def __init__(self, behind, runner, home=HOME, address="192.0.2.1"):
        self.behind, self.runner, self.address = behind, runner, address
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "User-Agent": FIREFOX}
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=home, headers=headers)
        self.last = None

    async def _app(self, scope, receive, send):
        here = {"state": dict(self.behind), "client": (self.address, 1)}
        await self.door({**scope, **here}, receive, send)

    def get(self, path, **more):
        return self._keep(self.runner.run(self.client.get(path, **more)))

    def post(self, path, **form):
        """A form of the page that was seen last, with its word."""
        words = {"csrf": self.word, **form}
        return self._keep(self.runner.run(self.client.post(path, data=words)))

    def at_once(self, *paths):
        async def asked():
            return await asyncio.gather(*(self.client.get(path) for path in paths))

        return self.runner.run(asked())

    def _keep(self, answer):
        self.last = (
            Page(answer.text)
            if answer.headers.get("Content-Type", "")[:9] == "text/html"
            else self.last
        )
        return answer

    @property
    def word(self):
        fields = self.last.all("input", name="csrf") if self.last else []
        return fields[0]["value"] if fields else ""

    @property
    def cookie(self):
        return self.client.cookies.get("__Host-essaim_session")

    @cookie.setter
    def cookie(self, value):
        self.client.cookies.clear()
        self.client.cookies.set("__Host-essaim_session", value, domain="essaim.example")

    def sign_in(self, email, password=PASSWORD, **form):
        self.get("/connexion")
        return self.post("/connexion", email=email, password=password, **form)

    @property
    def is_signed_in(self):
        return self.get("/mon-compte").status_code == 200


@pytest.fixture
def browser(behind, runner):
    opened = []

    def of(**more):
        opened.append(Browser(behind, runner, **more))
        return opened[-1]

    yield of
    for each in opened:
        runner.run(each.client.aclose())


@pytest.fixture
def account(credentials, runner, sql):
    """Makes an account, and gives its person a role."""

    def make(email="lise@example.org", role=None):
        made, person = runner.run(credentials.reserve(email)), uuid4()
        assert runner.run(credentials.complete(made, person, PASSWORD))
        if role:
            sql.execute("INSERT INTO people.roles VALUES (%s, %s, NULL)", [person, role])
        return made

    return make


@pytest.fixture
def lise(browser, account):
    """Signed in, on the page of her account."""
    account()
    found = browser()
    assert found.sign_in("lise@example.org").status_code == 303
    assert found.is_signed_in
    return found


def later(sql, by, *columns, table="session"):
    """Time passes for what is kept."""
    for column in columns:
        sql.execute(f"UPDATE accounts.{table} SET {column} = {column} - %s::interval", [by])


def only(rows):
    (row,) = rows
    return row
