"""How full a space is, week by week or month by month: drawn, as a table, and as CSV."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.host.frame import run_by_caller, shown
from gateway.pages.host.plot import bars
from gateway.pages.page import today
from gateway.pages.reader import language_of
from gateway.problems import nothing_known
from gateway.records import Row
from gateway.views.occupancy import SeeOccupancy

WEEKS, MONTHS = 12, 12
COUNTED = ("visits", "checked_in", "no_shows")
MEASURED = ("desks_offered", "desks_booked", "rooms_offered", "rooms_booked")


class Period(NamedTuple):
    first: date
    last: date


async def see(request: Request) -> Response:
    space = await run_by_caller(request, "see_occupancy")
    by = asked_by(request)
    rows = await figures(request, space, by)
    language = language_of(request)
    names = [name_of(request, each, by) for each in rows]
    return await shown(
        request,
        "host/occupancy.html",
        space,
        by=by,
        rows=list(zip(names, rows, strict=True)),
        hours=lambda minutes: language.number(round(minutes / 60, 1)),
        share=share,
        used=bars([[share(r, "desks") or 0, share(r, "rooms") or 0] for r in rows], most=100),
        came=bars([[r["checked_in"], r["no_shows"], unknown(r)] for r in rows], stacked=True),
    )


async def see_csv(request: Request) -> Response:
    """The same figures, minutes as they are counted, days in the order of the standard."""
    space = await run_by_caller(request, "see_occupancy")
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("first", "last", *(f"{each}_minutes" for each in MEASURED), *COUNTED))
    for row in await figures(request, space, asked_by(request)):
        writer.writerow((row["first"], row["last"], *(row[each] for each in MEASURED + COUNTED)))
    file = f'attachment; filename="{space["code"]}.csv"'
    kept = {"Content-Disposition": file, "Cache-Control": "private, no-cache"}
    return Response(text.getvalue(), 200, kept, "text/csv; charset=utf-8")


def asked_by(request: Request) -> str:
    by = request.query_params.get("par", "semaine")
    if by not in ("semaine", "mois"):
        raise nothing_known()
    return by


async def figures(request: Request, space: Row, by: str) -> list[Row]:
    """One row for each period, the sums of its days. The current one counts until today."""
    now = today(space["timezone"])
    wanted = list(weeks(now) if by == "semaine" else months(now))
    words = {"first": wanted[0].first.isoformat(), "last": now.isoformat()}
    found = await look_up(request, SeeOccupancy, {"space_id": str(space["space"]), **words})
    rows = []
    for first, last in wanted:
        days = [each for each in found["days"] if first <= each["day"] <= last]
        sums = {name: sum(day[name] for day in days) for name in MEASURED + COUNTED}
        rows.append({"first": first, "last": last, **sums})
    return rows


def weeks(now: date) -> Iterator[Period]:
    monday = now - timedelta(days=now.weekday())
    for n in reversed(range(WEEKS)):
        first = monday - timedelta(weeks=n)
        yield Period(first, min(first + timedelta(days=6), now))


def months(now: date) -> Iterator[Period]:
    this = now.year * 12 + now.month - 1
    for n in range(this - MONTHS + 1, this + 1):
        following = date((n + 1) // 12, (n + 1) % 12 + 1, 1)
        yield Period(date(n // 12, n % 12 + 1, 1), min(following - timedelta(days=1), now))


def share(row: Row, group: str) -> int | None:
    """Of a hundred minutes offered, how many were booked; None when nothing was offered."""
    offered: int = row[f"{group}_offered"]
    return round(100 * row[f"{group}_booked"] / offered) if offered else None


def unknown(row: Row) -> int:
    """Visits of which nobody said whether somebody came."""
    neither: int = row["visits"] - row["checked_in"] - row["no_shows"]
    return neither


def name_of(request: Request, row: Row, by: str) -> str:
    language = language_of(request)
    return language.month(row["first"]) if by == "mois" else language.short_day(row["first"])
