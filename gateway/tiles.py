"""Where the background of maps comes from, if from anywhere: a tile server that operators choose.

MAP_TILES="https://tiles.example.org/{z}/{x}/{y}.png"  MAP_CREDIT="© OpenStreetMap contributors"

Without one, or without JavaScript, the territory is drawn, and nobody else learns who looks at it.
"""

import os
from typing import NamedTuple
from urllib.parse import urlsplit


class Tiles(NamedTuple):
    """An address with {z}, {x} and {y} in it, and who is to be named for what it shows."""

    address: str
    credit: str

    @property
    def origin(self) -> str:
        """The one place that pages may take pictures from, besides ours; "" when they are ours."""
        where = urlsplit(self.address)
        return f"{where.scheme}://{where.netloc}" if where.netloc else ""


def tiles() -> Tiles | None:
    address = os.environ.get("MAP_TILES", "")
    return Tiles(address, os.environ.get("MAP_CREDIT", "")) if address else None
