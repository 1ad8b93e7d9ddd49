"""A process that goes on after the command that started it, and is found again later."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path


class DidNotStart(Exception):
    """It ended, or did not get ready in time. Its log says why."""


class Process:
    """Known by its pid, the moment it started, and the folder it was started from.

    A pid alone could meanwhile be somebody else's process; a copied folder is not its owner.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.pid_file = folder / f"{name}.pid"
        self.log = folder / f"{name}.log"

    def start(
        self,
        command: Sequence[object],
        env: dict[str, str],
        cwd: Path,
        user: str | None = None,
    ) -> None:
        """As another user when root says so. What it prints goes to its log."""
        with self.log.open("ab") as log:
            self.log.chmod(0o600)
            child = subprocess.Popen(
                list(map(str, command)),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )
        child.returncode = 0  # it is meant to outlive us: no warning about that
        self.pid_file.write_text(f"{child.pid} {started(child.pid)} {self.pid_file}")

    @property
    def pid(self) -> int | None:
        """Of the process itself, and never of another one that got the same number."""
        try:
            pid, moment, place = self.pid_file.read_text().split(" ", 2)
        except FileNotFoundError:
            return None
        alive = started(int(pid)) == moment and place == str(self.pid_file)
        return int(pid) if alive else None

    def running(self) -> bool:
        return self.pid is not None

    def stop(self, politely: signal.Signals = signal.SIGTERM, within: float = 20) -> None:
        if pid := self.pid:
            os.kill(pid, politely)
            if not self._gone(within):
                self.kill()
        self.pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """As a power cut would: it and what it started, at once."""
        if pid := self.pid:
            os.kill(pid, signal.SIGSTOP)  # so that it starts nobody while we look
            family = {each: started(each) for each in [pid, *descendants(pid)]}
            for each, moment in family.items():
                if started(each) == moment:
                    with suppress(ProcessLookupError):  # it ends by itself at this moment
                        os.kill(each, signal.SIGKILL)
            deadline = time.monotonic() + 5
            while any(started(each) == moment for each, moment in family.items()):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)
        self.pid_file.unlink(missing_ok=True)

    def _gone(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def started(pid: int) -> str | None:
    """When a process started, in ticks since the machine did; None once it has ended."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    threads, moment = rest[16], rest[18]
    if state in "ZX" and int(threads) <= 1:  # a dead one may have threads that are still ending
        reap(pid)
        return None
    return moment


def reap(pid: int) -> None:
    with suppress(ChildProcessError):  # not our child: whoever started it will
        os.waitpid(pid, os.WNOHANG)


def descendants(pid: int) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = entry.read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == str(pid):
            child = int(entry.parent.name)
            yield child
            yield from descendants(child)


def wait_until_ready(process: Process, ready: Callable[[], bool], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not ready():
        if not process.running() or time.monotonic() > deadline:
            raise DidNotStart(f"{process.name} did not start:\n{process.last_words()}")
        time.sleep(0.05)
