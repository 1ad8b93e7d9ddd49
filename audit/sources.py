"""Where an auditor's process reads: every log and the register, over roles that may only read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg_pool import ConnectionPool

from audit.log import Log
from audit.register import Register
from audit.verbs import SERVICES
from kernel.where import audited

REGISTER = "register"
CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 2,
    "options": "-c statement_timeout=15000 -c default_transaction_read_only=on",
}
POOL: Any = {"min_size": 0, "max_size": 4, "timeout": 2.0, "reconnect_timeout": 0, "open": True}


class Sources:
    """Connections to all of them, opened as they are needed. Raises psycopg.OperationalError where
    one is away."""

    def __init__(self, pools: Mapping[str, ConnectionPool]) -> None:
        self.pools = pools

    @contextmanager
    def register(self) -> Iterator[Register]:
        with self.pools[REGISTER].connection() as sql:
            yield Register(sql)

    @contextmanager
    def log(self, service: str) -> Iterator[Log]:
        with self.pools[service].connection() as sql:
            yield Log(service, sql)

    def last(self, service: str) -> int:
        with self.log(service) as log:
            return log.last()

    def size(self) -> int:
        with self.register() as register:
            return register.size()


@contextmanager
def sources() -> Iterator[Sources]:
    """At the addresses in MEMBERS_AUDIT_DB, ..., REGISTER_AUDIT_DB."""
    pools = {
        name: ConnectionPool(
            audited(name), kwargs=CONNECTION, check=ConnectionPool.check_connection, **POOL
        )
        for name in (*SERVICES, REGISTER)
    }
    try:
        yield Sources(pools)
    finally:
        for each in pools.values():
            each.close()
