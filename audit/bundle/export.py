"""Make a bundle: from the register and nothing else, so what was changed in a log afterwards cannot
get into it. The same register and the same question give the same file to the byte."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

import msgspec

from audit import multiproof
from audit.bundle.archive import Archive
from audit.bundle.disclosed import Disclosed
from audit.bundle.figures import Figures
from audit.bundle.prov import prov_json
from audit.bundle.reading import as_page
from audit.bundle.tables import Row, as_csv, as_parquet
from audit.checkpoint import Checkpoint
from audit.leaf import canonical
from audit.note import Note
from audit.register import Register
from audit.tree import leaf_hash

FORM = "essaim/bundle@v1"
HERE = Path(__file__).parent
VERIFIER = HERE.parent / "verify.py"


class NothingThere(Exception):
    """The register holds nothing of what was asked for. Says what."""


class Asked(NamedTuple):
    """Everything that was recorded in a period, of all services or of some; or all about some
    things, from their beginning. A moment that is None is the first or the last there is.

    Facts `without` are of kinds that whoever asks may not see. Then it is no bundle of everything,
    and does not say that it is one.
    """

    since: datetime | None = None
    until: datetime | None = None
    services: Sequence[str] = ()
    subjects: Sequence[UUID] = ()
    without: Collection[str] = ()

    def scope(self, found: Iterable[str]) -> dict[str, Any]:
        """What the bundle is about, where these services were found."""
        if self.subjects:
            return {"of": "subjects", "names": sorted(map(str, set(self.subjects)))}
        if self.services or self.without:
            return {"of": "services", "names": sorted(set(self.services or found))}
        return {"of": "everything", "names": []}


class Kept:
    """The facts of a bundle in a file beside it, to be read as often as they are needed."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.ranges: list[multiproof.Range] = []

    def add(self, index: int, entry: bytes) -> None:
        self.file.write(entry + b"\n")
        if self.ranges and self.ranges[-1][1] == index:
            self.ranges[-1] = (self.ranges[-1][0], index + 1)
        else:
            self.ranges.append((index, index + 1))

    def lines(self) -> Iterator[bytes]:
        self.file.seek(0)
        yield from self.file

    def leaves(self) -> Iterator[bytes]:
        for line in self.lines():
            yield leaf_hash(line[:-1])

    def facts(self) -> Iterator[dict[str, Any]]:
        return map(msgspec.json.decode, self.lines())

    def indexed(self) -> Iterator[tuple[int, dict[str, Any]]]:
        indexes = (index for each in self.ranges for index in range(*each))
        return zip(indexes, self.facts(), strict=True)

    def rows(self) -> Iterator[Row]:
        return (Row.of(*each) for each in self.indexed())


def export(
    register: Register,
    asked: Asked,
    disclosed: Disclosed,
    out: BinaryIO,
    note: Note | None = None,
) -> int:
    """Write the bundle, and say how many facts it has. `note`: the checkpoint it is held against,
    where that is not the latest.

    Raises NothingThere, NotDisclosed, TooLarge.
    """
    if (note := note or register.checkpoint()) is None:
        raise NothingThere("Nothing of the register has been signed yet.")
    head, figures = Checkpoint.parse(note.text), Figures()
    with tempfile.TemporaryFile() as file:
        kept, number, inside = Kept(file), 0, 0
        for index, entry in _chosen(register, head.size, asked):
            fact = msgspec.json.decode(entry)
            if fact["type"] in asked.without:
                continue
            kept.add(index, entry)
            figures.take(fact)
            disclosed.take(fact)
            number += 1
            inside += _is_of(fact, asked)
        disclosed.check_all_taken()
        claims = {
            "form": FORM,
            "origin": head.origin,
            "size": head.size,
            "facts": number,
            "disclosed": len(disclosed.lines),
            "scope": asked.scope(figures.services),
            "period": {"from": _text(asked.since), "until": _text(asked.until), "facts": inside},
            "figures": figures.claims(),
        }
        _check_all_there(claims, kept)
        proof = multiproof.hashes(register.tree(head.size).subtree, kept.ranges, head.size)
        with Archive.written(out) as archive:
            archive.add("README.txt", [(HERE / "README.txt").read_bytes()])
            archive.add("bundle.json", [canonical(claims)])
            archive.add("checkpoint", [bytes(note)])
            archive.add("proof.txt", map(str.encode, multiproof.text(kept.ranges, proof)))
            archive.add("leaves", kept.leaves())
            archive.add("facts.jsonl", kept.lines())
            archive.add("disclosed.jsonl", (each + b"\n" for each in disclosed.lines))
            archive.add("facts.csv", as_csv(kept.rows()))
            archive.add("facts.parquet", as_parquet(kept.rows()))
            archive.add("prov.json", prov_json(kept.facts))
            archive.add("index.html", as_page(claims, kept.indexed(), disclosed.told))
            archive.add("verify.py", [VERIFIER.read_bytes()])
    return number


def _chosen(register: Register, size: int, asked: Asked) -> Iterator[tuple[int, bytes]]:
    if asked.subjects:
        return register.about(0, size, (), list(map(str, asked.subjects)))
    if not (asked.since or asked.until):
        return register.about(0, size, asked.services, ())
    first, after = register.period(size, asked.since, asked.until)
    if after and not asked.since:
        first = 0
    if after and not asked.until:
        after = size
    return register.about(first, after, asked.services, ())


def _is_of(fact: dict[str, Any], asked: Asked) -> bool:
    at = datetime.fromisoformat(fact["time"])
    return (not asked.since or at >= asked.since) and (not asked.until or at < asked.until)


def _check_all_there(claims: dict[str, Any], kept: Kept) -> None:
    if not kept.ranges:
        raise NothingThere("The register holds no fact of this kind in this period.")
    for service in claims["scope"]["names"] if claims["scope"]["of"] == "services" else ():
        if service not in claims["figures"]["services"]:
            raise NothingThere(f"The register holds no fact of {service} in this period.")
    if claims["scope"]["of"] == "subjects":
        there = {fact["subject"] for fact in kept.facts()}
        for subject in claims["scope"]["names"]:
            if subject not in there:
                raise NothingThere(f"The register holds no fact about {subject}.")


def _text(moment: datetime | None) -> str | None:
    """As facts have it, so that texts compare like moments."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
