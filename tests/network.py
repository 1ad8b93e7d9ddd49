"""The whole network, one process a part, as its partners meet it: through its door only."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from audit import keyfile
from audit.keys import Kind, SigningKey
from gateway.views import VIEWS
from tests import plain

SERVICES = ("members", "spaces", "bookings", "mobility", "training")
SHOWN = [f"{each.__module__}:{each.__name__}" for each in VIEWS]
OUTBOX = "gateway.post.outbox:Outbox"
ORIGIN = "essaim.example/register"
PASSWORD = "correct horse battery staple"


def serve(*names):
    return ["kernel.serve", *(f"services.{n}.service:{n.capitalize()}" for n in names)]


def follow(*names):
    return ["kernel.follow", *(f"services.{n}.service:{n.capitalize()}" for n in names)]


def uvicorn(app, port):
    return ["uvicorn", app, "--port", str(port), "--log-level", "warning"]


def notary(folder):
    """Its key, and where it notes what it signs."""
    kinds = Kind.ED25519, Kind.MLDSA44_COSIGNATURE
    keyfile.write(folder / "key", [SigningKey.generate(ORIGIN, each) for each in kinds])
    return {"NOTARY_KEY": str(folder / "key"), "NOTARY_STATE": str(folder / "signed")}


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def is_ready(address):
    try:
        return plain.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


PARTS = {
    **{name: serve(name) for name in SERVICES},
    "reactions": follow(*SERVICES),
    "views": ["kernel.follow", *SHOWN, OUTBOX],
}


class Network:
    """Parts can be stopped and started again; every one of them must leave politely."""

    def __init__(self, servers, databases, log=None):
        """What the parts print goes where our own words go, or into an open file."""
        self.servers, self.databases, self.log = servers, databases, log
        self.port, audit = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**os.environ, **databases, "BROKER": servers.broker.url}
        self.env |= {"OUTSIDE_CALENDARS": "anywhere"}  # those of tests are on this machine
        self.folder = TemporaryDirectory()
        self.env |= {"AUDIT": f"http://127.0.0.1:{audit}", **notary(Path(self.folder.name))}
        self.env["NOTARY"] = f"http://127.0.0.1:{free_port()}"
        self.parts = {
            **PARTS,
            "notary": ["audit", "notary"],
            "audit": uvicorn("audit.app:app", audit),
            "gateway": uvicorn("gateway.app:app", self.port),
        }
        self.running = {}
        self.closing = ExitStack()

    def __enter__(self):
        try:
            for name in self.parts:
                self.start(name)
            self.wait_until_ready()
            self.operator = self.client(self.invite("operator")["token"])
        except BaseException:
            self.leave()
            raise
        return self

    def __exit__(self, *_):
        codes = self.leave()
        assert set(codes.values()) <= {0, -signal.SIGTERM}, codes  # uvicorn says by what it ended

    def leave(self):
        self.closing.close()
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        try:
            return {name: each.wait(timeout=15) for name, each in self.running.items()}
        finally:
            for process in self.running.values():
                process.kill()
            self.folder.cleanup()

    # Parts

    def start(self, name):
        command = [sys.executable, "-m", *self.parts[name]]
        door = {"OPS": urlsplit(self.env["NOTARY"]).netloc} if name == "notary" else {}
        self.running[name] = subprocess.Popen(command, env=self.env | door, stderr=self.log)

    def stop(self, name, how=signal.SIGTERM):
        process = self.running.pop(name)
        process.send_signal(how)
        process.wait(timeout=15)

    def wait_until_ready(self, within=60.0):
        deadline = time.monotonic() + within
        while not is_ready(self.url):
            assert time.monotonic() < deadline, "the network did not get ready"
            time.sleep(0.1)

    # People

    def invite(self, role, space=None):
        """Somebody with a role, made by whoever runs the machine."""
        words = ["invite", f"{role}-{uuid4().hex[:8]}@example.org", "--role", role, "--token"]
        words += ["--space", space] if space else []
        done = subprocess.run(
            [sys.executable, "-m", "gateway", *words],
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(line.split(None, 1) for line in done.stdout.splitlines())

    def client(self, token=None):
        """Somebody at the door. Sends back the positions it has seen, as a good client does."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = Client(base_url=self.url, timeout=15, headers=headers)
        return self.closing.enter_context(client)


class Client(plain.Client):
    def request(self, *args, **kwargs):
        answer = super().request(*args, **kwargs)
        if position := answer.headers.get("Position"):
            self.headers["Position"] = position
        return answer

    def post(self, path, body=None, **kwargs):
        return super().post(path, json=body if body is not None else {}, **kwargs)

    def done(self, path, body=None, method="POST"):
        """The answer of a command that must not fail."""
        answer = self.request(method, path, json=body if body is not None else {})
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def read(self, path, **query):
        answer = self.get(path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def items(self, path, **query):
        return self.read(path, **query)["items"]
