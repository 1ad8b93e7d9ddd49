"""What Prometheus is told about letters. docs/operating.md says what to make of it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import LiteralString

import psycopg
from prometheus_client import Counter
from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

letters = Counter(
    "essaim_letters", "Tries to send a letter, by what came of it.", ["kind", "state"]
)

QUEUE: LiteralString = """
    SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
        count(*) FILTER (WHERE state = 'given-up') AS given_up,
        coalesce(extract(epoch FROM now() - min(made) FILTER (WHERE state = 'waiting')), 0)::float8
            AS waiting_seconds
    FROM post.letters WHERE state IN ('waiting', 'given-up')
"""
MEANINGS = {
    "waiting": "Letters that are not sent yet.",
    "given_up": "Letters that no server takes.",
    "waiting_seconds": "Since when the oldest of those that are not sent waits.",
}


class AtScrape(Collector):
    """Asked for when Prometheus comes. What cannot be known has no figure this time."""

    def __init__(self, database: str, server_is_here: Callable[[], bool]) -> None:
        self.database, self.server_is_here = database, server_is_here

    def describe(self) -> Iterable[Gauge]:
        return []

    def collect(self) -> Iterator[Gauge]:
        here = "1 when letters can be handed over."
        yield Gauge("essaim_letters_server_up", here, value=self.server_is_here())
        with suppress(psycopg.Error), psycopg.connect(self.database, connect_timeout=2) as sql:
            found = sql.execute(QUEUE).fetchone() or ()
            for (name, meaning), value in zip(MEANINGS.items(), found, strict=True):
                yield Gauge(f"essaim_letters_{name}", meaning, value=value)
