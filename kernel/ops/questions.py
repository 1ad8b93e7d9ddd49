"""Asks what may fail, or hang, on behalf of whoever may not wait for it."""

import time
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any

from kernel.ops.logs import summary


class Question(Thread):
    """Asked in a thread of its own. Without `trouble` there is an answer."""

    answer: Any = None
    trouble = "no answer in time"

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.ask = ask
        self.start()

    def run(self) -> None:
        try:
            self.answer, self.trouble = self.ask(), ""
        except Exception as error:
            self.trouble = summary(error)


class Questions(dict[str, Question]):
    """What is asked again and again. A question that hangs is not asked a second time."""

    def ask(self, asks: Mapping[str, Callable[[], Any]], patience: float) -> dict[str, Question]:
        """All at once. Returns when all have come to an end, or when our patience has (seconds)."""
        deadline = time.monotonic() + patience
        for name, ask in asks.items():
            if name not in self or not self[name].is_alive():
                self[name] = Question(ask)
        asked = {name: self[name] for name in asks}
        for each in asked.values():
            each.join(max(deadline - time.monotonic(), 0))
        return asked
