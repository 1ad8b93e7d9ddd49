"""Whoever may not wait asks in threads: all at once, and nobody twice who is still silent."""

import time
from threading import Event

from kernel.ops.questions import Questions


def test_all_are_asked_at_once_and_whoever_fails_or_is_silent_is_missing():
    silent, begun = Event(), time.monotonic()

    def fail():
        raise LookupError("nobody here\nDETAIL: Lise")

    def slow():
        time.sleep(0.3)
        return 7

    asks = {"slow": slow, "slow too": slow, "failing": fail, "silent": lambda: silent.wait(3)}
    asked = Questions().ask(asks, patience=0.5)
    assert time.monotonic() - begun < 0.9
    assert {name: (each.answer, each.trouble) for name, each in asked.items()} == {
        "slow": (7, ""),
        "slow too": (7, ""),
        "failing": (None, "LookupError: nobody here"),
        "silent": (None, "no answer in time"),
    }
    silent.set()


def test_whoever_is_still_silent_is_not_asked_again_until_he_answers():
    questions, answer, calls = Questions(), Event(), []

    def ask():
        calls.append(1)
        return answer.wait()

    for _ in range(5):
        assert questions.ask({"him": ask}, patience=0.05)["him"].trouble
    assert len(calls) == 1
    answer.set()
    questions["him"].join()
    assert not questions.ask({"him": ask}, patience=1)["him"].trouble
    assert len(calls) == 2
