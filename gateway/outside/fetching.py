"""Gets a file from somewhere on the internet: not for long, not much, and not from everywhere."""

import asyncio
import logging
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx

from gateway.outside.addresses import Resolve, checked, resolve
from gateway.outside.troubles import Trouble

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, and ours are secrets

PATIENCE = 10.0
"""Seconds for all of it."""
LONGEST = 2 * 1024 * 1024
"""Bytes, however small they were packed."""
REDIRECTS = 3
SENT_AWAY = {301, 302, 303, 307, 308}
NOT_CHANGED, FINE = 304, 200
NOT_THERE = {401, 403, 404, 410}
PLAIN, PACKED = {"", "identity"}, {"gzip", "x-gzip", "deflate"}
EITHER = 32 + zlib.MAX_WBITS
"""zlib's word for gzip or deflate, whichever it is."""


class Known(NamedTuple):
    """What a server said of what it sent, by which it tells whether that has changed."""

    etag: str | None = None
    modified: str | None = None


class Fetched(NamedTuple):
    """`body`: None when nothing has changed."""

    body: bytes | None
    known: Known


class Fetcher:
    """`everywhere`: also by http, and from private addresses."""

    def __init__(
        self,
        everywhere: bool = False,
        lookup: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.everywhere, self.lookup, self.patience = everywhere, lookup, patience
        self.trust = trust or httpx.create_ssl_context()

    async def fetch(self, address: str, known: Known = Known()) -> Fetched:  # noqa: B008
        """Raises Trouble."""
        try:
            async with asyncio.timeout(self.patience):
                return await self._follow(httpx.URL(address), known)
        except TimeoutError as late:
            raise Trouble("too-slow") from late
        except httpx.InvalidURL as nowhere:
            raise Trouble("no-server") from nowhere
        except (httpx.TransportError, ssl.SSLError, ValueError) as trouble:
            untrusted = "CERTIFICATE_VERIFY_FAILED" in str(trouble)
            raise Trouble("certificate" if untrusted else "no-answer") from trouble

    async def _follow(self, url: httpx.URL, known: Known) -> Fetched:
        for _ in range(REDIRECTS + 1):
            async with self._asked(url, known) as answer:
                if answer.status_code not in SENT_AWAY:
                    return await _read(answer, known)
                url = url.join(answer.headers.get("Location", ""))
        raise Trouble("redirects")

    @asynccontextmanager
    async def _asked(self, url: httpx.URL, known: Known) -> AsyncIterator[httpx.Response]:
        """Spoken to by its address, and called by its name: so is its certificate checked."""
        headers = {"Host": url.netloc.decode(), "User-Agent": "Essaim", "Accept": "text/calendar"}
        headers["Accept-Encoding"] = "identity"
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.modified:
            headers["If-Modified-Since"] = known.modified
        address, *others = await checked(url, self.lookup, self.everywhere)
        how = {"verify": self.trust, "trust_env": False, "timeout": self.patience}
        async with httpx.AsyncClient(**how) as client:  # type: ignore[arg-type]
            while True:
                asked = client.build_request(
                    "GET",
                    url.copy_with(host=address),
                    headers=headers,
                    extensions={"sni_hostname": url.raw_host.decode()},
                )
                try:
                    answer = await client.send(asked, stream=True)
                except httpx.ConnectError:
                    if not others:
                        raise
                    address, *others = others
                    continue
                try:
                    yield answer
                finally:
                    await answer.aclose()
                return


async def _read(answer: httpx.Response, known: Known) -> Fetched:
    if answer.status_code == NOT_CHANGED:
        return Fetched(None, known)
    if answer.status_code != FINE:
        raise Trouble("not-there" if answer.status_code in NOT_THERE else "out-of-order")
    packed = answer.headers.get("Content-Encoding", "").strip().lower()
    if packed not in PLAIN | PACKED:
        raise Trouble("no-calendar")
    unpacking = zlib.decompressobj(EITHER) if packed in PACKED else None
    body = b""
    async for part in answer.aiter_raw():
        try:
            body += unpacking.decompress(part, LONGEST + 1 - len(body)) if unpacking else part
        except zlib.error as trouble:
            raise Trouble("no-calendar") from trouble
        if len(body) > LONGEST:
            raise Trouble("too-large")
    if unpacking and not unpacking.eof:
        raise Trouble("no-calendar")
    headers = answer.headers
    return Fetched(body, Known(headers.get("ETag"), headers.get("Last-Modified")))
