"""From where an outside calendar may be read: from the public internet, over https.

Whoever gives us an address decides with whom the gateway speaks. So the name is looked up here,
every address that it has must be a public one, and the one that was checked is the one spoken to:
what the name means a moment later does not matter. Each redirect is looked at in the same way.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address, ip_network

import httpx

from gateway.outside.troubles import Trouble

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a name."""

INTERNET = ip_network("2000::/3")
NOBODYS = [
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # for protocols, and a cloud's secrets
        "168.63.129.16",  # a cloud's own: it tells secrets to whatever runs there
        "2001::/32",  # Teredo and 6to4: they carry an IPv4 address, which may be anybody's
        "2002::/16",
        "3fff::/20",  # for documents
    )
]
"""What Python counts as public, in some version or in all, and no server of a calendar has."""


def anywhere() -> bool:
    """OUTSIDE_CALENDARS=anywhere, for tests and one's own machine: http, and private addresses."""
    said = os.environ.get("OUTSIDE_CALENDARS", "internet")
    if said not in ("internet", "anywhere"):
        raise ValueError(f"OUTSIDE_CALENDARS is internet or anywhere, and not {said!r}")
    return said == "anywhere"


def is_public(address: str) -> bool:
    """Whether it is a server's on the internet: no private network, machine, router or cloud."""
    found = ip_address(address.partition("%")[0])
    if found.is_multicast or found.is_reserved or not found.is_global:
        return False
    if found.version == 6 and found not in INTERNET:
        return False  # also IPv4 in other clothes: ::ffff:10.0.0.1, NAT64
    return not any(found in each for each in NOBODYS)


async def resolve(host: str, port: int) -> list[str]:
    """Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


async def checked(url: httpx.URL, lookup: Resolve, everywhere: bool) -> list[str]:
    """The addresses at which a URL may be asked for. Raises Trouble."""
    if url.scheme != "https" and not (everywhere and url.scheme == "http"):
        raise Trouble("not-https")
    try:
        found = await lookup(
            url.raw_host.decode(), url.port or (443 if url.scheme == "https" else 80)
        )
    except (OSError, UnicodeError) as unknown:
        raise Trouble("no-server") from unknown
    if not found or not (everywhere or all(map(is_public, found))):
        raise Trouble("not-public" if found else "no-server")
    return found
