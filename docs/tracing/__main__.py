"""Print the rows of the list of rules that are not implemented or not tested.

The search reads files and imports none of them, so that it also works on a broken checkout.
"""

import sys

from docs.tracing.trace import trace


def show_open() -> int:
    """Print the open rows and their number, and return the exit status: 1 if there are any."""
    found = trace().open()
    print("\n".join([*found, f"{len(found)} open"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(show_open())
