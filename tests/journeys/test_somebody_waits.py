"""A full space: who waits is offered a place in turn, whoever cancels and asks at once; and a place
to which nobody came is free again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import httpx
import pytest

from tests import plain

DESKS, HOLDERS, WAITING, LATE = 20, 20, 30, 10


@pytest.fixture(scope="module")
def space(a_space, operator):
    found = a_space("Coworking E420", "Mariembourg", desks={"units": DESKS, "day_cents": 1800})
    terms = {"cancellation_hours": 0, "buffer_minutes": 0, "release_minutes": 0}
    operator.done(f"/v1/spaces/{found.id}/terms", {**terms, "offer_minutes": 60}, "PUT")
    return found


@pytest.fixture(scope="module")
def people(operator, space):
    def join(n):
        me = {"given_name": "Camille", "family_name": "Dubois", "email": f"w{n}@example.org"}
        situation = {"status": "student", "residence": "BE", "home_space_id": space.id}
        return operator.done("/v1/persons", {**me, **situation})["id"]

    return [join(n) for n in range(HOLDERS + WAITING + LATE)]


@pytest.fixture(scope="module")
def reception(network, operator):
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
    token = {"Authorization": operator.headers["Authorization"]}
    with plain.Client(base_url=network.url, limits=limits, timeout=30, headers=token) as client:
        client.event_hooks = {"response": [operator.hear]}
        yield client


def test_nobody_is_promised_twice_while_fifty_cancel_leave_and_ask_at_once(
    reception, operator, space, people
):
    day = str(space.today() + timedelta(days=3))
    where = {"space_id": space.id, "resource_id": space.offers["desks"], "part": "day"}
    line = f"/v1/spaces/{space.id}/days/{day}/waiting-list"

    def books(person):
        words = {**where, "person_id": person, "days": [day]}
        return reception.post("/v1/desk-bookings", json=words)

    def waits(person):
        words = {"resource_id": space.offers["desks"], "part": "day", "person_id": person}
        return operator.done(line, words)["facts"][-1]["data"]["entry_id"]

    holders, waiting, late = (
        people[:HOLDERS],
        people[HOLDERS : HOLDERS + WAITING],
        people[HOLDERS + WAITING :],
    )
    words = [{**where, "person_id": person, "days": [day]} for person in holders]
    held = [operator.done("/v1/desk-bookings", each)["id"] for each in words]
    entries = [waits(person) for person in waiting]
    leaving = entries[5:15]

    def acts(act):
        verb, about = act
        match verb:
            case "cancel":
                return reception.post(f"/v1/bookings/{about}/cancellation", json={})
            case "leave":
                return reception.request("DELETE", f"{line}/{about}")
            case "book":
                return books(about)

    todo = [("cancel", each) for each in held[:15]]
    todo += [("leave", each) for each in leaving] + [("book", each) for each in late]
    todo += [("cancel", each) for each in held[15:]] + [("book", each) for each in late]
    Random(7).shuffle(todo)
    with ThreadPoolExecutor(50) as all_at_once:
        answers = list(all_at_once.map(acts, todo))
    assert {answer.status_code for answer in answers} <= {200, 201, 409, 503}
    for act, answer in zip(todo, answers, strict=True):
        if answer.status_code == 503:  # too many wanted the same thing: once more
            assert acts(act).status_code in (200, 201, 409)

    shown = operator.read(line, limit=200)["items"]
    offered = [each["entry"] for each in shown if each["until"]]
    staying = [each for each in entries if each not in leaving]
    assert [each["entry"] for each in shown] == staying, "who stayed, in the order they came"
    assert offered == staying[:DESKS], "whoever stayed has been offered a place, the first first"
    for each in late:
        assert books(each).json()["type"] == "/problems/NoDeskLeft"

    taken = operator.done(f"{line}/{offered[0]}/booking")
    assert taken["facts"][0]["data"]["person_id"] == waiting[entries.index(offered[0])]
    again = operator.request("POST", f"{line}/{offered[0]}/booking", json={})
    assert again.status_code in (404, 409)

    free = operator.read(f"/v1/spaces/{space.id}/days/{day}")["resources"][0]["free_desks"]
    assert free["day"] == 0


def test_a_place_to_which_nobody_came_is_free_again(operator, somebody, space, soon):
    """Nobody orders that but time."""
    person = somebody(home=space)
    today = str(space.today())
    booking = person.books_a_desk(space, today)

    def state():
        [slot] = person.read(f"/v1/bookings/{booking}")["slots"]
        return slot["state"]

    soon(lambda: state() == "no-show", within=40)
    other = somebody(home=space)
    other.checks_in(other.books_a_desk(space, today))
