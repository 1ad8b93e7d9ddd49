"""What whoever runs the network can ask and do.

python -m kernel status [--json]         how far everything is; 1 when something stands still
python -m kernel show mobility spaces    the fact of `spaces` that `mobility` cannot take in
python -m kernel retry mobility spaces   let it try again, and see how far it comes
python -m kernel rebuild VIEW ...        fill again, while it serves: gateway.views.agenda:Agenda

Servers are found as the processes find them, by BROKER and GATEWAY_DB. Services are those that
have a <SERVICE>_DB, and those that somebody follows.
"""

import json
import os
import sys
import time
from inspect import signature

import psycopg
from kombu import Producer

from kernel.ask import LOST, Asker, Silence
from kernel.follow import Reader
from kernel.ops.logs import summary
from kernel.ops.queues import heard_at, linked
from kernel.ops.status import Row, ask, look, status
from kernel.where import named


def show(follower: str, source: str) -> bool:
    """Prints the fact that the follower takes in next. Whether there is one."""
    at = found(follower, source)
    print(at.state, at.why, file=sys.stderr)
    facts = ask(source, "facts_after", at.position)
    print(json.dumps(facts[0], indent=2, ensure_ascii=False) if facts else "nothing happened since")
    return bool(facts)


def retry(follower: str, source: str) -> bool:
    """Prints how far the follower comes. Whether it is level with the source, or soon will be."""
    at = begun = found(follower, source)
    with linked() as connection:
        Producer(connection.default_channel).publish(b"[]", heard_at(follower, source))
    deadline = time.monotonic() + 10
    while at.state != "level" and at.position == begun.position and time.monotonic() < deadline:
        time.sleep(0.2)
        at = found(follower, source)
    print(f"{follower} is at {at.position} of {source}, {at.state} {at.why}")
    return at.state not in ("stopped", "away")


def found(follower: str, source: str) -> Row:
    for row in look():
        if row[:2] == (follower, source):
            return row
    raise LookupError(f"{follower} does not follow {source}, as far as `status` can see.")


def rebuild(*views: str) -> bool:
    """Fills each beside the one that serves. Followers go on. Whether it was asked for any."""
    with linked() as connection:
        asker = Asker(connection)
        for name in views:
            with named(name).at_work() as view:
                view.tell = asker.ask
                view.rebuild(Reader(asker))
            print(f"{name} is rebuilt")
    return bool(views)


VERBS = {verb.__name__: verb for verb in (status, show, retry, rebuild)}


def main(verb: str = "", *words: str) -> None:
    """Leaves with 0 when all is well, else with 1 and clear words."""
    try:
        bound = signature(VERBS[verb]).bind(*words)
    except (KeyError, TypeError):
        sys.exit(__doc__)
    if missing := {"BROKER", "GATEWAY_DB" if verb == "rebuild" else "BROKER"} - os.environ.keys():
        sys.exit(f"{' and '.join(sorted(missing))} must be set, as for the processes.")
    try:
        sys.exit(0 if VERBS[verb](*bound.args) else 1)
    except (Silence, LookupError, ImportError, AttributeError) as mistake:
        sys.exit(str(mistake))
    except LOST as lost:
        sys.exit(f"The broker is away: {summary(lost)}")
    except psycopg.Error as trouble:
        sys.exit(f"The database does not help: {summary(trouble)}")
