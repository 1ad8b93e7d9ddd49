"""The log of one service, on its way into the register."""

import logging
import time
from typing import Self

import psycopg

from audit.leaf import entry
from audit.register import Entry, Register
from kernel.ops.logs import summary
from kernel.recorder import InPostgres

logger = logging.getLogger(__name__)

BATCH = 1000
"""Facts of one log in a row; then it is the turn of the next one."""
PATIENCE = 0.3
"""Seconds for which the other logs wait while somebody may still fill a hole in this one."""


class Source:
    """What is registered of it, and what comes next. `stopped` says why it stands still until
    somebody helps; `away` why it cannot be read just now."""

    def __init__(self, name: str, log: InPostgres) -> None:
        self.name, self.log = name, log
        log.patience = PATIENCE
        self.registered: Entry | None = None
        self.stopped = self.away = ""
        self.behind_since: float | None = None

    @classmethod
    def at(cls, service: str, url: str) -> Self:
        """Its address has the role that may only read it."""
        return cls(service, InPostgres(url))

    @property
    def place(self) -> int:
        return self.registered.position if self.registered else 0

    def begin(self, register: Register) -> None:
        """From where the register really is."""
        self.registered = register.last_of(self.name)

    def next(self) -> list[Entry]:
        """The entries that follow, none while it is stopped or away: nothing is ever skipped."""
        found: list[Entry] = []
        try:
            stopped = self._read(found)
        except psycopg.Error as trouble:
            self._note("away", summary(trouble))
        else:
            self._note("stopped", stopped)
            self._note("away", "")
        return found

    def took(self, entries: list[Entry]) -> None:
        """They are registered. It is level with its log when there was no full batch of them."""
        if entries:
            self.registered = entries[-1]
        is_level = not self.stopped and not self.away and len(entries) < BATCH
        self.behind_since = None if is_level else self.behind_since or time.monotonic()

    def _read(self, into: list[Entry]) -> str:
        """Why it went no further, if it did not."""
        if self.registered and self._at(self.place) != self.registered.entry:
            return (
                f"the log holds something else at position {self.place} than is registered:"
                " it was changed, or restored from an older backup"
            )
        for position, stored in self.log.settled(self.place, BATCH):
            try:
                into.append(Entry(self.name, position, entry(self.name, position, stored)))
            except (ValueError, RecursionError) as wrong:
                return f"what the log holds at position {position} can be no entry: {wrong}"
        return ""

    def _at(self, place: int) -> bytes | None:
        try:
            [(position, stored)] = self.log.settled(place - 1, 1)
            return entry(self.name, position, stored)
        except (ValueError, RecursionError):
            return None  # nothing, or nothing that could ever have been registered

    def _note(self, how: str, why: str) -> None:
        if why and why != getattr(self, how):
            logger.error("%s is %s after position %s: %s", self.name, how, self.place, why)
        setattr(self, how, why)
