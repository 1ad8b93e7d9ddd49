"""A client that costs little, as it shares the cores with what it measures.

One thread, plain sockets that stay open, requests that are bytes already.
"""

import json
import re
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from selectors import EVENT_READ, DefaultSelector

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


def request(method, path, body=None, **headers):
    content = b"" if body is None else json.dumps(body).encode()
    if content:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass
class Load:
    """What came of it."""

    seconds: float = 0.0
    own_seconds: float = 0.0
    statuses: Counter = field(default_factory=Counter)
    waits: list = field(default_factory=list)
    bytes: int = 0
    last: bytes = b""

    @property
    def count(self):
        return len(self.waits)

    @property
    def rate(self):
        return self.count / self.seconds


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, words):
        self.got, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(words)

    def received(self):
        """The status and the body once all of it is there."""
        piece = self.socket.recv(262144)
        assert piece, "the gateway hung up"
        self.got += piece
        head, found, body = self.got.partition(b"\r\n\r\n")
        if found and len(body) >= int(LENGTH.search(head)[1]):
            return int(head[9:12]), body
        return None


def load(port, requests, clients, seconds):
    """So many clients ask, one thing after the other each, for so long or until there is no more
    to ask. Everything that was asked is waited for."""
    done, idle, waiting = Load(), [Connection(port) for _ in range(clients)], 0
    everybody = list(idle)
    with DefaultSelector() as selector:
        for each in idle:
            selector.register(each.socket, EVENT_READ, each)
        begun, cpu = time.perf_counter(), time.thread_time()
        while True:
            while idle and time.perf_counter() < begun + seconds:
                if (words := next(requests, None)) is None:
                    break
                idle.pop().send(words)
                waiting += 1
            if not waiting:
                break
            ready = selector.select(timeout=10)
            assert ready, "no answer within 10 seconds"
            for key, _ in ready:
                if answer := key.data.received():
                    status, body = answer
                    done.waits.append(time.perf_counter() - key.data.sent_at)
                    done.statuses[status] += 1
                    done.bytes += len(body)
                    done.last = body
                    idle.append(key.data)
                    waiting -= 1
        done.seconds, done.own_seconds = time.perf_counter() - begun, time.thread_time() - cpu
    for each in everybody:
        each.socket.close()
    return done
