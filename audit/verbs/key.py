"""make a private key, of a log or of a witness, and print the public one

    python -m audit key essaim.example/register --kind ed25519 --kind mldsa44 --out register.key
    python -m audit key namur.example/witness --kind witness --kind mldsa44 --out witness.key

A log signs with ed25519 and mldsa44, a witness with witness and mldsa44. What is printed is what
others need to know to believe a signature. A file that is there is never overwritten.
"""

import argparse
from pathlib import Path

from audit.keyfile import write
from audit.keys import Kind, SigningKey
from audit.note import Malformed, check_name
from audit.verbs import Undone

KINDS = {
    "ed25519": Kind.ED25519,
    "witness": Kind.ED25519_COSIGNATURE,
    "mldsa44": Kind.MLDSA44_COSIGNATURE,
}


def name(text: str) -> str:
    try:
        check_name(text)
    except Malformed as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", type=name, help="of whoever signs; a log's is its origin")
    parser.add_argument(
        "--kind", choices=KINDS, action="append", required=True, help="as often as kinds are needed"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="is made anew")


def run(asked: argparse.Namespace) -> int:
    keys = [SigningKey.generate(asked.name, KINDS[each]) for each in dict.fromkeys(asked.kind)]
    try:
        write(asked.out, keys)
    except OSError as trouble:
        raise Undone(f"{asked.out}: {trouble.strerror}. No key was made.", status=2) from None
    for each in keys:
        print(each.verifier)
    return 0
