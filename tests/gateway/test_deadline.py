"""One after the other, all that a request waits for has the time of one request."""

import time

from hypothesis import given
from hypothesis import strategies as st

from gateway import deadline


def begin(ago):
    deadline._begun.set(time.monotonic() - ago)


@given(st.floats(0, 10), st.floats(deadline.LEAST, 5))
def test_what_is_left_ends_when_the_patience_does_and_is_never_nothing(ago, patience):
    begin(ago)
    left = deadline.left(patience)
    assert deadline.LEAST <= left <= max(deadline.LEAST, patience - ago)
    assert left >= patience - ago - 0.5


def test_a_request_has_all_of_it_when_it_comes_and_what_is_none_always():
    begin(ago=5)
    deadline.begin()
    assert deadline.ANSWER - 0.5 < deadline.left() <= deadline.ANSWER
    deadline._begun.set(None)
    assert deadline.left() == deadline.ANSWER
    assert deadline.left(30.0) == 30.0
