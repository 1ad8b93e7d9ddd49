"""What the notary is about to sign, in a file beside its key and outside of the database.

A database that is restored from a backup forgets what was signed since; this file does not. So it
never goes into the same backup, and never comes back from an older one.
"""

import fcntl
import os
from pathlib import Path
from typing import Self

from audit.checkpoint import Checkpoint
from audit.note import Malformed


class Taken(Exception):
    """Another notary works with it."""


class Memory:
    """The last checkpoint, without signatures. One process has it at a time, until it ends,
    however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = -1

    def __enter__(self) -> Self:
        """Raises Taken."""
        self._lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Taken(f"another notary works with {self.path}") from None
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def last(self) -> Checkpoint | None:
        """Raises Malformed for what nobody can have written here."""
        try:
            text = self.path.read_bytes().decode()
            return Checkpoint.parse(text)
        except FileNotFoundError:
            return None
        except ValueError as wrong:
            raise Malformed(f"{self.path} is damaged: {wrong}") from None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Comes back when it will be there after any crash."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(str(checkpoint))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
