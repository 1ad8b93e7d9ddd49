"""A proof that somebody can put beside an entry and check without us (C2SP tlog-proof)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from audit.checkpoint import Checkpoint, from_decimal
from audit.keys import Signed, Untrusted, VerifierKey, signers
from audit.note import Malformed, Note, from_base64, to_base64
from audit.tree import leaf_hash, verify_inclusion

FORMAT = "c2sp.org/tlog-proof@v1"
MOST = 63
"""Hashes: a log has fewer than 2**63 entries."""


@dataclass(frozen=True)
class Proof:
    """Where an entry is, the hashes that lead to the root, and the signed checkpoint.

    Nobody vouches for what is `extra`.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __post_init__(self) -> None:
        if self.checkpoint.size <= self.index:
            raise Malformed("the checkpoint is older than the entry")
        if len(self.hashes) > MOST or any(len(each) != 32 for each in self.hashes):
            raise Malformed(f"a proof has at most {MOST} hashes of 32 bytes")

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.note.text)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The content of a .tlog-proof file, which has one form. Raises Malformed."""
        head, blank, note = data.partition(b"\n\n")
        try:
            form, *lines = head.decode().split("\n")
        except UnicodeDecodeError:
            raise Malformed("a proof is UTF-8") from None
        if form != FORMAT or not blank:
            raise Malformed(f"a proof begins with {FORMAT} and has a checkpoint")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise Malformed("where nothing is extra, there is no line for it")
        if not lines or not lines[0].startswith("index "):
            raise Malformed("a proof says the index of its entry")
        index, *hashes = lines
        return cls(
            from_decimal(index.removeprefix("index ")),
            tuple(map(from_base64, hashes)),
            Note.parse(note),
            extra,
        )

    def __bytes__(self) -> bytes:
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [FORMAT, *extra, f"index {self.index}", *map(to_base64, self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(self.note)

    def verify(
        self, entry: bytes, origin: str, trusted: Iterable[VerifierKey]
    ) -> tuple[Checkpoint, list[Signed]]:
        """Show that the log holds this very entry, and say who signed the log's checkpoint.

        Whether those are enough is for whoever asks to say. Raises Untrusted, Malformed, Disproved.
        """
        signed = signers(self.note, trusted)
        checkpoint = self.checkpoint
        if checkpoint.origin != origin:
            raise Untrusted(f"this is a checkpoint of {checkpoint.origin}")
        verify_inclusion(
            leaf_hash(entry), self.index, checkpoint.size, self.hashes, checkpoint.root
        )
        return checkpoint, signed
