"""python -m tests.ops.doorman plain|green STATE: a process that opens its door, and does no more.

STATE is a file: what stands in it is how the process is; "hangs" lets whoever looks wait.
"""

import sys

if sys.argv[1] == "green":
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()

import time
from pathlib import Path

from kernel.ops import door, logs, meters

STATE = Path(sys.argv[2])


def ready():
    while (state := STATE.read_text()) == "hangs":
        time.sleep(0.1)
    return {"everything": state}


logs.configure()
meters.answered("greeting", "greet_somebody", {"done": {}}, 0.004)
door.open_door(ready)
while True:
    time.sleep(0.1)
