"""What pages bring along: our sheets and scripts and those of others, named by their content.

An address has a hash in it and never leads to anything else, so browsers keep what they got for
ever, and a new page never meets an old sheet. Everything is read once, at start. `make up` fetches
what others made; without it, `asset` names no address and pages do without.
"""

import gzip
import re
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
SHEETS = ("tokens", "text", "frame", "forms", "parts", "places", "pages", "host", "print")
"""One sheet for whoever reads a page, several for whoever writes them. In this order."""

FIGTREE = OTHERS / "@fontsource-variable/figtree"
PARTS = {
    "essaim.css": [OURS / "sheets" / f"{sheet}.css" for sheet in SHEETS],
    "essaim.js": [OURS / "essaim.js"],
    "essaim.svg": [OURS / "essaim.svg"],
    "docs.css": [OURS / "docs.css"],
    "counter.js": [OURS / "counter.js"],
    "passkeys.js": [OURS / "passkeys.js"],
    "verify.js": [OURS / "verify.js"],
    "planning.js": [OURS / "planning.js"],
    "event-calendar.css": [OTHERS / "@event-calendar/build/dist/event-calendar.min.css"],
    "event-calendar.js": [OTHERS / "@event-calendar/build/dist/event-calendar.min.js"],
    "figtree.woff2": [FIGTREE / "files/figtree-latin-wght-normal.woff2"],
    "htmx.js": [OTHERS / "htmx.org/dist/htmx.min.js"],
    "map.js": [OURS / "map.js"],
    "leaflet.css": [OTHERS / "leaflet/dist/leaflet.css"],
    "leaflet.js": [OTHERS / "leaflet/dist/leaflet.js"],
}

FOR_EVER = "public, max-age=31536000, immutable"
ANEW = "public, no-cache"


class Asset(NamedTuple):
    address: str
    kind: str
    body: bytes
    packed: bytes | None


@cache
def assets() -> dict[str, Asset]:
    """By name, those that are there. One of ours that is not is a mistake."""
    found: dict[str, Asset] = {}
    for name, parts in sorted(PARTS.items(), key=lambda each: each[0].endswith(".css")):
        if OTHERS not in parts[0].parents or all(part.exists() for part in parts):
            body = b"\n".join(part.read_bytes() for part in parts)
            found[name] = _asset(name, _addressed(body, found) if name.endswith(".css") else body)
    return found


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
    if found.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, headers=headers, media_type=found.kind)
    return Response(found.body, headers=headers, media_type=found.kind)


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    mark = sha256(body).hexdigest()[:12]
    kind = guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if kind.startswith(("text/", "image/svg")) else None
    return Asset(f"/static/{stem}.{mark}.{ending}", kind, body, packed)


def _addressed(sheet: bytes, found: dict[str, Asset]) -> bytes:
    """What a sheet brings along itself is named by its content, too."""

    def address(url: re.Match[bytes]) -> bytes:
        known = found.get(url[1].decode())
        return b"url(%s)" % known.address.encode() if known else url[0]

    return re.sub(rb"url\(([\w.-]+)\)", address, sheet)
