"""python -m audit VERB: the auditor's tools. Each verb is a module of audit.verbs."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules

from audit import verbs
from audit.verbs import Undone


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m audit", description="The auditor's tools.")
    known = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    names = sorted(each.name for each in iter_modules(verbs.__path__))
    for name in set(names).intersection(given[:1]) or names:  # a witness has no database to import
        module = import_module(f"audit.verbs.{name}")
        about = getdoc(module) or ""
        one = known.add_parser(
            name,
            help=about.partition("\n")[0],
            description=about,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(one)
        one.set_defaults(run=module.run)
    return parser.parse_args(given)


def main(*given: str) -> int:
    asked = arguments(given)
    try:
        return int(asked.run(asked))
    except Undone as why:
        print(why, file=sys.stderr)
        return why.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
