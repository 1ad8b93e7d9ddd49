"""How somebody reads: in which language, and by day or by night. As they chose here, else as their
browser says, else in French."""

import re

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages.language import LANGUAGES, Language

COOKIE = "essaim_language"
APPEARANCE = "essaim_appearance"
APPEARANCES = ("", "light", "dark")
"""The first leaves it to the device."""
A_YEAR = 365 * 24 * 60 * 60
DEFAULT = "fr"


def language_of(request: Request) -> Language:
    """Asks nobody anything: who reads that everything is away reads it in their language."""
    chosen = LANGUAGES.get(request.cookies.get(COOKIE, ""))
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
    chosen = request.cookies.get(APPEARANCE, "")
    return chosen if chosen in APPEARANCES else ""


def remember(request: Request, response: Response, language: Language) -> None:
    """The browser says it with each request from now on."""
    _keep(request, response, COOKIE, language.code)


def keep_appearance(request: Request, response: Response, chosen: str) -> None:
    _keep(request, response, APPEARANCE, chosen)


def _keep(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR if value else 0,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _weight(text: str) -> float:
    if not text:
        return 1.0
    found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", text, re.ASCII | re.I)
    return float(found[1]) if found else 0.0
