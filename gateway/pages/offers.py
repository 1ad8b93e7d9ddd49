"""What suits a wish: when, for how many, where, and what. Plain rules on what is free."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from gateway.pages.map import kilometres
from gateway.records import Row

KINDS = ("desks", "room", "studio", "machines", "office")
BY_DEFAULT = "desks"
LEAST = 60
"""Whoever asks for a part of a day is not shown gaps shorter than so many minutes."""
DAY, NOON = ("00:00", "24:00"), "midday"

Span = tuple[str, str]
"""Two wall-clock times, which sort as they read."""


class Wish(NamedTuple):
    """What somebody looks for. `part` is day, morning, afternoon, or times: then from start to end.

    `town`: near which town, "" for anywhere. `people`: how many find place together. `now`: what
    is over by then is over; "" on a day to come.
    """

    day: date
    part: str = "day"
    start: str = ""
    end: str = ""
    kind: str = BY_DEFAULT
    people: int = 1
    town: str = ""
    amenities: frozenset[str] = frozenset()
    now: str = ""


class Offer(NamedTuple):
    """A thing that is free, and when: a part of a day for a desk, from start to end for others."""

    resource: Row
    part: str = ""
    start: str = ""
    end: str = ""
    cents: int | None = None
    """The list price of exactly this, where it is one of the prices of the list."""


class Found(NamedTuple):
    """A space that has something, and how far it is from where somebody wants to be."""

    space: Row
    offers: list[Offer]
    km: float | None


def search(spaces: list[Row], free: list[Row], wish: Wish) -> list[Found]:
    """`spaces` say where they are and what everybody finds there, `free` what is free that day.

    The nearest first; without a town, by name.
    """
    where = {space["space"]: space for space in spaces}
    middle = centre([space for space in spaces if space["town"] == wish.town])
    found = []
    for each in free:
        space = where[each["space"]]
        if wish.amenities <= {*space["amenities"]} and (offers := list(_offers(each, wish))):
            km = kilometres(middle, (space["lat"], space["lon"])) if middle else None
            found.append(Found(space, offers, km))
    return sorted(found, key=lambda each: (each.km or 0, each.space["name"]))


def centre(spaces: list[Row]) -> tuple[float, float] | None:
    if not spaces:
        return None
    lats, lons = [space["lat"] for space in spaces], [space["lon"] for space in spaces]
    return sum(lats) / len(lats), sum(lons) / len(lons)


def towns(spaces: list[Row]) -> list[str]:
    return [town for town, _ in groupby(sorted(space["town"] for space in spaces))]


def _offers(space: Row, wish: Wish) -> Iterator[Offer]:
    for resource in space["resources"]:
        if resource["kind"] != wish.kind:
            continue
        match resource["kind"]:
            case "desks":
                offer = _desk(resource, space, _part(space, wish), wish)
            case "office":
                free = not resource["let"] and _seats(resource) >= wish.people
                offer = Offer(resource, cents=resource["month_cents"]) if free else None
            case _:
                offer = _time(resource, _frame(space, wish), wish)
        if offer:
            yield offer


def _desk(resource: Row, space: Row, part: str, wish: Wish) -> Offer | None:
    cents = resource["day_cents" if part == "day" else "half_day_cents"]
    if cents is None or resource["free_desks"][part] < wish.people:
        return None
    end = space[NOON] if part == "morning" else space["open"][-1][1]
    return Offer(resource, part=part, cents=cents * wish.people) if wish.now < end else None


def _time(resource: Row, frame: Span, wish: Wish) -> Offer | None:
    """Exactly the times that were asked for; or the longest of a part of the day."""
    prices = (resource["hour_cents"], resource["half_day_cents"], resource["day_cents"])
    if _seats(resource) < wish.people or all(cents is None for cents in prices):
        return None
    still = [(max(start, wish.now), end) for start, end in resource["free"]]
    cut = [(max(start, frame[0]), min(end, frame[1])) for start, end in still]
    fit = [each for each in cut if each == frame or _minutes(each) >= LEAST]
    if not fit or (wish.part == "times" and frame not in fit):
        return None
    return Offer(resource, "", *(frame if frame in fit else max(fit, key=_minutes)))


def _seats(resource: Row) -> int:
    """A machine is for one, and so is what does not say for how many it is."""
    many: int | None = resource["units"] if resource["kind"] == "machines" else resource["seats"]
    return many or 1


def _part(space: Row, wish: Wish) -> str:
    """Desks go by parts of a day: the smallest one that has the times in it."""
    if wish.part != "times":
        return wish.part
    if wish.end <= space[NOON]:
        return "morning"
    return "afternoon" if wish.start >= space[NOON] else "day"


def _frame(space: Row, wish: Wish) -> Span:
    match wish.part:
        case "times":
            return wish.start, wish.end
        case "morning":
            return DAY[0], space[NOON]
        case "afternoon":
            return space[NOON], DAY[1]
    return DAY


def _minutes(span: Span) -> int:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in span)
    return end - start
