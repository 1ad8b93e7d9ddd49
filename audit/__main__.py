"""python -m audit replay bookings [2027-03-31T18:00:00+02:00]

prints what a service knew at a moment (or knows now): one thing a line, as JSON. It reads the
service's log over a role that can do nothing else, at the address in BOOKINGS_AUDIT_DB.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

import psycopg

from audit.replay import events, line, replay
from kernel.where import audited

SERVICES = sorted(each.parent.name for each in Path("services").glob("*/messages.py"))


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text} could be anywhere: add the offset, such as {text}+01:00, or Z"
        )
    return at


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m audit", description="The auditor's tools.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    again = verbs.add_parser("replay", help="print what a service knew at a moment")
    again.add_argument("service", choices=SERVICES)
    again.add_argument("moment", type=moment, nargs="?", help="ISO 8601 with an offset; else now")
    return parser.parse_args(given)


def main(*given: str) -> int:
    asked = arguments(given)
    variable = f"{asked.service.upper()}_AUDIT_DB"
    if variable not in os.environ:
        print(f"{variable} is not set: it holds the address of the log.", file=sys.stderr)
        return 2
    import_module(f"services.{asked.service}.domain")
    try:
        for aggregate in replay(events(audited(asked.service)), asked.moment).values():
            print(line(aggregate))
    except psycopg.OperationalError:
        print(f"The log of {asked.service} cannot be reached.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
