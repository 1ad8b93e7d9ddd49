"""The operators' door of a process: OPS=127.0.0.1:9100 opens it, on a port of its own.

/healthz   200 while the process lives
/readyz    200 when everything it needs is there, else 503; as JSON, name -> "here" or what is wrong
/metrics   for Prometheus
"""

import json
import logging
import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kernel.ops.questions import Questions

logger = logging.getLogger(__name__)


def open_door(ready: Callable[[], dict[str, str]]) -> None:
    """Returns at once. A door that cannot be opened is logged; the work goes on without."""
    if where := os.environ.get("OPS"):
        host, _, port = where.rpartition(":")
        try:
            door = Door((host, int(port)), Visitor)
        except (OSError, ValueError, OverflowError) as trouble:
            logger.error("the operators' door stays closed: OPS=%s: %s", where, trouble)
            return
        door.ready = ready
        Thread(target=door.serve_forever, daemon=True).start()


class Door(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    ready: Callable[[], dict[str, str]]
    questions = Questions()


class Visitor(BaseHTTPRequestHandler):
    server: Door
    timeout = 5.0

    def do_GET(self) -> None:
        path, state = self.path.partition("?")[0], {"process": "here"}
        if path == "/readyz":
            look = self.server.questions.ask({"ready": self.server.ready}, patience=2.0)["ready"]
            state = {"process": look.trouble} if look.trouble else look.answer
        status = 200 if set(state.values()) <= {"here"} else 503
        kind, body = "application/json", json.dumps(state).encode()
        if path == "/metrics":
            kind, body = CONTENT_TYPE_LATEST, generate_latest()
        self.send_response(status if path in ("/healthz", "/readyz", "/metrics") else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Probes come every few seconds."""
