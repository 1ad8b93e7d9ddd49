"""What was deleted of somebody who is erased leaves the files of the gateway's database as well.

Private links to what they booked end before.

PostgreSQL leaves the bytes of a deleted row where they were until others need the room. So the
tables that knew who it was are written anew, once nobody can look at the old rows any more. Each
process of the gateway looks every ten seconds whether there is something to do; twice does no harm.
"""

from typing import LiteralString

from psycopg.errors import LockNotAvailable

from gateway.records import Records

TABLES: tuple[LiteralString, ...] = (
    "people.persons",
    "people.withheld",
    "accounts.account",
    "accounts.token",
    "accounts.passkey",
    "accounts.partner",
    "accounts.begun",
    "accounts.asked",
    "accounts.joining",
)
"""Those with names, addresses, or words that somebody chose themselves."""

# From then on no transaction begins that sees what was deleted.
GONE: LiteralString = """
    UPDATE rights.erasures SET gone = pg_current_xact_id() WHERE gone IS NULL
        AND position <= (SELECT place FROM people.places WHERE source = 'members')
"""
DUE: LiteralString = """
    SELECT certificate FROM rights.erasures WHERE cleaned IS NULL
        AND public.out_of_sight(gone)
"""
LINKS: LiteralString = """
    DELETE FROM accounts.booking_link l USING agenda.bookings b, rights.erasures e
    WHERE l.booking = b.booking AND b.person = e.person AND e.certificate = ANY(%(certificates)s)
"""
DONE: LiteralString = """
    UPDATE rights.erasures SET cleaned = now()
    WHERE certificate = ANY(%(certificates)s) AND gone IS NOT NULL
"""


async def clean(records: Records) -> int:
    """How many erasures are now complete. Whoever reads waits for milliseconds; a table that is
    read for longer is left for the next time."""
    await records.write(GONE, {})
    due = [row["certificate"] for row in await records.rows(DUE, {})]
    if not due:
        return 0
    await records.write(LINKS, {"certificates": due})
    async with records.pool.connection() as sql:
        await sql.execute("SET lock_timeout = '500ms'")
        try:
            for table in TABLES:
                await sql.execute(f"VACUUM (FULL) {table}")
        except LockNotAvailable:
            return 0
        finally:
            await sql.execute("RESET lock_timeout")
    await records.write(DONE, {"certificates": due})
    return len(due)
