"""What the machine is, and what its processes take: time on its cores, and memory."""

import os
import platform
import socket
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.process import descendants

TICKS = os.sysconf("SC_CLK_TCK")


def about():
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{moment}, {model}, {os.cpu_count()} cores, Python {python}, load before {load:.1f}"


def processes(network):
    """Part -> pids, of the network and of its servers."""
    postgres, broker = (
        urlsplit(server.url).port for server in (network.servers.postgres, network.servers.broker)
    )
    roots = {name: {process.pid} for name, process in network.running.items()}
    roots["PostgreSQL"] = {listening(postgres)}
    roots["RabbitMQ"] = {listening(broker), listening(broker + 2)}  # the second is its epmd
    return {
        name: {each for pid in pids - {None} for each in (pid, *descendants(pid))}
        for name, pids in roots.items()
    }


def listening(port):
    """The process that listens on a port of 127.0.0.1, if it may be seen."""
    here = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_, inode = line.split()[:10]
        if state == "0A" and local == f"{here}:{port:04X}":
            return owner(f"socket:[{inode}]")
    return None


def owner(link):
    for each in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(each) == link:
                return int(each.parts[2])
        except OSError:
            continue
    return None


def seconds(network):
    """Part -> seconds of a core it has taken until now."""
    found = Counter()
    for name, pids in processes(network).items():
        for pid in pids:
            try:
                words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[name] += (int(words[11]) + int(words[12])) / TICKS
    return found


def megabytes(network):
    """Part -> memory: what is shared between processes counts once, in equal shares."""
    found = Counter()
    for name, pids in processes(network).items():
        for pid in pids:
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            found[name] += sum(int(li.split()[1]) for li in lines if li.startswith("Pss:")) / 1024
    return found
