"""Whatever is away: what can be shown is shown, orders are told quickly that nobody is there, and
when it is back everything goes on by itself. What was acknowledged is stored, and once.
"""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain

import pytest

from deploy.local.servers import Given
from tests.journeys.story import Story
from tests.network import SERVICES

QUICKLY = 2.0
SOON = 10.0
PAGE = {"Accept": "text/html"}
ALWAYS_THERE = ("/openapi.json", "/docs", "/healthz")


@pytest.fixture(scope="module")
def story(network):
    return Story(network)


@pytest.fixture
def servers_of_ours(network):
    servers = network.servers
    if isinstance(servers.postgres, Given) or isinstance(servers.broker, Given):
        pytest.skip("servers that somebody else runs are not ours to stop")
    return servers


@contextmanager
def away(story, stop, start):
    """Gone, and back afterwards whatever happens. Then everything must be well again soon."""
    stop()
    try:
        yield
    finally:
        start()
        becomes_well(story)


def becomes_well(story):
    deadline = time.monotonic() + SOON
    while True:
        try:
            return story.is_well()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def quickly(ask, *args, **kwargs):
    started = time.monotonic()
    answer = ask(*args, **kwargs)
    assert time.monotonic() - started < QUICKLY, answer.url
    return answer


def is_away(answer):
    """The problem that says: nobody is there, try again."""
    problem = answer.json()
    assert answer.status_code == problem["status"] == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert problem["type"] == "/problems/away" and problem["title"]
    return True


def looks(story):
    """What every address of the API answers, and every page, each of them quickly."""

    def question(path):
        return quickly(story.client.get, path)

    def page(path):
        return quickly(story.browser.get, path, headers=PAGE, follow_redirects=True)

    with ThreadPoolExecutor(8) as looking:
        questions, pages = story.questions(), story.pages()
        return list(looking.map(question, questions)), list(looking.map(page, pages))


def all_is_shown(story):
    for answer in chain(*looks(story)):
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text}"
    programs_still_read_the_contract(story)


def programs_still_read_the_contract(story):
    for path in ALWAYS_THERE:
        assert quickly(story.client.get, path).status_code == 200


def all_live(network):
    return all(process.poll() is None for process in network.running.values())


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_service_everything_else_works(network, story, service):
    story.is_well()
    with away(story, lambda: network.stop(service), lambda: network.start(service)):
        all_is_shown(story)
        for each in SERVICES:
            answer = quickly(story.give, each)
            assert is_away(answer) if each == service else answer.status_code == 201


def test_without_the_broker_nothing_is_taken_and_everything_is_shown(
    network, story, servers_of_ours
):
    broker = servers_of_ours.broker
    with story.orders_coming_in() as orders:
        time.sleep(0.5)
        with away(story, broker.stop, broker.start):
            all_is_shown(story)
            for service in SERVICES:
                assert is_away(quickly(story.give, service))
            assert all_live(network)
    assert orders.refused


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_without_the_database_nothing_is_taken_and_nobody_dies(
    network, story, servers_of_ours, how
):
    database = servers_of_ours.postgres
    with story.orders_coming_in() as orders:
        time.sleep(0.5)
        with away(story, getattr(database, how), database.start):
            questions, pages = looks(story)
            assert all(map(is_away, questions))
            for page in pages:
                assert page.status_code == 503 and page.headers["Retry-After"], page.url
            for service in SERVICES:
                assert is_away(quickly(story.give, service))
            programs_still_read_the_contract(story)
            assert all_live(network)
    assert orders.refused
    assert all_live(network)


@pytest.mark.parametrize("part", ["bookings", "reactions", "views", "gateway"])
def test_what_a_killed_part_was_doing_is_done_once(network, story, part):
    with story.orders_coming_in() as orders:
        time.sleep(0.5)
        network.stop(part, signal.SIGKILL)
        time.sleep(0.5)
        network.start(part)
        network.wait_until_ready()
        becomes_well(story)
    assert orders.acknowledged


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
