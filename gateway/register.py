"""The register for everybody: what was signed, and the hashes under it (C2SP tlog-tiles).

With them anybody can check that the register only grows, and witnesses do. The facts themselves are
not among them: they name people by ids, so they are for auditors, and in what is exported to them.
"""

import re
import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

from gateway.audit import Audit
from gateway.problems import nothing_known

TILE = re.compile(r"(\d{1,2})/(x\d{3}/){0,6}\d{3}(\.p/\d{1,3})?", re.ASCII)
KEPT = 1_000
"""Tiles in memory, each of at most 8 KiB."""
FRESH = 1.0
"""Seconds: so often the register signs at most."""
FOR_EVER = "public, max-age=31536000, immutable"


class Register:
    """What was fetched from the auditor's process, for as long as it is good."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.tiles: OrderedDict[str, bytes] = OrderedDict()
        self.notes: dict[str, tuple[float, bytes]] = {}

    async def tile(self, path: str) -> bytes:
        if path not in self.tiles:
            answer = await self.audit.public(f"/register/tile/{path}")
            self.tiles[path] = answer.content
            if len(self.tiles) > KEPT:
                self.tiles.popitem(last=False)
        self.tiles.move_to_end(path)
        return self.tiles[path]

    async def latest(self, path: str) -> bytes:
        """However many ask, the auditor's process is asked once a second."""
        at, text = self.notes.get(path, (0.0, b""))
        if not text or time.monotonic() - at > FRESH:
            text = (await self.audit.public(path)).content
            self.notes[path] = time.monotonic(), text
        return text


async def see_checkpoint(request: Request) -> Response:
    return await _note(request, "/register/checkpoint")


async def see_policy(request: Request) -> Response:
    """Whose signatures count (C2SP tlog-policy)."""
    return await _note(request, "/register/policy")


async def see_tile(request: Request) -> Response:
    """A row of hashes, which never changes."""
    path = request.path_params["path"]
    if not TILE.fullmatch(path):
        raise nothing_known()
    tile = await request.state.register.tile(path)
    kept = {"Cache-Control": FOR_EVER}
    return Response(tile, headers=kept, media_type="application/octet-stream")


async def _note(request: Request, path: str) -> Response:
    text = await request.state.register.latest(path)
    kept = {"Cache-Control": f"public, max-age={FRESH:.0f}"}
    return Response(text, headers=kept, media_type="text/plain")


ROUTES = [
    ("GET /register/checkpoint", see_checkpoint),
    ("GET /register/policy", see_policy),
    ("GET /register/tile/{path:path}", see_tile),
]
