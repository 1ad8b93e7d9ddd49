"""The door of a witness: HTTP, bounded in everything that somebody outside could stretch."""

import io
import logging
import re
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import socket
from socketserver import ThreadingTCPServer
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from audit.note import Malformed
from audit.witness.memory import Unusable
from audit.witness.request import LONGEST, PATH, SIZE, Growth
from audit.witness.rules import Refused, Witness

logger = logging.getLogger(__name__)

TEXT = "text/plain; charset=utf-8"


class Door(ThreadingTCPServer):
    """Whoever comes while all visitors' places are taken waits outside, in the system's queue."""

    allow_reuse_address = True
    daemon_threads = False  # whoever is let in is answered, also while the witness leaves
    request_queue_size = 64
    visitors = 16
    patience = 10.0
    """Seconds that a connection lives, with all its requests."""
    most = 256 * 1024
    """Bytes that a connection sends."""

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        self._places = BoundedSemaphore(self.visitors)
        super().__init__(address, Visit)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._places.acquire()
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # whoever went away in the middle is no news
            logger.exception("a visit failed")


class Visit(BaseHTTPRequestHandler):
    server: Door
    protocol_version = "HTTP/1.1"
    error_message_format = "%(message)s\n"
    error_content_type = TEXT
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        patient = Patient(self.connection, self.server.patience, self.server.most)
        self.rfile = io.BufferedReader(patient)

    def do_POST(self) -> None:
        length = ",".join(self.headers.get_all("Content-Length", []))
        if self.path != PATH:
            return self._refuse(HTTPStatus.NOT_FOUND, f"Nothing is here but POST {PATH}.")
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,9}", length):
            return self._refuse(HTTPStatus.LENGTH_REQUIRED, "Say the Content-Length.")
        if int(length) > LONGEST:
            long = f"A witness is sent at most {LONGEST} bytes."
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, long)
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            self.close_connection = True
            return None
        try:
            asked = Growth.parse(data)
            signed = self.server.witness.sign(asked)
        except Malformed as wrong:
            return self._refuse(HTTPStatus.BAD_REQUEST, f"Malformed: {wrong}.")
        except Refused as refused:
            logger.info("refused: %s", refused)
            if refused.size is not None:
                return self._answer(refused.status, f"{refused.size}\n", SIZE)
            return self._refuse(refused.status, f"Refused: {refused}.")
        except (Unusable, OSError):
            logger.exception("nothing was signed, because it could not be kept")
            return self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "The witness cannot write now.")
        logger.info("signed: %s", " ".join(asked.note.text.split("\n")[:3]))
        return self._answer(HTTPStatus.OK, "".join(map(str, signed)), TEXT)

    def _refuse(self, status: HTTPStatus, says: str) -> None:
        self.close_connection = True
        self._answer(status, f"{says}\n", TEXT)

    def _answer(self, status: HTTPStatus, body: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body.encode())

    def version_string(self) -> str:
        return "essaim-witness"

    def log_message(self, *_: object) -> None:
        """Said above, in words that nobody outside has chosen."""


class Patient(io.RawIOBase):
    """Reads from a connection, so long and so much and no more."""

    def __init__(self, connection: socket, seconds: float, most: int) -> None:
        self._connection, self._until, self._left = connection, monotonic() + seconds, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises TimeoutError, which ends the visit."""
        seconds = self._until - monotonic()
        if seconds <= 0 or self._left <= 0:
            raise TimeoutError
        self._connection.settimeout(seconds)
        number = self._connection.recv_into(buffer)
        self._left -= number
        return number
