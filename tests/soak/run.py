"""make soak MINUTES=30: orders come in, and every five seconds something breaks.

In rounds of half a minute. After each everything must be level within ten seconds, and stored is
what was acknowledged, once; memory, threads and open files are written down. In the end they must
not have grown.
"""

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from statistics import mean
from tempfile import TemporaryFile

from deploy.local.servers import servers
from tests.bench import machine
from tests.experiment import network
from tests.faults import oracle
from tests.faults.holdings import holdings
from tests.faults.orders import orders_coming_in
from tests.journeys.story import Story
from tests.soak.breaking import faults

EVERY, A_ROUND = 5.0, 6
GROWTH = 1.3
"""How much more memory, or files, the last third of the rounds may take than the first third."""


def main():
    asked = argparse.ArgumentParser(prog="make soak", description=__doc__)
    asked.add_argument("minutes", type=float, nargs="?", default=30.0)
    asked.add_argument("--seed", type=int, default=1, help="the same faults in the same order")
    asked = asked.parse_args()
    print(machine.about(), flush=True)
    over, seen, told, rounds = time.monotonic() + 60 * asked.minutes, Counter(), Counter(), []
    with ExitStack() as open_:
        ours, log = open_.enter_context(servers({})), open_.enter_context(TemporaryFile("w+"))
        running = open_.enter_context(network(ours, log))
        story, breaking = Story(running), faults(running, random.Random(asked.seed))
        while time.monotonic() < over:
            with orders_coming_in(story, shut=True) as orders:
                for name, happens in islice(breaking, A_ROUND):
                    seen[name] += 1
                    print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)
                    next_ = time.monotonic() + EVERY
                    happens()
                    time.sleep(max(next_ - time.monotonic(), 0.5))
            told += Counter(
                each.answer.status_code if each.answer else "no answer" for each in orders.told
            )
            rounds.append((machine.megabytes(running), holdings(running)))
            print(f"         all is well: {dict(told)}", flush=True)
        wrong = oracle.network(running.databases) + growth(rounds)
        print(f"\n{sum(seen.values())} faults of {len(seen)} kinds in {len(rounds)} rounds")
        print(f"answers: {dict(told)}")
        print(f"MB after each round: {[round(sum(each.values())) for each, _ in rounds]}")
        print(f"files after each round: {[files_of(each) for _, each in rounds]}")
    print(*(wrong or ["The oracle has nothing to say: all is as it must be."]), sep="\n")
    return 1 if wrong else 0


def files_of(held):
    return sum(each.files for each in held.values())


def growth(rounds):
    """What has grown from the first third of the rounds to the last one."""
    third = len(rounds) // 3
    if not third:
        return []
    figures = {
        "memory": lambda megabytes, held: sum(megabytes.values()),
        "files": lambda _, held: files_of(held),
    }
    found = []
    for name, figure in figures.items():
        values = [figure(*each) for each in rounds]
        first, last = mean(values[:third]), mean(values[-third:])
        if last > GROWTH * first:
            found.append(f"{name} grew from {first:.0f} to {last:.0f}")
    return found


if __name__ == "__main__":
    sys.exit(main())
