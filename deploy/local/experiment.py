"""Tests and measurements, on servers that are thrown away afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from deploy.local.servers import servers, sweep
from deploy.local.where import CLONE


def test(*words: str) -> int:
    """On every core, file by file: each worker starts servers of its own when the first of its
    tests asks for some (tests/conftest.py). In their own order, in which short files come last."""
    how = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
    return run("pytest", (*how, *words), {})


def measure(module: str, *words: str) -> int:
    """A program that finds its servers in POSTGRES and BROKER."""
    with servers() as ours:
        postgres, broker = ours.postgres.url, ours.broker.url
        own = {"POSTGRES": postgres, "BROKER": broker}
        given = {"ESSAIM_POSTGRES": postgres, "ESSAIM_BROKER": broker}  # whoever asks for servers
        return run(module, words, own | given)


def run(module: str, words: Sequence[str], env: dict[str, str]) -> int:
    """Its exit code. When we are told to end, it gets the time to clean up, as after Ctrl-C."""
    command = [sys.executable, "-m", module, *words]
    # Ctrl-C reaches the child by itself. Said before it starts, so that it does not ignore it too.
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen(command, env=os.environ | env, cwd=CLONE)
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
    try:
        return child.wait()
    finally:
        sweep()
