"""The auditor's process, as it runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx

from tests import plain


@contextmanager
def running(databases, **environment):
    """A client of one that runs on a free port. It must leave politely."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["uvicorn", "audit.app:app", "--port", str(port), "--log-level", "warning"]
    env = {**os.environ, **databases, **environment}
    process = subprocess.Popen([sys.executable, "-m", *command], env=env)
    try:
        with plain.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            wait_until_alive(client, process)
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()


def wait_until_alive(client, process, within=30.0):
    deadline = time.monotonic() + within
    while True:
        try:
            return client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            assert process.poll() is None and time.monotonic() < deadline, "it did not start"
            time.sleep(0.05)
