"""Without the broker nothing is taken, and everything is shown. What was taken is not lost."""

import time
from functools import partial

import pytest

from tests.faults.away import (
    SOON,
    all_is_shown,
    all_live,
    away,
    is_away,
    nothing_is_taken,
    within,
)
from tests.faults.holdings import holdings, nothing_leaked
from tests.faults.orders import orders_coming_in


@pytest.mark.parametrize("how", ["stop", pytest.param("kill", marks=pytest.mark.long)])
def test_without_the_broker_nothing_is_taken_and_everything_is_shown(victim, life, how):
    broker = victim.servers.broker
    with orders_coming_in(life) as orders:
        before = holdings(victim)
        with away(life, getattr(broker, how), broker.start):
            begun = time.monotonic()
            all_is_shown(life)
            nothing_is_taken(life)
            time.sleep(1)
            answers = [told.answer for told in orders.since(begun)]
            assert len(answers) > 20 and all(map(is_away, answers))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    assert all_live(victim)


def test_a_broker_short_of_memory_takes_nothing_and_says_so(victim, life):
    """It lets everybody connect, and reads nothing that is published."""
    limit = partial(victim.servers.broker.ctl, "set_vm_memory_high_watermark", "absolute")
    with orders_coming_in(life) as orders:
        before = holdings(victim)
        with away(life, partial(limit, 1), partial(limit, "512MB")):
            begun = time.monotonic()
            all_is_shown(life)
            nothing_is_taken(life)
            time.sleep(1)
            assert all(is_away(told.answer) for told in orders.since(begun))
            assert all_live(victim)
        within(time.monotonic() + SOON, lambda: nothing_leaked(victim, before))
    assert all_live(victim)
