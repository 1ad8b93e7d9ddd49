"""The virtual environment .venv, exactly as a lock file says."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from deploy.local.where import CLONE

VENV = CLONE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
RUNTIME, DEVELOPMENT = CLONE / "requirements.lock", CLONE / "requirements-dev.lock"


def inside() -> bool:
    return Path(sys.prefix) == VENV


def provide(lock: Path) -> None:
    """Made when it is missing, brought up to date when the lock file has changed."""
    if is_made() and fingerprint(lock) in STAMP.read_text().split():
        return
    print(f"Installing Python packages of {lock.name} into .venv", flush=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", str(VENV))
    STAMP.unlink(missing_ok=True)
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(str(PYTHON), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(lock))
    locks = [RUNTIME, DEVELOPMENT] if lock == DEVELOPMENT else [RUNTIME]  # the second has it all
    STAMP.write_text("\n".join(map(fingerprint, locks)))


def is_made() -> bool:
    return PYTHON.exists() and STAMP.exists()


def fingerprint(lock: Path) -> str:
    return sha256(lock.read_bytes()).hexdigest()


def run(*command: str) -> None:
    done = subprocess.run(
        command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{' '.join(command)} ended with {done.returncode}.")


def go_on_inside(*words: str) -> None:
    """The rest of a command needs the packages: begin it again with the Python that has them."""
    if not inside():
        os.execv(PYTHON, [str(PYTHON), "-m", "deploy.local", *words])
