"""Opening hours, compared minute by minute with what they should mean."""

from hypothesis import given
from hypothesis import strategies as some

from services.spaces.domain import ClosesBeforeItOpens, HoursOverlap, Opening, in_order

MINUTES = some.integers(0, 1440)
# Few weekdays and coarse times, so that spans often meet, touch and overlap.
MEETING = some.builds(
    lambda weekday, opens, length: Opening(weekday, opens * 60, (opens + length) * 60),
    some.integers(1, 2),
    some.integers(0, 20),
    some.integers(1, 4),
)


def minutes(opening):
    return {(opening.weekday, minute) for minute in range(opening.opens, opening.closes)}


def accepted(openings):
    try:
        return in_order(openings)
    except HoursOverlap:
        return None


@given(MEETING, MEETING)
def test_two_spans_overlap_when_they_hold_the_same_minute(one, other):
    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))


@given(some.lists(MEETING, max_size=6))
def test_a_week_is_accepted_when_no_minute_is_in_it_twice(openings):
    every = [minute for opening in openings for minute in minutes(opening)]
    assert (accepted(openings) is not None) == (len(every) == len(set(every)))


@given(some.lists(MEETING, max_size=6).filter(accepted), some.randoms())
def test_the_order_in_which_hours_are_told_does_not_matter(openings, chance):
    shuffled = list(openings)
    chance.shuffle(shuffled)
    assert accepted(shuffled) == accepted(openings) == sorted(openings)


@given(some.integers(1, 7), MINUTES, MINUTES)
def test_a_span_is_some_minutes_of_a_day_or_refused(weekday, opens, closes):
    try:
        in_order([Opening(weekday, opens, closes)])
    except ClosesBeforeItOpens:
        assert closes <= opens
    else:
        assert minutes(Opening(weekday, opens, closes))
