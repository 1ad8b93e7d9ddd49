"""My pass: the days left to work across the border, and where I worked this year."""

from math import cos, pi, sqrt
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gateway.api import look_up
from gateway.pages.map import corners
from gateway.pages.page import all_of, page, signed_in, today
from gateway.problems import Problem
from gateway.records import Row
from gateway.views.credits import ListCredits
from gateway.views.mobility import ListPasses, ListWorkDays

MOST_CELLS = 120
RADIUS, A_ROW = 13.0, 10


class Cell(NamedTuple):
    """A day of the pass: `used` half days of it are used up."""

    points: str
    half: str
    used: int


class Comb(NamedTuple):
    width: float
    height: float
    cells: list[Cell]


async def see(request: Request) -> Response:
    caller = await signed_in(request)
    me, now = str(caller.person), today("Europe/Brussels")
    passes = await all_of(request, ListPasses, {"person_id": me})
    current = [each for each in passes if each["year"] == now.year]
    earlier = [each for each in reversed(passes) if each["year"] != now.year]
    return await page(
        request,
        "pass.html",
        today=now,
        current=current[0] if current else None,
        earlier=earlier,
        credits=await all_of(request, ListCredits, {"person_id": me, "since": now.isoformat()}),
        comb=comb(current[0]) if current else None,
        worked=await worked(request, me, now.year),
    )


async def worked(request: Request, person: str, year: int) -> Row:
    words = {"person_id": person, "year": year}
    try:
        found: Row = await look_up(request, ListWorkDays, words)
    except Problem as problem:
        if problem.status != 404:
            raise
        return {"year": year, "countries": [], "days": []}
    return found


def comb(pass_: Row) -> Comb | None:
    """A cell for each day of the allowance, filled as it is used. Too many are no picture."""
    if not 0 < pass_["days"] <= MOST_CELLS:
        return None
    across, down = RADIUS * sqrt(3) + 2, RADIUS * 1.5 + 2
    cells = []
    for n in range(pass_["days"]):
        row, column = divmod(n, A_ROW)
        x = RADIUS + across * (column + row % 2 / 2)
        y = RADIUS + 1 + down * row
        used = min(max(pass_["half_days_used"] - 2 * n, 0), 2)
        cells.append(Cell(corners(x, y, RADIUS), _left_half(x, y), used))
    rows = -(-pass_["days"] // A_ROW)
    columns = min(pass_["days"], A_ROW) + (0.5 if rows > 1 else 0)
    return Comb(across * columns + 4, down * (rows - 1) + 2 * RADIUS + 2, cells)


def _left_half(x: float, y: float) -> str:
    """The half of the hexagon that lies left of its middle."""
    side = RADIUS * cos(pi / 6)
    points = [
        *((x, y - RADIUS), (x - side, y - RADIUS / 2)),
        *((x - side, y + RADIUS / 2), (x, y + RADIUS)),
    ]
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
