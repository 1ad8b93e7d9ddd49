"""What a log sends to a witness (C2SP tlog-witness, add-checkpoint)."""

from dataclasses import dataclass
from typing import Self

from audit.checkpoint import from_decimal
from audit.note import Malformed, Note, from_base64, to_base64

PATH = "/add-checkpoint"
MOST = 63
"""Hashes of a proof."""
LONGEST = 64 * 1024
"""Bytes: a proof of 3 kB, and a checkpoint with a dozen signatures of ML-DSA-44."""
SIZE = "text/x.tlog.size"
"""The type of the answer that says which size the witness has seen."""


@dataclass(frozen=True)
class Growth:
    """A signed checkpoint, with the proof that it begins with the first `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __post_init__(self) -> None:
        if len(self.proof) > MOST or any(len(each) != 32 for each in self.proof):
            raise Malformed(f"a proof has at most {MOST} hashes of 32 bytes")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises Malformed."""
        if len(data) > LONGEST:
            raise Malformed(f"a witness is sent at most {LONGEST} bytes")
        head, blank, note = data.partition(b"\n\n")
        if not blank:
            raise Malformed("an empty line comes before the checkpoint")
        try:
            old, *hashes = head.decode().split("\n")
        except UnicodeDecodeError:
            raise Malformed("the lines before the checkpoint are not UTF-8") from None
        if not old.startswith("old "):
            raise Malformed("the first line is not: old <size>")
        if len(hashes) > MOST:
            raise Malformed(f"a proof has at most {MOST} hashes of 32 bytes")
        size = from_decimal(old.removeprefix("old "))
        return cls(size, tuple(map(from_base64, hashes)), Note.parse(note))

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *map(to_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(self.note)
