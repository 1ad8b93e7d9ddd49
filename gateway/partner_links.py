"""Which account belongs to whom at a partner's door."""

from typing import LiteralString
from uuid import UUID

from gateway.partners import Claims
from gateway.records import Records, Row


class PartnerLinks(Records):
    async def account(self, issuer: str, claims: Claims) -> Row | None:
        """With what the partner proposes today."""
        statement: LiteralString = """
            UPDATE accounts.partner p SET proposed = %(proposed)s, last_used_at = now()
            FROM accounts.account a
            WHERE p.issuer = %(issuer)s AND p.subject = %(subject)s AND a.id = p.account
                AND a.person IS NOT NULL
            RETURNING a.id AS account, a.email
        """
        words = {"issuer": issuer, "subject": claims.subject, "proposed": claims.proposed}
        found = await self.write(statement, words)
        return found[0] if found else None

    async def link(self, account: UUID, issuer: str, subject: str, proposed: list[str]) -> None:
        """Somebody has one door at each partner: a new one takes the place of the one before."""
        statement: LiteralString = """
            WITH before AS (
                DELETE FROM accounts.partner WHERE issuer = %(issuer)s AND account = %(account)s
                    AND subject <> %(subject)s
            )
            INSERT INTO accounts.partner (issuer, subject, account, proposed)
            VALUES (%(issuer)s, %(subject)s, %(account)s, %(proposed)s)
            ON CONFLICT (issuer, subject) DO UPDATE SET account = %(account)s,
                proposed = %(proposed)s
        """
        words = {"account": account, "issuer": issuer, "subject": subject, "proposed": proposed}
        await self.write(statement, words)

    async def of(self, account: UUID) -> list[Row]:
        select: LiteralString = """
            SELECT issuer, proposed, created_at, last_used_at FROM accounts.partner
            WHERE account = %(account)s ORDER BY created_at, issuer
        """
        return await self.rows(select, {"account": account})

    async def forget(self, account: UUID, issuer: str) -> bool:
        statement: LiteralString = """
            DELETE FROM accounts.partner WHERE account = %(account)s AND issuer = %(issuer)s
            RETURNING account
        """
        return bool(await self.write(statement, {"account": account, "issuer": issuer}))
