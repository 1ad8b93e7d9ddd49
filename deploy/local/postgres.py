"""A PostgreSQL of our own: free port, 127.0.0.1 only, its own data."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.process import Process, wait_until_ready
from deploy.local.where import free_ports, keep_secret, root

USER = "essaim"
SETTINGS = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
fsync = on
synchronous_commit = on
idle_in_transaction_session_timeout = 30s
wal_recycle = off
archive_timeout = 1h
timezone = 'UTC'
log_timezone = 'UTC'
"""
"""Erased names leave the write-ahead log with its segments (docs/operating.md)."""


class Postgres:
    """Keeps everything in one folder, so that whoever knows the folder can stop and start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.process = Process("postgres", folder)
        self.processes = (self.process,)

    @property
    def url(self) -> str:
        """Of its superuser, for the database `postgres`."""
        return (self.folder / "url").read_text()

    def begin(self) -> None:
        """Start without waiting for it. Its first start makes it; a later one keeps its port."""
        if self.process.running():
            return
        self.folder.mkdir(mode=0o711, exist_ok=True)
        if not (self.data / "PG_VERSION").exists():
            self._make()
        made = urlsplit(self.url)
        port = free_ports(wanted=made.port or 0)
        self._remember(made.password or "", port)
        command = [binary("postgres"), "-D", self.data, "-p", str(port)]
        self.process.start(command, environment(), self.data, account())

    def start(self) -> None:
        self.begin()
        wait_until_ready(self.process, self.is_ready)

    def is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(self.process.pid)] and lines[7:8] == ["ready   "]

    def stop(self) -> None:
        self.process.stop(signal.SIGINT)  # its "fast": SIGTERM would wait for every client

    def kill(self) -> None:
        self.process.kill()

    def _make(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a first start that was interrupted
        self.data.mkdir(mode=0o700)
        password = secrets.token_hex(16)
        first = self.folder / "first-password"
        keep_secret(first, password)
        if user := account():
            shutil.chown(self.data, user, user)
            shutil.chown(first, user, user)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        command = [binary("initdb"), f"--username={USER}", f"--pwfile={first}", *options, self.data]
        run_as(user, command, self.data)
        first.unlink()
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        self._remember(password, 0)

    def _remember(self, password: str, port: int) -> None:
        url = f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"
        keep_secret(self.folder / "url", url)


def account() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if root() else None


def binary(name: str) -> Path:
    if found := find(name):
        return found
    raise FileNotFoundError(name)


def find(name: str) -> Path | None:
    """Debian keeps the server of each version in a folder of its own, outside of PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(versions, key=lambda path: int(path.parts[4]))
    found = newest[-1] if newest else shutil.which(name)
    return Path(found) if found else None


def environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and their like would change what it does."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def run_as(user: str | None, command: list[object], cwd: Path) -> None:
    words = list(map(str, command))
    done = subprocess.run(
        words,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
