"""By when a request is to be answered. Each of those it waits for is given what is left.

Views, the broker and a service would otherwise be waited for one after the other, and whoever asked
told after the sum of it all that one of them is away.
"""

import time
from contextvars import ContextVar

ANSWER, LEAST = 1.8, 0.3
"""Seconds. Whoever asks is promised to be told within two; the rest is for saying so."""

_begun: ContextVar[float | None] = ContextVar("begun", default=None)


def begin() -> None:
    """A request has come."""
    _begun.set(time.monotonic())


def left(patience: float = ANSWER) -> float:
    """Of so many seconds after the request came, those that are left. Never less than `LEAST`: what
    comes last, of several orders in one form, has its turn too. Where no request is, all of them.
    """
    if (begun := _begun.get()) is None:
        return patience
    return max(LEAST, begun + patience - time.monotonic())
