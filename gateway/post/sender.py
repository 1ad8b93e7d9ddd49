"""Takes the letters of the outbox one by one, and hands them over.

Before a letter is handed over it is put off until later, and afterwards it is marked. So whoever
dies on the way loses none, any number of senders may work at once, and a letter that kills its
sender waits longer each time. One that was handed over and not marked is sent again: SMTP knows no
way to ask. It has the same Message-ID then.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import uuid5

import psycopg
from psycopg.rows import dict_row

from gateway import guests, ics, joining
from gateway.post import meters
from gateway.post.contents import Moot, NotYet, begins
from gateway.post.letters import Sender, Unaddressed, compose
from gateway.post.outbox import FRESH, Outbox
from gateway.post.server import Away, Never, NotNow, Server
from gateway.records import Row
from kernel.facts import NETWORK
from kernel.ops.failpoint import failpoint
from services.members.messages import CONSENTS

logger = logging.getLogger(__name__)

PAUSES: LiteralString = "ARRAY['5 min', '15 min', '1 h', '3 h', '6 h']::interval[]"
"""How long a letter waits after each try. The first is longer than any try lasts."""
GIVE_UP = timedelta(days=2)
KEPT = timedelta(days=90)
"""How long it is remembered what was sent, and a letter can be used to decline more of them."""

# A letter is due when the view that tells of its bookings has heard of what it is about.
DUE: LiteralString = """
    FROM post.letters l
    WHERE state = 'waiting' AND next_try <= now()
        AND NOT EXISTS (SELECT FROM post.expected e WHERE e.letter = l.letter)
        AND position <= (SELECT place FROM agenda.places WHERE source = 'bookings')
"""
TAKE: LiteralString = f"""
    UPDATE post.letters SET tries = tries + 1,
        next_try = now() + ({PAUSES})[least(tries + 1, cardinality({PAUSES}))]
    WHERE letter = (
        SELECT letter {DUE} ORDER BY next_try, letter LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING *
"""
MARK: LiteralString = """
    UPDATE post.letters SET state = %(state)s, reason = %(reason)s,
        done = CASE WHEN %(state)s <> 'waiting' THEN %(now)s END
    WHERE letter = %(letter)s
"""
SOON: LiteralString = f"""
    {ics.BOOKED} WHERE b.state = 'booked' AND b.first BETWEEN %(first)s AND %(last)s
"""
REMIND: LiteralString = """
    INSERT INTO post.letters (letter, kind, about, position, happened, begins, made)
    VALUES (%(letter)s, 'reminder', jsonb_build_array(%(booking)s::text), 0, %(happened)s,
        %(begins)s, %(made)s)
    ON CONFLICT DO NOTHING
"""
# Whoever agreed hears of what was planned since, unless they have to do with it anyhow.
UNTOLD: LiteralString = """
    SELECT s.session, c.person, s.planned FROM courses.sessions s
    JOIN people.consents c ON c.consent = 'training-letters' AND c.version = %(version)s
        AND c.since < s.planned
    WHERE s.state = 'planned' AND s.first > %(today)s AND s.planned > %(since)s
        AND NOT EXISTS (
            SELECT FROM courses.participants p WHERE p.session = s.session AND p.person = c.person
        ) AND NOT EXISTS (
            SELECT FROM courses.trainers t WHERE t.session = s.session AND t.trainer = c.person
        )
"""
ANNOUNCE: LiteralString = """
    INSERT INTO post.letters (letter, kind, about, position, happened, made)
    VALUES (%(letter)s, 'training', jsonb_build_array(%(session)s::text, %(person)s::text), 0,
        %(planned)s, %(made)s)
    ON CONFLICT DO NOTHING
"""
# Of whoever is erased, or waits for it: about what they booked, waited for, or were asked to, and
# about their account.
ABOUT_THE_ERASED: LiteralString = """
    WITH things AS (
        SELECT b.booking AS id FROM agenda.bookings b JOIN rights.erasures USING (person)
        UNION SELECT w.entry FROM agenda.waiting w JOIN rights.erasures USING (person)
        UNION SELECT person FROM rights.erasures
        UNION SELECT account FROM rights.erasures
    )
    SELECT letter, happened FROM post.letters
    WHERE about ->> 0 IN (SELECT id::text FROM things)
        OR about ->> 1 IN (SELECT id::text FROM things)
"""
DELETE: LiteralString = "DELETE FROM post.letters WHERE letter = %(letter)s"


class Post:
    """`ahead`: how long before a booking begins its reminder is sent; nothing means never.
    `trouble`: why nothing can be sent now.
    """

    def __init__(
        self,
        outbox: Outbox,
        server: Server,
        sender: Sender,
        ahead: timedelta,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.outbox, self.server, self.sender, self.ahead = outbox, server, sender, ahead
        self.now = now
        self.trouble = ""
        self.marks: list[Row] = []

    def send(self) -> bool:
        """One letter, if one is due. Raises server.Away: then nothing can be sent now."""
        self._write_marks()
        sql = self.outbox.sql
        if not sql.execute(f"SELECT 1 {DUE} LIMIT 1").fetchone():
            self.server.close()
            return False
        self.server.open()
        taken = sql.cursor(row_factory=dict_row).execute(TAKE).fetchone()
        if taken:
            failpoint("post.taken")
            self._hand_over(taken)
        return taken is not None

    def _hand_over(self, letter: Row) -> None:
        try:
            self.server.hand_over(compose(self.outbox.sql, letter, self.sender, self.now()))
        except (Away, psycopg.Error):
            raise
        except Moot as moot:
            self._mark(letter, "dropped", str(moot))
        except (Never, Unaddressed) as refused:
            self._mark(letter, "given-up", str(refused))
        except (NotYet, NotNow) as wait:
            self._put_off(letter, str(wait))
        except Exception as mistake:  # ours: the next letters are better
            logger.exception("letter %s cannot be written", letter["letter"])
            self._put_off(letter, type(mistake).__name__)
        else:
            failpoint("post.sent")
            self._mark(letter, "sent", None)
        failpoint("post.marked")

    def _put_off(self, letter: Row, reason: str) -> None:
        too_long = self.now() - letter["made"] > GIVE_UP
        self._mark(letter, "given-up" if too_long else "waiting", reason)

    def _mark(self, letter: Row, state: str, reason: str | None) -> None:
        known = {"letter": letter["letter"], "now": self.now(), "state": state, "reason": reason}
        self.marks.append(known)
        meters.letters.labels(letter["kind"], state).inc()
        log = logger.warning if state == "given-up" else logger.info
        log("letter %s (%s): %s %s", letter["letter"], letter["kind"], state, reason or "")
        self._write_marks()

    def _write_marks(self) -> None:
        """Before anything else, when the database was away: it must know what was sent."""
        while self.marks:
            self.outbox.sql.execute(MARK, self.marks[0])
            self.marks.pop(0)

    def remind(self) -> None:
        """Put into the outbox, once, what begins soon. Who has just booked it knows it."""
        now, day = self.now(), timedelta(days=1)
        if not self.ahead:
            return
        words = {"first": now.date() - day, "last": (now + self.ahead).date() + day}
        sql = self.outbox.sql
        for booking in sql.cursor(row_factory=dict_row).execute(SOON, words).fetchall():
            start = begins(booking)
            due = start - self.ahead
            if due <= now < start and booking["changed"] < due:
                letter = uuid5(NETWORK, f"reminder/{booking['booking']}/{start.isoformat()}")
                about = {
                    "booking": booking["booking"],
                    "begins": start,
                    "happened": due,
                    "made": now,
                }
                sql.execute(REMIND, {"letter": letter, **about})

    def announce(self) -> None:
        """Put into the outbox, once for each who agreed to it, the sessions planned lately."""
        now, sql = self.now(), self.outbox.sql
        words = {"version": CONSENTS["training-letters"], "today": now.date(), "since": now - FRESH}
        for each in sql.cursor(row_factory=dict_row).execute(UNTOLD, words).fetchall():
            letter = uuid5(NETWORK, f"training/{each['session']}/{each['person']}")
            sql.execute(ANNOUNCE, {**each, "letter": letter, "made": now})

    def sweep(self) -> None:
        """Forget what was sent long ago, and what was asked for by a form and not confirmed."""
        old: LiteralString = "DELETE FROM post.letters WHERE state <> 'waiting' AND done < %s"
        self.outbox.sql.execute(old, [self.now() - KEPT])
        for over in (guests.OVER, joining.OVER):
            self.outbox.sql.execute(over)

    def forget(self) -> None:
        """Letters of whoever is erased: first the file, where letters go to a folder of ours."""
        sql = self.outbox.sql
        for letter in sql.cursor(row_factory=dict_row).execute(ABOUT_THE_ERASED).fetchall():
            self.server.forget(letter["letter"], letter["happened"])
            sql.execute(DELETE, letter)
