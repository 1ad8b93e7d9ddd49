"""Where people's details are kept, so that they can be forgotten.

An entry is written before the event that commits to it, and is swept away when no event does, or
when one says that its person was erased. What is deleted is then taken out of the table's file.
"""

import hmac
import json
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Event, Thread
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import OperationalError
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Json
from psycopg_pool import ConnectionPool

logger = logging.getLogger(__name__)

Connection = psycopg.Connection[tuple[Any, ...]]
Details = dict[str, str | int | None]

AN_HOUR = timedelta(hours=1)
"""Far longer than any command takes between its entry and its event."""
SOON = timedelta(seconds=10)
"""When what could not be done is tried again."""


class Kept(NamedTuple):
    """What an event may say about an entry: which one, what proves its content, and what proves
    each field of it alone."""

    details: UUID
    commitment: str
    commitments: dict[str, str]


class Entry(NamedTuple):
    entry: UUID
    person_id: UUID
    salt: bytes
    details: Details
    recorded_at: datetime

    def kept(self) -> Kept:
        proofs = {field: commitment(self.salt_of(field), v) for field, v in self.details.items()}
        return Kept(self.entry, commitment(self.salt, self.details), proofs)

    def salt_of(self, field: str) -> bytes:
        """That of one field, which tells nothing of the others, nor of the salt of the entry."""
        return hmac.digest(self.salt, field.encode(), "sha256")


def commitment(salt: bytes, value: Details | str | int | None) -> str:
    """SHA-256, in hex, of the salt and the canonical JSON (RFC 8785) of details, or of one."""
    # The RFC is about the order of non-ASCII names and the spelling of fractions, and has
    # neither here: ASCII names, and values that are texts, whole numbers below 2**53 or null.
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(salt + canonical.encode()).hexdigest()


class Vault(ABC):
    def keep(self, person_id: UUID, details: Details, now: datetime) -> Kept:
        """A new entry. It counts from the moment an event commits to it."""
        entry = Entry(uuid4(), person_id, secrets.token_bytes(32), details, now)
        self._add(entry)
        return entry.kept()

    def reveal(self, entries: Iterable[UUID]) -> dict[UUID, Details]:
        """The details in these entries; those that are gone are left out."""
        return {entry: found.details for entry, found in self.open(entries).items()}

    @abstractmethod
    def open(self, entries: Iterable[UUID]) -> dict[UUID, Entry]:
        """These entries, with their salts; those that are gone are left out."""

    @abstractmethod
    def forget(self, person_id: UUID, but: UUID | None = None) -> None:
        """Every entry about a person, or all but one, with its salt: afterwards nothing can be
        proved or told."""

    @abstractmethod
    def _add(self, entry: Entry) -> None: ...


class InMemory(Vault):
    """Forgotten when the test ends."""

    def __init__(self) -> None:
        self.entries: dict[UUID, Entry] = {}

    def open(self, entries: Iterable[UUID]) -> dict[UUID, Entry]:
        return {each: self.entries[each] for each in entries if each in self.entries}

    def forget(self, person_id: UUID, but: UUID | None = None) -> None:
        kept = [
            each
            for each in self.entries.values()
            if each.person_id != person_id or each.entry == but
        ]
        self.entries = {each.entry: each for each in kept}

    def _add(self, entry: Entry) -> None:
        self.entries[entry.entry] = entry


class InPostgres(Vault):
    """The table `vault`, in the same database as the log of members."""

    def __init__(self, url: str) -> None:
        self.gone: str | None = None
        """A transaction: what was deleted before it may lie in the file still."""
        self.pool = ConnectionPool(
            url,
            min_size=0,
            max_size=4,
            timeout=1.0,
            reconnect_timeout=0,  # else the longer it was away, the longer it is not looked for
            open=True,
            kwargs={"autocommit": True, "connect_timeout": 2},
            check=ConnectionPool.check_connection,  # the database may have been restarted
        )

    def open(self, entries: Iterable[UUID]) -> dict[UUID, Entry]:
        with self.pool.connection() as sql:
            asked = (
                "SELECT entry, person_id, salt, details, recorded_at FROM vault"
                " WHERE entry = ANY(%s)"
            )
            found = [Entry(*row) for row in sql.execute(asked, [list(entries)])]
        return {each.entry: each for each in found}

    def forget(self, person_id: UUID, but: UUID | None = None) -> None:
        forget = "DELETE FROM vault WHERE person_id = %s AND entry IS DISTINCT FROM %s"
        with self.pool.connection() as sql:
            sql.execute(forget, [person_id, but])
            self._is_gone(sql)
        self.clean()

    def sweep(self, before: datetime) -> int:
        """Delete the entries of whoever was erased, and what was recorded before and is not what
        the log says now about its person: entries no event ever mentioned, and entries that were
        corrected since. How many. Then nothing of what was ever deleted is left in the file.
        """
        with self.pool.connection() as sql:
            swept = sql.execute(
                "DELETE FROM vault WHERE recorded_at < %s AND entry::text IS DISTINCT FROM ("
                " SELECT state->>'details' FROM events WHERE originator_id = vault.person_id"
                " AND state->>'details' IS NOT NULL ORDER BY originator_version DESC LIMIT 1)"
                " OR EXISTS (SELECT FROM events WHERE originator_id = vault.person_id"
                " AND topic = 'members.PersonErased')",
                [before],
            ).rowcount
            self._is_gone(sql)
        self.clean()
        return swept

    def clean(self) -> None:
        """PostgreSQL leaves the bytes of a deleted row where they were until others need the room.

        While anybody can still look at it they stay, and `gone` says since when.
        """
        gone = self.gone
        with self.pool.connection() as sql, suppress(LockNotAvailable):
            [[done]] = sql.execute("SELECT clean_vault(%s)", [gone]).fetchall()
            if done and self.gone == gone:  # otherwise more was deleted meanwhile
                self.gone = None

    def _is_gone(self, sql: Connection) -> None:
        [[self.gone]] = sql.execute("SELECT pg_current_xact_id()::text").fetchall()

    def close(self) -> None:
        self.pool.close()

    def _add(self, entry: Entry) -> None:
        with self.pool.connection() as sql:
            sql.execute(
                "INSERT INTO vault (entry, person_id, salt, details, recorded_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                [*entry[:3], Json(entry.details), entry.recorded_at],
            )


@contextmanager
def swept(vault: InPostgres, now: Callable[[], datetime]) -> Iterator[None]:
    """Inside, the vault is swept at once and every hour, and cleaned soon when something stayed."""
    leaving = Event()

    def work() -> None:
        due = now()
        while not leaving.is_set():
            try:
                if now() >= due:
                    vault.sweep(before=now() - AN_HOUR)
                    due = now() + AN_HOUR
                elif vault.gone:
                    vault.clean()
            except OperationalError as away:
                logger.warning("the vault will be swept later: %s", away)
            leaving.wait(SOON.total_seconds())

    Thread(target=work, daemon=True).start()
    try:
        yield
    finally:
        leaving.set()
