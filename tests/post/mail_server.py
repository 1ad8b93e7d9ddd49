"""python -m tests.post.mail_server PORT FOLDER [--tls | --starttls]

A mail server that keeps every letter in a folder. What stands in FOLDER/says, such as
"RCPT 450 4.7.1 later", is its answer to that command. With TLS, whoever comes must sign in as
essaim, and the certificate and key are in FOLDER/certificate.
"""

import signal
import ssl
import sys
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

PASSWORD = "dear me: a/password@home"
KNOWN = (b"essaim", PASSWORD.encode())


class Keeper:
    def __init__(self, folder):
        self.folder, self.numbers = folder, count(1)

    def says(self, command):
        says = self.folder / "says"
        asked, _, answer = (says.read_text() if says.exists() else "").partition(" ")
        return answer if asked == command else None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.says("MAIL") or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.says("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if answer := self.says("DATA"):
            return answer
        draft = self.folder / "draft"
        draft.write_bytes(envelope.content)
        draft.rename(self.folder / f"{next(self.numbers):04d}.eml")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, told):
    return AuthResult(success=(told.login, told.password) == KNOWN, handled=False)


def main(port, folder, tls=""):
    keeper, more = Keeper(Path(folder)), {}
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(keeper.folder / "certificate")
        more = {"authenticator": authenticate, "auth_required": True}
        more |= {"ssl_context": context, "auth_require_tls": False} if tls == "--tls" else {}
        more |= {"tls_context": context, "require_starttls": True} if tls == "--starttls" else {}
    controller = Controller(keeper, hostname="127.0.0.1", port=int(port), **more)
    controller.start()
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
