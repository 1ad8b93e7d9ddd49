"""What the machine is, and what its processes take: time on its cores, and memory."""

import os
import platform
import socket
from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")
POSTGRES = "PostgreSQL"


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


def seconds(network):
    """Part -> seconds of a core it has taken until now, with those of its children that ended.

    PostgreSQL's by database: "PostgreSQL bookings", "PostgreSQL gateway"; and what it does for all.
    """
    found = Counter()
    for part, pids in processes(network).items():
        for pid in pids:
            if words := stat(pid):
                found[database(pid, network) or part] += sum(map(int, words[11:15])) / TICKS
    return found


def megabytes(network):
    """Part -> memory: what is shared between processes counts once, in equal shares."""
    found = Counter()
    for part, pids in processes(network).items():
        for pid in pids:
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            found[part] += sum(int(li.split()[1]) for li in lines if li.startswith("Pss:")) / 1024
    return found


def processes(network):
    """Part -> pids, of the network and of its servers."""
    postgres, broker = (
        urlsplit(server.url).port for server in (network.servers.postgres, network.servers.broker)
    )
    roots = {name: {process.pid} for name, process in network.running.items()}
    roots[POSTGRES] = {listening(postgres)}
    roots["RabbitMQ"] = {listening(broker), listening(broker + 2)}  # the second is its epmd
    children = families()
    return {
        name: set().union(*(family(pid, children) for pid in each)) for name, each in roots.items()
    }


def families():
    """Pid -> the pids of its children."""
    found = defaultdict(list)
    for each in Path("/proc").glob("[0-9]*"):
        if words := stat(each.name):
            found[int(words[1])].append(int(each.name))
    return found


def family(pid, children):
    return {pid}.union(*(family(child, children) for child in children[pid])) if pid else set()


def stat(pid):
    """What the kernel tells of a process after its name, or nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def database(pid, network):
    """For which of our databases a process of PostgreSQL works, if it is one that does."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()
    except OSError:
        return None
    ours = {urlsplit(url).path[1:]: name for name, url in network.databases.items()}
    if words[:1] == ["postgres:"] and len(words) > 2 and words[2] in ours:
        return f"{POSTGRES} {ours[words[2]].split('_')[0].lower()}"
    return None


@cache
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
