"""A whole network of our own, whose servers are nobody else's: they may be mistreated."""

import psycopg
import pytest

CONNECTIONS = 120
"""Enough for the network, and not too many to take them all away."""


@pytest.fixture(scope="session")
def victim():
    from deploy import databases
    from deploy.local.servers import servers
    from tests.network import Network

    with servers(given={}) as ours:
        with psycopg.connect(ours.postgres.url, autocommit=True) as sql:
            sql.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
        ours.postgres.stop()
        ours.postgres.start()
        wanted = databases.addresses(ours.postgres.url)
        databases.make(ours.postgres.url, wanted)
        with Network(ours, wanted) as running:
            yield running


@pytest.fixture(scope="session")
def life(victim):
    """What goes on in it. Every page was opened before: the first time, its template is read."""
    from tests.faults.away import looks
    from tests.journeys.story import Story

    story = Story(victim)
    looks(story, at_once=1)
    return story


@pytest.fixture(scope="module")
def ring_of_file(servers, databases):
    from tests.faults.ring import Ring

    with Ring(servers, databases) as running:
        yield running


@pytest.fixture
def ring(ring_of_file):
    """A small ring: whatever a test does to it, it is level and right when the test ends.

    Who died although he should not is started again, for the tests that follow.
    """
    ring_of_file.revive()
    return ring_of_file
