"""Asking somebody outside over HTTP, bounded in time and in length, whatever comes back."""

import asyncio
from collections.abc import Coroutine
from ssl import SSLContext
from typing import Any, NamedTuple, TypeVar

import httpx

T = TypeVar("T")

LONGEST = 64 * 1024
"""Bytes of an answer."""


class Silent(Exception):
    """There is no answer that could be used, and why."""


class Answer(NamedTuple):
    status: int
    kind: str
    body: bytes


async def post(url: str, kind: str, body: bytes, patience: float, trust: SSLContext) -> Answer:
    """Within so many seconds in all, or not. Nobody is followed anywhere else. Raises Silent."""
    headers = {"Content-Type": kind, "User-Agent": "Essaim", "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(patience),
            httpx.AsyncClient(verify=trust, trust_env=False, timeout=patience) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            read = bytearray()
            async for part in answer.aiter_raw():
                read += part
                if len(read) > LONGEST:
                    raise Silent(f"answers with more than {LONGEST} bytes")
            return Answer(answer.status_code, answer.headers.get("Content-Type", ""), bytes(read))
    except (TimeoutError, httpx.TimeoutException):
        raise Silent("does not answer in time") from None
    except Silent:
        raise
    except Exception as trouble:  # what an odd address raises is in nobody's documentation
        raise Silent(f"cannot be asked ({type(trouble).__name__})") from trouble


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run does, but not for names that are still being looked up."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
