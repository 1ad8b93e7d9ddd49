"""A log to be witnessed, and its twin that tells another story from some entry on."""

import subprocess
import sys
from contextlib import contextmanager
from os import environ
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.note import Note, Signature
from audit.tree import Tree, consistency, leaf_hash, root
from audit.witness.request import Growth

ORIGIN = "example.com/register"
AT = 1_700_000_000


class SmallLog:
    def __init__(self, size=40, other_from=None, origin=ORIGIN, keys=None):
        self.keys = keys or [SigningKey.generate(origin, Kind.ED25519)]
        self.origin = origin
        differs = size if other_from is None else other_from
        entries = [f"{'other' if each >= differs else 'entry'} {each}" for each in range(size)]
        self.tree = Tree(leaf_hash(each.encode()) for each in entries)

    def twin(self, other_from):
        """The same keys, and another history."""
        return SmallLog(len(self.tree), other_from, self.origin, self.keys)

    @property
    def vkeys(self):
        return [each.verifier for each in self.keys]

    @property
    def subtree(self):
        return self.tree.subtree

    def head(self, size):
        return str(Checkpoint(self.origin, size, root(self.subtree, size)))

    def note(self, size, *others):
        head = self.head(size)
        signed = [key.sign(head, AT if key.kind.tells_time else None) for key in self.keys]
        return Note(head, (*signed, *others))

    def growth(self, old, size, proof=None):
        if proof is None:
            proof = consistency(self.subtree, old, size) if 0 < old <= size else []
        return Growth(old, tuple(proof), self.note(size))


def read(body):
    """The signatures that a witness answered with."""
    return [Signature.parse(each) for each in body.splitlines()]


def post(url, body, kind="text/plain"):
    """The status, the type and the body of an answer."""
    asked = Request(f"{url}/add-checkpoint", bytes(body), {"Content-Type": kind})
    try:
        answer = urlopen(asked, timeout=20)
    except HTTPError as refused:
        answer = refused
    with answer:
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


def command(key, logs, folder, listen="127.0.0.1:0"):
    words = [each for log in logs for each in ("--log", str(log))]
    words += ["--key", str(key), "--state", str(folder), "--listen", listen]
    return [sys.executable, "-m", "audit", "witness", *words]


@contextmanager
def running(key, logs, folder, failpoint=""):
    """A witness as a process of its own: the process, and its address."""
    process = subprocess.Popen(
        command(key, logs, folder),
        env={**environ, "FAILPOINT": failpoint},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = ""
        for line in process.stdout:
            if line.startswith("The witness listens on "):
                break
        assert line.startswith("The witness listens on "), process.stderr.read()
        yield process, line.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=20)
