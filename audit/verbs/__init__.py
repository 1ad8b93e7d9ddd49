"""What `python -m audit` can do: one module a verb.

Its docstring is the help, `arguments(parser)` says what may be given, `run(asked)` does it and
returns the exit status: 0 where all is well. What cannot be done is `Undone`.
"""

import argparse
import os
from datetime import datetime
from pathlib import Path

SERVICES = sorted(
    each.parent.name for each in (Path(__file__).parents[2] / "services").glob("*/__init__.py")
)


class Undone(Exception):
    """What was asked for could not be done. The text says why to a person, and nothing inner.

    `status`: 2 where the question made no sense here, else 1.
    """

    def __init__(self, why: str, status: int = 1) -> None:
        super().__init__(why)
        self.status = status


def needed(variable: str, holds: str) -> str:
    """The value of a variable of the environment. Raises Undone where it is not set."""
    if variable not in os.environ:
        raise Undone(f"{variable} is not set: it holds {holds}.", status=2)
    return os.environ[variable]


def moment(text: str) -> datetime:
    """An argument that is a time, ISO 8601 with an offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text} could be anywhere: add the offset, such as {text}+01:00, or Z"
        )
    return at
