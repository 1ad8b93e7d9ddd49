"""Which letters somebody wants: all of them, until they say otherwise."""

from typing import LiteralString
from uuid import UUID

from gateway.post.kinds import KINDS, WISHES
from gateway.records import Records, Row

OF_LETTER: LiteralString = """
    SELECT l.kind, b.person FROM post.letters l
    JOIN agenda.bookings b ON b.booking = (l.about ->> 0)::uuid WHERE l.token = %(token)s
"""
CHOOSE: LiteralString = """
    WITH wanted AS (
        DELETE FROM accounts.declined WHERE person = %(person)s AND NOT wish = ANY(%(declined)s)
    )
    INSERT INTO accounts.declined SELECT %(person)s, unnest(%(declined)s::text[])
    ON CONFLICT DO NOTHING
"""


class Wishes(Records):
    async def of(self, person: UUID) -> list[str]:
        """Those of `WISHES` that somebody has not declined."""
        select: LiteralString = "SELECT wish FROM accounts.declined WHERE person = %(person)s"
        declined = {row["wish"] for row in await self.rows(select, {"person": person})}
        return [wish for wish in WISHES if wish not in declined]

    async def choose(self, person: UUID, wanted: list[str]) -> None:
        declined = [wish for wish in WISHES if wish not in wanted]
        await self.write(CHOOSE, {"person": person, "declined": declined})

    async def by_token(self, token: UUID) -> Row | None:
        """Who got the letter with this secret in it, and of which wish it was."""
        found = await self.row(OF_LETTER, {"token": token})
        return found and {"person": found["person"], "wish": KINDS[found["kind"]].wish}
