"""Release the new files of mappings: a part of `make lock`.

Adding a file is a command; changing a released one is an error, with exit status 1. Nothing is
released that could not be loaded, since it could not be mended afterwards.
"""

import sys
from pathlib import Path

from activities.lock import MAPPING_FILES, StandardsError, extend_lock
from activities.standards import STANDARDS
from runtime.ingest.mapping import MAPPINGS_FOLDER, load_mappings


def release(standards: Path) -> tuple[str, ...]:
    """Add every new mapping below the folder of the standards to its lock; return their paths.

    Raises:
        StandardsError: If a released file is changed or missing, or a new one is not valid; the
            lock is then as it was.
    """
    lock = standards / MAPPINGS_FOLDER / MAPPING_FILES.lock
    before = lock.read_bytes() if lock.exists() else b""
    added = extend_lock(standards / MAPPINGS_FOLDER, MAPPING_FILES)
    try:
        load_mappings(standards)
    except StandardsError:
        lock.write_bytes(before)
        raise
    return added


def main(standards: Path = STANDARDS) -> int:
    """Release what is new, say so, and return the exit status."""
    try:
        added = release(standards)
    except StandardsError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    sys.stdout.write("".join(f"released {path}\n" for path in added) or "no new mapping\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
