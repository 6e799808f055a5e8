"""Print the rows of the list of rules that are not carried or not tested.

The search reads files and imports none of them, so that it also works on a broken checkout.
"""

import sys

from docs.tracing.trace import trace


def show_open() -> int:
    """Say which rows are open and how many, and return the exit status."""
    found = trace().open()
    print("\n".join([*found, f"{len(found)} open"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(show_open())
