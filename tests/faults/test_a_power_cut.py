"""The database dies the moment after a view has written something down."""

import os
import shutil
from contextlib import closing

import psycopg
import pytest

from deploy import databases
from deploy.local.postgres import Postgres
from deploy.local.process import started
from deploy.local.where import room
from gateway.views.agenda import Agenda
from gateway.views.feed import Feed

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def postgres():
    """Of our own: it is killed."""
    folder = room("test") / f"{os.getpid()}-{started(os.getpid())}-{os.urandom(2).hex()}"
    folder.mkdir(mode=0o711)
    postgres = Postgres(folder / "postgres")
    try:
        postgres.folder.mkdir(mode=0o711)
        postgres.start()
        wanted = databases.addresses(postgres.url)
        databases.make(postgres.url, wanted)
        postgres.gateway = wanted["GATEWAY_DB"]
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder)


def taken_in_before_a_cut(postgres, kind, fact, tries=5):
    """So many times: how many facts a view took in, and its place when the power is back."""
    found, taken = [], 0
    for _ in range(tries):
        with closing(kind(postgres.gateway)) as view:
            taken = view.place_in("bookings")
            facts = [fact("bookings.NothingMuch", taken + n, subject=None) for n in (1, 2, 3)]
            view.take_in("bookings", taken, facts)
        postgres.kill()
        postgres.start()
        with closing(kind(postgres.gateway)) as view:
            found.append((taken + 3, view.place_in("bookings")))
    return found


def test_what_the_feed_has_shown_it_shows_again(postgres, fact):
    """Its numbers are given once: partners keep them."""
    found = taken_in_before_a_cut(postgres, Feed, fact)
    assert all(place == taken for taken, place in found)
    with psycopg.connect(postgres.gateway) as sql:
        assert sql.execute("SELECT max(seq) FROM feed.events").fetchone()[0] == found[-1][1]


def test_another_view_may_have_to_take_it_in_again(postgres, fact):
    """It is written down a moment later, which is quicker: all of it or nothing."""
    found = taken_in_before_a_cut(postgres, Agenda, fact)
    assert all(place in (taken, taken - 3) for taken, place in found)
