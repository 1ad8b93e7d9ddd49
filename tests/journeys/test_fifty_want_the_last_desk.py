"""Fifty people at once, twenty times: each time one of them gets the desk."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from kombu import Connection

from tests import plain

PEOPLE, ROUNDS = 50, 20


@pytest.fixture(scope="module")
def space(a_space):
    return a_space("Coworking E420", "Mariembourg", desks={"units": 2, "day_cents": 1800})


@pytest.fixture(scope="module")
def days(space):
    return [str(space.today() + timedelta(days=n)) for n in range(1, ROUNDS + 1)]


@pytest.fixture(scope="module")
def early_bird(somebody, space, days):
    """Has one of the two desks on each of those days."""
    person = somebody(home=space)
    person.books_a_desk(space, *days)
    return person


@pytest.fixture(scope="module")
def people(operator, space):
    """Fifty, who joined at the desk of their host."""

    def join(n):
        me = {"given_name": "Camille", "family_name": "Dubois", "email": f"{n}@example.org"}
        situation = {"status": "student", "residence": "BE", "home_space_id": space.id}
        return operator.done("/v1/persons", {**me, **situation})["id"]

    return [join(n) for n in range(PEOPLE)]


@pytest.fixture(scope="module")
def two_processes(network, soon):
    """Two processes serve bookings, so that no lock in the memory of one of them can help."""
    network.parts["bookings, too"] = network.parts["bookings"]
    network.start("bookings, too")
    soon(lambda: listeners(network, "rpc-bookings") == 2, within=30)
    yield
    network.stop("bookings, too")
    del network.parts["bookings, too"]


def listeners(network, queue):
    with Connection(network.servers.broker.url) as connection:
        return connection.default_channel.queue_declare(queue, passive=True).consumer_count


@pytest.fixture(scope="module")
def reception(network, operator):
    """Asks fifty things at once, over connections that stay open. The operator hears the answers,
    and so sees what came of them.
    """
    limits = httpx.Limits(max_connections=PEOPLE, max_keepalive_connections=PEOPLE)
    token = {"Authorization": operator.headers["Authorization"]}
    with plain.Client(base_url=network.url, limits=limits, timeout=30, headers=token) as client:
        client.event_hooks = {"response": [operator.hear]}
        yield client


def test_one_gets_it_and_the_others_are_told_so(
    reception, space, days, early_bird, people, two_processes, operator
):
    where = {"space_id": space.id, "resource_id": space.offers["desks"], "part": "day"}

    def book(person, day):
        answer = reception.post(
            "/v1/desk-bookings", json={**where, "days": [day], "person_id": person}
        )
        return answer.status_code, answer.json().get("type")

    with ThreadPoolExecutor(PEOPLE) as crowd:
        for day in days:
            answers = Counter(crowd.map(lambda person, day=day: book(person, day), people))
            assert answers == {(201, None): 1, (409, "/problems/NoDeskLeft"): PEOPLE - 1}, day
    for day in days:
        guests = [each["person"] for each in operator.items(visitors(space, day))]
        (lucky,) = set(guests) - {early_bird.id}
        assert lucky in people
        assert len(guests) == 2


def visitors(space, day):
    return f"/v1/spaces/{space.id}/days/{day}/visitors"


def test_nobody_is_shown_a_desk_that_is_taken(visitor, space, days):
    for day in days:
        (desks,) = visitor.read(f"/v1/spaces/{space.id}/days/{day}")["resources"]
        assert desks["free_desks"] == {"morning": 0, "afternoon": 0, "day": 0}
