"""Announcements come late, twice, in any order, or never. Facts are taken in once, in order."""

import random

import msgspec
import pytest
from psycopg import DataError

from kernel.ask import Silence
from kernel.follow import TURN, Path, Reader, level
from kernel.log import BATCH
from kernel.recorder import Away, Conflict


class Notebook:
    """A follower that writes down what it is told."""

    name = "notebook"

    def __init__(self):
        self.place, self.written, self.stops = 0, [], []

    def sources(self):
        return {"counting"}

    def place_in(self, source):
        return self.place

    def stop(self, source, place, stopped):
        self.stops.append((place, msgspec.json.decode(stopped)["reason"]))

    def take_in(self, source, place, facts):
        if place != self.place:
            raise Conflict
        self.written += [each.position for each in facts]
        self.place = facts[-1].position


@pytest.fixture
def facts(fact):
    return [fact("counting.Counted", n, steps=1) for n in range(1, 301) if n % 7]


@pytest.fixture
def path(facts):
    def ask(source, place):
        return [each for each in facts if each.position > place][:BATCH]

    return Path(Notebook(), "counting", ask)


def test_what_is_announced_in_order_is_taken_in_without_asking(path, facts):
    path.ask = None
    path.hear(facts[:3])
    path.hear(facts[3:6])
    assert path.follower.written == [1, 2, 3, 4, 5, 6]


def test_duplicates_disorder_and_losses_change_nothing(path, facts):
    chance = random.Random(7)
    heard = [each for each in facts * 3 if chance.random() < 0.5]
    chance.shuffle(heard)
    while heard:
        path.hear([heard.pop() for _ in range(min(len(heard), chance.randint(1, 9)))])
    path.catch_up()
    assert path.follower.written == [each.position for each in facts]


def test_what_comes_early_waits_for_what_comes_before(path, facts):
    path.ask = None
    path.hear(facts[2:4])
    assert path.follower.written == [] and path.is_behind()
    path.hear(facts[:2])
    assert path.follower.written == [1, 2, 3, 4] and not path.is_behind()


def test_a_follower_restored_from_a_backup_goes_on_where_the_backup_ends(path, facts):
    path.hear(facts[:5])
    path.follower.place, path.follower.written = 2, [1, 2]  # all without our knowing
    assert not level(path, lambda: path.hear(facts[5:6]))
    assert level(path, path.catch_up)
    assert path.follower.written == [each.position for each in facts]


def test_a_twin_that_was_faster_is_noticed_and_nothing_is_taken_in_twice(path, facts):
    path.hear(facts[:2])
    path.follower.take_in("counting", 2, facts[2:5])  # the twin
    path.hear(facts[2:6])
    assert path.follower.written == [1, 2, 3, 4, 5, 6]


def test_a_fact_that_cannot_be_taken_in_is_seen_and_never_skipped(path, facts, caplog):
    """What comes before it is taken in. It is tried again, and noted once."""

    def refuse(source, place, news):
        if facts[2] in news:
            raise ValueError("not this one")
        working(source, place, news)

    path.follower.take_in, working = refuse, path.follower.take_in
    for _ in range(2):
        assert not level(path, lambda: path.hear(facts[:5]))
    assert path.follower.written == [1, 2]
    assert path.behind_since
    assert path.follower.stops == [(2, "ValueError: not this one")]
    assert "notebook stopped after counting/2" in caplog.text
    path.follower.take_in = working
    assert level(path, path.catch_up)
    assert path.follower.written == [each.position for each in facts]
    assert not path.stopped and not path.behind_since


def test_a_fact_found_by_asking_stops_a_follower_too(path, facts):
    """It stays behind, and tries again when somebody says anything at all."""

    def refuse(source, place, news):
        raise ValueError("not this one")

    path.follower.take_in, working = refuse, path.follower.take_in
    assert not level(path, path.catch_up)
    assert not level(path, lambda: path.hear([])) and path.is_behind() and path.behind_since
    path.follower.take_in = working
    assert level(path, path.catch_up)


def test_what_a_database_complains_of_is_not_told(path, facts):
    """It quotes what it was given, and that may be somebody's name."""

    def refuse(source, place, news):
        raise DataError('invalid input syntax for type integer: "Lise"')

    path.follower.take_in = refuse
    assert not level(path, lambda: path.hear(facts[:1]))
    assert path.follower.stops == [(0, "DataError")]


def test_a_database_that_is_away_stops_nobody(path, facts, caplog):
    def nobody(source, place, news):
        raise Away("connection refused")

    path.follower.take_in = nobody
    assert not level(path, lambda: path.hear(facts[:1]))
    assert not path.follower.stops and "stopped" not in caplog.text


def test_a_source_that_is_down_is_asked_again_soon(path, caplog):
    def nobody(source, place):
        raise Silence("nobody listens")

    path.ask = nobody
    assert not level(path, path.catch_up)
    assert "stopped" not in caplog.text


class Source:
    """Has so many facts, and remembers what it was asked."""

    def __init__(self, facts):
        self.facts, self.asked, self.dropped, self.questions = facts, [], [], {}

    def put(self, source, verb, place):
        self.asked.append(place)
        found = [each for each in self.facts if each.position > place][:BATCH]
        question = f"{verb} {len(self.asked)}"
        self.questions[question] = msgspec.to_builtins(found)
        return question

    def hear(self, question):
        return self.questions.pop(question)

    def drop(self, question):
        self.dropped.append(question)


@pytest.fixture
def source(fact):
    return Source([fact("counting.Counted", n) for n in range(1, 2 * BATCH + 11)])


def test_the_next_batch_is_asked_for_while_the_first_is_taken_in(source):
    read, place = Reader(source), 0
    while facts := read("counting", place):
        assert facts[0].position == place + 1
        place = facts[-1].position
    assert place == len(source.facts)
    assert source.asked == [0, BATCH, 2 * BATCH, place]
    assert not source.questions


def test_who_is_far_behind_lets_others_have_their_turn(path, fact):
    """A new follower reads years of facts; those beside it in the process go on meanwhile."""
    path.follower = Notebook()
    years = [fact("counting.Counted", n) for n in range(1, (TURN + 1) * BATCH)]
    path.ask = lambda source, place: years[place : place + BATCH]
    assert not level(path, path.catch_up) and path.behind_since
    assert len(path.follower.written) == TURN * BATCH
    assert level(path, path.catch_up) and not path.behind_since
    assert len(path.follower.written) == len(years)


def test_who_goes_on_from_elsewhere_asks_again(source):
    read = Reader(source)
    read("counting", 0)
    assert read("counting", 7)[0].position == 8
    assert source.asked[:3] == [0, BATCH, 7]
    assert "facts_after 2" in source.dropped
