"""python -m kernel.ops.rebuild gateway.views.agenda:Agenda [gateway.views.feed:Feed ...]

Fills a view again from the logs, beside the one that goes on serving, and then puts it in its
place. Followers need not be stopped.
"""

import sys
import time
from functools import partial
from typing import Any

from kombu import Connection

from kernel.ask import Asker
from kernel.follow import facts_after
from kernel.where import broker, named


def main(*names: str) -> None:
    with Connection(broker(), connect_timeout=2) as connection:
        asker = Asker(connection)
        for name in names:
            begun = time.monotonic()
            with named(name).at_work() as view:
                rebuild(view, asker)
            print(f"{name} is rebuilt, in {time.monotonic() - begun:.1f} s")


def rebuild(view: Any, asker: Asker) -> None:
    """Raises Silence when a source cannot be asked: half a view is not put in place."""
    if hasattr(view, "tell"):
        view.tell = asker.ask
    view.rebuild(partial(facts_after, asker))


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
