"""A log as files that never change, and reading a tree out of them (C2SP tlog-tiles).

A tile is a row of up to 256 hashes of the tree; a bundle, as many entries. What is full stays as it
is for ever; at the right edge of a tree there are partial ones, which a larger tree does without.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from audit.note import Malformed
from audit.tree import Subtree, node_hash

Found = TypeVar("Found")

HEIGHT = 8
WIDTH = 1 << HEIGHT
LONGEST = 0xFFFF
"""Bytes of an entry, for two bytes say how long it is (C2SP tlog-tiles, Log entries)."""


@dataclass(frozen=True)
class Tile:
    """Which hashes: those of complete subtrees at level 8 * `level`, `width` of them from
    256 * `index` on. Without a level it is the bundle of as many entries."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the address of the log (C2SP tlog-tiles, Merkle Tree)."""
        level = "entries" if self.level is None else self.level
        number = str(self.index)
        number = number.zfill(len(number) + -len(number) % 3)
        groups = [number[each : each + 3] for each in range(0, len(number), 3)]
        folders = "".join(f"x{each}/" for each in groups[:-1])
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{folders}{groups[-1]}{part}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The same from its path, which has one form. Raises Malformed."""
        found = re.fullmatch(
            r"tile/(entries|\d{1,2})/((?:x\d{3}/){0,6}\d{3})(?:\.p/(\d{1,3}))?", path, re.ASCII
        )
        if not found:
            raise Malformed("this is no path of a tile")
        level, number, width = found.groups()
        tile = cls(
            None if level == "entries" else int(level),
            int(re.sub("[x/]", "", number)),
            int(width or WIDTH),
        )
        if not (tile.level or 0) < 64 or not 0 < tile.width <= WIDTH or tile.path != path:
            raise Malformed("this is no path of a tile")
        return tile


def tiles(size: int, old: int = 0) -> Iterator[Tile]:
    """What a log of `size` serves that it did not serve when it had `old` entries: bundles first,
    then each level of hashes (C2SP tlog-tiles, Partial Tiles)."""
    yield from _row(None, size, old)
    level = 0
    while size >> HEIGHT * level:
        yield from _row(level, size >> HEIGHT * level, old >> HEIGHT * level)
        level += 1


def hashes(subtree: Subtree, tile: Tile) -> bytes:
    """The content of a tile of hashes."""
    if tile.level is None:
        raise ValueError("a bundle of entries has no hashes")
    first = WIDTH * tile.index
    return b"".join(subtree(HEIGHT * tile.level, first + each) for each in range(tile.width))


def bundle(entries: Sequence[bytes]) -> bytes:
    """C2SP tlog-tiles, Log entries."""
    if not 0 < len(entries) <= WIDTH or any(len(each) > LONGEST for each in entries):
        raise ValueError(f"a bundle has 1 to {WIDTH} entries of up to {LONGEST} bytes")
    return b"".join(len(each).to_bytes(2) + each for each in entries)


def entries(data: bytes) -> list[bytes]:
    """What a bundle holds. Raises Malformed."""
    found: list[bytes] = []
    at = 0
    while at < len(data) and len(found) < WIDTH:
        length = int.from_bytes(data[at : at + 2])
        at += 2 + length
        found.append(data[at - length : at])
    if at != len(data) or not found:
        raise Malformed("the bundle is cut off, empty or too long")
    return found


class TiledTree:
    """The tree of a log of some size, read from its tiles as they are needed. `fetch` gives the
    contents of some tiles, in their order."""

    def __init__(self, size: int, fetch: Callable[[Sequence[Tile]], Sequence[bytes]]) -> None:
        self.size = size
        self._fetch = fetch
        self._fetched: dict[Tile, bytes] = {}

    def read(self, reader: Callable[[Subtree], Found]) -> Found:
        """What a reader finds, with all tiles that it needs fetched in one go. It is called twice,
        and must ask for the same whatever the hashes are. Raises Malformed."""
        needed: dict[Tile, None] = {}

        def note(level: int, index: int) -> bytes:
            tile, _ = self._place(level, index)
            needed[tile] = None
            return bytes(32)

        reader(note)
        if missing := [each for each in needed if each not in self._fetched]:
            self._read(missing)
        return reader(self.subtree)

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, as audit.tree asks for it. Raises Malformed."""
        tile, first = self._place(level, index)
        if tile not in self._fetched:
            self._read([tile])
        data, many = self._fetched[tile], 1 << level % HEIGHT
        found = [data[32 * each : 32 * each + 32] for each in range(first, first + many)]
        while len(found) > 1:
            found = [node_hash(*found[each : each + 2]) for each in range(0, len(found), 2)]
        return found[0]

    def _place(self, level: int, index: int) -> tuple[Tile, int]:
        """The tile that a subtree is in, and where it begins there."""
        row, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, WIDTH)
        width = min(WIDTH, (self.size >> HEIGHT * row) - WIDTH * number)
        return Tile(row, number, width), first

    def _read(self, wanted: Sequence[Tile]) -> None:
        for tile, data in zip(wanted, self._fetch(wanted), strict=True):
            if len(data) != 32 * tile.width:
                raise Malformed(f"{tile.path} has not {tile.width} hashes")
            self._fetched[tile] = data


def _row(level: int | None, size: int, old: int) -> Iterator[Tile]:
    for index in range(old // WIDTH, size // WIDTH):
        yield Tile(level, index)
    if size % WIDTH and size > old:
        yield Tile(level, size // WIDTH, size % WIDTH)
