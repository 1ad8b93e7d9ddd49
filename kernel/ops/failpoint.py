"""Named points at which a test lets a process die, as kill -9 would. Without FAILPOINT: nothing.

FAILPOINT=append.committed      dies the first time it gets there
FAILPOINT=append.committed@3    the third time
FAILPOINT=announce.before:0.3   0.3 s later, when what runs beside has been done
"""

import os
import re
import signal
import time
from itertools import count

FORM = r"(?P<point>[a-z.]+)(@(?P<time>\d+))?(:(?P<delay>[\d.]+))?"


def failpoint(name: str) -> None:
    """Here a process may be made to die."""


def is_armed(name: str) -> bool:
    """Whether this process is to die at a point."""
    return wanted is not None and wanted["point"] == name


wanted = re.fullmatch(FORM, os.environ.get("FAILPOINT", ""))
if wanted:
    times, last, delay = count(1), int(wanted["time"] or 1), float(wanted["delay"] or 0)

    def failpoint(name: str) -> None:
        if is_armed(name) and next(times) == last:
            time.sleep(delay)
            os.kill(os.getpid(), signal.SIGKILL)
