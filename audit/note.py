"""Signed notes: a text, and a line for each signature under it (C2SP signed-note).

Here is their form alone; who signed is asked of keys (`audit.keys`).
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

DASH = "\u2014 "
LONGEST = 1_000_000
"""Bytes of a note."""
MOST = 64
"""Signatures under a note. At least 16 must be possible (C2SP signed-note, Format)."""


class Malformed(ValueError):
    """What was given is not what it should be; the text says what is wrong with it."""


@dataclass(frozen=True)
class Signature:
    """One line: the key's name, its id of four bytes, and what it made of the text."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != 4 or not self.value:
            raise Malformed("a signature is a key's id of four bytes, and more")

    @classmethod
    def parse(cls, line: str) -> Self:
        """C2SP signed-note, Signatures. The line is without its newline."""
        if not line.startswith(DASH):
            raise Malformed("a line of a signature does not begin with a dash and a space")
        name, space, encoded = line.removeprefix(DASH).partition(" ")
        if not space:
            raise Malformed("a line of a signature has no name or no value")
        value = from_base64(encoded)
        return cls(name, value[:4], value[4:])

    def __str__(self) -> str:
        return f"{DASH}{self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True)
class Note:
    """The text, which ends with a newline, and at least one signature."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_text(self.text)
        if not self.text.endswith("\n"):
            raise Malformed("the text of a note ends with a newline")
        if not 0 < len(self.signatures) <= MOST:
            raise Malformed(f"a note has 1 to {MOST} signatures")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """C2SP signed-note, Format: the last empty line parts text and signatures.

        Each note can be written in one way only, so bytes(Note.parse(data)) == data.
        Raises Malformed.
        """
        if len(data) > LONGEST:
            raise Malformed(f"a note has at most {LONGEST} bytes")
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            raise Malformed("a note is UTF-8") from None
        check_text(whole)
        text, blank, lines = whole.rpartition("\n\n")
        if not (blank and lines.endswith("\n")):
            raise Malformed("a note ends with an empty line and lines of signatures")
        if lines.count("\n") > MOST:
            raise Malformed(f"a note has 1 to {MOST} signatures")
        signatures = map(Signature.parse, lines.removesuffix("\n").split("\n"))
        return cls(text + "\n", tuple(signatures))

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()


def check_name(name: str) -> None:
    """C2SP signed-note, Format: the name of a key."""
    check_text(name)
    if not name or "+" in name or any(each.isspace() for each in name):
        raise Malformed("the name of a key is empty, or has a space or a plus in it")


def check_text(text: str) -> None:
    """C2SP signed-note, Format: no control characters but newlines, and nothing but UTF-8."""
    if any(each < " " and each != "\n" for each in text):
        raise Malformed("a note has no control characters")
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise Malformed("a note is UTF-8")


def from_base64(text: str) -> bytes:
    """RFC 4648, 4, and of several ways to write the same bytes only the one of to_base64."""
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        raise Malformed("this is not base64") from None
    if to_base64(value) != text:
        raise Malformed("this base64 could be written otherwise")
    return value


def to_base64(value: bytes) -> str:
    return b64encode(value).decode()
