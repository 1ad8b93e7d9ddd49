"""enter what happens in all services into the register and sign it, until told to leave (SIGTERM)

NOTARY_KEY      a file of private keys, made by: python -m audit key
NOTARY_STATE    a file of its own beside the key, never in a backup of the database
POLICY          perhaps a policy (C2SP tlog-policy): its witnesses are asked to cosign
REGISTER_DB     the register
BOOKINGS_AUDIT_DB and so on, of each service: its log
OPS             perhaps 127.0.0.1:9100, the operators' door

A second one stands by, and goes on when the first has ended.
"""

import argparse
import os
import signal
from contextlib import suppress
from pathlib import Path

from prometheus_client import REGISTRY

from audit import keyfile
from audit.checkpoint import Checkpoint
from audit.keys import SigningKey, Untrusted, signers
from audit.notary import meters
from audit.notary.asking import Asking
from audit.notary.memory import Memory, Taken
from audit.notary.notary import origin
from audit.notary.source import Source
from audit.notary.work import Work
from audit.note import LONGEST, Malformed, Note
from audit.policy import Policy
from audit.verbs import SERVICES, Undone, needed
from kernel.ops import logs
from kernel.ops.door import open_door


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--remember",
        type=Path,
        metavar="FILE",
        help="give back a lost NOTARY_STATE from a signed checkpoint, the newest that anybody has,"
        " such as a witness; then end",
    )


def run(asked: argparse.Namespace) -> int:
    state = Path(needed("NOTARY_STATE", "the file in which the notary notes what it signs"))
    try:
        keys = keyfile.read(Path(needed("NOTARY_KEY", "the file of the notary's private keys")))
        origin(keys)
        policy = witnesses_of(keys, os.environ.get("POLICY"))
        if asked.remember:
            print(f"{state} remembers again:\n{remember(state, keys, asked.remember)}", end="")
            return 0
    except (Malformed, Untrusted, Taken) as wrong:
        raise Undone(f"The notary does not start: {wrong}.", status=2) from None
    except OSError as trouble:
        why = f"The notary does not start: {trouble.filename}: {trouble.strerror}."
        raise Undone(why, status=2) from None
    register = needed("REGISTER_DB", "the address of the register, for whoever appends to it")
    addresses = {
        name: needed(f"{name.upper()}_AUDIT_DB", f"the log of {name}") for name in SERVICES
    }
    logs.configure()
    leaving: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: leaving.append(number))
    sources = [Source.at(name, url) for name, url in addresses.items()]
    asking = Asking(register, policy) if policy else None
    if asking:
        asking.start()
    work = Work(register, state, keys, sources, asking)
    REGISTRY.register(meters.AtScrape(work))
    open_door(lambda: meters.ready(work))
    work.until(leaving)
    return 0


def witnesses_of(keys: list[SigningKey], path: str | None) -> Policy | None:
    """Raises OSError, Malformed."""
    if not path:
        return None
    policy = Policy.parse(Path(path).read_bytes())
    if not {each.verifier for each in keys} & {each.key for each in policy.logs}:
        raise Malformed(f"{path} has none of the keys that we sign with")
    return policy


def remember(state: Path, keys: list[SigningKey], file: Path) -> Checkpoint:
    """Note as signed what others have of us. Raises Untrusted, Malformed, Taken, OSError."""
    with file.open("rb") as open_file:
        note = Note.parse(open_file.read(LONGEST + 1))
    signers(note, [each.verifier for each in keys])
    known, last = Checkpoint.parse(note.text), None
    if known.origin != origin(keys):
        raise Untrusted(f"this is a checkpoint of {known.origin}")
    with Memory(state) as memory:
        with suppress(Malformed):  # what is damaged is what we give back
            last = memory.last()
        if last and last != known and last.size >= known.size:
            raise Untrusted(f"{state} knows of {last.size} entries already, and not of these")
        memory.keep(known)
    return known
