"""What a letter is about, as the views know it in the moment in which it is sent."""

import secrets
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from gateway import ics
from gateway.guests import KEPT
from gateway.post.kinds import KINDS
from gateway.records import Row
from gateway.sessions import hashed
from gateway.views.calendar import clock
from services.members.messages import CONSENTS

REQUEST = "/demande/{secret}"

BOOKINGS: LiteralString = f"""
    {ics.BOOKED}
    WHERE b.booking IN (SELECT id::uuid FROM jsonb_array_elements_text(%(about)s) AS id)
    ORDER BY b.first, b.booking
"""
OFFER: LiteralString = """
    SELECT w.person, w.day, w.start, w."end", w.until, s.name AS space, s.town, s.timezone,
        r.name AS resource, ARRAY(
            SELECT coalesce(e.name, l.code) FROM jsonb_array_elements_text(w.lacking) AS l(code)
            LEFT JOIN directory.extras e ON e.space = w.space AND e.code = l.code
        ) AS lacking
    FROM agenda.waiting w
    JOIN directory.spaces s ON s.space = w.space
    JOIN directory.resources r ON r.resource = w.resource
    WHERE w.entry = (%(about)s ->> 0)::uuid
"""
SESSION: LiteralString = """
    SELECT s.state, s.first, s.slots, s.place, c.name AS course, d.name AS space, d.town, EXISTS (
        SELECT FROM people.consents a WHERE a.person = (%(about)s ->> 1)::uuid
            AND a.consent = 'training-letters' AND a.version = %(version)s
    ) AS agreed
    FROM courses.sessions s JOIN courses.courses c USING (course)
    LEFT JOIN directory.spaces d ON d.space = s.space
    WHERE s.session = (%(about)s ->> 0)::uuid
"""
LINK: LiteralString = """
    UPDATE accounts.forgotten f SET secret_hashes = secret_hashes || %(hash)s::bytea
    FROM accounts.account a
    WHERE f.id = (%(about)s ->> 0)::uuid AND a.id = f.account AND f.ends_at > now()
    RETURNING a.person, a.email, f.ends_at
"""
# Nothing of what was typed is in the letter but the address and the language: anybody may have
# typed it, to have us write it to somebody else.
ASKED: LiteralString = """
    UPDATE accounts.asked a SET secret_hashes = a.secret_hashes || %(hash)s::bytea
    FROM directory.spaces s JOIN directory.resources r ON r.space = s.space
    WHERE a.id = (%(about)s ->> 0)::uuid AND a.ends_at > now()
        AND s.space = (a.wanted ->> 'space_id')::uuid
        AND r.resource = (a.wanted ->> 'resource_id')::uuid
    RETURNING a.email, a.language, a.wanted, a.ends_at, s.name AS space, s.town, r.name AS resource
"""
JOINING: LiteralString = """
    UPDATE accounts.joining j SET secret_hashes = j.secret_hashes || %(hash)s::bytea
    WHERE j.id = (%(about)s ->> 0)::uuid AND j.ends_at > now()
    RETURNING j.email, j.language, j.ends_at, EXISTS (
        SELECT FROM accounts.account a
        WHERE lower(a.email) = lower(j.email) AND a.person IS NOT NULL
    ) AS has_account
"""
PRIVATE: LiteralString = """
    INSERT INTO accounts.booking_link AS l (booking, secret_hashes, ends_at)
    SELECT b.booking, ARRAY[%(hash)s::bytea], b.last + %(kept)s FROM agenda.bookings b
    WHERE b.booking = %(booking)s
        AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.person = b.person)
    ON CONFLICT (booking) DO UPDATE SET secret_hashes = l.secret_hashes || excluded.secret_hashes,
        ends_at = greatest(l.ends_at, excluded.ends_at)
    RETURNING booking
"""
ACCOUNT: LiteralString = """
    SELECT person, email FROM accounts.account WHERE id = (%(about)s ->> 0)::uuid
"""


class Moot(Exception):
    """Nobody needs this letter any more: over, changed, erased or declined."""


class NotYet(Exception):
    """The views have not heard of what the letter is about."""


class Content(NamedTuple):
    """For whom, which template, what that speaks of, and what calendars are told about.

    `email`: that of their account, when the letter is about it. Others may change the address at
    which somebody is reached, and must not get into an account by it. `reader`: who it is, when
    nobody is known under that address (`person` is None).
    """

    person: UUID | None
    template: str
    words: Row
    bookings: list[Row]
    email: str | None = None
    reader: Row | None = None


def content(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """Raises Moot or NotYet."""
    about = ABOUT.get(letter["kind"], of_bookings)
    return about(sql, letter, now)


def of_bookings(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    found = rows(sql, BOOKINGS, letter)
    if len(found) < len(letter["about"]):
        raise NotYet("views")
    meant = [each for each in found if each["state"] == KINDS[letter["kind"]].state]
    if not meant:
        raise Moot("changed")
    bookings = [each for each in meant if ends(each) > now]
    if not bookings:
        raise Moot("over")
    if letter["begins"] and letter["begins"] != begins(bookings[0]):
        raise Moot("changed")
    words = {
        "kind": letter["kind"],
        "is_series": letter["series"] is not None,
        "bookings": [{**each, "times": wall(each)} for each in bookings],
        "cents": sum(each["price_cents"] for each in bookings),
        "fee_cents": sum(each["fee_cents"] or 0 for each in bookings),
        "private": private_link(sql, bookings),
    }
    return Content(bookings[0]["person"], "mail/bookings", words, bookings)


def of_offer(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """A place that is held for somebody who waits, until a moment."""
    found = rows(sql, OFFER, letter)
    if not found:
        raise Moot("changed")
    [place] = found
    if place["until"] <= now:
        raise Moot("over")
    until = place["until"].astimezone(ZoneInfo(place["timezone"]))
    place["times"] = (clock(place["start"]), clock(place["end"]))
    words = {"place": place, "until_day": until.date(), "until_time": f"{until:%H:%M}"}
    return Content(place["person"], "mail/offer", words, [])


def of_training(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """A session in which there are seats to have, for somebody who agreed to hear of it."""
    found = rows(sql, SESSION, letter | {"version": CONSENTS["training-letters"]})
    if not found:
        raise NotYet("views")
    [session] = found
    if not session["agreed"]:
        raise Moot("declined")
    if session["state"] != "planned":
        raise Moot("changed")
    if session["first"] <= now.date():
        raise Moot("over")
    days = sorted({slot["day"] for slot in session["slots"]})
    return Content(
        UUID(letter["about"][1]), "mail/training", {"session": session, "days": days}, []
    )


def of_link(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """To set a new password. The secret is seen in the letter only, and nowhere again."""
    secret = secrets.token_urlsafe(32)
    found = rows(sql, LINK, {**letter, "hash": hashed(secret)})
    if not found:
        raise Moot("over")  # or asked for under an address that nobody has
    [account] = found
    words = {"kind": letter["kind"], "moment": account["ends_at"].isoformat()}
    words["path"] = f"/nouveau-mot-de-passe/{secret}"
    return Content(account["person"], "mail/password", words, [], account["email"])


def of_guest(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """To send a request to the host, once whoever has the address has seen it."""
    secret = secrets.token_urlsafe(32)
    found = rows(sql, ASKED, {**letter, "hash": hashed(secret)})
    if not found:
        raise Moot("over")
    [asked] = found
    wanted = asked["wanted"]
    words = {"asked": asked, "day": wanted["day"], "part": wanted.get("part")}
    words |= {"times": (wanted.get("start"), wanted.get("end"))}
    words |= {"path": REQUEST.format(secret=secret), "moment": asked["ends_at"].isoformat()}
    return Content(None, "mail/guest", words, [], reader=nameless(asked))


def of_joining(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """To choose a password and join; or, to whoever has an account, how to get into it."""
    secret = secrets.token_urlsafe(32)
    found = rows(sql, JOINING, {**letter, "hash": hashed(secret)})
    if not found:
        raise Moot("over")  # or joined by now
    [asked] = found
    words = {"has_account": asked["has_account"], "moment": asked["ends_at"].isoformat()}
    words["path"] = "/connexion" if asked["has_account"] else f"/inscription/{secret}"
    words["forgotten"] = "/mot-de-passe-oublie"
    return Content(None, "mail/joining", words, [], reader=nameless(asked))


def nameless(asked: Row) -> Row:
    """Whoever has an address, as far as we know."""
    who = {"given_name": None, "family_name": None}
    return who | {name: asked[name] for name in ("email", "language")}


def private_link(sql: psycopg.Connection[Any], bookings: list[Row]) -> str | None:
    """Where whoever has no account sees and cancels the one booking that a letter is about."""
    if len(bookings) > 1:
        return None
    secret = secrets.token_urlsafe(32)
    words = {"booking": bookings[0]["booking"], "hash": hashed(secret), "kept": KEPT}
    return REQUEST.format(secret=secret) if rows(sql, PRIVATE, words) else None


def of_change(sql: psycopg.Connection[Any], letter: Row, now: datetime) -> Content:
    """A password that is another one now."""
    found = rows(sql, ACCOUNT, letter)
    if not found:
        raise Moot("erased")
    [account] = found
    words = {"kind": letter["kind"], "moment": letter["happened"].isoformat()}
    words["path"] = "/mot-de-passe-oublie"
    return Content(account["person"], "mail/password", words, [], account["email"])


ABOUT = {
    **{"offered": of_offer, "training": of_training},
    **{"password-link": of_link, "password-changed": of_change, "guest-link": of_guest},
    "joining": of_joining,
}
"""What letters are about that are about no bookings."""


def wall(booking: Row) -> list[tuple[str, tuple[str, str]]]:
    """Its days and times as clocks at the space show them; none of an office."""
    return [(day, (clock(start), clock(end))) for day, start, end in booking["slots"]]


def begins(booking: Row) -> datetime:
    if booking["slots"]:
        day, start, _ = booking["slots"][0]
        return ics.moment(booking["timezone"], day, start)
    return ics.moment(booking["timezone"], booking["first"].isoformat(), 0)


def ends(booking: Row) -> datetime:
    if booking["slots"]:
        day, _, end = booking["slots"][-1]
        return ics.moment(booking["timezone"], day, end)
    return ics.moment(booking["timezone"], booking["last"].isoformat(), 24 * 60)


def rows(sql: psycopg.Connection[Any], select: LiteralString, words: Row) -> list[Row]:
    return sql.cursor(row_factory=dict_row).execute(select, words).fetchall()
