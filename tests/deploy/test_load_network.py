"""What the real network's file says, in words that the services understand."""

import re

import pytest
import yaml

from deploy import load_network
from kernel.wire import Message, kinds
from services.members import messages as members
from services.mobility import messages as mobility
from services.spaces import messages as spaces
from services.training import messages as training

MESSAGES = [m for module in (members, spaces, training, mobility) for m in kinds(Message, module)]
NETWORK = yaml.safe_load(load_network.NETWORK_FILE.read_text())
COMMANDS = [
    command
    for part in (load_network.organisations, load_network.courses, load_network.spaces)
    for command in part(NETWORK)
]


def message_for(command):
    for message in MESSAGES:
        method, path = getattr(message, "route", "- -").split()
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)
        if method == command.method and (found := re.fullmatch(pattern, command.path)):
            return message, {**command.body, **found.groupdict()}
    raise AssertionError(f"nobody handles {command.method} {command.path}")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.method} {c.path}")
def test_every_command_is_one_that_a_service_understands(command):
    message, words = message_for(command)
    message().load(words)


def test_the_ten_spaces_and_whatever_they_offer_are_there():
    opened = [c.body["code"] for c in COMMANDS if c.path == "/spaces"]
    assert opened == [space["id"] for space in NETWORK["spaces"]] and len(opened) == 10
    offered = [c for c in COMMANDS if c.path.endswith("/resources")]
    assert len(offered) == sum(len(space["resources"]) for space in NETWORK["spaces"])


def test_prices_are_whole_cents():
    assert [load_network.cents(each) for each in ("0.00", "9.5", "15.00", "800")] == [
        0,
        950,
        1500,
        80000,
    ]


def test_a_fablab_asks_for_the_training_that_its_users_need():
    (fablab,) = [c.body for c in COMMANDS if c.body.get("code") == "fablab"]
    assert fablab["training_id"] == load_network.identity("course", "fablab-initiation")
    assert any(c.body.get("code") == "fablab-initiation" for c in COMMANDS if c.path == "/courses")
