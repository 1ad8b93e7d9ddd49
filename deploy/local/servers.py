"""PostgreSQL and RabbitMQ together.

with servers() as ours:             # throw-away ones: for tests and measurements
    ours.postgres.url, ours.broker.url
with servers(given={}) as ours:     # to be mistreated
    ours.broker.stop(); ours.broker.start(); ours.postgres.kill()
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.postgres import Postgres
from deploy.local.process import Process, started
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.where import MARK, RUN, room

MEMORY, ENOUGH = Path("/dev/shm"), 6 * 2**30


class Given:
    """A server that somebody else runs: not ours to start or stop."""

    processes = ()

    def __init__(self, url: str) -> None:
        self.url = url

    def begin(self) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Servers:
    """Our own, unless ESSAIM_POSTGRES or ESSAIM_BROKER names one to use instead."""

    def __init__(self, folder: Path, given: Mapping[str, str] = os.environ) -> None:
        self.folder = folder
        postgres, broker = given.get("ESSAIM_POSTGRES"), given.get("ESSAIM_BROKER")
        self.postgres = Given(postgres) if postgres else Postgres(folder / "postgres")
        self.broker = Given(broker) if broker else RabbitMQ(folder / "rabbitmq")

    @property
    def processes(self) -> tuple[Process, ...]:
        return *self.postgres.processes, *self.broker.processes

    def start(self) -> None:
        """Both at once: RabbitMQ takes some seconds."""
        self.broker.begin()
        self.postgres.begin()
        self.postgres.start()
        self.broker.start()

    def stop(self) -> None:
        self.broker.stop()
        self.postgres.stop()

    def throw_away(self) -> None:
        self.stop()
        shutil.rmtree(self.folder.resolve(), ignore_errors=True)
        if self.folder.is_symlink():
            self.folder.unlink()


@contextmanager
def servers(given: Mapping[str, str] = os.environ, in_memory: bool = False) -> Iterator[Servers]:
    """Empty ones, gone afterwards whatever happens. Several at once do not clash.

    Whoever wants to stop and kill them says `given={}`: ours alone may be treated so. For whom the
    disk does not matter they are quicker in memory, where that is large enough.
    """
    with idle_servers(given, in_memory) as made:
        made.start()
        yield made


@contextmanager
def idle_servers(
    given: Mapping[str, str] = os.environ, in_memory: bool = False
) -> Iterator[Servers]:
    """The same, for whoever may need only one of them, and starts it."""
    sweep()
    folder = room("test") / f"{os.getpid()}-{started(os.getpid())}-{os.urandom(2).hex()}"
    if in_memory and has_room(MEMORY):
        inside = MEMORY / f"essaim-{MARK}-{folder.name}"
        inside.mkdir(mode=0o711)
        folder.symlink_to(inside)
    else:
        folder.mkdir(mode=0o711)
    made = Servers(folder, given)
    try:
        yield made
    finally:
        made.throw_away()


def has_room(memory: Path) -> bool:
    """Whether a file system in memory, and the memory behind it, take what tests write."""
    if not memory.is_dir():
        return False
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(free, shutil.disk_usage(memory).free) > ENOUGH


def sweep() -> None:
    """Stop what a killed test run has left behind."""
    if not (RUN / "test").exists():
        return
    for folder in room("test").iterdir():
        pid, moment, _ = folder.name.split("-")
        if started(int(pid)) != moment:
            Servers(folder, given={}).throw_away()
