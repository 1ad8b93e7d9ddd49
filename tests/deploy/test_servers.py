"""Servers that tests may mistreat."""

import os
import subprocess
import sys
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from deploy.local.process import started
from deploy.local.servers import Servers, servers, sweep
from deploy.local.where import room

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def ours():
    with servers(given={}) as made:
        yield made


def test_a_killed_database_keeps_what_was_committed_and_its_address(ours):
    url = ours.postgres.url
    with psycopg.connect(url, autocommit=True) as sql:
        sql.execute("CREATE TABLE kept AS SELECT 1 AS one")
    ours.postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    ours.postgres.start()
    assert ours.postgres.url == url
    with psycopg.connect(url) as sql:
        assert sql.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_killed_broker_comes_back_at_its_address(ours):
    url = ours.broker.url
    ours.broker.kill()
    assert not ours.broker.is_ready()
    ours.broker.start()
    assert ours.broker.is_ready() and ours.broker.url == url


def test_they_listen_on_this_machine_only(ours):
    """As the kernel tells it: a socket that listens (0A), by inode, and whose it is."""
    own = set()
    for process in ours.processes:
        for each in Path(f"/proc/{process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed while we looked
                own.add(os.readlink(each))
    listening = set()
    for family in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{family}").read_text().splitlines()[1:]:
            address, state, inode = itemgetter(1, 3, 9)(line.split())
            if state == "0A" and f"socket:[{inode}]" in own:
                listening.add(address.partition(":")[0])
    assert listening
    assert listening <= {"0100007F", "00000000000000000000000001000000"}


def test_what_a_killed_test_run_left_behind_is_swept_away():
    dead = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    owner = f"{dead.pid}-{started(dead.pid)}"
    left = Servers(room("test") / f"{owner}-left", given={})
    left.folder.mkdir(mode=0o711)
    left.postgres.start()
    pid = left.postgres.process.pid
    sweep()
    assert started(pid), "stopped the servers of tests that are still running"
    dead.kill()
    dead.wait()
    sweep()
    assert started(pid) is None
    assert not left.folder.exists()


def test_servers_in_memory_leave_nothing_there(monkeypatch):
    given = {"ESSAIM_BROKER": "amqp://them"}
    with TemporaryDirectory(dir="/var/tmp") as memory:
        Path(memory).chmod(0o711)  # PostgreSQL runs as somebody else when we are root
        monkeypatch.setattr("deploy.local.servers.MEMORY", Path(memory))
        monkeypatch.setattr("deploy.local.servers.ENOUGH", 0)
        stays_in_memory(given, Path(memory))


def stays_in_memory(given, memory):
    with servers(given=given, in_memory=True) as made:
        assert made.folder.resolve().parent == memory
        with psycopg.connect(made.postgres.url) as sql:
            sql.execute("SELECT 1")
    assert not made.folder.is_symlink() and not list(memory.iterdir())


def test_given_servers_are_used_and_never_stopped():
    given = {"ESSAIM_POSTGRES": "postgresql://them/postgres", "ESSAIM_BROKER": "amqp://them"}
    with servers(given=given) as theirs:
        assert theirs.postgres.url == given["ESSAIM_POSTGRES"]
        assert theirs.broker.url == given["ESSAIM_BROKER"]
        assert theirs.processes == ()
