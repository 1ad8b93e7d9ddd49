"""The network itself on this machine: eight processes beside the two servers.

All services share one process, all followers another; the gateway is the third, whoever sends
letters the fourth. The auditor's process reads the logs and the register, the notary signs it, and
a witness for each country cosigns it, as partners would. In production each is its own.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import httpx

from deploy import databases, load_network, people
from deploy.local import register
from deploy.local.process import DidNotStart, Process
from deploy.local.register import WITNESSES
from deploy.local.servers import Servers, sweep
from deploy.local.where import CLONE, MARK, RUN, alone, free_ports, keep_secret, room

ENV = RUN / "env"
SIGN_INS = RUN / "sign-ins"
MAILS = RUN / "mails"
OPERATOR = "operator@example.org"
PARTS = {
    name: Process(name, RUN)
    for name in (*("services", "followers", "gateway", "post", "audit", "notary"), *WITNESSES)
}


def own_servers() -> Servers | None:
    """Those that this clone has started, whatever servers are given now."""
    return Servers(room("servers"), given={}) if (RUN / "servers").exists() else None


def up() -> None:
    with alone("start"):
        env = prepared()
        before = [name for name, part in PARTS.items() if part.running()]
        for name, command in commands(env).items():
            if name not in before:
                say(f"Starting the {name}")
                env[door_of(name)] = door(env, name)
                told = for_processes(env, name) | {"OPS": env[door_of(name)]}
                PARTS[name].start(command, told, CLONE)
        remember(env)
        wait_until_ready(env["GATEWAY"])
        sign_ins = fill(env)
        state = "was already running" if len(before) == len(PARTS) else "is running"
        print(f"\nEssaim {state}: {env['GATEWAY']}\n\n{sign_ins}\n")
        print(f"(kept in {SIGN_INS.relative_to(CLONE)}; `make logs`, `make status`, `make down`)")
        if env["SMTP"].startswith("folder:"):
            print(f"E-mails are not sent, but kept in {MAILS.relative_to(CLONE)}/.")


def prepared() -> dict[str, str]:
    """Servers that answer, databases with their roles and tables, and where everything is."""
    env = known()
    servers = Servers(room("servers"))
    if not all(process.running() for process in servers.processes):
        say("Starting our own " + " and ".join(process.name for process in servers.processes))
    servers.start()
    places = {"ESSAIM_POSTGRES": servers.postgres.url, "BROKER": servers.broker.url}
    prefix = "essaim" if servers.postgres.processes else f"essaim_{MARK}"
    addresses = databases.addresses(servers.postgres.url, prefix)
    if not places.items() <= env.items():
        stop_parts()  # they know the old places
        env |= places | addresses
    env = addresses | env  # a newer Essaim may have more databases
    say("Preparing the databases")
    addresses = {name: env[name] for name in databases.variables()}
    databases.make(servers.postgres.url, addresses)
    if not PARTS["gateway"].running():
        port = free_ports(wanted=urlsplit(env.get("GATEWAY", "")).port or 0)
        env["GATEWAY"] = f"http://127.0.0.1:{port}"
    env |= register.provide(RUN, env, lambda part: PARTS[part].running())
    env["SMTP"] = os.environ.get("SMTP") or f"folder://{quote(str(MAILS))}"
    env["MAIL_FROM"] = os.environ.get("MAIL_FROM") or "Essaim <essaim@localhost>"
    remember(env)
    return env


def commands(env: dict[str, str]) -> dict[str, list[str]]:
    from gateway.post.outbox import Outbox
    from gateway.views import VIEWS

    services = [f"services.{name}.service:{name.title()}" for name in databases.SERVICES]
    views = [f"{view.__module__}:{view.__name__}" for view in [*VIEWS, Outbox]]

    def uvicorn(app: str, address: str) -> list[str]:
        host, _, port = address.removeprefix("http://").rpartition(":")
        quiet = ["--no-access-log", "--no-server-header"]
        return ["uvicorn", app, "--host", host, "--port", port, *quiet]

    lines = {
        "services": ["kernel.serve", *services],
        "followers": ["kernel.follow", *services, *views],
        "gateway": uvicorn("gateway.app:app", env["GATEWAY"]),
        "post": ["gateway.post"],
        "audit": uvicorn("audit.app:app", env["AUDIT"]),
        **register.commands(RUN, env),
    }
    return {name: [sys.executable, "-m", *line] for name, line in lines.items()}


def door_of(part: str) -> str:
    """Where the operators' door of a part is remembered."""
    return f"OPS_{register.address_of(part)}"


def door(env: dict[str, str], part: str) -> str:
    """A free address; that of the notary the gateway knows already."""
    return urlsplit(env["NOTARY"]).netloc if part == "notary" else f"127.0.0.1:{free_ports()}"


def for_processes(env: dict[str, str], part: str = "") -> dict[str, str]:
    """They may not act as the superuser of the database. Only the auditor's process and the notary
    may read as an auditor, only the notary has a key, and a witness has no database at all.

    Whoever tries Essaim here signs in with a password alone: SECOND_FACTOR=required asks more.
    """
    ours = {"SECOND_FACTOR": "offered", **os.environ, **env, "PYTHONUNBUFFERED": "1"}
    audited = {name for name in ours if name.endswith("_AUDIT_DB")}
    private = {"ESSAIM_POSTGRES", "TOKEN"}
    if part not in ("audit", "notary"):
        private |= audited
    if part != "notary":
        private |= {"NOTARY_KEY", "NOTARY_STATE", "REGISTER_DB"}
    if part in WITNESSES:
        private |= {"BROKER", *(name for name in ours if name.endswith("_DB"))}
    return {name: value for name, value in ours.items() if name not in private}


def wait_until_ready(gateway: str, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not answers(f"{gateway}/readyz"):
        for part in PARTS.values():
            if not part.running() or time.monotonic() > deadline:
                raise DidNotStart(f"{part.name} did not start:\n{part.last_words()}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):
            return True
    except (URLError, OSError):
        return False


def fill(env: dict[str, str]) -> str:
    """The network and its people, through the API like any partner. Who can sign in, and how."""
    sign_ins = people.SignIns(SIGN_INS)
    if "TOKEN" not in env:
        say("Appointing an operator")
        appointed = appoint(env)
        env["TOKEN"] = appointed["token"]
        remember(env)
        if password := appointed.get("password"):
            sign_ins.keep(OPERATOR, password, "operator")
    with httpx.Client(base_url=env["GATEWAY"], timeout=10) as http:
        partner = load_network.Partner(http, env["TOKEN"])
        load_network.load(partner, say)
        people.welcome(partner, sign_ins)
        say(f"The pages show {len(partner.ask('/spaces?limit=200')['items'])} spaces")
    return str(sign_ins)


def appoint(env: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "invite", OPERATOR, "--role", "operator", "--token"],
        cwd=CLONE,
        env=for_processes(env),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"No operator could be appointed:\n{done.stdout}{done.stderr}")
    return dict(line.split(maxsplit=1) for line in done.stdout.splitlines())


def down() -> None:
    with alone("stop"):
        sweep()
        stop_parts()
        if servers := own_servers():
            servers.stop()
    print("Essaim is stopped. Its data stays; `make clean` removes it.")


def stop_parts() -> None:
    with ThreadPoolExecutor() as at_once:
        list(at_once.map(Process.stop, PARTS.values()))


def clean() -> None:
    """Remove what was recorded, the passwords and the logs. The packages in .venv stay."""
    down()
    env = known()
    if MARK in env.get("GATEWAY_DB", ""):  # ours on a server that somebody else runs
        addresses = {name: env[name] for name in databases.variables()}
        databases.drop(env["ESSAIM_POSTGRES"], addresses)
    if own_servers():
        shutil.rmtree(room("servers").parent)
    shutil.rmtree(RUN, ignore_errors=True)
    print("Data, passwords and logs are gone.")


def status() -> None:
    servers = own_servers()
    for process in [*(servers.processes if servers else ()), *PARTS.values()]:
        where = "" if process.name in WITNESSES else known().get(door_of(process.name), "")
        state = f"running, pid {process.pid or 0:<8} {where and f'http://{where}/metrics'}".rstrip()
        print(f"{process.name:<11} {state if process.pid else 'stopped'}")
    if PARTS["gateway"].running():
        print(known()["GATEWAY"])


def logs() -> None:
    servers = (RUN / "servers").resolve().glob("*/*.log")
    files: list[Path] = [*servers, *RUN.glob("*.log")]
    if not files:
        raise SystemExit("There are no logs yet: `make up` first.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *map(str, files)])


def known() -> dict[str, str]:
    lines = shlex.split(ENV.read_text()) if ENV.exists() else []
    return dict(line.split("=", 1) for line in lines)


def remember(env: dict[str, str]) -> None:
    keep_secret(ENV, "".join(f"{name}={shlex.quote(value)}\n" for name, value in env.items()))


def say(progress: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {progress}", flush=True)
