"""A RabbitMQ of our own: node, ports, cookie and port mapper (epmd) that nobody else uses."""

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.process import Process, wait_until_ready
from deploy.local.where import MARK, free_ports, keep_secret, root

USER = VHOST = "essaim"
NODE = f"essaim-{MARK}@127.0.0.1"
# Debian's `rabbitmq-server` on PATH insists on the system's own folders; this one does not.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
FRUGAL = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"  # an idle broker must not spin
LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"


class RabbitMQ:
    """Keeps everything in one folder, so that whoever knows the folder can stop and start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.process = Process("rabbitmq", folder)
        self.epmd = Process("epmd", folder)
        self.processes = (self.process, self.epmd)

    @property
    def url(self) -> str:
        return (self.folder / "url").read_text()

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def begin(self) -> None:
        """Start without waiting for it. Its first start makes it; a later one keeps its ports."""
        if self.process.running():
            return
        self.epmd.stop()  # one that outlived its broker holds the ports we want
        self.folder.mkdir(mode=0o711, exist_ok=True)
        if not (self.folder / "url").exists():
            self.home.mkdir(mode=0o700, exist_ok=True)
            self._remember(secrets.token_hex(16), 0)
        port = free_ports(3, wanted=self.port)
        self._remember(urlsplit(self.url).password or "", port)
        self._configure()
        self.epmd.start(
            ["epmd", "-port", str(port + 2), "-address", "127.0.0.1"],
            self._environment(),
            self.home,
            account(),
        )
        self.process.start([server()], self._environment(), self.home, account())

    def start(self) -> None:
        self.begin()
        wait_until_ready(self.process, self.is_ready)

    def is_ready(self) -> bool:
        """It greets whoever speaks AMQP 0-9-1."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as talk:
                talk.sendall(b"AMQP\x00\x00\x09\x01")
                return talk.recv(1) == b"\x01"
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stop()
        self.epmd.stop()

    def kill(self) -> None:
        self.process.kill()
        self.epmd.kill()

    def ctl(self, *words: object) -> str:
        """What `rabbitmqctl` prints. Raises CalledProcessError when it does not do as told."""
        done = subprocess.run(
            [server().with_name("rabbitmqctl"), "--quiet", *map(str, words)],
            env=self._environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            user=account(),
            group=account(),
            extra_groups=[] if account() else None,
        )
        return done.stdout

    def _remember(self, password: str, port: int) -> None:
        keep_secret(self.folder / "url", f"amqp://{USER}:{password}@127.0.0.1:{port}/{VHOST}")

    def _configure(self) -> None:
        made = urlsplit(self.url)
        settings = {
            "listeners.tcp.local": f"127.0.0.1:{made.port}",
            "default_user": USER,  # in place of guest, at the first start
            "default_pass": made.password,
            "default_vhost": VHOST,
            "vm_memory_high_watermark.absolute": "512MB",
            "disk_free_limit.absolute": "200MB",
            "raft.wal_max_size_bytes": 32 * 1024 * 1024,
            "log.file": "false",
            "log.console": "true",
            "log.console.level": "warning",
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        keep_secret(self.home / "rabbitmq.conf", "".join(lines))
        keep_secret(self.home / "enabled_plugins", "[].\n")
        if user := account():
            for path in [self.home, *self.home.glob("*")]:
                shutil.chown(path, user, user)

    def _environment(self) -> dict[str, str]:
        home = str(self.home)
        return {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": home,  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": str(self.port + 2),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.port + 1),
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_USE_LONGNAME": "true",  # an address as host needs no name server
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{home}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{home}/data",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_PID_FILE": f"{home}/pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{FRUGAL} {LOOPBACK}",
            "RUNNING_UNDER_SYSTEMD": "true",  # one process that takes our signals, no shell around
        }


def account() -> str | None:
    return "rabbitmq" if root() else None


def server() -> Path:
    if found := find():
        return found
    raise FileNotFoundError("rabbitmq-server")


def find() -> Path | None:
    found = SERVER if SERVER.exists() else shutil.which("rabbitmq-server")
    return Path(found) if found else None
