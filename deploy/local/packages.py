"""What Essaim needs from Debian: found, or installed when that is allowed."""

import importlib.util
import os
import shutil
import subprocess
from subprocess import DEVNULL, PIPE, STDOUT

from deploy.local import postgres, rabbitmq
from deploy.local.where import root

# Neither server may start system-wide, now or at the next boot: ours are private. `policy-rc.d` is
# how Debian's packages are told so; what they have newly enabled is disabled again.
INSTALL = """
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    trap "exit 1" HUP INT TERM
    printf '#!/bin/sh\\nexit 101\\n' > $policy
    chmod 755 $policy
fi
new=
for unit in postgresql rabbitmq-server epmd; do
    [ -e /lib/systemd/system/$unit.service ] || new="$new $unit"
done
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
for unit in $new; do
    systemctl disable $unit > /dev/null 2>&1 || true
done
"""


ELSEWHERE = """Servers that run elsewhere can be named instead:
ESSAIM_POSTGRES=postgresql://superuser:password@host/postgres
ESSAIM_BROKER=amqp://user:password@host/vhost"""

BROWSER = ["chromium", "fonts-liberation"]
WITHOUT = """A Chromium that lies elsewhere can be named instead: ESSAIM_CHROMIUM=/path/to/chromium
Until then the tests in tests/browser are skipped."""


def missing() -> list[str]:
    """Debian packages, by what they are needed for."""
    found = {
        "python3-venv": importlib.util.find_spec("ensurepip"),
        "postgresql": "ESSAIM_POSTGRES" in os.environ or postgres.find("postgres"),
        "rabbitmq-server": "ESSAIM_BROKER" in os.environ or rabbitmq.find(),
    }
    return [name for name, there in found.items() if not there]


def chromium() -> str | None:
    """The browser that tests of pages lead."""
    return os.environ.get("ESSAIM_CHROMIUM") or shutil.which("chromium")


def provide() -> None:
    """Install what is missing, or say exactly what to install."""
    if names := missing():
        failed = install(names)
        if failed or missing():
            raise SystemExit(f"{failed}\n{advice(names)}\n{ELSEWHERE}")


def provide_browser() -> None:
    """The same for tests in a browser, without which all other tests can be run."""
    if not chromium() and ((failed := install(BROWSER)) or not chromium()):
        print(f"{failed}\n{advice(BROWSER)}\n{WITHOUT}", flush=True)


def install(names: list[str]) -> str:
    """What went wrong, if anything did."""
    print(f"Installing from Debian: {' '.join(names)}", flush=True)
    if not (allowed := as_root()) or not shutil.which("apt-get"):
        return "This account may not."
    command = [*allowed, "sh", "-c", INSTALL, "sh", *names]
    installed = subprocess.run(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True)
    importlib.invalidate_caches()
    return installed.stdout if installed.returncode else ""


def as_root() -> list[str]:
    """How to act as root: [] when we may not."""
    if root():
        return ["env"]
    quietly = ["sudo", "-n"]
    may = shutil.which("sudo") and not subprocess.run([*quietly, "true"], stderr=DEVNULL).returncode
    return quietly if may else []


def advice(names: list[str]) -> str:
    return (
        "These Debian packages are missing, and this account may not install them. Please run\n\n"
        f"    sudo apt-get install {' '.join(names)}\n\n"
        "and then the same command again."
    )
