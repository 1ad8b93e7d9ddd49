"""sign that a log only ever grew, for whoever does not trust it alone

    python -m audit witness --key witness.key --log essaim.example/register+... --state signed

works until it is told to leave (SIGTERM). docs/witness.md is for whoever runs it.
"""

import argparse
import signal
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from audit import keyfile
from audit.keys import VerifierKey
from audit.note import Malformed
from audit.verbs import Undone
from audit.witness.door import Door
from audit.witness.memory import Memory, Unusable
from audit.witness.rules import Witness
from kernel.ops import logs

LISTEN = ("127.0.0.1", 8077)


def vkey(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except Malformed as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 0xFFFF:
        raise argparse.ArgumentTypeError("an address looks like 127.0.0.1:8077")
    return host, int(port)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="made by: python -m audit key"
    )
    parser.add_argument(
        "--log",
        type=vkey,
        action="append",
        required=True,
        metavar="VKEY",
        help="the public key of a log; again for each log, and while a log changes its key",
    )
    parser.add_argument(
        "--state", type=Path, required=True, metavar="FOLDER", help="what was signed: never lose it"
    )
    parser.add_argument(
        "--listen",
        type=address,
        default=LISTEN,
        metavar="HOST:PORT",
        help="where logs come to; 127.0.0.1:8077 unless said, for this machine alone",
    )


def run(asked: argparse.Namespace) -> int:
    logs.configure()
    with ExitStack() as open_:
        try:
            keys = keyfile.read(asked.key)
            memory = open_.enter_context(Memory(asked.state))
            door = open_.enter_context(Door(asked.listen, Witness(keys, asked.log, memory)))
        except (Malformed, Unusable) as wrong:
            raise Undone(f"The witness does not start: {wrong}.", status=2) from None
        except OSError as trouble:
            what = trouble.filename or ":".join(map(str, asked.listen))
            why = f"The witness does not start: {what}: {trouble.strerror}."
            raise Undone(why, status=2) from None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: Thread(target=door.shutdown).start())
        for each in keys:
            print(each.verifier)
        host, port = door.server_address[:2]
        print(f"The witness listens on http://{host!s}:{port}", flush=True)
        door.serve_forever(poll_interval=0.2)
    return 0
