"""Who fails to sign in has to wait: counted for all gateways together.

Failures count for an account and a network together, for the account from wherever, and for the
network whoever is meant: a whole space of ours has one address. Only hashes are kept, for a
quarter of an hour.
"""

from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import LiteralString

from gateway.records import Records

WINDOW = 15 * 60.0
FOR_BOTH, FOR_ACCOUNT, FOR_NETWORK = 5, 20, 100

RECENT: LiteralString = """
    ARRAY(SELECT at FROM unnest(g.made) at WHERE at > now() - make_interval(secs => %(window)s)
        ORDER BY at)
"""
COUNT: LiteralString = f"""
    INSERT INTO accounts.guess AS g (whom, made) VALUES (%(whom)s, ARRAY[now()])
    ON CONFLICT (whom) DO UPDATE SET made = {RECENT} || now()
    WHERE cardinality({RECENT}) < %(limit)s RETURNING whom
"""
WAIT: LiteralString = f"""
    SELECT ceil(%(window)s - extract(epoch FROM now() - ({RECENT})[1]))::int AS seconds
    FROM accounts.guess g WHERE whom = %(whom)s
"""
TAKE_BACK: LiteralString = """
    UPDATE accounts.guess SET made = trim_array(made, 1)
    WHERE whom = ANY(%(whom)s) AND cardinality(made) > 0
"""
FORGET_OLD: LiteralString = """
    DELETE FROM accounts.guess WHERE whom IN (
        SELECT g.whom FROM accounts.guess g
        WHERE cardinality(made) = 0
            OR made[cardinality(made)] < now() - make_interval(secs => %(window)s)
        FOR UPDATE SKIP LOCKED
    )
"""


class Guesses(Records):
    async def wait(self, email: str, address: str) -> int:
        """0, and the guess is counted that will now be made; or how many seconds to wait."""
        await self.write(FORGET_OLD, {"window": WINDOW})
        both, account, network = _whom(email, address)
        limits = ((both, FOR_BOTH), (account, FOR_ACCOUNT), (network, FOR_NETWORK))
        counted: list[bytes] = []
        for whom, limit in limits:
            words = {"whom": whom, "limit": limit, "window": WINDOW}
            if not await self.write(COUNT, words):
                await self.write(TAKE_BACK, {"whom": counted})
                found = await self.row(WAIT, words)
                return max(1, found["seconds"] or 0) if found else 1
            counted.append(whom)
        return 0

    async def forget(self, email: str, address: str) -> None:
        """The last guess was right: those before it from there are forgiven, the others count."""
        both, account, network = _whom(email, address)
        await self.write("DELETE FROM accounts.guess WHERE whom = %(whom)s", {"whom": both})
        await self.write(TAKE_BACK, {"whom": [account, network]})


def _whom(email: str, address: str) -> tuple[bytes, bytes, bytes]:
    """What is kept of them: a hash of both, one of the account, one of the network."""
    account, network = f"account {email.lower()}", f"network {_network(address)}"
    return _hash(f"{account} {network}"), _hash(account), _hash(network)


def _network(address: str) -> str:
    """Whoever has one IPv6 address has 2**64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((address, 64), strict=False)) if found.version == 6 else address


def _hash(text: str) -> bytes:
    return sha256(text.encode()).digest()
