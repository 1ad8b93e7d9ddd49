"""How somebody reads: in which language, and by day or by night. As they chose here, else as their
browser says, else in French."""

import re

from starlette.requests import Request

from gateway import cookies
from gateway.language import DEFAULT, LANGUAGES, Language

COOKIE = "essaim_language"
APPEARANCE = "essaim_appearance"
APPEARANCES = ("", "light", "dark")
"""The first leaves it to the device."""
A_YEAR = 365 * 24 * 60 * 60


def language_of(request: Request) -> Language:
    """Asks nobody anything: who reads that everything is away reads it in their language."""
    chosen = LANGUAGES.get(cookies.shown(request, COOKIE))
    return chosen or preferred(",".join(request.headers.getlist("Accept-Language")))


def preferred(header: str) -> Language:
    """The language of ours that comes first in an Accept-Language (RFC 9110, 12.5.4).

    "nl-BE;q=0.8" is Dutch. What makes no sense in it is passed over.
    """
    weights: dict[str, float] = {}
    for each in header.split(","):
        tag, _, weight = each.partition(";")
        code = tag.strip().partition("-")[0].lower()
        weights[code] = max(_weight(weight), weights.get(code, 0.0))
    others = {code: weights.get("*", 0.0) for code in LANGUAGES if code not in weights}
    ours = {code: weight for code, weight in weights.items() if code in LANGUAGES} | others
    best = max(ours, key=lambda code: ours[code])
    return LANGUAGES[best if ours[best] else DEFAULT]


def appearance_of(request: Request) -> str:
    chosen = cookies.shown(request, APPEARANCE)
    return chosen if chosen in APPEARANCES else ""


def remember(request: Request, language: Language) -> None:
    """The browser says it with each request from now on."""
    cookies.keep(request, COOKIE, language.code, A_YEAR)


def keep_appearance(request: Request, chosen: str) -> None:
    cookies.keep(request, APPEARANCE, chosen, A_YEAR if chosen else 0)


def _weight(text: str) -> float:
    if not text:
        return 1.0
    found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", text, re.ASCII | re.I)
    return float(found[1]) if found else 0.0
