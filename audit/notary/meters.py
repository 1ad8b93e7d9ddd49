"""What Prometheus is told about the register. docs/operating.md says what to make of it."""

import time
from collections.abc import Iterable, Iterator

from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from audit.notary.work import Work
from kernel.ops.questions import Questions

BY_SOURCE = {
    "lag_facts": "Positions of the log that are not registered yet.",
    "lag_seconds": "Behind for so long; 0 when level.",
    "stopped": "1 when the next fact cannot be registered.",
}


class AtScrape(Collector):
    """Asked for when Prometheus comes. What cannot be known has no figure this time."""

    def __init__(self, work: Work) -> None:
        self.work, self.questions = work, Questions()

    def describe(self) -> Iterable[Gauge]:
        return []

    def collect(self) -> Iterator[Gauge]:
        work = self.work
        yield Gauge("essaim_notary_refused", "1 when it may not sign.", value=work.refused)
        by = "1 while another notary works."
        yield Gauge("essaim_notary_stands_by", by, value=work.stands_by)
        if (notary := work.notary) is None:
            return
        yield Gauge("essaim_register_size", "Entries.", value=notary.size)
        yield Gauge("essaim_register_signed", "Entries that are signed.", value=notary.kept)
        if work.asking and work.asking.settled is not None:
            enough = "Entries of the last checkpoint that enough witnesses signed."
            yield Gauge("essaim_register_settled", enough, value=work.asking.settled)
        gauges = {
            name: Gauge(f"essaim_register_{name}", meaning, labels=["source"])
            for name, meaning in BY_SOURCE.items()
        }
        asks = {each.name: each.log.last for each in work.sources}
        last = self.questions.ask(asks, patience=1.5)
        for each in work.sources:
            if not last[each.name].trouble:
                behind = max(last[each.name].answer - each.place, 0)
                gauges["lag_facts"].add_metric([each.name], behind)
            since = each.behind_since
            seconds = time.monotonic() - since if since else 0
            gauges["lag_seconds"].add_metric([each.name], seconds)
            gauges["stopped"].add_metric([each.name], bool(each.stopped))
        yield from gauges.values()


def ready(work: Work) -> dict[str, str]:
    """What is wrong, for kernel.ops.door.open_door. Whoever stands by is ready."""
    if work.notary is None:
        well = work.stands_by
        return {"register": "here" if well else work.trouble or "has not begun to work"}
    return {"register": "here", **{s.name: s.stopped or s.away or "here" for s in work.sources}}
