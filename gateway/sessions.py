"""Sessions of browsers: opened, turned from time to time, and ended. Only hashes are kept.

Whoever copied what a browser holds can use it until the next turn; then either of the two is out.
The answer with the new secret may be lost on the way, so the one before stays good until the new
one was shown for the first time, and a moment longer.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from gateway.records import Records, Row
from gateway.trust import EVERYBODY, GRACE, OF_STAFF, OVERLAP, STAFF, TURN

WHO: LiteralString = """
    a.id AS account, a.person, a.email, ARRAY(
        SELECT role || ' ' || coalesce(space::text, '') FROM people.roles r
        WHERE r.person = a.person
    ) AS roles
"""
LIVES: LiteralString = "s.expires_at > now() AND s.seen_at + s.idle > now()"
FIND: LiteralString = f"""
    SELECT {WHO}, s.id AS session, s.csrf, s.token_hash, s.expires_at,
        CASE WHEN %(needed)s AND NOT s.two_factors AND EXISTS (
            SELECT FROM people.roles r WHERE r.person = a.person AND r.role = ANY(%(staff)s)
        ) THEN coalesce(a.second_factor_due, now() + %(grace)s) END AS factor_due,
        coalesce(a.second_factor_due < now(), false) AS is_overdue,
        s.token_hash = %(hash)s AND s.taken_at IS NULL AS is_new,
        CASE WHEN s.token_hash = %(hash)s THEN s.turned_at < now() - %(turn)s
            ELSE s.taken_at IS NULL AND s.turned_at < now() - %(overlap)s END AS is_due,
        s.seen_at < now() - interval '1 minute' AS is_stale
    FROM accounts.session s JOIN accounts.account a ON a.id = s.account
    WHERE (s.token_hash = %(hash)s OR s.before_hash = %(hash)s
            AND (s.taken_at IS NULL OR s.taken_at > now() - %(overlap)s))
        AND {LIVES} AND a.person IS NOT NULL
"""
OPEN: LiteralString = """
    WITH over AS (DELETE FROM accounts.session WHERE expires_at < now() OR seen_at + idle < now()),
    trusted AS (
        SELECT EXISTS (
            SELECT FROM people.roles r JOIN accounts.account a ON a.person = r.person
            WHERE a.id = %(account)s AND r.role = ANY(%(staff)s)
        ) AS staff
    )
    INSERT INTO accounts.session
        (token_hash, account, csrf, browser, two_factors, expires_at, idle)
    SELECT %(hash)s, %(account)s, %(csrf)s, %(browser)s, %(two_factors)s,
        now() + CASE WHEN staff THEN %(staff_longest)s ELSE %(longest)s END,
        CASE WHEN staff THEN %(staff_idle)s ELSE %(idle)s END
    FROM trusted RETURNING expires_at
"""
TURN_TO: LiteralString = """
    UPDATE accounts.session SET before_hash = %(shown)s, token_hash = %(hash)s,
        turned_at = now(), taken_at = NULL, seen_at = now()
    WHERE id = %(session)s AND token_hash = %(was)s RETURNING id
"""
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"CriOS": "Chrome", "FxiOS": "Firefox", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iOS", "Windows": "Windows"}
SYSTEMS |= {"Mac OS": "macOS", "Linux": "Linux"}


class Session(NamedTuple):
    token: str
    csrf: str
    expires_at: datetime


class Sessions(Records):
    """`needed`: staff needs a second factor."""

    def __init__(self, pool: Any, needed: bool) -> None:
        super().__init__(pool)
        self.needed = needed

    async def open(self, account: UUID, user_agent: str = "", two_factors: bool = False) -> Session:
        """A new one. That of staff is shorter."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        words = {
            **{"hash": hashed(token), "account": account, "csrf": csrf, "staff": list(STAFF)},
            **{"longest": EVERYBODY.longest, "idle": EVERYBODY.idle},
            **{"staff_longest": OF_STAFF.longest, "staff_idle": OF_STAFF.idle},
            **{"browser": kind_of(user_agent), "two_factors": two_factors},
        }
        (opened,) = await self.write(OPEN, words)
        return Session(token, csrf, opened["expires_at"])

    async def find(self, token: str) -> Row | None:
        """Whose session it is; `turned` is the secret that the browser holds from now on.

        `factor_due`: until when staff has to have a second factor that this session has not seen.
        """
        words = {"hash": hashed(token), "turn": TURN, "overlap": OVERLAP}
        words |= {"needed": self.needed, "staff": list(STAFF), "grace": GRACE}
        found = await self.row(FIND, words)
        if found is None:
            return None
        if found["factor_due"]:
            await self._begin_grace(found)
        if found["is_due"]:
            return found | {"turned": await self._turn(found, hashed(token))}
        if found["is_new"]:
            taken: LiteralString = """
                UPDATE accounts.session SET taken_at = now(), seen_at = now()
                WHERE id = %(session)s AND taken_at IS NULL
            """
            await self.write(taken, found)
        elif found["is_stale"]:
            seen: LiteralString = """
                UPDATE accounts.session SET seen_at = now()
                WHERE id = %(session)s AND seen_at < now() - interval '1 minute'
            """
            await self.write(seen, found)
        return found | {"turned": None}

    async def _begin_grace(self, found: Row) -> None:
        begun: LiteralString = """
            UPDATE accounts.account SET second_factor_due = %(factor_due)s
            WHERE id = %(account)s AND second_factor_due IS NULL
        """
        await self.write(begun, found)

    async def _turn(self, found: Row, shown: bytes) -> Session | None:
        """Of several requests at once one turns; what the others hold is good for a moment."""
        token = secrets.token_urlsafe(32)
        words = {"session": found["session"], "was": found["token_hash"]}
        words |= {"hash": hashed(token), "shown": shown}
        if not await self.write(TURN_TO, words):
            return None
        return Session(token, found["csrf"], found["expires_at"])

    async def of(self, account: UUID) -> list[Row]:
        """The latest used first."""
        select: LiteralString = f"""
            SELECT s.id AS session, s.browser, s.created_at, s.seen_at FROM accounts.session s
            WHERE s.account = %(account)s AND {LIVES} ORDER BY s.seen_at DESC, s.id
        """
        return await self.rows(select, {"account": account})

    async def close(self, account: UUID, session: UUID) -> bool:
        statement: LiteralString = """
            DELETE FROM accounts.session WHERE id = %(session)s AND account = %(account)s
            RETURNING id
        """
        return bool(await self.write(statement, {"session": session, "account": account}))

    async def close_all(self, account: UUID) -> None:
        statement: LiteralString = "DELETE FROM accounts.session WHERE account = %(account)s"
        await self.write(statement, {"account": account})


def hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def kind_of(user_agent: str) -> str:
    """Enough to know one's own browsers by, and no more: "Firefox, Android"."""
    first = [
        next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, first))
