"""Where letters are handed over. SMTP says it, as an address:

smtp://localhost:25                              a server on this machine, or in a closed network
smtp+starttls://name:password@mail.example:587   encrypted after the first words; never without
smtps://name:password@mail.example:465           encrypted from the first word
folder:/var/lib/essaim/mails                     no server: a file for each letter, to look at
"""

import os
import re
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

PATIENCE = 20.0
"""Seconds for each answer of a server. A letter takes four: less than the first pause."""
CLOSING = 421
"""A server may say this at any point: it goes away."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Away(Exception):
    """Nothing can be handed over now, whichever letter it is. Says why, and names nobody."""


class NotNow(Exception):
    """This letter is not taken now: perhaps later. The codes of the server."""


class Never(Exception):
    """This letter will not be taken. The codes of the server."""


class Server(Protocol):
    def open(self) -> None:
        """Be ready to hand over letters. Raises Away."""

    def hand_over(self, letter: EmailMessage) -> None:
        """Afterwards the server answers for it. Raises Away, NotNow or Never."""

    def forget(self, letter: UUID, happened: datetime) -> None:
        """Nothing is left here of a letter that was handed over. Raises Away."""

    def close(self) -> None: ...


def server(address: str) -> Server:
    """Raises ValueError for what is no such address."""
    where = urlsplit(address)
    if where.scheme == "folder":
        return Folder(Path(unquote(where.path)))
    if where.scheme not in PORTS or not where.hostname:
        raise ValueError(f"SMTP is no address as gateway/post/server.py knows them: {where.scheme}")
    if where.username and where.scheme == "smtp":
        raise ValueError("SMTP would send a password unprotected: use smtp+starttls or smtps.")
    return Smtp(where)


class Smtp:
    """One connection, kept while there are letters."""

    def __init__(self, where: SplitResult) -> None:
        self.where = where
        self.smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        if self.smtp is None:
            try:
                self.smtp = self._connected()
            except smtplib.SMTPResponseException as refused:
                raise Away(codes(refused.smtp_code, refused.smtp_error)) from refused
            except (OSError, smtplib.SMTPException) as trouble:
                raise Away(type(trouble).__name__) from trouble

    def _connected(self) -> smtplib.SMTP:
        host, port = self.where.hostname or "", self.where.port or PORTS[self.where.scheme]
        if self.where.scheme == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
        else:
            smtp = smtplib.SMTP(host, port, timeout=PATIENCE)
        try:
            if self.where.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.where.username:
                smtp.login(unquote(self.where.username), unquote(self.where.password or ""))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def hand_over(self, letter: EmailMessage) -> None:
        assert self.smtp is not None, "open() comes first"
        try:
            self.smtp.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, said)] = refused.recipients.values()
            raise self._refusal(code, said) from None
        except smtplib.SMTPSenderRefused as refused:  # which is so for every letter
            self.close()
            raise Away(codes(refused.smtp_code, refused.smtp_error)) from None
        except smtplib.SMTPResponseException as refused:
            raise self._refusal(refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise Never("SMTPUTF8") from None
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            raise Away(type(trouble).__name__) from None

    def _refusal(self, code: int, said: bytes | str) -> Exception:
        if code == CLOSING:
            self.close()
            return Away(codes(code, said))
        return (Never if code >= 500 else NotNow)(codes(code, said))

    def forget(self, letter: UUID, happened: datetime) -> None:
        """It is with its reader, and with servers that are not ours."""

    def close(self) -> None:
        smtp, self.smtp = self.smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()


class Folder:
    """The same letter is the same file: here nothing is ever there twice."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as trouble:
            raise Away(type(trouble).__name__) from trouble

    def hand_over(self, letter: EmailMessage) -> None:
        moment = parsedate_to_datetime(letter["Date"])
        name = _name(letter["Message-ID"][1:], moment)
        draft = self.path / f".{name}"
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(bytes(letter))
            draft.replace(self.path / name)
        except OSError as trouble:
            raise Away(type(trouble).__name__) from trouble

    def forget(self, letter: UUID, happened: datetime) -> None:
        name = _name(str(letter), happened.astimezone(UTC))
        try:
            for path in (self.path / name, self.path / f".{name}"):
                path.unlink(missing_ok=True)
        except OSError as trouble:
            raise Away(type(trouble).__name__) from trouble

    def close(self) -> None:
        """Nothing is open."""


def _name(letter: str, moment: datetime) -> str:
    return f"{moment:%Y%m%d-%H%M%S}-{letter[:8]}.eml"


def codes(code: int, said: bytes | str) -> str:
    """ "550 5.1.1": without the words of the server, which quote whom the letter is for."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)
