"""Release the new files of the standards: `make lock`.

Adding a file is a command; changing a released one is an error, with exit status 1. Nothing is
released that could not be loaded, since it could not be mended afterwards.
"""

import sys
from pathlib import Path

from activities.lock import LOCK, StandardsError, extend_lock
from activities.standards import STANDARDS, load_catalogue


def release(root: Path) -> tuple[str, ...]:
    """Add every new file below `root` to the lock and return their paths.

    Raises:
        StandardsError: If a released file is changed or missing, or a new one is not valid; the
            lock is then as it was.
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
    """Release what is new below `root`, say so, and return the exit status."""
    try:
        added = release(root)
    except StandardsError as refused:
        print(refused, file=sys.stderr)
        return 1
    print("\n".join(f"released {path}" for path in added) or "nothing new to release")
    return 0


if __name__ == "__main__":
    sys.exit(main())
