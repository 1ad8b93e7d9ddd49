"""A letter as it is sent: addressed, and written in its reader's language.

The sentences are in `templates/mail`.
"""

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

from gateway import ics
from gateway.language import DEFAULT, LANGUAGES, Language, capital
from gateway.post.contents import Content, Moot, NotYet, content, rows
from gateway.post.kinds import KINDS
from gateway.records import Row

TEMPLATES = Path(__file__).parent.parent / "templates"
STOP = "/courriels/{letter}"

READER: LiteralString = """
    SELECT p.given_name, p.family_name, p.email, p.language, EXISTS (
        SELECT FROM accounts.declined d WHERE d.person = p.person AND d.wish = %(wish)s
    ) AS declined
    FROM people.persons p WHERE p.person = %(person)s
"""


class Unaddressed(Exception):
    """What somebody gave as their e-mail address is none."""


class Sender(NamedTuple):
    """Who writes, and the address at which readers find the network."""

    address: Address
    home: str


def compose(
    sql: psycopg.Connection[Any], letter: Row, sender: Sender, now: datetime
) -> EmailMessage:
    """A row of the outbox as it is sent. Raises Moot, NotYet or Unaddressed."""
    found = content(sql, letter, now)
    reader = found.reader or known(sql, found, KINDS[letter["kind"]].wish)
    return written(letter, found, reader | {"email": found.email or reader["email"]}, sender)


def known(sql: psycopg.Connection[Any], found: Content, wish: str | None) -> Row:
    """Somebody of the network, who wants such letters. Raises Moot or NotYet."""
    readers = rows(sql, READER, {"person": found.person, "wish": wish})
    if not readers:
        raise NotYet("views")
    if readers[0]["email"] is None and found.email is None:
        raise Moot("erased")
    if readers[0]["declined"]:
        raise Moot("declined")
    return readers[0]


def written(letter: Row, about: Content, reader: Row, sender: Sender) -> EmailMessage:
    """The same Message-ID and date each time, so that a letter sent twice is known as one."""
    kind, language = KINDS[letter["kind"]], LANGUAGES.get(reader["language"], LANGUAGES[DEFAULT])
    stop = sender.home + STOP.format(letter=letter["token"])
    words = {**about.words, "reader": reader, "home": sender.home, "stop": stop}
    message = EmailMessage(policy=SMTP)
    message["From"] = sender.address
    message["To"] = addressed(reader)
    message["Subject"] = " ".join(said(language, f"{about.template}_subject.txt", words).split())
    message["Date"] = letter["happened"].astimezone(UTC)
    message["Message-ID"] = f"<{letter['letter']}@{sender.address.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if kind.wish == "reminder" or kind.consent:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(said(language, f"{about.template}.txt", words))
    message.add_alternative(said(language, f"{about.template}.html", words), subtype="html")
    if kind.method:
        organizer = sender.address.addr_spec
        dates = ics.attachment(about.bookings, sender.home, kind.method, organizer)
        message.add_attachment(
            dates.decode(),
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
