"""From an address, or a file, to the times at which somebody's calendar is busy."""

import asyncio
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

import gateway
from gateway.outside.busy import Times
from gateway.outside.fetching import Fetcher, Known
from gateway.outside.troubles import Trouble

AHEAD = timedelta(days=732)
"""As far as the rules of a resource may let anybody book."""
CLONE = Path(gateway.__file__).parents[1]
NEEDED = ("PATH", "PYTHONPATH", "TZDIR")
"""All that the process which understands calendars is told of where it is: no password."""
TOO_LONG = 20.0
"""Seconds; it ends itself before, unless the machine has no time for it."""


class Read(NamedTuple):
    """`times`: None when nothing has changed since."""

    times: Times | None
    known: Known


async def read(fetcher: Fetcher, address: str, known: Known, zone: str, first: date) -> Read:
    """Raises Trouble."""
    fetched = await fetcher.fetch(address, known)
    if fetched.body is None:
        return Read(None, fetched.known)
    return Read(await understood(fetched.body, zone, first), fetched.known)


async def understood(text: bytes, zone: str, first: date) -> Times:
    """The times of a calendar from a day on. Raises Trouble, also for what takes too much time."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.outside.busy", zone, str(first), str(first + AHEAD)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what goes wrong in there may quote an event
        cwd=CLONE,
        env={name: os.environ[name] for name in NEEDED if name in os.environ},
    )
    try:
        async with asyncio.timeout(TOO_LONG):
            said, _ = await process.communicate(text)
    except TimeoutError as late:
        raise Trouble("too-much") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Trouble("too-much")
    answer = msgspec.json.decode(said)
    if "trouble" in answer:
        raise Trouble(answer["trouble"])
    times: Times = answer["times"]
    return times
