"""What Prometheus is told about a process. docs/operating.md says what to make of it."""

import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

import psycopg
from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from kernel.ops.questions import Question, Questions
from kernel.ops.queues import asked_at, depths, heard_at

OUTCOMES = ("done", "refused", "invalid", "unknown", "behind", "away", "reused")
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
LABELS, PATH = ["service", "message", "outcome"], ("follower", "source")
GAUGES = {
    "up": ("1 when it answers: the broker, or the database of a service.", ("server",)),
    "log_position": ("Last position in the log.", ("service",)),
    "announcements_waiting": ("Appends that are not announced yet.", ("service",)),
    "pool_connections": ("Connections to the database.", ("database", "state")),
    "pool_waiting": ("Who waits for a connection.", ("database",)),
    "queue_messages": ("Messages that wait.", ("queue",)),
    "queue_consumers": ("Processes that listen.", ("queue",)),
    "follower_position": ("Last position taken in.", PATH),
    "follower_lag_facts": ("Positions heard of and not taken in.", PATH),
    "follower_lag_seconds": ("Behind for so long; 0 when level.", PATH),
    "follower_stopped": ("1 when the next fact cannot be taken in.", PATH),
}

commands = cache(Histogram("essaim_command_seconds", "By outcome.", LABELS, buckets=BUCKETS).labels)
refusals = cache(Counter("essaim_refusals", "By the rule that did.", ["service", "refusal"]).labels)

served: list[Any] = []
followed: list[Any] = []
pools: dict[str, Any] = {}
"""psycopg's, by the name of the database. The gateway adds its own."""
questions = Questions()


def answered(service: str, verb: str, answer: dict[str, Any], seconds: float) -> None:
    """Count an answer. An empty one: the service failed to give any."""
    outcome = next(filter(answer.__contains__, OUTCOMES), "failed")
    commands(service, verb, outcome).observe(seconds)
    if outcome == "refused":
        refusals(service, answer["refused"]).inc()


def serves(service: Any) -> None:
    """This process answers for a kernel.service.Service."""
    served.append(service)
    pools[service.name] = service.log.recorder.pool


def follows(paths: list[Any]) -> None:
    """These are the kernel.follow.Paths of this process, in place of those named before."""
    followed[:] = paths


def ready() -> dict[str, str]:
    """What this process needs, and what is wrong with it: for kernel.ops.door.open_door."""
    found = {server: each.trouble or "here" for server, each in servers().items()}
    return found if served or followed else {**found, "process": "has not begun to work"}


def servers() -> dict[str, Question]:
    """The broker, which tells how deep our queues are, and the databases, how far a log is."""
    queues = ["dead-letters", *(asked_at(each.name) for each in served)]
    queues += [heard_at(each.follower.name, each.source) for each in followed]
    asks: dict[str, Callable[[], Any]] = {"broker": partial(depths, queues)}
    for each in [*served, *(path.follower for path in followed)]:
        if hasattr(each, "log"):
            asks[each.name] = each.log.recorder.last
        else:
            asks["gateway"] = partial(greet, each.url)
    return questions.ask(asks, patience=1.5)


def greet(database: str) -> None:
    """A view has one connection only, and it is busy."""
    psycopg.connect(database, connect_timeout=2).close()


class AtScrape(Collector):
    """Asked for when Prometheus comes. What is away, or too slow, has no figure this time."""

    def collect(self) -> Iterable[Gauge]:
        gauges = {n: Gauge(f"essaim_{n}", text, labels=who) for n, (text, who) in GAUGES.items()}

        def tell(name: str, value: float, *labels: str) -> None:
            gauges[name].add_metric(labels, value)

        for server, question in servers().items() if served or followed else ():
            tell("up", not question.trouble, server)
            if isinstance(question.answer, int):
                tell("log_position", question.answer, server)
            if isinstance(question.answer, dict):
                for queue, (messages, listening) in question.answer.items():
                    tell("queue_messages", messages, queue)
                    tell("queue_consumers", listening, queue)
        for each in served:
            tell("announcements_waiting", each.log.announce.__self__.waiting.qsize(), each.name)
        for database, pool in pools.items():
            state = pool.get_stats()
            tell("pool_connections", state["pool_available"], database, "idle")
            busy = state["pool_size"] - state["pool_available"]
            tell("pool_connections", busy, database, "busy")
            tell("pool_waiting", state.get("requests_waiting", 0), database)
        for path in [each for each in followed if each.place >= 0]:
            who, since = (path.follower.name, path.source), path.behind_since
            tell("follower_position", path.place, *who)
            tell("follower_lag_facts", max(path.heard - path.place, 0), *who)
            tell("follower_lag_seconds", time.monotonic() - since if since else 0, *who)
            tell("follower_stopped", bool(path.stopped), *who)
        return gauges.values()


REGISTRY.register(AtScrape())
