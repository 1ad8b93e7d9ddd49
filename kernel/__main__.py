"""python -m kernel: see kernel/ops/verbs.py."""

import sys

from kernel.ops.verbs import main

if __name__ == "__main__":
    main(*sys.argv[1:])
