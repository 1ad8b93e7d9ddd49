"""The register over HTTP: its checkpoint, tiles and proofs.

Checkpoint and tiles are at the addresses of C2SP tlog-tiles. A tile is given out when a checkpoint
covers all of it, and then never changes.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from audit.answers import nothing, number_in, plain, senseless, service_in, sources_of
from audit.heads import Head, best, known_policy, latest, policy_file
from audit.history import read
from audit.note import Malformed, Signature
from audit.proof import Proof
from audit.register import Register
from audit.tiles import HEIGHT, WIDTH, Tile
from audit.tree import inclusion
from audit.verbs import SERVICES

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
LATEST = {"Cache-Control": "no-cache"}
COSIGNATURES = (8 + 64, 8 + 2420)
"""Bytes of those that begin with a time (C2SP tlog-cosignature): Ed25519, ML-DSA-44."""
MOST = 200


def checkpoint(request: Request) -> Response:
    """The latest, with all who cosigned it."""
    with sources_of(request).register() as register:
        head = latest(register)
    if not head:
        raise nothing("Nothing has been signed yet.")
    return Response(bytes(head.note), headers=LATEST, media_type="text/plain")


def tile(request: Request) -> Response:
    try:
        wanted = Tile.parse(f"tile/{request.path_params['path']}")
    except Malformed:
        raise nothing("This is no path of a tile.") from None
    with sources_of(request).register() as register:
        head = latest(register)
        if not head or not is_covered(wanted, head.checkpoint.size):
            raise nothing("The register has not grown as far.")
        data = register.tile(wanted)
    return Response(data, headers=FOR_EVER, media_type="application/octet-stream")


def is_covered(tile: Tile, size: int) -> bool:
    """Whether a checkpoint of this size speaks for all of a tile."""
    return WIDTH * tile.index + tile.width <= size >> HEIGHT * (tile.level or 0)


def proof(request: Request) -> Response:
    """That the register holds what a log has at a position, against the latest checkpoint that is
    settled, or the latest of all."""
    service, position = service_in(request), _position(request)
    with sources_of(request).register() as register:
        index = _index(register, service, position)
        if not (head := best(register, covers=index + 1)):
            raise nothing("No checkpoint covers this fact yet.")
        size = head.checkpoint.size
        hashes = register.tree(size).read(partial(inclusion, index=index, size=size))
    return _file(bytes(Proof(index, tuple(hashes), head.note)), f"{service}-{position}.tlog-proof")


def entry(request: Request) -> Response:
    """To the byte what a proof speaks of."""
    service, position = service_in(request), _position(request)
    with sources_of(request).register() as register:
        index = _index(register, service, position)
        [found] = register.entries(index, index + 1)
    return _file(found.entry, f"{service}-{position}.json")


def policy(request: Request) -> Response:
    """Whose signatures count: the keys of the log and of its witnesses (C2SP tlog-policy)."""
    if not (file := policy_file()):
        raise nothing("No policy was written down.")
    return Response(file.read_bytes(), headers=LATEST, media_type="text/plain")


def state(request: Request) -> Response:
    """How far it is, in all and in each log, and what stands under the latest checkpoint."""
    sources = sources_of(request)
    with sources.register() as register:
        places = {service: register.place_in(service) for service in SERVICES}
        size, head, counts = register.size(), latest(register), best(register)
        signed_at = register.signed_at(after=head.checkpoint.size - 1) if head else None
        witnesses = _witnesses(register)
    logs = [
        {"service": service, "registered": places[service], "last": sources.last(service)}
        for service in SERVICES
    ]
    settled = counts.checkpoint.size if counts and counts.settled else None
    found = {"size": size, "checkpoint": head and _shown(head), "signed_at": signed_at}
    return plain({**found, "settled_size": settled, "witnesses": witnesses, "logs": logs})


def recent(request: Request) -> Response:
    """The latest entries, newest first, or those before an index."""
    before, limit = number_in(request, "before"), number_in(request, "limit", 50) or 0
    if not 1 <= limit <= MOST:
        raise senseless("limit", f"1 to {MOST}")
    with sources_of(request).register() as register:
        end = register.size() if before is None else min(before, register.size())
        start = max(end - limit, 0)
        found = list(enumerate(register.entries(start, end), start))
    items = [
        {
            "index": index,
            "service": each.source,
            "position": each.position,
            "fact": read(each.entry),
        }
        for index, each in reversed(found)
    ]
    return plain({"items": items, "next": start or None})


def _shown(head: Head) -> dict[str, object]:
    """`signed`: those whom the policy knows and whose signatures are good. Without a policy all
    who signed are shown, and nobody has checked it."""
    checkpoint = head.checkpoint
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "checked": head.signed is not None,
        "settled": head.settled,
        "signed": [
            {"name": name, "time": at}
            for name, at in (
                map(_unchecked, head.note.signatures)
                if head.signed is None
                else ((each.by.name, each.at) for each in head.signed)
            )
        ],
    }


def _witnesses(register: Register) -> list[dict[str, object]]:
    """Those of the policy that are asked: the size of the latest checkpoint that each cosigned, and
    since when there is a later one that it did not (`since`)."""
    known = known_policy()
    sizes: dict[str, int] = {}
    for each in known.witnesses if known else ():
        if each.url:
            size = register.cosigned(each.key)
            sizes[each.key.name] = max(size, sizes.get(each.key.name, 0))
    return [
        {"name": name, "size": size, "since": register.signed_at(after=size)}
        for name, size in sizes.items()
    ]


def _unchecked(signature: Signature) -> tuple[str, int | None]:
    timed = len(signature.value) in COSIGNATURES
    return signature.name, int.from_bytes(signature.value[:8]) if timed else None


def _position(request: Request) -> int:
    return number_in(request, "position") or 0


def _index(register: Register, service: str, position: int) -> int:
    if (index := register.index_of(service, position)) is None:
        raise nothing("The register does not hold this fact.")
    return index


def _file(data: bytes, name: str) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type="application/octet-stream")
