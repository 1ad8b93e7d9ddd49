"""have an authority state when a checkpoint was there, or check what it stated

    python -m audit timestamp CHECKPOINT --ca ca.pem --tsa https://tsa.example/tsr --out FILE.tsr
    python -m audit timestamp CHECKPOINT --ca ca.pem --token FILE.tsr

The first asks an authority for time (RFC 3161) and keeps what it answers, the second checks it
again, offline and as often as one likes.
"""

import argparse
from pathlib import Path

from audit.checkpoint import Checkpoint
from audit.keys import Untrusted
from audit.note import LONGEST, Malformed, Note
from audit.outside import Silent
from audit.timestamp import ask, certificates, check
from audit.verbs import Undone


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, help="a signed note; its text is stamped")
    parser.add_argument(
        "--ca", type=Path, required=True, metavar="PEM", help="whom the authority is certified by"
    )
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--tsa", metavar="URL", help="the authority that is asked; with --out")
    either.add_argument("--token", type=Path, metavar="FILE", help="what it answered")
    parser.add_argument("--out", type=Path, metavar="FILE", help="is made anew, with the answer")


def run(asked: argparse.Namespace) -> int:
    if (asked.out is None) != (asked.tsa is None):
        raise Undone("--tsa and --out go together.", status=2)
    if asked.out and asked.out.exists():
        raise Undone(f"{asked.out} is there already.", status=2)
    try:
        text = Note.parse(_read(asked.checkpoint)).text
        Checkpoint.parse(text)
        roots = certificates(_read(asked.ca))
        if asked.token:
            at = check(_read(asked.token), text, roots)
        else:
            reply, at = ask(asked.tsa, text, roots)
            with asked.out.open("xb") as file:
                file.write(reply)
    except Silent as why:
        raise Undone(f"The authority {why}.") from None
    except (Malformed, Untrusted) as wrong:
        raise Undone(f"It does not hold: {wrong}.") from None
    except OSError as trouble:
        raise Undone(f"{trouble.filename}: {trouble.strerror}.", status=2) from None
    print(f"{asked.checkpoint} was there on {at:%Y-%m-%d at %H:%M:%S} UTC at the latest.")
    return 0


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise Malformed(f"{path} is longer than {LONGEST} bytes")
    return data
