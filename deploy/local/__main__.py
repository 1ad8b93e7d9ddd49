"""python -m deploy.local up | down | clean | status | logs | prepare
                    test | bench | schemathesis | faults | soak | mutants

The targets of the Makefile. Begins with whatever Python there is, and goes on inside .venv.
"""

import signal
import sys

from deploy.local import assets, environment, packages
from deploy.local.process import DidNotStart

MEASUREMENTS = {"bench": "tests.bench.run", "schemathesis": "tests.fuzz.run"}
TRIALS = {"faults": "tests.faults.run", "soak": "tests.soak.run", "mutants": "tests.mutants.run"}


def main(verb: str, *words: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # and clean up
    for_developers = verb in ("prepare", "test", *MEASUREMENTS, *TRIALS)
    if for_developers or verb == "up":
        packages.provide()
        environment.provide(environment.DEVELOPMENT if for_developers else environment.RUNTIME)
    elif not environment.is_made():
        raise SystemExit("Nothing was ever started in this clone: `make up` does.")
    environment.go_on_inside(verb, *words)
    if for_developers or verb == "up":
        assets.provide()
    from deploy.local import experiment, network  # which need what is now installed

    if verb == "test":
        packages.provide_browser()
        return experiment.test(*words)
    if verb in MEASUREMENTS:
        return experiment.measure(MEASUREMENTS[verb], *words)
    if verb in TRIALS:
        return experiment.run(TRIALS[verb], words, {})
    steps = (network.up, network.down, network.clean, network.status, network.logs)
    for step in steps:
        if step.__name__ == verb:
            step()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except DidNotStart as why:
        sys.exit(str(why))
    except KeyboardInterrupt:
        sys.exit(130)
