"""When a space is open, what is taken then, and what is left. Plain arithmetic on spans.

A span is a pair of minutes after local midnight, the second one not included.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import pairwise

from gateway.records import Row
from vocabulary.calendar import holiday

Span = tuple[int, int]


@cache
def clock(minutes: int) -> str:
    """780 is "13:00", and the midnight that ends a day is "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def clocks(spans: Iterable[Span]) -> list[list[str]]:
    return [[clock(start), clock(end)] for start, end in spans]


def crowded(spans: Iterable[Span], many: int = 1) -> list[Span]:
    """Where at least so many spans lie over each other, as few spans as possible, in order."""
    found: list[Span] = []
    for start, end, deep in _depths(spans):
        if deep >= many:
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, end))
    return found


def deepest(spans: Iterable[Span]) -> int:
    """The greatest number of spans that lie over each other."""
    return max((deep for _, _, deep in _depths(spans)), default=0)


def _depths(spans: Iterable[Span]) -> list[tuple[int, int, int]]:
    steps: dict[int, int] = {}
    for start, end in spans:
        if start < end:
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    depths, deep = [], 0
    for here, there in pairwise(sorted(steps)):
        deep += steps[here]
        depths.append((here, there, deep))
    return depths


def within(spans: Iterable[Span], frame: Span) -> list[Span]:
    """What of the spans lies inside a frame."""
    cut = [(max(start, frame[0]), min(end, frame[1])) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the spans when the taken ones are cut out."""
    taken, left = crowded(taken), []
    for start, end in crowded(spans):
        for cut, until in within(taken, (start, end)):
            left.append((start, cut))
            start = until
        left.append((start, end))
    return [(start, end) for start, end in left if start < end]


def closed(space: Row, day: date) -> Row | None:
    """Why a space does not open on a day: planned, closure, holiday or hours (of its weekdays)."""
    said = space["exceptions"].get(day.isoformat())
    if space["planned"]:
        return {"why": "planned", "name": None}
    if said and not said["open"]:
        return {"why": "closure", "name": said["reason"]}
    feast = holiday(space["country"], day) if space["holidays_observed"] and not said else None
    if feast:
        return {"why": "holiday", "name": feast}
    if not any(each["weekday"] == day.isoweekday() for each in space["hours"]):
        return {"why": "hours", "name": None}
    return None


def opening(space: Row, day: date) -> list[Span]:
    """When a space is open on a day."""
    if closed(space, day):
        return []
    hours = [each for each in space["hours"] if each["weekday"] == day.isoweekday()]
    return crowded((each["opens"], each["closes"]) for each in hours)


def remaining(
    resource: Row,
    space: Row,
    open_: list[Span],
    busy: list[Span],
    let: bool,
    parts: Iterable[tuple[Row, list[Span]]] = (),
) -> Row:
    """What of a resource is taken and what is free on a day: spans, or a number of desks.

    `parts`: what is booked with it, and when that is busy: it is free when all of them are.
    """
    match resource["kind"]:
        case "desks":
            return {"free_desks": free_desks(resource["units"], open_, busy, space["midday"])}
        case "office":
            return {"let": let}
        case "amenity":
            return {}
    taken, free = hours(resource, space, open_, busy)
    for part, its in parts:
        also_taken, also_free = hours(part, space, open_, its)
        taken, free = crowded([*taken, *also_taken]), crowded([*free, *also_free], many=2)
    return {"busy": clocks(taken), "free": clocks(free)}


def hours(
    resource: Row, space: Row, open_: list[Span], busy: list[Span]
) -> tuple[list[Span], list[Span]]:
    """When a room or machines are taken, and when they are free."""
    if resource["kind"] == "machines":
        full = crowded(busy, resource["units"])
        return full, without(open_, full)
    buffer = space["buffer_minutes"]
    kept = [(start - buffer, end + buffer) for start, end in busy]
    return crowded(busy), without(open_, kept)


def free_desks(units: int, open_: list[Span], busy: list[Span], midday: int) -> dict[str, int]:
    """How many more people find a desk for the morning, the afternoon, or the whole day."""
    parts = {"morning": (0, midday), "afternoon": (midday, 1440), "day": (0, 1440)}
    return {
        part: max(units - deepest(within(busy, frame)), 0) if within(open_, frame) else 0
        for part, frame in parts.items()
    }
