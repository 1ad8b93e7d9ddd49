"""`Position: bookings=17, members=4`: what somebody has already seen, and wants to see again.

A command answers with the position it reached; whoever sends the latest one back reads what they
wrote. Programs use the header. Browsers keep it for a moment in a cookie.
"""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gateway.problems import Problem

HEADER, COOKIE = "Position", "essaim_position"
SERVICES = ("members", "spaces", "bookings", "mobility", "training")
ONE = rf"(?:{'|'.join(SERVICES)})=[0-9]{{1,18}}"
PATTERN = rf"^(?:{ONE}(?:, ?{ONE}){{0,9}})?$"
MOMENT = 60

Positions = Mapping[str, int]


def read(text: str) -> Positions:
    if not text:
        return {}
    if not re.fullmatch(PATTERN, text):
        raise Problem(400, f'{HEADER} looks like "bookings=17, members=4".')
    pairs = [each.split("=") for each in re.split(", ?", text)]
    return merged(*({service: int(place)} for service, place in pairs))


def written(positions: Positions) -> str:
    return ", ".join(f"{service}={place}" for service, place in sorted(positions.items()))


def merged(*each: Positions) -> Positions:
    found: dict[str, int] = {}
    for positions in each:
        for service, place in positions.items():
            found[service] = max(place, found.get(service, 0))
    return found


def of(request: Request) -> Positions:
    """What a program says it has seen; otherwise what a person has just done. Also what this
    very request has done already, when one form is several commands."""
    return merged(_told(request), getattr(request.state, "reached", {}))


def _told(request: Request) -> Positions:
    if HEADER in request.headers:
        return read(request.headers[HEADER])
    try:
        return read(request.cookies.get(COOKIE, "").replace("+", ", "))
    except Problem:
        return {}


def is_asked(request: Request) -> bool:
    """A program that says a position means it."""
    return HEADER in request.headers


def keep(response: Response, positions: Positions) -> None:
    """For the page that a form leads to."""
    text = written(positions).replace(", ", "+")
    response.set_cookie(COOKIE, text, max_age=MOMENT, httponly=True, samesite="lax")
