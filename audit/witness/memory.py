"""What a witness has signed, in a folder: of each log the last checkpoint, as a signed note.

Whoever loses it, or puts back an older copy, may sign two stories: such a witness needs a new key.
"""

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from typing import Self

from audit.checkpoint import Checkpoint
from audit.note import Malformed, Note
from kernel.ops.failpoint import failpoint


class Unusable(Exception):
    """The folder cannot be worked with, and why."""


class Memory:
    """One process at a time has a folder, until it ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Unusable(f"{folder} is in use by another witness that runs") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def last(self, origin: str) -> Note | None:
        """The last checkpoint that was kept. Raises Unusable for what cannot be read."""
        path = self._path(origin)
        try:
            note = Note.parse(path.read_bytes())
            if Checkpoint.parse(note.text).origin != origin:
                raise Malformed(f"it is not of {origin}")
        except FileNotFoundError:
            return None
        except Malformed as wrong:
            raise Unusable(f"{path} is damaged: {wrong}") from None
        return note

    def keep(self, origin: str, note: Note) -> None:
        """Comes back when it will be there after any crash. Whoever keeps two checkpoints of one
        log at once sees to it that they take turns."""
        path = self._path(origin)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(bytes(note))
            file.flush()
            os.fsync(file.fileno())
        failpoint("witness.written")
        fresh.replace(path)
        failpoint("witness.renamed")
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"
