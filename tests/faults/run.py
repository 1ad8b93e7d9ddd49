"""make faults TIMES=20: all tests of faults, the long ones too, so many times in a row.

On every core, as the tests of every day. Of a round that fails everything that was logged is
kept, in `.run/faults.log`.
"""

import subprocess
import sys
import time

from deploy.local.where import CLONE

HOW = ("-x", "-q", "-m", "", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")


def main(times="1"):
    for number in range(1, int(times) + 1):
        begun = time.monotonic()
        command = [sys.executable, "-m", "pytest", *HOW, "tests/faults"]
        done = subprocess.run(command, capture_output=True, text=True)
        lines = done.stdout.splitlines() or [""]
        print(f"{number} of {times}: {lines[-1]} ({time.monotonic() - begun:.0f} s)", flush=True)
        if done.returncode:
            (CLONE / ".run" / "faults.log").write_text(done.stdout + done.stderr)
            said = [line for line in lines if not line.startswith('{"time"')]
            print(*said[-120:], done.stderr[-2000:], sep="\n")
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
