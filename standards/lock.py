"""Release the new files of the standards: `make lock`.

A new file is added; a changed released file is an error, with exit status 1. A file that cannot be
loaded is not released, because it could not be repaired afterwards.
"""

import sys
from pathlib import Path

from activities.lock import LOCK, StandardsError, extend_lock
from activities.standards import STANDARDS, load_catalogue


def release(root: Path) -> tuple[str, ...]:
    """Add every new file below `root` to the lock and return their paths.

    Raises:
        StandardsError: If a released file is changed or missing, or a new one is invalid; the
            lock is then unchanged.
    """
    lock = root / LOCK
    before = lock.read_bytes() if lock.exists() else b""
    added = extend_lock(root)
    try:
        load_catalogue(root)
    except StandardsError:
        lock.write_bytes(before)
        raise
    return added


def main(root: Path = STANDARDS) -> int:
    """Release the new files below `root`, print them, and return the exit status."""
    try:
        added = release(root)
    except StandardsError as refused:
        print(refused, file=sys.stderr)
        return 1
    print("\n".join(f"released {path}" for path in added) or "nothing new to release")
    return 0


if __name__ == "__main__":
    sys.exit(main())
