"""The whole network, for something that is not a test."""

import sys
from contextlib import contextmanager
from uuid import uuid4

from deploy import databases
from tests.network import Network


@contextmanager
def fresh_databases(servers):
    """Variable -> address, as kernel.where reads them."""
    wanted = databases.addresses(servers.postgres.url, f"experiment_{uuid4().hex[:8]}")
    databases.make(servers.postgres.url, wanted)
    try:
        yield wanted
    finally:
        databases.drop(servers.postgres.url, wanted)


@contextmanager
def network(servers, log, kind=Network):
    """Running, empty but for its first operator. What its parts print goes into the file `log`."""
    with fresh_databases(servers) as wanted:
        try:
            with kind(servers, wanted, log) as running:
                yield running
        except BaseException:
            log.seek(0)
            sys.stderr.writelines(log.readlines()[-30:])
            raise
