"""The network as a drawing: where its spaces are, to scale, and nothing we do not know.

Equirectangular: for an area this small, degrees become kilometres by one factor each way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

from gateway.records import Row

KM_PER_DEGREE = 111.32
SCALE = 3.4  # units of the drawing a kilometre
MARGIN = 46.0
CELL = 14.0  # radius of a marker
LETTER, LINE = 6.6, 17.0  # about the size of the text
SCALE_BAR_KM = 20

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Marker:
    space: Row
    x: float
    y: float

    @property
    def shape(self) -> str:
        """The corners of a hexagon, for Belgium; a circle, for France, needs none."""
        return corners(self.x, self.y, CELL)


@dataclass(frozen=True)
class Label:
    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Map:
    width: float
    height: float
    markers: list[Marker]
    labels: list[Label]
    scale_bar: float = SCALE_BAR_KM * SCALE
    scale_bar_km: int = SCALE_BAR_KM


def draw(spaces: list[Row]) -> Map:
    """Spaces of one town lie side by side like cells of a comb, around the town."""
    middle = sum(space["lat"] for space in spaces) / len(spaces)
    flat = {space["code"]: _flat(space, middle) for space in spaces}
    left, top = (min(point[axis] for point in flat.values()) - MARGIN for axis in (0, 1))
    right, bottom = (max(point[axis] for point in flat.values()) + MARGIN for axis in (0, 1))
    towns: dict[str, list[Row]] = defaultdict(list)
    for space in spaces:
        towns[space["town"]].append(space)
    combs = {}
    for town, inside in towns.items():
        points = [flat[space["code"]] for space in inside]
        x, y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
        combs[town] = list(_comb(inside, x - left, y - top))
    labels = _labels(combs, (0.0, 0.0, right - left, bottom - top))
    markers = [marker for comb in combs.values() for marker in comb]
    return Map(right - left, bottom - top, markers, labels)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, between two places given by latitude and longitude."""
    down = (one[0] - other[0]) * KM_PER_DEGREE
    across = (one[1] - other[1]) * KM_PER_DEGREE * cos(radians((one[0] + other[0]) / 2))
    return hypot(down, across)


def corners(x: float, y: float, radius: float) -> str:
    """A hexagon that stands on a corner, as a polygon's points."""
    turns = [pi / 6 + n * pi / 3 for n in range(6)]
    return " ".join(f"{x + radius * cos(t):.1f},{y + radius * sin(t):.1f}" for t in turns)


def _flat(space: Row, middle: float) -> tuple[float, float]:
    x = space["lon"] * KM_PER_DEGREE * cos(radians(middle)) * SCALE
    return x, -space["lat"] * KM_PER_DEGREE * SCALE


def _comb(spaces: list[Row], x: float, y: float) -> Iterator[Marker]:
    """Two cells a row, the rows shifted by half a cell."""
    across, down = CELL * 2.05 * cos(pi / 6), CELL * 1.55
    cells = [
        (across * (n % 2) + across / 2 * (n // 2 % 2), down * (n // 2)) for n in range(len(spaces))
    ]
    dx, dy = (sum(cell[axis] for cell in cells) / len(cells) for axis in (0, 1))
    for space, (cell_x, cell_y) in zip(spaces, cells, strict=True):
        yield Marker(space, x + cell_x - dx, y + cell_y - dy)


def _labels(combs: dict[str, list[Marker]], paper: Box) -> list[Label]:
    """The name of each town on the first side of its cells where it covers nothing."""
    taken = [_around(markers) for markers in combs.values()]
    labels = []
    for town, markers in combs.items():
        places = list(_sides(town, _around(markers)))
        label, box = next(
            (place for place in places if _fits(place[1], taken, paper)),
            places[0],
        )
        taken.append(box)
        labels.append(label)
    return labels


def _around(markers: list[Marker]) -> Box:
    xs, ys = [marker.x for marker in markers], [marker.y for marker in markers]
    return min(xs) - CELL, min(ys) - CELL, max(xs) + CELL, max(ys) + CELL


def _sides(town: str, cells: Box) -> Iterator[tuple[Label, Box]]:
    left, top, right, bottom = cells
    x, y, wide, gap = (left + right) / 2, (top + bottom) / 2, len(town) * LETTER, 6.0
    for at, line, anchor, start in (
        (x, bottom + LINE, "middle", x - wide / 2),
        (x, top - gap, "middle", x - wide / 2),
        (right + gap, y + gap, "start", right + gap),
        (left - gap, y + gap, "end", left - gap - wide),
    ):
        yield Label(town, at, line, anchor), (start, line - LINE + 4, start + wide, line + 4)


def _fits(box: Box, taken: Iterable[Box], paper: Box) -> bool:
    left, top, right, bottom = box
    inside = paper[0] <= left and paper[1] <= top and right <= paper[2] and bottom <= paper[3]
    return inside and not any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in taken
    )
