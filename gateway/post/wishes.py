"""Which letters somebody wants: all of them, until they say otherwise, but for those to which one
has to agree first."""

from typing import LiteralString
from uuid import UUID

from gateway.post.kinds import KINDS, WISHES
from gateway.records import Records, Row

OF_LETTER: LiteralString = """
    SELECT l.kind, CASE WHEN l.kind = ANY(%(agreed)s) THEN (l.about ->> 1)::uuid
        ELSE b.person END AS person
    FROM post.letters l LEFT JOIN agenda.bookings b ON b.booking = (l.about ->> 0)::uuid
    WHERE l.token = %(token)s
"""
AGREED = [name for name, kind in KINDS.items() if kind.consent]
"""Letters that name whom they are for after what they are about."""
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
        """Who got the letter with this secret in it, and of which wish it was, or to what it was
        agreed."""
        found = await self.row(OF_LETTER, {"token": token, "agreed": AGREED})
        if found is None or found["person"] is None:
            return None
        kind = KINDS[found["kind"]]
        return {"person": found["person"], "wish": kind.wish, "consent": kind.consent}
