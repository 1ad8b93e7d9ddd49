"""What is written today can be read in ten years; what is said can be read by anybody."""

import json
from uuid import UUID, uuid4

import msgspec

from kernel.facts import Aggregate, Created, event
from kernel.wire import Fact, Stored
from tests.kernel.counting import Counter


class Letter(Aggregate):
    """A thing with a past: countries were once written in small letters, and had no colour."""

    class LetterSent(Created):
        country: str
        colour: str = "white"

        class_version = 2

        @staticmethod
        def upcast_v1_v2(state):
            state["country"] = state["country"].upper()

    @staticmethod
    def create_id() -> UUID:
        return uuid4()

    @event(LetterSent)
    def __init__(self, country: str, colour: str = "white") -> None:
        self.country = country
        self.colour = colour


def stored(topic, **state):
    state = {"timestamp": "2024-05-06T07:08:09Z", "by": "somebody", **state}
    return Stored(uuid4(), 1, topic, json.dumps(state))


def test_an_event_of_another_time_is_read_as_it_is_meant_today():
    old = stored("kernel.LetterSent", originator_topic="kernel.Letter", country="fr")
    read = old.event()
    assert (read.country, read.colour, read.by) == ("FR", "white", "somebody")


def test_what_is_written_today_is_not_brought_up_to_date_again():
    (sent,) = Letter("be", "blue").pending_events
    written = Stored.of(sent)
    assert json.loads(written.state)["v"] == 2
    assert written.event() == sent


def test_the_log_is_plain_json_without_python_names():
    (opened,) = Counter("sheep").pending_events
    written = Stored.of(opened)
    assert written.topic == "kernel.CounterOpened"
    assert json.loads(written.state).keys() == {"originator_topic", "timestamp", "by", "name"}
    assert "tests." not in written.state


def test_a_fact_is_a_cloud_event():
    (opened,) = Counter("sheep").pending_events
    said = json.loads(msgspec.json.encode(Fact.of("counting", 42, opened)))
    assert {"specversion", "id", "source", "type"} <= said.keys()
    assert (said["specversion"], said["source"]) == ("1.0", "/counting")
    assert said["sequence"] == "00000000000000000042"
    assert said["data"] == {"name": "sheep"}
