"""What pages bring along: our sheets and scripts and those of others, named by their content.

An address has a hash in it and never leads to anything else, so browsers keep what they got for
ever, and a new page never meets an old sheet. Everything is read once, at start. `make up` fetches
what others made; without it, `asset` names no address and pages do without.
"""

import gzip
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gateway.problems import nothing_known

OURS = Path(__file__).parent / "static"
OTHERS = Path(__file__).parent.parent / "node_modules"
SHEETS = ("essaim",)
"""One sheet for whoever reads a page, several for whoever writes them. In this order."""

PARTS = {
    "essaim.css": [OURS / f"{sheet}.css" for sheet in SHEETS],
    "essaim.js": [OURS / "essaim.js"],
    "essaim.svg": [OURS / "essaim.svg"],
    "docs.css": [OURS / "docs.css"],
    "event-calendar.css": [OTHERS / "@event-calendar/build/dist/event-calendar.min.css"],
    "event-calendar.js": [OTHERS / "@event-calendar/build/dist/event-calendar.min.js"],
    "htmx.js": [OTHERS / "htmx.org/dist/htmx.min.js"],
    "leaflet.css": [OTHERS / "leaflet/dist/leaflet.css"],
    "leaflet.js": [OTHERS / "leaflet/dist/leaflet.js"],
}

FOR_EVER = "public, max-age=31536000, immutable"
ANEW = "public, no-cache"


class Asset(NamedTuple):
    address: str
    kind: str
    body: bytes
    packed: bytes


@cache
def assets() -> dict[str, Asset]:
    """By name, those that are there. One of ours that is not is a mistake."""
    there = {
        name: parts
        for name, parts in PARTS.items()
        if OTHERS not in parts[0].parents or all(part.exists() for part in parts)
    }
    return {
        name: _asset(name, b"\n".join(part.read_bytes() for part in parts))
        for name, parts in there.items()
    }


def asset(name: str) -> str:
    """The address of an asset; "" for one of others that was not fetched."""
    assert name in PARTS, f"{name} is not listed in {__name__}"
    found = assets().get(name)
    return found.address if found else ""


async def send(request: Request) -> Response:
    """By the address that pages name; what is current, by its plain name or an old address."""
    name, _, _ = (asked := request.path_params["name"]).partition(".")
    found = assets().get(f"{name}.{asked.rpartition('.')[2]}")
    if found is None:
        raise nothing_known()
    current = found.address == request.url.path
    headers = {"Cache-Control": FOR_EVER if current else ANEW, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(
            found.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.kind
        )
    return Response(found.body, headers=headers, media_type=found.kind)


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    mark = sha256(body).hexdigest()[:12]
    kind = guess_type(name)[0] or "application/octet-stream"
    return Asset(f"/static/{stem}.{mark}.{ending}", kind, body, gzip.compress(body, mtime=0))
