"""What everything takes while nobody asks anything, as `make up` runs it on one machine."""

import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import register
from tests.bench import machine
from tests.bench.table import Row
from tests.network import OUTBOX, SERVICES, SHOWN, Network, follow, serve, uvicorn

TO_REST, AT_REST = 5.0, 20.0


class Together(Network):
    """All services, all followers, the gateway, the post, and those that keep the register."""

    def __init__(self, *args):
        super().__init__(*args)
        followers = [*follow(*SERVICES), *SHOWN, OUTBOX]
        gateway = self.parts["gateway"]
        self.parts = {"services": serve(*SERVICES), "followers": followers, "gateway": gateway}
        self.parts["post"] = ["gateway.post"]
        self.env |= {"SMTP": "folder:/nowhere", "MAIL_FROM": "essaim@localhost"}
        self.env["GATEWAY"] = self.url
        folder = Path(self.folder.name)
        self.env |= register.provide(folder, {}, lambda part: False)
        audit = uvicorn("audit.app:app", urlsplit(self.env["AUDIT"]).port)
        self.parts |= {"audit": audit, **register.commands(folder, self.env)}


def rows(bench):
    with bench.network(Together) as running:
        time.sleep(TO_REST)
        memory, before, begun = machine.megabytes(running), machine.seconds(running), time.time()
        time.sleep(AT_REST / 4 if bench.quick else AT_REST)
        after, lasted = machine.seconds(running), time.time() - begun
    yield row("MB of all processes, idle, as make up", "<= 600", memory, 0)
    percent = Counter()
    for part, seconds in after.items():
        process = machine.POSTGRES if part.startswith(machine.POSTGRES) else part
        percent[process] += (seconds - before[part]) * 100 / lasted
    yield row("% of one core, idle, as make up", "", percent, 1)


def row(what, bar, found, digits):
    parts = ", ".join(f"{part} {size:.{digits}f}" for part, size in found.items())
    return Row(what, sum(found.values()), bar, parts, digits)
