"""How sure we want to be of whom, and for how long. Decided here, and nowhere else."""

import os
from datetime import timedelta
from typing import NamedTuple

STAFF = ("host", "coordinator", "trainer", "auditor", "operator")
"""Who can see or change what belongs to others."""

GRACE = timedelta(days=7)
"""So long staff may go on without a second factor, once they were first asked for one."""


def staff_needs_second_factor() -> bool:
    """SECOND_FACTOR=required, also when nothing is said, or offered: then nobody needs one."""
    said = os.environ.get("SECOND_FACTOR", "required")
    if said not in ("required", "offered"):
        raise ValueError(f"SECOND_FACTOR is required or offered, and not {said!r}")
    return said == "required"


class Life(NamedTuple):
    """How long a session lasts: at most, and without being used."""

    longest: timedelta
    idle: timedelta


EVERYBODY = Life(timedelta(days=14), timedelta(days=3))
OF_STAFF = Life(timedelta(hours=12), timedelta(hours=4))
"""A day at the counter, and a lunch break."""

TURN = timedelta(minutes=15)
"""After so much use a browser gets another secret for the same session."""
OVERLAP = timedelta(seconds=30)
"""So long the one before is still good: for requests that were on their way together."""
