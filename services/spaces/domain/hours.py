"""When a space is open: the hours of its week, and the days that are different."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kernel.facts import Refused

MIDNIGHT = 24 * 60


class ClosesBeforeItOpens(Refused):
    """An opening begins before it ends, within one day from 00:00 to 24:00."""


class HoursOverlap(Refused):
    """Two openings of the same day overlap (weekday {weekday}, where Monday is 1)."""


class DayIsPast(Refused):
    """In this space it is already {today}: what was open or closed before cannot change."""


class DayAlreadyClosed(Refused):
    """The space is already closed on {day}."""


class DayAlreadyOpen(Refused):
    """The space has already said that it is open on {day}."""


@dataclass(frozen=True, order=True)
class Opening:
    """One span of one weekday, by the clock on the wall of the space.

    `weekday` is 1 (Monday) to 7. `opens` and `closes` are minutes after local midnight; the
    space is open from the first and no longer at the second. 1440 is the end of the day.
    """

    weekday: int
    opens: int
    closes: int

    def overlaps(self, other: "Opening") -> bool:
        """Whether both hold the same minute. One may begin when the other ends."""
        return (
            self.weekday == other.weekday
            and self.opens < other.closes
            and other.opens < self.closes
        )


def in_order(openings: Iterable[Opening]) -> list[Opening]:
    """The openings of a week, earliest first.

    Refuses ClosesBeforeItOpens and HoursOverlap.
    """
    week = sorted(openings)
    if not all(0 <= each.opens < each.closes <= MIDNIGHT for each in week):
        raise ClosesBeforeItOpens
    for earlier, later in pairwise(week):
        if earlier.overlaps(later):
            raise HoursOverlap(weekday=later.weekday)
    return week


def not_past(day: date, today: date) -> None:
    """Refuses DayIsPast."""
    if day < today:
        raise DayIsPast(today=today)
