"""make the file that an auditor receives, and checks without us

    python -m audit export --from 2027-01-01T00:00:00Z --until 2028-01-01T00:00:00Z --out 2027.zip

It has everything that was recorded in a period, of all services or of some; or all about some
things, from their beginning. It is read from the register over the role at REGISTER_AUDIT_DB, and
held against its latest checkpoint; where POLICY names a policy, against the latest settled one.
"""

import argparse
from pathlib import Path
from uuid import UUID

import psycopg

from audit.bundle.archive import TooLarge
from audit.bundle.disclosed import Disclosed, NotDisclosed
from audit.bundle.export import Asked, NothingThere, export
from audit.heads import best
from audit.register import Register
from audit.verbs import SERVICES, Undone, moment, needed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="since", type=moment, help="ISO 8601 with an offset")
    parser.add_argument("--until", type=moment, help="the first moment that is not of the period")
    parser.add_argument(
        "--service",
        choices=SERVICES,
        action="append",
        default=[],
        help="this one alone; repeatable",
    )
    parser.add_argument(
        "--subject", type=UUID, action="append", default=[], help="all about this; repeatable"
    )
    parser.add_argument("--details", type=Path, help="what members disclosed, one detail a line")
    parser.add_argument("--out", type=Path, required=True, help="the file to write, a .zip")


def run(asked: argparse.Namespace) -> int:
    wanted = Asked(asked.since, asked.until, asked.service, asked.subject)
    if asked.subject and (asked.since or asked.until or asked.service):
        raise Undone("What is about a subject is there from its beginning: ask for it alone.", 2)
    url = needed("REGISTER_AUDIT_DB", "the address of the register")
    beside = asked.out.with_name(f"{asked.out.name}.new")  # nobody takes half a bundle for a whole
    try:
        disclosed = Disclosed(asked.details.read_bytes().splitlines() if asked.details else ())
        with Register.connect(url) as register, beside.open("wb") as out:
            head = best(register)
            number = export(register, wanted, disclosed, out, head.note if head else None)
        beside.replace(asked.out)
    except (NothingThere, NotDisclosed, TooLarge) as reason:
        raise Undone(str(reason)) from None
    except psycopg.OperationalError:
        raise Undone("The register cannot be reached.") from None
    except OSError as error:
        raise Undone(f"{error.filename}: {error.strerror}.", status=2) from None
    finally:
        beside.unlink(missing_ok=True)
    print(f"{asked.out} has {number} facts.")
    return 0
