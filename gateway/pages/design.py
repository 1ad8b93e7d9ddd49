"""The visual language, shown by what pages are really made of. For whoever adds a page; in English,
as is the description of the API."""

import re
from functools import cache
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gateway.assets import OURS
from gateway.pages.page import page
from gateway.problems import Problem

TEXT, SHAPE = 4.5, 3.0
"""How much brighter one of two colours must be, for text and for shapes (WCAG 2.2 AA)."""

SURFACES = ("paper", "card", "sunk")
PAIRS = [
    *((text, under, TEXT) for text in ("ink", "soft", "link") for under in SURFACES),
    *(("red", under, TEXT) for under in ("paper", "card", "bad")),
    *(("ink", under, TEXT) for under in ("good", "bad", "note")),
    *(("on-slate", under, TEXT) for under in ("slate", "slate-hover")),
    *((f"on-{under}", under, TEXT) for under in ("honey", "comb", "good", "note")),
    ("card", "red", TEXT),
    ("card", "ink", TEXT),
    ("card", "free", TEXT),
    *(("free", under, TEXT) for under in ("card", "paper")),
    *(("edge", under, SHAPE) for under in SURFACES),
    *(("slate", under, SHAPE) for under in SURFACES),
    *(("busy", "free", SHAPE),),
]
"""What stands on what, anywhere."""


class Colour(NamedTuple):
    name: str
    day: str
    night: str


class Contrast(NamedTuple):
    front: str
    behind: str
    least: float
    day: float
    night: float


@cache
def tokens() -> str:
    return (OURS / "sheets" / "tokens.css").read_text()


@cache
def colours() -> dict[str, Colour]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", tokens())
    return {name: Colour(name, day, night) for name, day, night in found}


def sizes(kind: str) -> list[str]:
    """The names of text sizes, or of steps of space, as they stand in the sheet."""
    return re.findall(rf"--({kind}[\w-]*):", tokens())


def contrasts() -> list[Contrast]:
    known = colours()
    return [
        Contrast(
            front,
            behind,
            least,
            contrast(known[front].day, known[behind].day),
            contrast(known[front].night, known[behind].night),
        )
        for front, behind, least in PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """How many times brighter one colour is than the other: from 1 to 21."""
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


async def see(request: Request) -> Response:
    return await page(
        request,
        "design.html",
        colours=list(colours().values()),
        contrasts=contrasts(),
        text_sizes=sizes("text"),
        steps=sizes("s(?=[0-9])"),
        wrong={"failing"},
        problem=Problem(503, "The service cannot be reached."),
    )
