"""What a letter says: looked up, and written in the reader's language, when it is sent.

Its sentences are in `templates/mail`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import psycopg
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.ext import InternationalizationExtension
from psycopg.rows import dict_row

from gateway import ics
from gateway.pages.language import LANGUAGES, Language, capital
from gateway.pages.reader import DEFAULT
from gateway.post.kinds import KINDS
from gateway.records import Row
from gateway.views.calendar import clock

TEMPLATES = Path(__file__).parent.parent / "templates"
STOP = "/courriels/{token}"

ABOUT: LiteralString = f"""
    {ics.BOOKED}
    WHERE b.booking IN (SELECT id::uuid FROM jsonb_array_elements_text(%(about)s) AS id)
    ORDER BY b.first, b.booking
"""
READER: LiteralString = """
    SELECT p.given_name, p.family_name, p.email, p.language, EXISTS (
        SELECT FROM accounts.declined d WHERE d.person = p.person AND d.wish = %(wish)s
    ) AS declined
    FROM people.persons p WHERE p.person = %(person)s
"""


class Moot(Exception):
    """Nobody needs this letter any more: over, changed, erased or declined."""


class NotYet(Exception):
    """The views have not heard of what the letter is about."""


class Unaddressed(Exception):
    """What somebody gave as their e-mail address is none."""


class Sender(NamedTuple):
    """Who writes, and the address at which readers find the network."""

    address: Address
    home: str


def compose(
    sql: psycopg.Connection[Any], letter: Row, sender: Sender, now: datetime
) -> EmailMessage:
    """A row of the outbox as it is sent. Raises Moot or NotYet."""
    kind = KINDS[letter["kind"]]
    found = _rows(sql, ABOUT, letter)
    if len(found) < len(letter["about"]):
        raise NotYet("views")
    bookings = [each for each in found if each["state"] == kind.state and ends(each) > now]
    if not bookings:
        raise Moot("over" if any(each["state"] == kind.state for each in found) else "changed")
    if letter["begins"] and letter["begins"] != begins(bookings[0]):
        raise Moot("changed")
    readers = _rows(sql, READER, {"person": bookings[0]["person"], "wish": kind.wish})
    if not readers:
        raise NotYet("views")
    if readers[0]["email"] is None:
        raise Moot("erased")
    if readers[0]["declined"]:
        raise Moot("declined")
    return written(letter, bookings, readers[0], sender)


def written(letter: Row, bookings: Sequence[Row], reader: Row, sender: Sender) -> EmailMessage:
    """The same Message-ID and date each time, so that a letter sent twice is known as one."""
    kind, language = KINDS[letter["kind"]], LANGUAGES.get(reader["language"], LANGUAGES[DEFAULT])
    stop = sender.home + STOP.format(token=letter["token"])
    words = {
        "kind": letter["kind"],
        "is_series": letter["series"] is not None,
        "bookings": [{**each, "times": wall(each)} for each in bookings],
        "cents": sum(each["price_cents"] for each in bookings),
        "reader": reader,
        "home": sender.home,
        "stop": stop,
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = sender.address
    message["To"] = addressed(reader)
    message["Subject"] = " ".join(said(language, "mail/subject.txt", words).split())
    message["Date"] = letter["happened"].astimezone(UTC)
    message["Message-ID"] = f"<{letter['letter']}@{sender.address.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if kind.wish == "reminder":
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(said(language, "mail/bookings.txt", words))
    message.add_alternative(said(language, "mail/bookings.html", words), subtype="html")
    organizer = sender.address.addr_spec
    message.add_attachment(
        ics.attachment(bookings, sender.home, kind.method, organizer).decode(),
        subtype="calendar",
        filename="essaim.ics",
        params={"method": kind.method},
    )
    message["Content-Language"] = language.code  # before, it would be that of the first part
    return message


def addressed(reader: Row) -> Address:
    """Raises Unaddressed."""
    name = f"{reader['given_name'] or ''} {reader['family_name'] or ''}".strip()
    try:
        return Address(name, addr_spec=reader["email"])
    except (ValueError, IndexError, MessageError):
        raise Unaddressed("address") from None


def said(language: Language, template: str, words: Row) -> str:
    return templates(language).get_template(template).render(words)


@cache
def templates(language: Language) -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[InternationalizationExtension],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True
    )
    found.filters["capital"] = capital
    found.globals.update(language=language)
    return found


# When a booking is, for its people and for us


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


def _rows(sql: psycopg.Connection[Any], select: LiteralString, words: Row) -> list[Row]:
    return sql.cursor(row_factory=dict_row).execute(select, words).fetchall()
