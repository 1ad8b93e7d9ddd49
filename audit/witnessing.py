"""Asking the witnesses of a policy for their signatures: what a log does with a new checkpoint."""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from audit.checkpoint import Checkpoint, from_decimal
from audit.keys import Untrusted, VerifierKey
from audit.note import MOST, Malformed, Note, Signature
from audit.outside import Silent, post, wait_for
from audit.policy import Policy
from audit.tree import Subtree, consistency
from audit.witness.request import PATH, SIZE, Growth

PATIENCE = 5.0
"""Seconds that a witness has."""
TURNS = 3
"""Times that a witness is asked, as it may say which size it has seen."""


class Cosigned(NamedTuple):
    """What can be put under a checkpoint, and what went wrong with whom, in words."""

    signatures: list[Signature]
    problems: list[str]


class Witnesses:
    """Those of the policy that have an address. Remembers the size that each has seen; it costs one
    more request to learn it anew."""

    def __init__(self, policy: Policy, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._doors: dict[str, list[VerifierKey]] = {}
        for each in policy.witnesses:
            if each.url:
                self._doors.setdefault(each.url.rstrip("/"), []).append(each.key)
        self._seen: dict[tuple[str, str], int] = {}
        self._trust = httpx.create_ssl_context()

    def cosign(self, note: Note, subtree: Subtree) -> Cosigned:
        """All are asked at once, and whoever is away keeps nobody waiting for longer than the
        patience. Every signature that comes back was verified with a key of the policy.

        `subtree` is asked in this thread, for the tree of the checkpoint; only what it raises is
        raised. Not for use within an event loop.
        """
        try:
            answers = wait_for(self._ask_all(note, subtree))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        return Cosigned(
            [signature for each in answers for signature in each.signatures],
            [problem for each in answers for problem in each.problems],
        )

    async def _ask_all(self, note: Note, subtree: Subtree) -> list[Cosigned]:
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(self._ask(url, note, subtree)) for url in self._doors]
        return [each.result() for each in asked]

    async def _ask(self, url: str, note: Note, subtree: Subtree) -> Cosigned:
        keys = self._doors[url]
        try:
            body = await self._agree(url, note, subtree)
            return signed(body, note.text, keys)
        except Silent as why:
            return Cosigned([], [f"{_names(keys)} {why}"])

    async def _agree(self, url: str, note: Note, subtree: Subtree) -> bytes:
        """What a witness answers once it is sent the proof from what it has seen."""
        head = Checkpoint.parse(note.text)
        until = time.monotonic() + self.patience
        for _ in range(TURNS):
            old = self._seen.get((url, head.origin), 0)
            proof = consistency(subtree, old, head.size) if old else []
            asked = bytes(Growth(old, tuple(proof), note))
            left = max(0.0, until - time.monotonic())
            answer = await post(url + PATH, "text/plain", asked, left, self._trust)
            if answer.status == 200:
                self._seen[url, head.origin] = head.size
                return answer.body
            if answer.status != 409:
                raise Silent(f"does not sign: {answer.status} {_plain(answer.body)}".rstrip())
            if answer.kind != SIZE:
                raise Silent(f"does not sign, as it saw another history: {_plain(answer.body)}")
            seen = _size(answer.body)
            if seen > head.size:
                raise Silent(f"saw {seen} entries of this log already, and here it has {head.size}")
            self._seen[url, head.origin] = seen
        raise Silent("says each time that it saw another size")


def signed(body: bytes, text: str, keys: Sequence[VerifierKey]) -> Cosigned:
    """What a witness signed of what it should. What unknown keys signed is passed over (C2SP
    tlog-witness, add-checkpoint). Raises Silent."""
    try:
        *lines, rest = body.decode().split("\n")
        if rest or len(lines) > MOST:
            raise Malformed("these are no lines of signatures")
        found = [Signature.parse(each) for each in lines]
    except ValueError:
        raise Silent("answers with something else than signatures") from None
    good: dict[VerifierKey, Signature] = {}
    problems: list[str] = []
    for key in keys:
        before = len(problems)
        for each in found:
            if (each.name, each.key_id) != (key.name, key.id):
                continue
            try:
                if key.verify(text, each):
                    good[key] = each
                else:
                    problems.append(f"{key.name} states no time")
            except Untrusted:
                problems.append(f"{key.name} signed something else than this checkpoint")
        if key not in good and len(problems) == before:
            problems.append(f"{key.name} did not sign with its key {key.id.hex()}")
    return Cosigned(list(good.values()), problems)


def _size(body: bytes) -> int:
    try:
        text = body.decode()
        if not text.endswith("\n"):
            raise Malformed("the size has a line of its own")
        return from_decimal(text.removesuffix("\n"))
    except ValueError:
        raise Silent("says that it saw another size, and not which") from None


def _plain(body: bytes) -> str:
    """The beginning of what somebody else says, fit to be put on a line of our own."""
    text = body[:200].decode(errors="replace")
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _names(keys: Sequence[VerifierKey]) -> str:
    return ", ".join(dict.fromkeys(each.name for each in keys))
