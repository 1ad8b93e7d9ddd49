"""print what a service knew at a moment, or knows now: one thing a line, as JSON

It reads the service's log over a role that can do nothing else, at the address in BOOKINGS_AUDIT_DB
(and so on), and has one thing in memory at a time.
"""

import argparse

from audit.asked import logs, scope, which_logs, which_things
from audit.replay import line, replay
from audit.verbs import moment


def arguments(parser: argparse.ArgumentParser) -> None:
    which_logs(parser)
    parser.add_argument("moment", type=moment, nargs="?", help="ISO 8601 with an offset; else now")
    which_things(parser)


def run(asked: argparse.Namespace) -> int:
    with logs(asked) as found:
        for log in found:
            for aggregate in replay(log, asked.moment, scope(asked)):
                print(line(aggregate))
    return 0
