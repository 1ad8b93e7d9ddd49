"""The checkpoints of the register, latest first, and what a policy makes of who signed them."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from audit.checkpoint import Checkpoint
from audit.keys import Signed, Untrusted
from audit.note import Note
from audit.policy import Policy
from audit.register import Register

MOST = 20
"""How many checkpoints we go back for one that witnesses have signed: they need a moment."""


class Head(NamedTuple):
    """A checkpoint, and who signed it: of those whom the policy knows, or None without one."""

    note: Note
    checkpoint: Checkpoint
    signed: list[Signed] | None
    settled: bool | None

    @property
    def trusted(self) -> bool:
        """Nobody knows of anything against it."""
        return self.signed is None or bool(self.signed)


def policy_file() -> Path | None:
    """In POLICY, where it is written down."""
    where = os.environ.get("POLICY")
    return Path(where) if where and Path(where).is_file() else None


def known_policy() -> Policy | None:
    """What is written there. Raises Malformed."""
    file = policy_file()
    return Policy.parse(file.read_bytes()) if file else None


def heads(register: Register) -> Iterator[Head]:
    """Those of the register, latest first. Raises Malformed for a policy that is none."""
    known = known_policy()
    note = register.checkpoint()
    while note:
        head = _head(note, known)
        yield head
        note = register.checkpoint(upto=head.checkpoint.size - 1)


def latest(register: Register) -> Head | None:
    return next(heads(register), None)


def best(register: Register, covers: int = 0) -> Head | None:
    """The latest one that is settled, of those that cover so many entries; if none is, or nobody
    says which are, the latest of them."""
    newest = None
    for head in islice(heads(register), MOST):
        if head.checkpoint.size < covers:
            break
        newest = newest or head
        if head.settled is not False:
            return head
    return newest


def _head(note: Note, policy: Policy | None) -> Head:
    checkpoint = Checkpoint.parse(note.text)
    if policy is None:
        return Head(note, checkpoint, None, None)
    try:
        signed = policy.signed(note)
    except Untrusted:
        return Head(note, checkpoint, [], False)
    return Head(note, checkpoint, signed, policy.settled(signed))
