"""Essaim on one machine without Docker: `make up`, `make test` and the other targets.

Standard library only, since this is what makes the virtual environment.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (whoever has an older one should read this)
    sys.exit("Essaim needs Python 3.11 or newer. To choose one: make up PYTHON=python3.11")
