"""The register in its database: entries in one order, the tree over them, what was signed of it.

Reading needs the role of an auditor, appending that of the notary. Whoever appends says how large
the register was: two who do so at once cannot both be right, and one of them gets nothing written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NamedTuple, Self

import psycopg
from psycopg.errors import UniqueViolation

from audit.keys import VerifierKey
from audit.note import Note, Signature
from audit.tiles import HEIGHT, WIDTH, Tile, TiledTree, bundle
from audit.tree import leaf_hash, node_hash

SUBJECT: LiteralString = """split_part(split_part(
    encode(substring(entry FROM octet_length(entry) - 400), 'escape'), '"subject":"', -1), '"', 1)
"""
"""What an entry is about, in the words of the index (register.sql)."""


class Overtaken(Exception):
    """Somebody else has appended to the register, or signed it, in the meantime."""


class Entry(NamedTuple):
    """What a log holds at a position, in canonical bytes (audit.leaf)."""

    source: str
    position: int
    entry: bytes


@dataclass(frozen=True)
class Registered:
    """An entry, and where it is in the register."""

    index: int
    entry: bytes


class Register:
    """One connection to it. Not for several threads at once."""

    def __init__(self, sql: psycopg.Connection) -> None:
        self.sql = sql

    @classmethod
    def connect(cls, url: str) -> Self:
        return cls(psycopg.connect(url, autocommit=True, connect_timeout=2))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sql.close()

    def hold(self) -> bool:
        """Whether nobody else holds the register; then we do, as long as the connection lasts."""
        found = self.sql.execute("SELECT pg_try_advisory_lock(1)").fetchone()
        return bool(found and found[0])

    # Entries

    def size(self) -> int:
        found = self.sql.execute("SELECT coalesce(max(index) + 1, 0) FROM entries").fetchone()
        return int(found[0]) if found else 0

    def place_in(self, source: str, size: int | None = None) -> int:
        """The highest position of a source that is registered, 0 for none; or that was, when the
        register had so many entries."""
        asked = (
            "SELECT position FROM entries WHERE source = %s AND index < coalesce(%s, index + 1)"
            " ORDER BY position DESC LIMIT 1"
        )
        found = self.sql.execute(asked, [source, size]).fetchone()
        return int(found[0]) if found else 0

    def last_of(self, source: str) -> Entry | None:
        """The entry of the highest position of a source."""
        asked = (
            "SELECT source, position, entry FROM entries WHERE source = %s"
            " ORDER BY position DESC LIMIT 1"
        )
        found = self.sql.execute(asked, [source]).fetchone()
        return Entry(*found) if found else None

    def index_of(self, source: str, position: int) -> int | None:
        asked = "SELECT index FROM entries WHERE source = %s AND position = %s"
        found = self.sql.execute(asked, [source, position]).fetchone()
        return int(found[0]) if found else None

    def entries(self, start: int, end: int) -> Iterator[Entry]:
        """Those from `start` to before `end`, in order, however many there are."""
        with self.sql.transaction(), self.sql.cursor("entries", binary=True) as found:
            found.itersize = 5_000
            asked = (
                "SELECT source, position, entry FROM entries WHERE index >= %s AND index < %s"
                " ORDER BY index"
            )
            for each in found.execute(asked, [start, end]):
                yield Entry(*each)

    def missing(self, start: int, end: int) -> list[int]:
        """Indexes without an entry, which there are where somebody took entries away."""
        asked = (
            "SELECT index FROM generate_series(%s::bigint, %s::bigint - 1) index"
            " WHERE NOT EXISTS (SELECT FROM entries e WHERE e.index = index.index) ORDER BY index"
        )
        return [index for (index,) in self.sql.execute(asked, [start, end])]

    def period(self, size: int, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """From the first to after the last of the first `size` entries whose fact was recorded
        since a moment and before another: all that were are between. (0, 0) where none was."""
        asked = (
            "SELECT coalesce(min(index), 0), coalesce(max(index) + 1, 0) FROM entries,"
            " LATERAL (SELECT (convert_from(entry, 'UTF8')::json->>'time')::timestamptz AS time) f"
            " WHERE index < %s AND time >= coalesce(%s::timestamptz, '-infinity')"
            " AND time < coalesce(%s::timestamptz, 'infinity')"
        )
        found = self.sql.execute(asked, [size, since, until]).fetchone()
        return (int(found[0]), int(found[1])) if found else (0, 0)

    def about(
        self, start: int, end: int, sources: Sequence[str], subjects: Sequence[str]
    ) -> Iterator[tuple[int, bytes]]:
        """The entries from `start` to before `end` with their indexes, in order: those of some
        sources, where any are named, and those about some things, where any are."""
        with self.sql.transaction(), self.sql.cursor("about", binary=True) as found:
            found.itersize = 5_000
            asked = "SELECT index, entry FROM entries WHERE index >= %s AND index < %s"
            given: list[object] = [start, end]
            if sources:
                asked += " AND source = ANY(%s)"
                given.append(list(sources))
            if subjects:
                asked += f" AND {SUBJECT} = ANY(%s)"
                given.append(list(subjects))
            yield from found.execute(f"{asked} ORDER BY index", given)

    def registered(self, source: str, positions: Sequence[int]) -> dict[int, Registered]:
        """Those of these positions of a source that are there, by their position."""
        asked = (
            "SELECT index, position, entry FROM entries WHERE source = %s AND position = ANY(%s)"
        )
        return self._registered(asked, [source, list(positions)])

    def registered_about(self, source: str, subject: str) -> dict[int, Registered]:
        """Everything that a source is registered to have said about a thing, likewise."""
        asked: LiteralString = (
            f"SELECT index, position, entry FROM entries WHERE source = %s AND {SUBJECT} = %s"
        )
        return self._registered(asked, [source, subject])

    def _registered(self, asked: LiteralString, words: Sequence[object]) -> dict[int, Registered]:
        found = self.sql.cursor(binary=True).execute(asked, words)
        return {position: Registered(index, entry) for index, position, entry in found}

    def append(self, size: int, entries: Sequence[Entry]) -> int:
        """All of them after the first `size`, or nothing. Returns the new size.

        Raises Overtaken where the register is not of this size, or holds one of them.
        """
        hashes = list(self._completed(size, [leaf_hash(each.entry) for each in entries]))
        try:
            with self.sql.transaction(), self.sql.cursor() as to:
                if self.size() != size:
                    raise Overtaken(f"the register has not {size} entries any more")
                into = "COPY entries (index, source, position, entry) FROM STDIN (FORMAT binary)"
                with to.copy(into) as rows:
                    rows.set_types(["int8", "text", "int8", "bytea"])
                    for index, each in enumerate(entries, size):
                        rows.write_row((index, *each))
                with to.copy("COPY hashes (level, index, hash) FROM STDIN (FORMAT binary)") as rows:
                    rows.set_types(["int2", "int8", "bytea"])
                    for hashed in hashes:
                        rows.write_row(hashed)
        except UniqueViolation:
            raise Overtaken("somebody else has appended to the register") from None
        return size + len(entries)

    def _completed(self, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """(level, index, hash) of each leaf, and of each subtree of a tile that they complete."""
        level = 0
        while leaves:
            yield from ((level, index, each) for index, each in enumerate(leaves, size))
            began = size - size % WIDTH  # the tile at the right edge, which they go on with
            row = [*self.hashes(level, began, size), *leaves]
            full = range(0, len(row) - WIDTH + 1, WIDTH)
            size, level = began // WIDTH, level + HEIGHT
            leaves = [_folded(row[each : each + WIDTH]) for each in full]

    # The tree

    def tree(self, size: int) -> TiledTree:
        """Of the first so many entries, read as it is needed."""
        return TiledTree(size, self.hash_tiles)

    def tile(self, tile: Tile) -> bytes:
        """The content of a tile, shorter than it should be where the register ends before."""
        if tile.level is not None:
            [found] = self.hash_tiles([tile])
            return found
        start = WIDTH * tile.index
        entries = [each.entry for each in self.entries(start, start + tile.width)]
        return bundle(entries) if entries else b""

    def hash_tiles(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The contents of tiles of hashes, likewise, with one question for all of them."""
        asked = """
            SELECT coalesce(joined, '')
            FROM unnest(%s::int2[], %s::int8[], %s::int8[])
                WITH ORDINALITY wanted (level, first, after, place),
            LATERAL (
                SELECT string_agg(hash, ''::bytea ORDER BY index) joined FROM hashes
                WHERE level = wanted.level AND index >= first AND index < after
            ) found
            ORDER BY place
        """
        levels = [HEIGHT * (each.level or 0) for each in tiles]
        firsts = [WIDTH * each.index for each in tiles]
        after = [first + each.width for first, each in zip(firsts, tiles, strict=True)]
        found = self.sql.cursor(binary=True).execute(asked, [levels, firsts, after])
        return [bytes(joined) for (joined,) in found]

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Those that are stored of complete subtrees, at a level that tiles begin at."""
        asked = (
            "SELECT hash FROM hashes WHERE level = %s AND index >= %s AND index < %s ORDER BY index"
        )
        found = self.sql.cursor(binary=True).execute(asked, [level, start, end])
        return [each for (each,) in found]

    # What was signed

    def keep(self, size: int, note: Note) -> None:
        """A signed checkpoint, from now on the one that is shown. Raises Overtaken where another
        one of this size is kept."""
        asked = "INSERT INTO checkpoints (size, note) VALUES (%s, %s)"
        try:
            self.sql.execute(asked, [size, bytes(note).decode()])
        except UniqueViolation:
            raise Overtaken(f"a checkpoint of {size} entries is kept already") from None

    def cosign(self, size: int, signatures: Sequence[Signature]) -> None:
        """What witnesses made of the checkpoint of this size: one line of each key, the first, as
        they state another time each time and a note has only so many lines."""
        self.sql.cursor().executemany(
            "INSERT INTO cosignatures (size, signer, line) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [[size, _signer(each.name, each.key_id), str(each)] for each in signatures],
        )

    def notes(self, start: int, end: int) -> list[tuple[int, str]]:
        """Every checkpoint of more than `start` entries and at most `end`, as it is stored, with
        all who cosigned it: a size, and a text that may be anything by now."""
        return self.sql.execute(
            "SELECT size, note || coalesce((SELECT string_agg(line, '' ORDER BY given_at, line)"
            " FROM cosignatures c WHERE c.size = checkpoints.size), '')"
            " FROM checkpoints WHERE size > %s AND size <= %s ORDER BY size",
            [start, end],
        ).fetchall()

    def signed_at(self, after: int) -> datetime | None:
        """When the first checkpoint of more than so many entries was signed."""
        asked = "SELECT signed_at FROM checkpoints WHERE size > %s ORDER BY size LIMIT 1"
        found = self.sql.execute(asked, [after]).fetchone()
        return found[0] if found else None

    def cosigned(self, key: VerifierKey) -> int:
        """The size of the latest checkpoint that a witness's key cosigned, 0 for none."""
        asked = "SELECT size FROM cosignatures WHERE signer = %s ORDER BY size DESC LIMIT 1"
        found = self.sql.execute(asked, [_signer(key.name, key.id)]).fetchone()
        return int(found[0]) if found else 0

    def signed(self) -> int:
        """The size of the latest checkpoint, 0 where nothing was signed."""
        found = self.sql.execute("SELECT coalesce(max(size), 0) FROM checkpoints").fetchone()
        return int(found[0]) if found else 0

    def checkpoint(self, upto: int | None = None) -> Note | None:
        """The latest one, or the latest of at most so many entries, with all who cosigned it."""
        found = self.sql.execute(
            "SELECT note || coalesce((SELECT string_agg(line, '' ORDER BY given_at, line)"
            " FROM cosignatures c WHERE c.size = checkpoints.size), '')"
            " FROM checkpoints WHERE size <= coalesce(%s, size) ORDER BY size DESC LIMIT 1",
            [upto],
        ).fetchone()
        return Note.parse(found[0].encode()) if found else None


def _signer(name: str, key_id: bytes) -> str:
    return f"{name}+{key_id.hex()}"


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of a full tile."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(*each) for each in pairs]
    return hashes[0]
