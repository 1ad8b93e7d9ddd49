"""Where a clone keeps what it runs: everything under .run/, nothing shared with another clone."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
RUN = CLONE / ".run"
MARK = sha256(str(CLONE).encode()).hexdigest()[:8]

LOW, HIGH = 20000, 29000  # below the ports that Linux gives to outgoing connections


def root() -> bool:
    return os.geteuid() == 0


def room(name: str) -> Path:
    """A folder for servers, which root starts as other users.

    They cannot enter a clone that lies in a closed home such as /root. Their data is then kept in
    /var/tmp, and .run has a link that shows where.
    """
    RUN.mkdir(mode=0o711, exist_ok=True)
    place = RUN / name
    if not root() or all(above.stat().st_mode & 0o001 for above in place.parents):
        place.mkdir(mode=0o711, parents=True, exist_ok=True)
        return place
    outside = Path("/var/tmp") / f"essaim-{MARK}"
    outside.mkdir(mode=0o711, exist_ok=True)
    if outside.is_symlink() or outside.stat().st_uid != os.geteuid():
        raise SystemExit(f"{outside} belongs to somebody else: remove it, or move this clone.")
    (outside / name).mkdir(mode=0o711, parents=True, exist_ok=True)
    if place.is_symlink():
        place.unlink()
    place.parent.mkdir(mode=0o711, exist_ok=True)
    place.symlink_to(outside / name)
    return outside / name


def free_ports(count: int = 1, wanted: int = 0) -> int:
    """The first of so many neighbouring free ports; the wanted ones when they are still free."""
    choices = range(LOW, HIGH, count)
    while not all(is_free(wanted + each) for each in range(count)):
        wanted = random.choice(choices)
    return wanted


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port > 0


def keep_secret(path: Path, text: str) -> None:
    """Written at once, and never readable by anybody else in between."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


@contextmanager
def alone(task: str) -> Iterator[None]:
    """One `make up` or `make down` at a time in a clone."""
    import fcntl

    RUN.mkdir(mode=0o711, exist_ok=True)
    with open(RUN / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting to {task}: another command is at work in this clone.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
