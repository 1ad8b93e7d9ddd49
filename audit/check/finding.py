"""What is wrong, in words for a person."""

from typing import NamedTuple

import msgspec

from audit.register import Entry

AROUND = 24
"""Bytes shown on either side of a wrong one."""


class Finding(NamedTuple):
    """Of the logs, or of the register itself: `where` says which. One sentence."""

    where: str
    says: str


LOG, REGISTER = "log", "register"


def where(entry: Entry, index: int) -> str:
    return f"{entry.source}, position {entry.position} (index {index} of the register)"


def name(entry: bytes) -> str:
    """What a fact is called, from its entry, which may be nonsense by now."""
    try:
        fact = msgspec.json.decode(entry)
        return f"{fact['type']} {fact['id']}"
    except (msgspec.DecodeError, KeyError, TypeError):
        return "something that is no fact"


def identity(entry: bytes) -> str | None:
    try:
        found = msgspec.json.decode(entry)["id"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def differing(kept: bytes, made: bytes) -> str:
    """The first byte that differs, and what stands around it."""
    pairs = enumerate(zip(kept, made, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(kept), len(made)))
    return (
        f"byte {at} of the entry differs: the register has {_around(kept, at)}, the log makes"
        f" {_around(made, at)}"
    )


def _around(entry: bytes, at: int) -> str:
    """Bytes of a stranger, so that no terminal takes them for orders."""
    before, after = max(at - AROUND, 0), at + AROUND
    shown = ascii(entry[before:after].decode(errors="replace"))
    return f"{'...' if before else ''}{shown}{'...' if after < len(entry) else ''}"
