"""make bench: how fast Essaim is on this machine, beside the bars of the design (section 9).

    make bench                           everything, some 20 minutes
    make bench ARGS="append http"        only these parts
    make bench ARGS="http --quick"       what a booking costs, process by process, in a minute

Every part is a process of its own; the client that measures shares the cores with them, and its
own share is shown. Rounds of everything are mixed, and the medians are given.
"""

import argparse
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from importlib import import_module

from deploy.local.servers import servers
from tests.bench import machine, table
from tests.experiment import network
from tests.network import Network

PARTS = (
    "idle",
    "append",
    "streams",
    "http",
    "series",
    "visible",
    "visit",
    "rebuild",
    "million",
    "register",
    "verify",
)


class Bench:
    """The servers, and whether coarse figures will do."""

    def __init__(self, servers, quick):
        self.servers, self.quick = servers, quick

    @contextmanager
    def network(self, kind=Network, on=None):
        """A new one, on our servers or on others."""
        with tempfile.TemporaryFile("w+") as log, network(on or self.servers, log, kind) as running:
            yield running


def main():
    """1 when a part could not be measured."""
    asked, about, rows, broken = understood(), machine.about(), [], 0
    print(about, flush=True)
    with servers() as ours:
        bench = Bench(ours, asked.quick)
        for part in asked.parts or PARTS:
            begun, found = time.monotonic(), []
            try:
                for row in import_module(f"tests.bench.{part}").rows(bench):
                    found.append(row)
            except Exception:  # what is known by then, and the other parts, tell something anyway
                traceback.print_exc()
                broken = 1
            print(f"\n{part}, measured in {time.monotonic() - begun:.0f} s", flush=True)
            print(*table.text(found), sep="\n", flush=True)
            rows += found
    print("\nFor docs/measurements.md:\n", about, "", *table.markdown(rows), sep="\n")
    return broken


def understood():
    parser = argparse.ArgumentParser("make bench", description="How fast Essaim is here.")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds: coarser figures")
    found = parser.parse_args()
    if unknown := set(found.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
