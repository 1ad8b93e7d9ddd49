"""When a space is open: the spans of a day, in minutes after local midnight."""

from dataclasses import dataclass
from datetime import date

from kernel.facts import Refused

MIDNIGHT = 24 * 60
Span = tuple[int, int]
"""From, until: minutes after local midnight, `until` excluded."""


class SpaceClosed(Refused):
    """The space is closed on {day}: {reason}"""


class HolidayClosed(Refused):
    """The space is closed on {day} for a public holiday: {holiday}."""


class NoOpeningHours(Refused):
    """The space has no opening hours on that day of the week ({day})."""


class OutsideHours(Refused):
    """On {day} the space is only open {hours}."""


class PartClosed(Refused):
    """The space is not open in the {part} of {day}; it is open {hours}."""


@dataclass(frozen=True)
class Opening:
    """Open every week on this day (ISO: Monday is 1), from `opens` until `closes`."""

    weekday: int
    opens: int
    closes: int


def by_weekday(openings: list[Opening]) -> dict[int, list[Span]]:
    """The spans of each day of the week, in order; those that touch or overlap are one."""
    week: dict[int, list[Span]] = {}
    for each in sorted(openings, key=lambda opening: (opening.weekday, opening.opens)):
        spans = week.setdefault(each.weekday, [])
        if spans and each.opens <= spans[-1][1]:
            start, end = spans.pop()
            spans.append((start, max(end, each.closes)))
        else:
            spans.append((each.opens, each.closes))
    return week


def part_of_day(day: date, spans: list[Span], part: str, midday: int) -> Span:
    """From the first opening to the last closing in the part (day, morning, afternoon).

    Refuses PartClosed.
    """
    earliest, latest = {
        "day": (0, MIDNIGHT),
        "morning": (0, midday),
        "afternoon": (midday, MIDNIGHT),
    }[part]
    inside = [(max(a, earliest), min(b, latest)) for a, b in spans if a < latest and b > earliest]
    if not inside:
        raise PartClosed(day=day, part=part, hours=in_words(spans))
    return inside[0][0], inside[-1][1]


def must_be_open(day: date, spans: list[Span], start: int, end: int) -> None:
    """Refuses OutsideHours unless the space is open from start until end, without a break."""
    if not any(opens <= start and end <= closes for opens, closes in spans):
        raise OutsideHours(day=day, hours=in_words(spans))


def wall(minute: int) -> str:
    """570 is 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def in_words(spans: list[Span]) -> str:
    return ", ".join(f"{wall(opens)}-{wall(closes)}" for opens, closes in spans)
