"""What Prometheus is told about the gateway, beside what kernel.ops.meters tells of any process."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache

from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from gateway.problems import Away, Failed, NoAnswer, Problem
from kernel.ops.meters import BUCKETS

logger = logging.getLogger(__name__)

requests = Histogram(
    "essaim_http_request_seconds",
    "Time to answer a request, by the pattern of its address.",
    ["route", "method", "status"],
    buckets=BUCKETS,
)
questions = Histogram(
    "essaim_question_seconds",
    "Time until a service had answered, by what came of the question.",
    ["service", "outcome"],
    buckets=BUCKETS,
)
sign_ins = Counter(
    "essaim_sign_ins",
    "Steps of signing in, by what came of them: never by whom.",
    ["step", "outcome"],
)
OUTCOMES: dict[type, str] = {Away: "away", NoAnswer: "no-answer", Failed: "failed"}

request_of = cache(requests.labels)
question_of = cache(questions.labels)


@contextmanager
def signing_in(step: str) -> Iterator[None]:
    """Somebody says who they are. Written down as well, under the trace of the request."""
    outcome = "failed"
    try:
        yield
        outcome = "right"
    except Problem as problem:
        outcome = "waiting" if problem.status == 429 else "wrong"
        raise
    finally:
        sign_ins.labels(step, outcome).inc()
        logger.info("signing in: the %s was %s", step, outcome)


@contextmanager
def asking(service: str) -> Iterator[None]:
    """Somebody waits for the answer of a service."""
    begun, outcome = time.perf_counter(), "answered"
    try:
        yield
    except BaseException as trouble:
        outcome = OUTCOMES.get(type(trouble), "given-up")
        raise
    finally:
        question_of(service, outcome).observe(time.perf_counter() - begun)


class AtScrape(Collector):
    """Asked for when Prometheus comes, in a thread of his. What is away has no figure this time."""

    def __init__(self, look: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        """`look()`: (view, source) -> how far the view is behind."""
        self.look = look

    def describe(self) -> Iterable[Gauge]:
        return []

    def collect(self) -> Iterator[Gauge]:
        meaning = "Positions that services told us of and a view has not reached."
        behind = Gauge("essaim_view_lag_facts", meaning, labels=["view", "source"])
        with suppress(Exception):
            for names, facts in self.look().items():
                behind.add_metric(names, facts)
        yield behind
