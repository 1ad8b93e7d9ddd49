"""A space: what it is, what it costs, when it opens, and what is free in it this week."""

import re
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.language import Language
from gateway.pages.page import CENTURY, all_of, page, space_of, today
from gateway.pages.reader import language_of
from gateway.problems import nothing_known
from gateway.records import Row
from gateway.views.availability import SeeWeek
from gateway.views.courses import ListSessions
from vocabulary import calendar
from vocabulary.school import Break, breaks, known_until

BOOKABLE = ("desks", "room", "studio", "machines", "office")
COUNTRIES = ("BE", "FR")
DAYS_AHEAD = 92
WIDTH, HEIGHT = 100.0, 8
"""Of the bar of a day."""
WEEK = timedelta(days=7)


async def see(request: Request) -> Response:
    space = await space_of(request)
    now = today(space["timezone"])
    asked = request.query_params.get("semaine")
    monday = monday_of(asked, now)
    week = await week_of(request, space, monday)
    if asked is None and is_over(week, now):
        monday += WEEK
        week = await week_of(request, space, monday)
    return await page(
        request,
        "space.html",
        space=space,
        today=now,
        week=week,
        rows=[each for each in week["resources"] if each["kind"] in BOOKABLE],
        bar=bar,
        monday=monday,
        before=week_name(monday - WEEK) if monday - WEEK >= CENTURY[0] else None,
        after=week_name(monday + WEEK) if monday + WEEK <= CENTURY[1] else None,
        current=week_name(now),
        feasts=feasts_from(now, language_of(request)),
        school=school_from(space["country"], now),
        known_until=known_until(space["country"]),
        sessions=await sessions_in(request, space, now),
    )


def feasts_from(now: date, language: Language) -> list[tuple[date, dict[str, list[str]]]]:
    """The next public holidays of both countries: day, what it is called, and where."""
    found = []
    for day in (now + timedelta(days=n) for n in range(DAYS_AHEAD)):
        called: dict[str, list[str]] = {}
        for country in COUNTRIES:
            if name := calendar.holiday(country, day):
                called.setdefault(language.holiday(name), []).append(country)
        if called:
            found.append((day, called))
    return found


def school_from(country: str, now: date) -> list[Break]:
    """The next days without school that are not public holidays, which stand beside them."""
    found = breaks(country, now, now + timedelta(days=DAYS_AHEAD))
    return [e for e in found if e.first < e.last or not calendar.holiday(country, e.first)]


async def sessions_in(request: Request, space: Row, now: date) -> list[Row]:
    """What can be learnt there from today on."""
    found = await all_of(request, ListSessions, {"since": now.isoformat()})
    here = {"space": space["space"], "state": "planned"}
    return [each for each in found if here.items() <= each.items()]


async def week_of(request: Request, space: Row, monday: date) -> Row:
    words = {"space_id": str(space["space"]), "monday": monday.isoformat()}
    found: Row = await look_up(request, SeeWeek, words)
    return found


def is_over(week: Row, now: date) -> bool:
    """On a Saturday, people look for the week to come."""
    return not any(day["open"] for day in week["days"] if day["day"] >= now)


def monday_of(week: str | None, now: date) -> date:
    """ "2027-W10" is the week that begins on Monday, 8 March 2027. Without one, this week."""
    if week is None:
        return now - timedelta(days=now.weekday())
    found = re.fullmatch(r"(20\d\d)-W(\d\d)", week, re.ASCII)
    try:
        if found:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise nothing_known()


def week_name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def bar(open_: list[list[str]], spans: list[list[str]]) -> str:
    """Spans between the first opening and the last closing of a day, as an outline in SVG."""
    first, last = minutes(open_[0][0]), minutes(open_[-1][1])
    unit, outline = WIDTH / (last - first), ""
    for start, end in spans:
        left, right = max(minutes(start), first), min(minutes(end), last)
        if left < right:
            width = f"{round((right - left) * unit, 2):g}"
            outline += f"M{round((left - first) * unit, 2):g} 0h{width}v{HEIGHT}h-{width}z"
    return outline


def minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def resource_of(space: Row, code: str) -> Row | None:
    """What of a space can be booked under a code."""
    fits = (r for r in space["resources"] if r["code"] == code and r["kind"] in BOOKABLE)
    return next(fits, None)
