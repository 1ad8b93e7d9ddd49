"""The notary at work: it begins again after whatever happens, and shows how it is."""

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from audit.keys import SigningKey
from audit.notary.asking import Asking
from audit.notary.memory import Memory, Taken
from audit.notary.notary import Notary, Refused
from audit.notary.source import Source
from audit.register import Overtaken, Register
from kernel.ops.logs import summary

logger = logging.getLogger(__name__)

BEAT = 0.5
"""Seconds from one look at the logs to the next, when there is nothing new."""
AGAIN = 5.0
"""Seconds after which a notary that refused looks whether somebody has helped."""


class Work:
    """`trouble` is why nothing is entered or signed, for a person; it is empty while all is
    well. Afterwards everything is looked at anew, as at the beginning."""

    def __init__(
        self,
        url: str,
        state: Path,
        keys: Sequence[SigningKey],
        sources: Sequence[Source],
        asking: Asking | None = None,
    ) -> None:
        self.url, self.state, self.keys, self.sources = url, state, keys, sources
        self.asking = asking
        self.notary: Notary | None = None
        self.trouble = ""
        self.refused = self.stands_by = False

    def until(self, leaving: Sequence[int]) -> None:
        while not leaving:
            pause = BEAT
            try:
                self._work(leaving)
            except Taken as other:
                self._is_not_working(str(other), stands_by=True)
            except Refused as why:
                self._is_not_working(str(why), refused=True)
                pause = AGAIN
            except (psycopg.Error, OSError, Overtaken) as trouble:
                self._is_not_working(summary(trouble))
            rest(pause, leaving)
        for each in self.sources:
            each.log.close()

    def _work(self, leaving: Sequence[int]) -> None:
        with ExitStack() as open_:
            memory = open_.enter_context(Memory(self.state))
            register = open_.enter_context(Register.connect(self.url))
            show = self.asking.about if self.asking else lambda note: None
            notary = Notary(register, memory, self.keys, self.sources, show)
            logger.info("%s goes on after %s entries", notary.origin, notary.size)
            self.notary, self.trouble, self.refused, self.stands_by = notary, "", False, False
            while not leaving:
                if not notary.round():
                    rest(BEAT, leaving)

    def _is_not_working(self, why: str, refused: bool = False, stands_by: bool = False) -> None:
        if (why, stands_by) != (self.trouble, self.stands_by):
            say = logger.critical if refused else logger.info if stands_by else logger.warning
            say("nothing is signed: %s", why)
        self.notary, self.trouble, self.refused, self.stands_by = None, why, refused, stands_by


def rest(seconds: float, leaving: Sequence[int]) -> None:
    until = time.monotonic() + seconds
    while not leaving and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, BEAT))
