"""compare every log with the register, byte for byte, and the register with what was signed of it

Says which record and which byte is wrong, and ends with 1; with 0 when all is well. It reads over
roles that can do nothing else: REGISTER_AUDIT_DB, and BOOKINGS_AUDIT_DB and so on of each service.

POLICY          perhaps a policy (C2SP tlog-policy): then every signature is checked as well
NOTARY_STATE    perhaps the memory of the notary: then the register must be what it remembers
"""

import argparse
import os
import time
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

import psycopg

from audit.check.finding import Finding
from audit.check.whole import Check, Result
from audit.checkpoint import Checkpoint
from audit.keys import Untrusted
from audit.notary.memory import Memory
from audit.note import LONGEST, Malformed, Note
from audit.policy import Policy
from audit.verbs import SERVICES, Undone, needed
from kernel.ops.logs import summary

SHOWN = 100
"""Findings of a place that are told one by one."""


def size(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a size is a number of entries")
    return int(text)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        type=size,
        default=0,
        metavar="SIZE",
        help="look only at what came after so many entries, from a checkpoint on",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that somebody else has kept, such as a witness: the register must still"
        " begin with what it says",
    )


def run(asked: argparse.Namespace) -> int:
    register = needed("REGISTER_AUDIT_DB", "the address of the register, for whoever reads it")
    logs = {each: needed(f"{each.upper()}_AUDIT_DB", f"the log of {each}") for each in SERVICES}
    begun, told = time.monotonic(), Counter[str]()

    def tell(finding: Finding) -> None:
        told[finding.where] += 1
        if told[finding.where] <= SHOWN:
            print(f"{finding.where}: {printable(finding.says)}.", flush=True)

    try:
        policy = given_policy()
        with Check(register, logs, policy, known(asked.checkpoint, policy)) as check:
            result = check.run(tell, asked.since)
    except (Malformed, Untrusted) as wrong:
        raise Undone(f"Nothing can be compared: {wrong}.", status=2) from None
    except (psycopg.Error, BrokenProcessPool) as trouble:
        raise Undone(f"The comparison broke off: {summary(trouble)}.", status=2) from None
    except OSError as trouble:
        raise Undone(f"{trouble.filename}: {trouble.strerror}.", status=2) from None
    for where, count in told.items():
        if count > SHOWN:
            print(f"{where}: and {count - SHOWN:,} more.")
    print(verdict(result, told.total(), policy is not None, time.monotonic() - begun))
    return 1 if told else 0


def verdict(result: Result, found: int, was_signed_by: bool, seconds: float) -> str:
    since = f" from {result.start:,} on" if result.start else ""
    lines = [
        f"{result.size - result.start:,} entries{since} and {result.checkpoints:,} checkpoints were"
        f" compared in {seconds:.1f} s. {result.unregistered:,} facts are not registered yet."
    ]
    if not was_signed_by:
        lines.append("No signature was checked, as POLICY names no policy.")
    if not found:
        lines.append("All is well: the logs are what is registered, and as it was signed.")
    elif result.is_as_signed:
        lines.append("The register is as it was signed: it is the logs that were changed.")
    else:
        lines.append("The register itself is not what was signed, or is damaged.")
    return "\n".join(lines)


def given_policy() -> Policy | None:
    path = os.environ.get("POLICY")
    return Policy.parse(Path(path).read_bytes()) if path else None


def known(files: list[Path], policy: Policy | None) -> list[Checkpoint]:
    """What must be so still. Raises OSError, Malformed, Untrusted."""
    found = []
    for path in files:
        with path.open("rb") as file:
            note = Note.parse(file.read(LONGEST + 1))
        if policy:
            policy.signed(note)
        found.append(Checkpoint.parse(note.text))
    if state := os.environ.get("NOTARY_STATE"):
        with suppress(PermissionError):  # an auditor need not read what is the notary's
            if last := Memory(Path(state)).last():
                found.append(last)
    return found


def printable(text: str) -> str:
    """What strangers wrote is no order to a terminal."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
