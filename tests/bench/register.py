"""How fast facts are entered and signed, how fast all is compared, and what a proof costs."""

import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg

from audit import tree
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.notary.memory import Memory
from audit.notary.notary import Notary
from audit.notary.source import Source
from audit.register import Register
from audit.verbs import SERVICES
from kernel.recorder import InPostgres
from tests.bench.archive import write_logs
from tests.bench.table import Row, spread
from tests.experiment import fresh_databases

FACTS, TIMES = 80_000, 13
"""So many facts come out of the services, and more; the others are the same under other ids."""
AGAIN = """
    INSERT INTO events (originator_id, originator_version, topic, state)
    SELECT md5(originator_id::text || n)::uuid, originator_version, topic, state
    FROM generate_series(1, %s - 1) n, (SELECT * FROM events ORDER BY position) once
    ORDER BY n, position
"""
PROOFS = 300
ORIGIN = "bench.example/register"


def rows(bench):
    times = 1 if bench.quick else TIMES
    with fresh_databases(bench.servers) as databases, tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        write_logs(databases, date(2027, 3, 1), FACTS)
        stored = multiplied(databases, times)
        about = f"generated and stored in {time.perf_counter() - begun:.0f} s"
        yield Row("facts in five logs", stored, "", about)
        tidy(bench.servers.postgres.url, databases)
        keys = [SigningKey.generate(ORIGIN, kind) for kind in (Kind.ED25519, Kind(6))]
        yield from entered(databases, Path(folder), keys, stored)
        tidy(bench.servers.postgres.url, databases)
        yield from proved(databases, stored)
        yield from compared(databases, Path(folder), keys, stored)


def multiplied(databases, times):
    """How many facts there are then in all logs."""
    stored = 0
    for name in SERVICES:
        with psycopg.connect(databases[f"{name.upper()}_DB"]) as sql:
            sql.execute(AGAIN, [times])
            stored += sql.execute("SELECT count(*) FROM events").fetchone()[0]
    return stored


def entered(databases, folder, keys, stored):
    """By the notary, in this process: with what becomes of its memory."""
    with ExitStack() as open_:
        register = open_.enter_context(Register.connect(databases["REGISTER_DB"]))
        memory = open_.enter_context(Memory(folder / "signed"))
        logs = {n: InPostgres(databases[f"{n.upper()}_AUDIT_DB"]) for n in SERVICES}
        for each in logs.values():
            open_.enter_context(closing(each))
        notary = Notary(register, memory, keys, [Source(*each) for each in logs.items()])
        begun, busy, early = time.perf_counter(), time.process_time(), 0
        while notary.round():
            early = early or (notary.size > stored / 10 and megabytes())
        if notary.kept < notary.size:
            notary.sign()
        took, cpu = time.perf_counter() - begun, time.process_time() - busy
        assert notary.size == stored
        count = register.sql.execute("SELECT count(*) FROM checkpoints").fetchone()[0]
        about = f"{took:.0f} s, of which {cpu:.0f} s of CPU in the notary; {count} checkpoints"
        yield Row("facts entered and signed, a second", stored / took, ">= 5,000", about)
        grown = f"MB more at the end than after a tenth of them; {megabytes():.0f} MB in all"
        yield Row("memory of who enters, growth", megabytes() - early, "<= 20", grown, 1)


def proved(databases, stored):
    """Of any fact: as whoever is asked for one does it, with nothing read before."""
    dice, waits = random.Random("proofs"), []
    with Register.connect(databases["REGISTER_AUDIT_DB"]) as register:
        head = Checkpoint.parse(register.checkpoint().text)
        for _ in range(PROOFS):
            index = dice.randrange(stored)
            begun = time.perf_counter()
            path = register.tree(head.size).read(
                partial(tree.inclusion, index=index, size=head.size)
            )
            waits.append(1000 * (time.perf_counter() - begun))
            [each] = register.entries(index, index + 1)
            leaf = tree.leaf_hash(each.entry)
            tree.verify_inclusion(leaf, index, head.size, path, head.root)
    yield Row("proof that a fact is in, ms", median(waits), "<= 5", f"{spread(waits, 1)} of any", 1)


def compared(databases, folder, keys, stored):
    """By `python -m audit check`, signatures and all."""
    policy = folder / "policy"
    policy.write_text("".join(f"log {each.verifier}\n" for each in keys) + "quorum none\n")
    env = {**os.environ, **databases, "POLICY": str(policy)}
    begun = time.perf_counter()
    with (folder / "said").open("w+") as said:
        command = [sys.executable, "-m", "audit", "check"]
        process = subprocess.Popen(command, env=env, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)  # with the processes that it started
        took, process.returncode = time.perf_counter() - begun, status
        said.seek(0)
        answer = said.read()
    assert status == 0 and f"{stored:,} entries" in answer, answer
    about = f"on {os.cpu_count()} cores, {used.ru_utime + used.ru_stime:.0f} s of CPU besides"
    about += f" PostgreSQL's; the largest process had {used.ru_maxrss / 1024:.0f} MB"
    yield Row(f"everything compared, {stored:,} facts, s", took, "<= 30", about, 1)


def megabytes():
    """What this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def tidy(superuser, databases):
    """What PostgreSQL would do by itself in the minutes after so much was written."""
    connect = partial(psycopg.connect, superuser, autocommit=True)
    for name in {urlsplit(url).path[1:] for url in databases.values()}:
        with connect(dbname=name) as sql:
            sql.execute("VACUUM ANALYZE")
            sql.execute("CHECKPOINT")
