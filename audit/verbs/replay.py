"""print what a service knew at a moment, or knows now: one thing a line, as JSON

It reads the service's log over a role that can do nothing else, at the address in BOOKINGS_AUDIT_DB
(and so on).
"""

import argparse
from importlib import import_module

import psycopg

from audit.replay import events, line, replay
from audit.verbs import SERVICES, Undone, moment, needed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("moment", type=moment, nargs="?", help="ISO 8601 with an offset; else now")


def run(asked: argparse.Namespace) -> int:
    log = needed(f"{asked.service.upper()}_AUDIT_DB", "the address of the log")
    import_module(f"services.{asked.service}.domain")
    try:
        for aggregate in replay(events(log), asked.moment).values():
            print(line(aggregate))
    except psycopg.OperationalError:
        raise Undone(f"The log of {asked.service} cannot be reached.") from None
    return 0
