"""Whatever is away: what can be shown is shown, orders are told quickly that nobody is there, and
when it is back everything goes on by itself. What was acknowledged is stored, and once.

What the servers can do to us is in tests/faults.
"""

import signal
import time

import pytest

from tests.conftest import long_but
from tests.faults.away import all_but_one_take_orders, all_is_shown, away, becomes_well
from tests.faults.orders import orders_coming_in
from tests.journeys.story import Story
from tests.network import SERVICES


@pytest.fixture(scope="module")
def story(network):
    return Story(network)


@pytest.mark.parametrize("service", long_but(SERVICES, "bookings"))
def test_without_a_service_everything_else_works(network, story, service):
    story.is_well()
    with away(story, lambda: network.stop(service), lambda: network.start(service)):
        all_is_shown(story)
        all_but_one_take_orders(story, service)


@pytest.mark.parametrize(
    "part", long_but(["bookings", "reactions", "views", "gateway"], "bookings")
)
def test_what_a_killed_part_was_doing_is_done_once(network, story, part):
    with orders_coming_in(story, shut=part == "gateway"):
        network.stop(part, signal.SIGKILL)
        time.sleep(0.5)
        network.start(part)
        network.wait_until_ready()
        becomes_well(story)


def test_the_feed_tells_everything_in_order_and_nothing_twice(story):
    """After all that has gone wrong above."""
    told, after = {}, ""
    while (page := story.operator.read("/v1/events", after=after, limit=200))["items"]:
        for fact in page["items"]:
            told.setdefault(fact["source"], []).append(int(fact["sequence"]))
        after = page["next"]
    assert set(told) == {f"/{service}" for service in SERVICES}
    for positions in told.values():
        assert positions == sorted(set(positions))
