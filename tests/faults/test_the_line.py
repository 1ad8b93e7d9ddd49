"""The line to the database breaks between COMMIT and its acknowledgement."""

from contextlib import ExitStack
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest

from tests.faults.away import (
    SOON,
    all_but_one_take_orders,
    all_is_shown,
    all_live,
    becomes_well,
    everything_adds_up,
    is_away,
    quickly,
)
from tests.faults.proxy import Line

pytestmark = pytest.mark.long

ON_A_LINE = {"bookings": "BOOKINGS_DB", "reactions": "MOBILITY_DB", "views": "GATEWAY_DB"}
MADE = b"bookings.BookingMade"


@pytest.fixture(scope="module")
def lines(victim):
    """Part -> the line on which it speaks to a database."""
    with ExitStack() as open_:
        made = {p: open_.enter_context(Line(victim.databases[v])) for p, v in ON_A_LINE.items()}
        own = {part: {ON_A_LINE[part]: line.address} for part, line in made.items()}
        restart(victim, own)
        yield SimpleNamespace(**made)
        restart(victim, {part: {} for part in own})


def restart(network, parts):
    env = network.env
    for part, own in parts.items():
        network.stop(part)
        network.env = {**env, **own}
        network.start(part)
    network.env = env
    network.wait_until_ready()


@pytest.fixture
def an_order(life, victim):
    """Always the same, with a key, for somebody who has no other booking."""
    becomes_well(life)
    words = life.place.desk_for(life.place.newcomer())
    key = {"Idempotency-Key": str(uuid4())}

    def give():
        return quickly(life.operator.post, "/v1/desk-bookings", words, headers=key)

    give.person = words["person_id"]
    return give


def stored_for(network, person):
    select = """
        SELECT originator_id::text FROM events
        WHERE topic = 'bookings.BookingMade' AND state->>'person_id' = %s
    """
    with psycopg.connect(network.databases["BOOKINGS_DB"]) as sql:
        return [booking for (booking,) in sql.execute(select, [person])]


def is_done_once(network, answer, order):
    assert answer.status_code == 201, answer.text
    assert stored_for(network, order.person) == [answer.json()["id"]]


def test_an_order_whose_acknowledgement_is_lost_is_done(victim, life, lines, an_order):
    lines.bookings.swallow(MADE, lines.bookings.cut)
    answer = an_order()
    assert lines.bookings.swallowed.is_set()
    is_done_once(victim, answer, an_order)
    again = an_order()
    assert again.json() == answer.json()
    is_done_once(victim, again, an_order)
    becomes_well(life)
    everything_adds_up(victim)


def test_an_order_of_which_nobody_knows_is_done_once_when_it_is_repeated(
    victim, life, lines, an_order
):
    lines.bookings.swallow(MADE, lines.bookings.close)
    first = an_order()  # another connection may live long enough to tell that it was done
    assert first.status_code == 201 or is_away(first)
    assert lines.bookings.swallowed.is_set()
    try:
        all_but_one_take_orders(life, "bookings")
        assert is_away(an_order())
        all_is_shown(life)
    finally:
        lines.bookings.open()
    becomes_well(life)
    answer = an_order()
    is_done_once(victim, answer, an_order)
    assert an_order().json() == answer.json()
    everything_adds_up(victim)


def test_a_line_that_falls_silent_holds_up_nobody(victim, life, lines, an_order):
    """Nobody hangs up, so that whoever listens must know himself when to stop."""
    lines.bookings.swallow(MADE, lines.bookings.fall_silent)
    answer = an_order()
    assert lines.bookings.swallowed.is_set()
    assert answer.status_code == 201 or is_away(answer)
    becomes_well(life)
    is_done_once(victim, an_order(), an_order)
    everything_adds_up(victim)


def test_what_a_view_has_taken_in_it_does_not_take_in_again(victim, life, lines):
    lines.views.swallow(b"COMMIT", lines.views.cut)
    life.give("bookings")
    assert lines.views.swallowed.wait(SOON)
    becomes_well(life)
    everything_adds_up(victim)


def test_what_a_service_has_reacted_to_it_does_not_react_to_again(victim, life, lines):
    lines.reactions.swallow(b"mobility.TravellerMet", lines.reactions.cut)
    person = life.place.newcomer()
    assert lines.reactions.swallowed.wait(SOON)
    becomes_well(life)
    with psycopg.connect(victim.databases["MOBILITY_DB"]) as sql:
        met = "SELECT topic FROM events WHERE state->>'person_id' = %s"
        assert sql.execute(met, [person]).fetchall() == [("mobility.TravellerMet",)]
    everything_adds_up(victim)
    assert all_live(victim)
