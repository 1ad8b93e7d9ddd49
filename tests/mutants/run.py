"""make mutants: take out each safeguard in turn, in a copy, and see that a test notices.

    make mutants                    all of them
    make mutants ARGS="watermark"   those whose name has this in it

Ends with 1 when one is not caught, or when the tests fail without any.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.where import CLONE
from tests.mutants.safeguards import MUTANTS

AT_ONCE = 2
ON_EVERY_CORE = ("-n", str(AT_ONCE), "--dist", "loadfile")
ALL_PASSED, SOME_FAILED = 0, 1
RED = ("FAILED tests/", "ERROR tests/")
"""Of pytest's last lines; lines of logs begin like them."""
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__")


def main(*wanted):
    chosen = [each for each in MUTANTS if not wanted or any(part in each.name for part in wanted)]
    with tempfile.TemporaryDirectory(prefix="essaim-mutants-") as room:
        Path(room).chmod(0o711)  # PostgreSQL of a copy runs as somebody else when we are root
        tests = sorted({test for each in chosen for test in each.tests})
        if said := failing(Path(room) / "whole", tests):
            print(said, "The tests fail without any mutant.", sep="\n")
            return 1
        with ThreadPoolExecutor(AT_ONCE) as trying:
            folders = [Path(room) / str(number) for number, _ in enumerate(chosen)]
            found = trying.map(lambda f, each: tried(f, each, each.tests), folders, chosen)
            escaped = [
                each for each, result in zip(chosen, found, strict=True) if not told(each, result)
            ]
    print(f"{len(chosen) - len(escaped)} of {len(chosen)} mutants are caught.")
    return 1 if escaped else 0


def failing(folder, tests):
    """What the tests say that fail without any mutant. Many of them wait for ten seconds, which two
    full cores may not suffice for: what failed then has to pass alone."""
    code, _, said = tried(folder, None, [*ON_EVERY_CORE, *tests])
    again = [line.split()[1] for line in said.splitlines() if line.startswith(RED)]
    if code == SOME_FAILED and again:
        code, _, said = tried(folder, None, again)
    return "" if code == ALL_PASSED else said


def tried(folder, mutant, words):
    """Exit code of pytest with these words, seconds, and what it said."""
    shutil.copytree(CLONE, folder, ignore=NOT_COPIED)
    if mutant:
        path = folder / mutant.path
        path.write_text(path.read_text().replace(mutant.safeguard, mutant.instead))
    command = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider"]
    command += ["-x"] if mutant else []
    command += words
    begun = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    shutil.rmtree(folder, ignore_errors=True)
    return done.returncode, time.monotonic() - begun, done.stdout + done.stderr


def told(mutant, result):
    """Whether it is caught; printed at once."""
    code, seconds, said = result
    red = [line for line in said.splitlines() if line.startswith(RED)]
    by = red[0].split(" - ")[0] if red else ""
    verdict = {SOME_FAILED: "caught", ALL_PASSED: "ESCAPED"}.get(code, f"NO PROGRAM ({code})")
    print(f"{verdict:8} {mutant.name:55} {seconds:5.1f} s  {by}", flush=True)
    if code not in (SOME_FAILED, ALL_PASSED):
        print(said[-2000:])
    return code == SOME_FAILED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
