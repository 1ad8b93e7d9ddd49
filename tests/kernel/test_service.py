"""What every service does, whatever its business."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from kernel.log import Log
from kernel.recorder import Conflict
from kernel.service import TooLong
from tests.kernel.counting import Counter, Counting, Echo


@pytest.fixture
def announced():
    return []


@pytest.fixture
def counting(announced):
    service = Counting(Log("counting", announce=announced.extend))
    service.answer("open_counter", {"name": "sheep"})
    return service


def test_a_command_is_answered_with_what_happened_recorded_and_announced(counting, announced):
    answer = counting.answer("count_on", {"name": "sheep", "steps": 3}, by="ada")
    happened = {"type": "kernel.Counted", "subject": answer["done"]["id"], "data": {"steps": 3}}
    assert answer["done"]["facts"] == [happened]
    assert answer["position"] == 2
    assert announced == counting.log.after(0)
    assert [fact.by for fact in announced] == ["system", "ada"]


def test_what_would_happen_is_decided_and_told_and_nothing_happens(counting, announced):
    def preview(steps):
        return counting.answer("count_on", {"name": "sheep", "steps": steps}, preview=True)

    for _ in range(2):
        previewed = preview(3)
        assert (previewed["position"], previewed["done"]["facts"][0]["data"]) == (
            None,
            {"steps": 3},
        )
    assert preview(1001)["refused"] == "TooMany"
    assert len(announced) == 1
    answer = counting.answer("count_on", {"name": "sheep", "steps": 1000})
    assert answer["position"] == 2, "what was only previewed was counted"


def test_a_refusal_names_the_rule_and_its_values(counting, announced):
    answer = counting.answer("count_on", {"name": "sheep", "steps": 1001})
    assert answer == {
        "refused": "TooMany",
        "reason": "Nobody counts further than 1000.",
        "values": {"most": "1000"},
    }
    assert len(announced) == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": "sheep"}, "steps"),
        ({"name": "sheep", "steps": "many"}, "steps"),
        ({"name": "sheep", "steps": 1, "colour": "black"}, "colour"),
        ({"name": "sh\0eep", "steps": 1}, "name"),
    ],
)
def test_a_message_that_makes_no_sense_is_sent_back_with_the_field(counting, words, field):
    assert list(counting.answer("count_on", words)["invalid"]) == [field]


def test_nothing_is_known_about_what_never_happened(counting):
    assert "unknown" in counting.answer("count_on", {"name": "wolves", "steps": 1})


def test_a_command_sent_twice_is_done_once_and_answered_twice(counting, announced):
    count = partial(counting.answer, "count_on", {"name": "sheep", "steps": 3})
    first = count(command="k1")
    assert count(command="k1") == first
    assert count(command="k2") != first
    assert len(announced) == 3


def test_a_refusal_rests_on_what_is_so_now(counting):
    """Not on what this process saw a while ago: another one has made room since."""
    other = Counting(Log("counting"))
    other.log.recorder = counting.log.recorder
    counting.answer("open_counter", {"name": "room"})
    assert "done" in other.answer("count_on", {"name": "room", "steps": 900})
    assert "done" in counting.answer("count_on", {"name": "room", "steps": 50})
    assert "done" in other.answer("count_on", {"name": "room", "steps": -900})
    assert "done" in counting.answer("count_on", {"name": "room", "steps": 900})


def test_a_preview_rests_on_what_is_so_now_as_well(counting):
    """What it tells is what would be done a moment later, not what was so a while ago."""
    other = Counting(Log("counting"))
    other.log.recorder = counting.log.recorder
    assert "done" in counting.answer("count_on", {"name": "sheep", "steps": 900})
    assert "done" in other.answer("count_on", {"name": "sheep", "steps": 100})
    previewed = counting.answer("count_on", {"name": "sheep", "steps": 1}, preview=True)
    assert previewed["refused"] == "TooMany"


def test_a_key_is_good_for_one_body_only(counting, announced):
    counting.answer("count_on", {"name": "sheep", "steps": 3}, command="k1")
    assert counting.answer("count_on", {"name": "sheep", "steps": 4}, command="k1") == {
        "reused": "k1"
    }
    assert len(announced) == 2


def test_a_refused_command_may_be_tried_again_with_the_same_key(counting):
    assert "refused" in counting.answer("count_on", {"name": "sheep", "steps": 2000}, command="k")
    assert "done" in counting.answer("count_on", {"name": "sheep", "steps": 2}, command="k")


def test_who_has_seen_more_of_our_neighbours_than_we_have_is_waited_for(counting, monkeypatch):
    echo = Echo(counting.log)
    monkeypatch.setattr("kernel.service.PATIENCE", 0.05)
    assert echo._reached({"counting": 0, "strangers": 99})
    assert not echo._reached({"counting": 1})


def test_who_is_broken_off_while_we_learn_hears_that_we_do(counting, monkeypatch):
    """And not that our records are away."""

    def break_off(self, source):
        raise TooLong

    monkeypatch.setattr(Echo, "place_in", break_off)
    assert not Echo(counting.log)._reached({"counting": 1})


@pytest.fixture(params=["in memory", "in postgres"])
def echo(request):
    wanted = request.param == "in postgres"
    database = request.getfixturevalue("databases")["MEMBERS_DB"] if wanted else None
    log = Log("echo", database)
    yield Echo(log)
    log.close()


def test_what_a_neighbour_says_is_taken_in_once_with_our_place(echo, counting):
    for steps in (1, 2, 3):
        counting.answer("count_on", {"name": "sheep", "steps": steps})
    facts = counting.log.after(0)
    echo.take_in("counting", 0, facts)
    assert echo.place_in("counting") == 4
    assert echo.log.load(Counter, "heard").total == 6
    with pytest.raises(Conflict):
        echo.take_in("counting", 0, facts)
    assert echo.log.load(Counter, "heard").total == 6


def test_fifty_at_once_lose_nothing(databases):
    log = Log("counting", databases["SPACES_DB"])
    counting = Counting(log)
    counting.answer("open_counter", {"name": "crowd"})
    with ThreadPoolExecutor(16) as crowd:
        answers = list(
            crowd.map(
                lambda _: counting.answer("count_on", {"name": "crowd", "steps": 1}), range(50)
            )
        )
    assert all("done" in answer for answer in answers)
    assert log.load(Counter, "crowd").total == 50
    log.close()


def test_a_command_that_its_twin_made_impossible_is_answered_like_the_twin(counting):
    """Both began before there was an answer; the second one looked when the first was done."""
    words, look, twin = {"name": "sheep", "steps": 600}, counting.log.load, []

    def load(*about):
        counting.log.load = look
        twin.append(counting.answer("count_on", words, command="k"))
        return look(*about)

    counting.log.load = load
    assert counting.answer("count_on", words, command="k") == twin[0]
    assert "done" in twin[0]


class Cut:
    """A line that breaks once, after what was asked has been done."""

    def __init__(self, pool):
        self.pool, self.whole = pool, pool.connection

    @contextmanager
    def connection(self):
        self.pool.connection = self.whole
        yield self

    def execute(self, *asked):
        with self.whole() as sql:
            sql.execute(*asked)
        raise psycopg.OperationalError("the line broke after COMMIT")


def test_who_was_cut_off_after_the_commit_is_told_that_it_is_done(databases, monkeypatch):
    log = Log("counting", databases["SPACES_DB"])
    counting = Counting(log)
    counting.answer("open_counter", {"name": "cut"})
    monkeypatch.setattr(log.recorder.pool, "connection", Cut(log.recorder.pool).connection)
    words = {"name": "cut", "steps": 1}
    answer = counting.answer("count_on", words, command="cut")
    assert answer["position"] == log.recorder.last()
    assert log.load(Counter, "cut").total == 1
    assert counting.answer("count_on", words, command="cut") == answer
    log.close()


def test_the_same_command_at_once_is_done_once(databases):
    log = Log("counting", databases["SPACES_DB"])
    counting = Counting(log)
    counting.answer("open_counter", {"name": "twins"})
    words = {"name": "twins", "steps": 1}
    with ThreadPoolExecutor(8) as twins:
        answers = list(
            twins.map(lambda _: counting.answer("count_on", words, command="once"), range(8))
        )
    assert all(answer == answers[0] for answer in answers)
    assert log.load(Counter, "twins").total == 1
    log.close()


def test_who_is_too_far_ahead_of_us_is_told_so(counting, monkeypatch):
    monkeypatch.setattr("kernel.service.PATIENCE", 0.05)
    monkeypatch.setattr(Counting, "followed", {"hear": "spaces"})
    words = {"name": "sheep", "steps": 1}
    assert "behind" in counting.answer("count_on", words, after={"spaces": 7})
    assert "done" in counting.answer("count_on", words, after={"spaces": 0})
