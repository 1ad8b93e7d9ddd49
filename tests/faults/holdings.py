"""What a process holds on to: threads, lines to its database, other open files. As /proc has it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

POOL = 10
"""Lines to its database that a part may have; those that hold several pools have it by name."""
POOLS = {"members": 20, "reactions": 50, "notary": 51, "audit": 24}
SOME = 2
"""Threads, or files, that come and go by themselves."""


class Holdings(NamedTuple):
    threads: int
    lines: int
    files: int


def holdings(network):
    """Part -> what it holds. The lines of whoever stands at the door are not its own."""
    database = urlsplit(network.servers.postgres.url).port
    found = {}
    for part, process in network.running.items():
        ports = dict(sockets(process.pid))
        ends = [ports.get(each, (0, 0)) for each in opened(process.pid)]
        lines = sum(there == database for _, there in ends)
        visitors = sum(here == network.port for here, _ in ends)
        threads = len(os.listdir(f"/proc/{process.pid}/task"))
        found[part] = Holdings(threads, lines, len(ends) - lines - visitors)
    return found


def opened(pid):
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed while we looked
            yield os.readlink(each)


def sockets(pid):
    """The name of each, and the ports at both of its ends. One whose other end is gone is not
    among them."""
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        _, here, there, *_, inode = line.split()[:10]
        yield f"socket:[{inode}]", tuple(int(end.rpartition(":")[2], 16) for end in (here, there))


def nothing_leaked(network, before):
    for part, now in holdings(network).items():
        what = f"{part} held {before[part]}, and now {now}"
        assert now.lines <= POOLS.get(part, POOL), what
        assert now.threads <= before[part].threads + SOME, what
        assert now.files <= before[part].files + SOME, what
