"""Asks the witnesses of a policy to cosign, beside the work of the notary, which never waits."""

import logging
from threading import Event, Thread

import psycopg

from audit.checkpoint import Checkpoint
from audit.keys import Untrusted
from audit.note import Malformed, Note
from audit.policy import Policy
from audit.register import Register
from audit.witnessing import Witnesses
from kernel.ops.logs import summary

logger = logging.getLogger(__name__)

AGAIN = 20.0
"""Seconds after which whoever did not sign is asked again."""


class Asking(Thread):
    """`settled` is the size of the last checkpoint that enough of them signed, once one is known;
    `problems` what is wrong, in words."""

    def __init__(self, register: str, policy: Policy, again: float = AGAIN) -> None:
        super().__init__(daemon=True)
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it would speak of every request
        self.address, self.policy, self.again = register, policy, again
        self.witnesses = Witnesses(policy)
        self.settled: int | None = None
        self.problems: list[str] = []
        self._register: Register | None = None
        self._newest: Note | None = None
        self._is_new = Event()

    def about(self, note: Note) -> None:
        """Comes back at once. What is asked about is the newest one, when there is time for it."""
        self._newest = note
        self._is_new.set()

    def run(self) -> None:
        while True:
            self._is_new.wait(self.again if self.problems else None)
            self._is_new.clear()
            try:
                problems = self._ask(self._newest) if self._newest else []
            except (psycopg.Error, Malformed, Untrusted) as trouble:
                problems = [summary(trouble)]
                self._forget()
            for each in problems:
                if each not in self.problems:
                    logger.warning("not cosigned: %s", each)
            self.problems = problems

    def _ask(self, note: Note) -> list[str]:
        self._register = register = self._register or Register.connect(self.address)
        size = Checkpoint.parse(note.text).size
        found = self.witnesses.cosign(note, register.tree(size).subtree)
        register.cosign(size, found.signatures)
        kept = register.checkpoint(upto=size)
        if not kept or Checkpoint.parse(kept.text).size != size:
            raise Malformed(f"the checkpoint of {size} entries is not kept any more")
        if self.policy.settled(self.policy.signed(kept)):
            self.settled = size
        return found.problems

    def _forget(self) -> None:
        if self._register:
            self._register.sql.close()
            self._register = None
