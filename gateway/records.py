"""The gateway's own database: quick to say that it is away, quick to find it again."""

from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Row = dict[str, Any]

CONNECTIONS, PATIENCE = 8, 1.0
LONGEST_STATEMENT = "-c statement_timeout=5000"


def pool(url: str) -> AsyncConnectionPool[Any]:
    """Not opened yet. A database that is away is looked for again as soon as somebody asks."""
    settings = {"autocommit": True, "connect_timeout": 2, "options": LONGEST_STATEMENT}
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=PATIENCE,
        reconnect_timeout=2.0,
        kwargs=settings,
        open=False,
    )


class Records:
    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self.pool = pool

    async def rows(self, select: LiteralString, words: Row) -> list[Row]:
        """Reads; once more when the connection was a dead one, as all are after a restart."""
        try:
            return await self.write(select, words)
        except PoolTimeout:
            raise
        except psycopg.OperationalError:
            await self.pool.check()
            return await self.write(select, words)

    async def row(self, select: LiteralString, words: Row) -> Row | None:
        found = await self.rows(select, words)
        return found[0] if found else None

    def connections(self) -> Row:
        """How many there are, how many of them work, and how many wait for one."""
        found = self.pool.get_stats()
        here = found["pool_size"]
        waiting = found.get("requests_waiting", 0)
        return {"connections": here, "busy": here - found["pool_available"], "waiting": waiting}

    async def write(self, statement: LiteralString, words: Row) -> list[Row]:
        """Never tried twice. What is returned is what the statement returns."""
        sql = await self.pool.getconn()  # no transaction to end, as `connection()` would
        try:
            done = await sql.cursor(row_factory=dict_row).execute(statement, words)
            return await done.fetchall() if done.description else []
        finally:
            await self.pool.putconn(sql)
