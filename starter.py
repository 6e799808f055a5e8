"""Command line for integrators and ops: `python starter.py --help`.

The connection comes from Temporal's own `TEMPORAL_*` and profiles, our settings from
`SENTENCES_*`. Exit status: 0 done, 1 refused with the reason on standard error, 2 wrong usage.
"""

import gc
import logging
import sys

from runtime.cli.app import LogsOnDemand, run
from runtime.shutdown import exit_now

_OBJECTS_BEFORE_COLLECTION = 100_000


def main() -> int:
    """Carry out the command line; return the exit status."""
    # A command makes many objects that last as long as it: looking through them finds nothing.
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    # Commands print their own messages; library messages are wanted only for problems.
    logging.basicConfig(level=logging.ERROR, handlers=[LogsOnDemand()])
    return run(sys.argv[1:])


if __name__ == "__main__":
    exit_now(main())
