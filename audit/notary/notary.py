"""Enters what is new, and signs what is entered: always one history."""

import logging
import time
from collections.abc import Callable, Sequence

from audit import tree
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.notary.memory import Memory, Taken
from audit.notary.source import BATCH, Source
from audit.note import Malformed, Note
from audit.register import Register
from audit.tree import Disproved
from kernel.ops.failpoint import failpoint

logger = logging.getLogger(__name__)

BETWEEN = 1.0
"""Seconds from one checkpoint to the next at least."""


class Refused(Exception):
    """The notary does not sign, because it could be a second history. The text is for a person."""


class Notary:
    """Works with a register and a memory that nobody else works with until they are closed.

    What can be known is looked at before anything is written. Raises Taken and Refused.
    """

    def __init__(
        self,
        register: Register,
        memory: Memory,
        keys: Sequence[SigningKey],
        sources: Sequence[Source],
        show: Callable[[Note], None] = lambda note: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`show` is told of each checkpoint that is kept, the last one among them."""
        if not register.hold():
            raise Taken("another notary works with the register")
        self.register, self.memory, self.sources = register, memory, sources
        self.show, self.clock = show, clock
        self.origin, self.keys = origin(keys), keys
        self.size = register.size()
        self.last = self._signed_last()
        if self.last:
            self._extending(self.last, self.size)
        if self.kept and (note := register.checkpoint()):
            show(note)
        self._next_at = 0.0
        for each in sources:
            each.begin(register)

    def round(self) -> bool:
        """One batch of each log, so that none waits for the others. Whether there is more."""
        more = False
        for source in self.sources:
            if entries := source.next():
                failpoint("notary.before")
                self.size = self.register.append(self.size, entries)
                failpoint("notary.appended")
            source.took(entries)
            more |= len(entries) == BATCH
            if self.size > self.kept and time.monotonic() >= self._next_at:
                self.sign()
        return more

    def sign(self) -> None:
        """Note what is to be signed where no backup brings back the past, then sign, then show."""
        head = self._extending(self.last, self.size)
        self.memory.keep(head)
        self.last = head
        failpoint("notary.remembered")
        note = signed(head, self.keys, int(self.clock()))
        failpoint("notary.signed")
        self.register.keep(head.size, note)
        failpoint("notary.kept")
        self.kept, self._next_at = head.size, time.monotonic() + BETWEEN
        self.show(note)

    def _signed_last(self) -> Checkpoint | None:
        """As the memory has it, which must know of everything that was ever shown."""
        try:
            last = self.memory.last()
        except Malformed as wrong:
            raise Refused(f"{wrong}. {GIVE_BACK}") from None
        try:
            shown = self.register.checkpoint()
            kept = Checkpoint.parse(shown.text) if shown else None
        except Malformed as wrong:
            raise Refused(
                f"The last checkpoint that is kept is damaged: {wrong}. {NEWER}"
            ) from None
        self.kept = kept.size if kept else 0
        for each in (last, kept):
            if each and each.origin != self.origin:
                raise Refused(
                    f"This register is {each.origin}, and the key is that of {self.origin}: a"
                    " register keeps its name, also when it changes its key"
                )
        if kept and not last:
            raise Refused(
                f"A checkpoint of {kept.size} entries is kept, and there is no memory of it in"
                f" {self.memory.path}. {GIVE_BACK}"
            )
        if kept and last and kept.size > last.size:
            raise Refused(
                f"A checkpoint of {kept.size} entries is kept, and {self.memory.path} remembers"
                f" one of {last.size} as the last: it is an older copy. {GIVE_BACK}"
            )
        if kept:
            self._extending(kept, self.size)
        return last

    def _extending(self, last: Checkpoint | None, size: int) -> Checkpoint:
        """The head of the first so many entries, once a proof has shown that it only adds to what
        was signed last. Raises Refused."""
        if last and size < last.size:
            raise Refused(
                f"The register's database holds {size} entries, and {last.size} were signed: it was"
                f" restored from an older backup, or cut off. {NEWER}"
            )
        grown = self.register.tree(size)
        try:
            head = Checkpoint(self.origin, size, tree.root(grown.subtree, size))
            if last:
                proof = tree.consistency(grown.subtree, last.size, size)
                tree.verify_consistency(last.size, size, proof, last.root, head.root)
        except (Disproved, Malformed) as wrong:
            raise Refused(
                f"The register's database holds another history than the one of"
                f" {last.size if last else 0} entries that was signed: {wrong}. {NEWER}"
            ) from None
        return head


GIVE_BACK = (
    "Give it back from the newest copy of a checkpoint that anybody has, such as a witness:"
    " python -m audit notary --remember FILE"
)
NEWER = (
    "Nothing is signed, as that could be a second history. `python -m audit check` says what is"
    " wrong; give back the newest copy of the database (docs/operating.md)"
)


def origin(keys: Sequence[SigningKey]) -> str:
    """The name of the log, which all of its keys have. Raises Malformed."""
    names = {each.name for each in keys}
    kinds = {each.kind for each in keys}
    if len(names) != 1 or Kind.ED25519 not in kinds or Kind.ED25519_COSIGNATURE in kinds:
        raise Malformed(
            "a log has one name, a key of the kind ed25519 at least, and none of the kind witness"
        )
    return names.pop()


def signed(head: Checkpoint, keys: Sequence[SigningKey], at: int) -> Note:
    """By each of the keys: while a log changes its key there is an old one and a new one."""
    text = str(head)
    signatures = [each.sign(text, at if each.kind.tells_time else None) for each in keys]
    return Note(text, tuple(signatures))
