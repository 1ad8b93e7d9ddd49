"""A log alone tells all that its service knows; the logs together, all that the gateway shows."""

import json
import os
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from inspect import signature

import psycopg
import pytest

from audit import log as audited
from audit.replay import event, line, replay
from gateway.views import VIEWS
from kernel.log import Log
from kernel.where import named
from tests.network import SERVICES
from tests.views.ring import tables


@pytest.fixture(scope="module")
def quiet(network, a_full_life, soon):
    """Somebody has had to do with every service; everybody has heard of it; nobody writes."""
    a_full_life()
    soon(lambda: all_has_been_heard(network), within=30)
    for service in SERVICES:
        import_module(f"services.{service}.domain")
    return network


def all_has_been_heard(network):
    """Nothing came while we looked, and everybody was at the end of what they follow."""
    ends = {service: end_of(network, service) for service in SERVICES}
    behind = [place for place, source in places(network) if place != ends[source]]
    return not behind and ends == {service: end_of(network, service) for service in SERVICES}


def places(network):
    for service in SERVICES:
        followed = set(
            named(f"services.{service}.service:{service.capitalize()}").followed.values()
        )
        known = dict(rows(network, service, "SELECT source, place FROM places"))
        yield from ((known.get(source, 0), source) for source in followed)
    for view in VIEWS:
        known = rows(network, "gateway", f"SELECT source, place FROM {view.name}.places")
        yield from ((place, source) for source, place in known)


def end_of(network, service):
    return rows(network, service, "SELECT coalesce(max(position), 0) FROM events")[0][0]


def rows(network, name, select):
    with psycopg.connect(network.databases[f"{name.upper()}_DB"]) as sql:
        return sql.execute(select).fetchall()


def ask(network, *words):
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, **network.env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# Services


@pytest.fixture(params=SERVICES)
def service(request):
    return request.param


@pytest.fixture
def read(quiet, service):
    """The log over a role that may only read it."""
    address = quiet.databases[f"{service.upper()}_AUDIT_DB"]
    with psycopg.connect(address, autocommit=True) as sql:
        yield audited.Log(service, sql)


@pytest.fixture
def past(read):
    """What it tells: id -> aggregate."""
    return {each.id: each for each in replay(read)}


def test_a_service_knows_what_its_log_tells(quiet, service, read, past):
    """Everything is found under its own key, and is what the replay says it is."""
    created = {stream[0].about: event(stream[0]) for stream in read.streams()}
    assert len(past) == len(created) > 0
    with closing(Log(service, quiet.databases[f"{service.upper()}_DB"])) as log:
        for about, known in past.items():
            assert log.load(type(known), *key_of(known, created[about])) == known


def key_of(known, created):
    """What it was created with, where that makes its id; else the id."""
    names = signature(type(known).create_id).parameters
    return [getattr(created, name, known.id) for name in names]


def test_the_same_log_tells_the_same_twice(read, past):
    assert [*map(line, replay(read))] == [*map(line, past.values())]


def test_the_auditor_prints_one_line_for_each_thing(quiet, service, past):
    printed = ask(quiet, "audit", "replay", service)
    assert printed == [*map(line, past.values())]
    assert {json.loads(each)["id"] for each in printed} == {str(about) for about in past}


# Views


NO_FACTS = {"rights": ("account", "gone", "cleaned")}
"""Columns that no fact tells: which account was closed, and when files were cleaned after it."""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_made_again_from_nothing_is_the_one_that_was_there(quiet, view):
    database = quiet.databases["GATEWAY_DB"]
    besides = NO_FACTS.get(view.name, ())
    shown, made = tables(database, view.name, besides), made_as(quiet, view)
    assert any(shown[table] for table in shown if table != "places")
    ask(quiet, "kernel", "rebuild", f"{view.__module__}:{view.__name__}")
    assert made_as(quiet, view) != made, "these are other tables"
    assert tables(database, view.name, besides) == shown


def made_as(network, view):
    """Another number each time that it is made."""
    return rows(network, "gateway", f"SELECT oid FROM pg_namespace WHERE nspname = '{view.name}'")
