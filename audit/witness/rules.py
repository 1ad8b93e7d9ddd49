"""When a witness signs (C2SP tlog-witness, add-checkpoint)."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from threading import Lock

from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey, Untrusted, VerifierKey, signers
from audit.note import Malformed, Note, Signature
from audit.tree import EMPTY, Disproved, verify_consistency
from audit.witness.memory import Memory
from audit.witness.request import Growth
from kernel.ops.failpoint import failpoint

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The witness does not sign. `size` is what it has seen, where that is the reason."""

    def __init__(self, status: HTTPStatus, says: str, size: int | None = None) -> None:
        super().__init__(says)
        self.status, self.size = status, size


class Witness:
    """Signs with all its keys, for the logs whose keys it knows. A log that changes its key has
    several, with one name."""

    def __init__(
        self,
        keys: Sequence[SigningKey],
        logs: Iterable[VerifierKey],
        memory: Memory,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not any(each.kind is Kind.ED25519_COSIGNATURE for each in keys):
            raise Malformed("a witness has a key of the kind witness at least")
        if any(each.kind is Kind.ED25519 for each in keys):
            raise Malformed("the key of a log is no key of a witness")
        self.logs: dict[str, list[VerifierKey]] = {}
        for log in logs:
            if log.kind is Kind.ED25519_COSIGNATURE:
                raise Malformed(f"the key of {log.name} is that of a witness, and of no log")
            if log.public in [each.verifier.public for each in keys]:
                raise Malformed(f"the key of {log.name} is our own")
            self.logs.setdefault(log.name, []).append(log)
        self.keys, self.memory, self.clock = keys, memory, clock
        self._turns = {origin: Lock() for origin in self.logs}
        for origin in self.logs:
            memory.last(origin)  # what is damaged is said at once, and not when it is needed

    def sign(self, asked: Growth) -> list[Signature]:
        """The signatures under a checkpoint, once it will never be forgotten. Raises Refused,
        Malformed, Unusable, OSError."""
        note = asked.note
        head = Checkpoint.parse(note.text)
        if head.origin not in self.logs:
            raise Refused(HTTPStatus.NOT_FOUND, "this is no log that we witness")
        known = self.logs[head.origin]
        try:
            signers(note, known)
        except Untrusted as wrong:
            raise Refused(HTTPStatus.FORBIDDEN, str(wrong)) from None
        if asked.old > head.size:
            raise Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the new one")
        ids = [each.id for each in known]
        by_log = [e for e in note.signatures if e.name == head.origin and e.key_id in ids]
        with self._turns[head.origin]:
            check(asked, head, self.memory.last(head.origin))
            failpoint("witness.checked")
            now = int(self.clock())
            signed = [each.sign(note.text, now) for each in self.keys]
            self.memory.keep(head.origin, Note(note.text, (*by_log, *signed)))
        failpoint("witness.kept")
        return signed


def check(asked: Growth, head: Checkpoint, last: Note | None) -> None:
    """That a log has only grown since what was signed last, if anything was. Raises Refused."""
    seen = Checkpoint.parse(last.text) if last else Checkpoint(head.origin, 0, EMPTY)
    if asked.old != seen.size:
        raise Refused(HTTPStatus.CONFLICT, f"{seen.size} entries were seen last", seen.size)
    if head.size == seen.size and head.root != seen.root:
        logger.error(
            "%s signed two histories of %d entries. Keep this, it proves it:\n%s\n%s",
            *(head.origin, head.size, bytes(asked.note).decode(), last and bytes(last).decode()),
        )
        raise Refused(HTTPStatus.CONFLICT, "another root was seen with this size")
    try:
        if seen.size:
            verify_consistency(seen.size, head.size, asked.proof, seen.root, head.root)
        elif asked.proof:
            raise Disproved("of no entries nothing is proved")
    except Disproved as wrong:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(wrong)) from None
