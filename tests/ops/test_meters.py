"""What Prometheus is told: by the processes as they run, and when what they need is away."""

import time

import msgspec
import pytest
from kombu import Connection, Producer

from kernel.ops import meters
from tests import plain


def test_commands_are_counted_by_what_came_of_them(ring):
    def counted(message, outcome):
        found = ring.metrics("counting").get("essaim_command_seconds_count", {})
        labels = {"message": message, "outcome": outcome, "service": "counting"}
        return found.get(tuple(labels.values()), 0)

    name = ring.open()
    before = {each: counted("count_on", each) for each in meters.OUTCOMES}
    refused = (
        ring.metrics("counting").get("essaim_refusals_total", {}).get(("TooMany", "counting"), 0)
    )
    ring.ask("count_on", {"name": name, "steps": 1}, command=name)
    ring.ask("count_on", {"name": name, "steps": 2}, command=name)
    ring.ask("count_on", {"name": name, "steps": 5000})
    ring.ask("count_on", {"name": name, "steps": 5000})
    ring.ask("count_on", {"name": name, "steps": "five"})
    ring.ask("count_on", {"name": "nobody", "steps": 1})
    more = {each: counted("count_on", each) - n for each, n in before.items()}
    assert {each: n for each, n in more.items() if n} == {
        "done": 1,
        "reused": 1,
        "refused": 2,
        "invalid": 1,
        "unknown": 1,
    }
    found = ring.metrics("counting")
    assert found["essaim_refusals_total"]["TooMany", "counting"] == refused + 2
    seconds = found["essaim_command_seconds_sum"]["count_on", "done", "counting"]
    assert 0 < seconds < 5


def test_a_service_tells_how_far_its_log_is_and_what_it_uses(ring):
    ring.open()
    position = ring.ask("health")["position"]
    found = ring.metrics("counting")
    assert found["essaim_log_position"]["counting",] == position
    assert found["essaim_up"] == {("broker",): 1, ("counting",): 1}
    connections = found["essaim_pool_connections"]
    assert connections["counting", "idle"] + connections["counting", "busy"] >= 1
    assert found["essaim_pool_waiting"]["counting",] == 0
    assert found["essaim_announcements_waiting"]["counting",] == 0
    assert found["essaim_queue_consumers"]["rpc-counting",] == 1


@pytest.mark.parametrize("follower", ["fussy", "tally"])
def test_a_follower_tells_how_far_it_is(ring, soon, follower):
    position = ring.count(ring.open(), 1)["position"]
    path = (follower, "counting")
    soon(lambda: ring.metrics(follower)["essaim_follower_position"][path] == position)
    found = ring.metrics(follower)
    assert found["essaim_follower_lag_facts"][path] == 0
    assert found["essaim_follower_lag_seconds"][path] == 0
    assert found["essaim_follower_stopped"][path] == 0
    assert found["essaim_queue_messages"][f"{follower}.follows.counting",] == 0
    assert found["essaim_queue_consumers"][f"{follower}.follows.counting",] == 1
    assert found["essaim_up"]["broker",] == 1


def test_a_follower_that_stopped_says_so_and_for_how_long(ring, soon):
    path = ("fussy", "counting")
    with ring.stumbling() as place:
        soon(lambda: ring.metrics("fussy")["essaim_follower_stopped"][path])
        ring.count(ring.open(), 1)
        soon(lambda: ring.metrics("fussy")["essaim_follower_lag_facts"][path] == 3)
        first = ring.metrics("fussy")["essaim_follower_lag_seconds"][path]
        time.sleep(1)
        found = ring.metrics("fussy")
        assert found["essaim_follower_position"][path] == place
        assert 0.9 < found["essaim_follower_lag_seconds"][path] - first < 3
    soon(lambda: not ring.metrics("fussy")["essaim_follower_stopped"][path])
    assert ring.metrics("fussy")["essaim_follower_lag_seconds"][path] == 0


@pytest.mark.long
def test_what_a_stranger_says_of_the_future_is_forgotten(ring, soon, fact):
    """Else a follower would ask for it, and be called late, for ever."""
    path = ("tally", "counting")
    with Connection(ring.broker) as connection:
        producer = Producer(connection.default_channel)
        position = ring.ask("health")["position"] + 1000
        body = msgspec.json.encode([fact("counting.Counted", position, steps=1)])

        def late():
            """Said at each look: what was said just before the follower asks is forgotten soon."""
            producer.publish(body, "tally.follows.counting")
            return ring.metrics("tally")["essaim_follower_lag_facts"][path] > 900

        soon(late)
    soon(lambda: ring.metrics("tally")["essaim_follower_lag_facts"][path] == 0)
    soon(lambda: ring.metrics("tally")["essaim_follower_lag_seconds"][path] == 0)


def test_every_process_has_a_door(ring):
    for where in ring.doors.values():
        assert plain.get(f"http://{where}/healthz").status_code == 200
        ready = plain.get(f"http://{where}/readyz")
        assert (ready.status_code, set(ready.json().values())) == (200, {"here"})
