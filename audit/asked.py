"""What the verbs that look into logs have in common: which logs, and which things in them."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

import psycopg

from audit.log import Log, Scope
from audit.replay import Unreplayable
from audit.verbs import SERVICES, Undone, needed
from kernel.facts import NETWORK

ALL = "all"
GRANTS_COME_LATER = "There is nothing called a project yet: it comes with grants."


def which_logs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", choices=[*SERVICES, ALL], help="whose log, or all of them")


def which_things(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--thing", type=UUID, metavar="ID", help="this one only")
    parser.add_argument(
        "--space",
        type=space,
        metavar="CODE_OR_ID",
        help="only what concerns this space: a fact about the thing names it",
    )
    parser.add_argument(
        "--person", type=UUID, metavar="ID", help="only what concerns this person, likewise"
    )
    parser.epilog = GRANTS_COME_LATER


def space(text: str) -> UUID:
    """An id, or the code that it is made of."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NETWORK, f"space/{text}")


def scope(asked: argparse.Namespace) -> Scope:
    return Scope(asked.thing, asked.space, asked.person)


@contextmanager
def logs(asked: argparse.Namespace) -> Iterator[Iterator[Log]]:
    """Those that were asked for, one after the other. What is wrong with them is Undone."""
    services = SERVICES if asked.service == ALL else [asked.service]
    addresses = {
        each: needed(f"{each.upper()}_AUDIT_DB", "the address of the log") for each in services
    }
    current = ""

    def opened() -> Iterator[Log]:
        nonlocal current
        for current, address in addresses.items():
            with psycopg.connect(address, autocommit=True, connect_timeout=2) as sql:
                sql.read_only = True
                yield Log(current, sql)

    try:
        yield opened()
    except psycopg.OperationalError:
        raise Undone(f"The log of {current} cannot be reached.") from None
    except psycopg.DataError:
        raise Undone(f"A fact in the log of {current} has no time that can be read.") from None
    except Unreplayable as why:
        raise Undone(f"The log of {current} was changed: {why}.") from None
