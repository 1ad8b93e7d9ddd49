"""What operators see of the register: asked of the real notary and of the process for auditors."""

import pytest

from tests import plain
from tests.conftest import eventually


@pytest.fixture
def seen(network):
    def look():
        return network.operator.read("/v1/operation")["register"]

    return look


def is_level(register):
    return {each["state"] for each in register["logs"]} == {"level"}


def test_all_is_registered_and_signed(network, seen):
    register = eventually(lambda: is_level(found := seen()) and found, within=60)
    assert register["notary"] == register["audit"] == {"state": "here", "reason": None}
    assert register["size"] >= register["signed"] > 0
    assert {each["source"] for each in register["logs"]} == {
        *("members", "spaces", "bookings", "mobility", "training")
    }
    assert register["signed_at"] and register["settled"] is None  # nobody says who must sign
    assert register["witnesses"] == []


@pytest.mark.parametrize("part", ["notary", "audit"])
def test_who_is_away_is_said_at_once_and_holds_nobody_up(network, seen, part):
    network.stop(part)
    try:
        register = seen()
        assert register[part] == {"state": "away", "reason": None}
        assert not network.operator.read("/v1/operation")["well"]
        assert bool(register["logs"]) is (part == "notary")
    finally:
        network.start(part)
        eventually(lambda: seen()[part]["state"] == "here", within=60)


def test_what_the_notary_says_is_for_the_inside_alone(network):
    """The gateway asks at its door, and hands nothing on to whoever is no operator."""
    assert network.client().get("/v1/operation").status_code == 401
    door = plain.get(f"{network.env['NOTARY']}/readyz", timeout=5).json()
    assert door.keys() == {"register", "members", "spaces", "bookings", "mobility", "training"}
