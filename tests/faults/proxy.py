"""A line between a process and its database, which can be cut where it hurts most.

with Line(address) as line:
    line.address                       # for the process
    line.swallow(b"word", line.cut)    # whoever says the word next will not hear the answer to it
    line.swallowed.wait(5)
    line.shut(); line.open()           # nobody gets through; everybody gets through again
"""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

DONE = b"Z\0\0\0\5I"
"""PostgreSQL is ready for the next question, and no transaction is open: what was asked is done."""


class Call:
    """One connection, from both ends."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.swallowing = None

    def cut(self):
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Line:
    def __init__(self, address):
        where = urlsplit(address)
        self.server = where.hostname, where.port
        self.listening = socket.create_server(("127.0.0.1", 0))
        here = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.address = address.replace(f"{where.hostname}:{where.port}", here)
        self.is_open = True
        self.calls, self.threads = set(), []
        self.word, self.then = None, None
        self.turn, self.swallowed = threading.Lock(), threading.Event()

    def __enter__(self):
        self._run(self._accept)
        return self

    def __exit__(self, *_):
        self.shut()
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for each in self.threads:
            each.join()

    def shut(self):
        """Cut what there is; whoever calls is hung up on."""
        self.is_open = False
        for call in list(self.calls):
            call.cut()

    def open(self):
        self.is_open = True

    def swallow(self, word, then):
        """When a client says the word, the server does what it is asked. It has answered, and the
        answer is lost: `then` is called with the connection. Only the first to say it suffers."""
        self.swallowed.clear()
        self.word, self.then = word, then

    def cut(self, call):
        """This connection ends, and the next ones are as good as ever."""
        call.cut()

    def close(self, call):
        """From now on nobody gets through."""
        self.shut()

    def fall_silent(self, call):
        """The connection stays, and nothing passes any more."""

    # Inside

    def _run(self, work, *words):
        thread = threading.Thread(target=work, args=words)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            if not self.is_open:
                client.close()
                continue
            try:
                call = Call(client, socket.create_connection(self.server))
            except OSError:
                client.close()
                continue
            self.calls.add(call)
            if not self.is_open:
                call.cut()
            self._run(self._talk, call)

    def _talk(self, call):
        asking = threading.Thread(target=self._pass_questions, args=[call])
        asking.start()
        with suppress(OSError):
            self._pass_answers(call)
        call.cut()
        asking.join()
        call.client.close()
        call.server.close()
        self.calls.discard(call)

    def _pass_questions(self, call):
        with suppress(OSError):
            while said := call.client.recv(65536):
                with self.turn:
                    if self.word and self.word in said:
                        call.swallowing, self.word = self.then, None
                call.server.sendall(said)
        call.cut()

    def _pass_answers(self, call):
        lost = b""
        while said := call.server.recv(65536):
            if call.swallowing is None:
                call.client.sendall(said)
                continue
            lost += said
            if DONE in lost and not self.swallowed.is_set():
                call.swallowing(call)
                self.swallowed.set()
