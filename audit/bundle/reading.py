"""The facts as a page that people read: offline, without a script, and whatever stands in them."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
MOST = 2_000
"""Facts on the page. A browser cannot show a million; the tables have them all."""

Fact = dict[str, Any]


def as_page(
    claims: Fact, facts: Iterator[tuple[int, Fact]], disclosed: Sequence[Fact]
) -> Iterator[bytes]:
    style = (HERE / "index.css").read_text()
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = islice(facts, MOST)
    pieces = templates.get_template("index.html").generate(
        claims=claims,
        period=_period(claims["period"]),
        figures=_figures(claims["figures"]),
        days=groupby(shown, key=lambda each: each[1]["time"][:10]),
        disclosed=disclosed[:MOST],
        most=MOST,
        pretty=_pretty,
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )
    for piece in pieces:
        yield piece.encode()


def _period(period: Fact) -> dict[str, str] | None:
    since, until = period["from"], period["until"]
    if not (since or until):
        return None
    ends = [("du", "from", since)] * bool(since) + [("au", "until", until)] * bool(until)
    fr, en = (" ".join(f"{each[n]} {each[2]}" for each in ends) for n in (0, 1))
    return {"fr": fr, "en": en}


def _figures(figures: Fact) -> Iterator[tuple[str, str, str]]:
    bookings, settled = figures["bookings"], figures["settlements"]
    yield "Réservations", "Bookings", str(bookings["made"])
    yield "Leur prix, EUR", "Their price, EUR", _euros(bookings["cents"])
    yield "Demi-journées sur place", "Half-days in a space", str(figures["check_ins"]["half_days"])
    attended = figures["attendance"]["half_days"]
    yield "Demi-journées de formation suivies", "Half-days of training attended", str(attended)
    abroad = sum(figures["passes"].values())
    yield "Demi-journées outre-frontière", "Half-days across the border", str(abroad)
    yield (
        "Compensations entre espaces, EUR",
        "Settled between spaces, EUR",
        _euros(settled["cents"]),
    )


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _pretty(fact: Fact) -> str:
    told = fact.get("data", {"datasha256": fact.get("datasha256")})
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
