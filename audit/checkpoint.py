"""The head of a log, as the text of a signed note (C2SP tlog-checkpoint)."""

import re
from dataclasses import dataclass
from typing import Self

from audit.note import Malformed, check_text, from_base64, to_base64

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Checkpoint:
    """Whose log it is, how many entries it has, and the root of their tree.

    Lines that follow may say anything; ours never do, because nobody could audit them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            check_text(line)
            if not line or "\n" in line:
                raise Malformed("each line of a checkpoint says something")
        if not 0 <= self.size <= LARGEST:
            raise Malformed("a log has no such size")
        if len(self.root) != 32:
            raise Malformed("the root of a tree has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """C2SP tlog-checkpoint, Note text. Raises Malformed."""
        *lines, rest = text.split("\n")
        if rest or len(lines) < 3:
            raise Malformed("a checkpoint has an origin, a size and a root, each with its line")
        origin, size, root, *extensions = lines
        return cls(origin, from_decimal(size), from_base64(root), tuple(extensions))

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def from_decimal(text: str) -> int:
    """A number up to 2**63 - 1, without leading zeroes. Raises Malformed."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) > LARGEST:
        raise Malformed("this is not a number as logs write it")
    return int(text)
