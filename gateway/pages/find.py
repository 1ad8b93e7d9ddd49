"""Find a place: choose a time first, then see what is free across all spaces."""

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from gateway.asking import is_for_guests
from gateway.pages.book import SHARED, order_of, outlook
from gateway.pages.network import first_open, free_on, zone_of
from gateway.pages.offers import BY_DEFAULT, KINDS, Found, Offer, Wish, search, towns
from gateway.pages.page import CENTURY, all_of, page, previewed, today
from gateway.people import identify
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.directory import ListSpaces

PARTS = ("day", "morning", "afternoon", "times")
MOST_PEOPLE = 500
DAYS_TO_LOOK_ON = 7
REFUSED = 409
PRICED = 12
"""For so many offers somebody who is signed in sees what they themselves would pay."""


async def see(request: Request) -> Response:
    caller = await identify(request)
    spaces = await all_of(request, ListSpaces, {})
    zone = zone_of(spaces)
    asked = request.query_params
    wrong = mistakes(asked, today(zone), towns(spaces))
    typed = {**asked, "avec": asked.getlist("avec")}
    words: Row = {
        "typed": typed,
        "today": today(zone),
        "towns": towns(spaces),
        "kinds": KINDS,
        "amenities": sorted({each for space in spaces for each in space["amenities"]}),
    }
    if wrong:
        return await page(request, "find.html", 422, **words, wrong=wrong, wish=None)
    if asked.get("jour"):
        day, free = await free_on(request, date.fromisoformat(asked["jour"]))
    else:
        day, free = await first_open(request, today(zone))
    typed["jour"] = day.isoformat()
    wish = wish_of(asked, day, zone)
    found = search(spaces, free, wish)
    return await page(
        request,
        "find.html",
        **words,
        wish=wish,
        found=found,
        mine=await for_caller(request, wish, found),
        other=None if found else await other_day(request, spaces, wish),
        booking=booking,
        for_guests=lambda resource: not caller.signed_in and is_for_guests(resource),
    )


def mistakes(asked: QueryParams, now: date, known: list[str]) -> set[str]:
    """The fields that make no sense."""
    start, end = asked.get("de", ""), asked.get("a", "")
    people = asked.get("combien", "") or "1"
    good = {
        "jour": not asked.get("jour") or is_to_come(asked["jour"], now),
        "partie": asked.get("partie", "day") in PARTS,
        "ou": asked.get("ou", "") in ("", *known),
        "quoi": asked.get("quoi", BY_DEFAULT) in KINDS,
        "combien": people.isascii() and people.isdigit() and 1 <= int(people) <= MOST_PEOPLE,
    }
    exact = asked.get("partie") == "times"
    good |= {"de": is_time(start) or not (exact or start)}
    good |= {"a": (is_time(end) and (start < end or not exact)) or not (exact or end)}
    return {name for name, fine in good.items() if not fine}


def is_to_come(text: str, now: date) -> bool:
    try:
        return now <= date.fromisoformat(text) <= CENTURY[1]
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """By quarters of an hour, as rooms are booked."""
    return bool(re.fullmatch(r"(?:[01]\d|2[0-3]):(?:00|15|30|45)|24:00", text, re.ASCII))


def wish_of(asked: QueryParams, day: date, zone: str) -> Wish:
    there = datetime.now(UTC).astimezone(ZoneInfo(zone))
    quarter = there + timedelta(minutes=-there.minute % 15)
    passed = quarter.strftime("%H:%M") if quarter.date() == day else "24:00"
    return Wish(
        day=day,
        part=asked.get("partie", "day"),
        start=asked.get("de", ""),
        end=asked.get("a", ""),
        kind=asked.get("quoi", BY_DEFAULT),
        people=int(asked.get("combien") or 1),
        town=asked.get("ou", ""),
        amenities=frozenset(asked.getlist("avec")),
        now=passed if there.date() == day else "",
    )


async def other_day(request: Request, spaces: list[Row], wish: Wish) -> str | None:
    """The address of the same search on the next day on which there is something."""
    for n in range(1, DAYS_TO_LOOK_ON + 1):
        later = wish._replace(day=wish.day + timedelta(days=n), now="")
        if later.day <= CENTURY[1]:
            _, free = await free_on(request, later.day)
            if search(spaces, free, later):
                return str(request.url.include_query_params(jour=later.day).query)
    return None


async def for_caller(request: Request, wish: Wish, found: Iterable[Found]) -> dict[str, Row]:
    """What the first offers would cost the caller, as bookings says; or why they may not have it.

    By resource. Nobody's, for visitors and while bookings is away.
    """
    caller = await identify(request)
    if not caller.signed_in or wish.kind == "office":
        return {}
    places = [(each.space, offer) for each in found for offer in each.offers][:PRICED]

    async def priced(space: Row, offer: Offer) -> Row:
        at = {"part": offer.part, "start": offer.start, "end": offer.end}
        form = {"day": str(wish.day), "people": str(wish.people), **at}
        message, about = order_of(offer.resource["kind"], form)
        place = {"space_id": str(space["space"]), "resource_id": offer.resource["resource"]}
        words = {**place, "person_id": str(caller.person), **about}
        seen = await previewed(request, message, words)
        if isinstance(seen, Problem):
            return {"problem": seen, "cents": None}
        return {"problem": None, "cents": outlook(seen)["cents"]}

    answers = await asyncio.gather(*(priced(*place) for place in places))
    told = zip((offer.resource["resource"] for _, offer in places), answers, strict=True)
    return {
        resource: said
        for resource, said in told
        if said["problem"] is None or said["problem"].status == REFUSED
    }


def booking(space: Row, offer: Offer, wish: Wish, way: str = "reserver") -> str:
    """The address of the form, with everything filled in. `way`: that of guests is "demander"."""
    times = {"partie": offer.part, "debut": offer.start, "fin": offer.end}
    given = {"ressource": offer.resource["code"], "jour": str(wish.day), **times}
    if wish.people > 1 and offer.resource["kind"] in SHARED:
        given["combien"] = str(wish.people)
    return f"/{way}/{space['code']}?{urlencode({k: v for k, v in given.items() if v})}"
