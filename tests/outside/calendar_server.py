"""A real server on this machine that publishes calendars, and misbehaves on demand."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Answer(NamedTuple):
    body: bytes = b""
    status: int = 200
    headers: dict = {}  # noqa: RUF012
    pause: float = 0
    """Seconds between one kilobyte and the next."""


class CalendarServer:
    """`says`: path -> Answer. `asked`: everything that was asked for, with its headers."""

    def __init__(self, address="127.0.0.1", port=0, tls=None):
        self.says, self.asked = {}, []
        self.server = ThreadingHTTPServer((address, port), self.handler())
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if tls else "http"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path="/", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(self):
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                ours.asked.append((self.path, dict(self.headers)))
                answer = ours.says.get(self.path, Answer(status=404))
                tag = answer.headers.get("ETag")
                if tag and self.headers.get("If-None-Match") == tag:
                    answer = Answer(status=304)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for n in range(0, len(answer.body), 1024):
                    self.wfile.write(answer.body[n : n + 1024])
                    time.sleep(answer.pause)

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:  # whoever asked has heard enough
                    self.close_connection = True

        return Handler


def calendar(*events):
    """Each event in lines of iCalendar, with an id of its own."""
    parts = [
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20270101T000000Z\n{each}\nEND:VEVENT\n"
        for n, each in enumerate(events)
    ]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//\n{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def meeting(day, start="100000", end="110000", summary="Conseil communal"):
    day = day.replace("-", "")
    return f"DTSTART:{day}T{start}\nDTEND:{day}T{end}\nSUMMARY:{summary}"
