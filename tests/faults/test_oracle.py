"""An oracle that never finds anything wrong would please everybody."""

import json
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import eventually
from tests.faults.oracle import Entry, Notebook, behind, differences, promises
from tests.faults.oracle import network as wrong
from tests.place import Place

LOG = [Entry(position, f"{position}/1", position * 10) for position in (1, 2, 4, 5)]
ONE, TWO, FOUR, FIVE = LOG


def test_what_was_applied_once_and_in_order_is_right():
    assert differences("tally", LOG, LOG, 120) == []
    assert behind("tally", {"counting": 5}, {"counting": 5}) == []


@pytest.mark.parametrize(
    "applied, said",
    [
        ([ONE, TWO, FIVE], "tally lost 4"),
        ([ONE, TWO, FOUR], "tally lost 5"),
        ([ONE, TWO, FOUR, FOUR, FIVE], "tally took in more than once 4"),
        ([ONE, TWO, FOUR, FIVE, TWO], "tally took in more than once 2"),
        ([ONE, FOUR, TWO, FIVE], "tally took in out of order: 2 after 4"),
        ([*LOG, Entry(3, "3/1", 30)], "tally took in what the log does not know: 3"),
        (
            [ONE, TWO, FOUR, Entry(5, "5/2", 50)],
            "tally took in something else than the log says at 5",
        ),
        (
            [ONE, TWO, Entry(4, "4/1", 41), FIVE],
            "tally took in something else than the log says at 4",
        ),
    ],
)
def test_what_is_wrong_is_said(applied, said):
    assert said in differences("tally", LOG, applied, 120)


def test_a_total_that_does_not_add_up_is_said():
    assert differences("tally", LOG, LOG, 130) == ["tally's total is 130, and not 120"]


def test_a_follower_that_is_not_at_the_end_is_said():
    ends = {"counting": 5, "members": 7}
    assert behind("tally", {"counting": 4}, ends) == [
        "tally is at counting/4, and not at 5",
        "tally is at members/0, and not at 7",
    ]


def answer(position):
    return {"done": {}, "position": position}


BOOK = Notebook({"a", "b", "c"}, {"a": answer(1), "b": answer(3)})


def test_what_was_asked_once_may_be_stored_or_not():
    for stored in ([("a", 1), ("b", 3)], [("a", 1), ("c", 2), ("b", 3)]):
        assert promises("counting", BOOK, stored, repeats=False) == []


@pytest.mark.parametrize(
    "stored, said",
    [
        ([("a", 1)], "counting acknowledged and did not store b"),
        ([("a", 1), ("b", 3), ("b", 4)], "counting stored more than once b"),
        ([("a", 1), ("b", 3), ("c", 4), ("c", 5)], "counting stored more than once c"),
        ([("a", 1), ("b", 4)], "counting acknowledged b at 4 instead of 3"),
        ([("a", 1), ("b", 3), ("z", 4)], "counting stored what nobody asked: z"),
        ([("a", 1), ("b", 3), ("c", 4)], "counting stored and did not acknowledge c"),
    ],
)
def test_a_broken_promise_is_said(stored, said):
    assert said in promises("counting", BOOK, stored)


@pytest.fixture
def promised(network):
    """What a service did for somebody who gave a key, as its own notebook would have it. Everybody
    has heard of it."""
    key, code = uuid4().hex, f"oracle-{uuid4().hex[:8]}"
    words = {"code": code, "name": "Oracle", "country": "BE", "kind": "company"}
    keyed = {"Idempotency-Key": key}
    done = network.operator.post("/v1/organisations", words, headers=keyed).json()
    with psycopg.connect(network.databases["MEMBERS_DB"]) as sql:
        by = "SELECT state->>'by' FROM events WHERE originator_id = %s"
        ((somebody,),) = sql.execute(by, [done["id"]])
    command = f"{somebody}/register_organisation/{key}"
    eventually(lambda: not wrong(network.databases))
    return Notebook({command}, {command: {"done": done}})


def test_a_network_at_rest_is_right_and_keeps_its_promises(network, promised):
    Place(network.operator).newcomer()
    eventually(lambda: not wrong(network.databases, {"members": promised}))


def test_a_network_that_broke_its_promises_is_found_out(network, promised):
    ((command, answer),) = promised.told.items()
    never = {"never": answer}
    assert wrong(network.databases, {"members": Notebook(told=never)}) == [
        "members acknowledged and has no receipt of never"
    ]
    another = {command: {"done": answer["done"] | {"id": "another"}}}
    assert wrong(network.databases, {"members": Notebook(told=another)}) == [
        f"members remembers another answer to {command}"
    ]


def test_a_network_whose_feed_lost_something_is_found_out(network, promised):
    with psycopg.connect(network.databases["GATEWAY_DB"], autocommit=True) as sql:
        last = "DELETE FROM feed.events WHERE seq = (SELECT max(seq) FROM feed.events) RETURNING *"
        seq, source, position, fact = sql.execute(last).fetchone()
        try:
            assert wrong(network.databases) == [f"feed of {source[1:]} lost {position}"]
        finally:
            back = "INSERT INTO feed.events VALUES (%s, %s, %s, %s)"
            sql.execute(back, [seq, source, position, json.dumps(fact)])
