"""Lock of the released files of the standards: a file that is listed never changes again.

The lock has lines "sha256  path", which `sha256sum --check` also reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from activities.errors import UserFacingError

LOCK = "editions.lock"


@dataclass(frozen=True, slots=True)
class LockedFiles:
    """Patterns of the locked files below a folder, and the name of their lock."""

    patterns: Sequence[str]
    lock: str = LOCK


STANDARDS_FILES = LockedFiles(("editions/*/*.yaml", "calendars/*.yaml", "law/*/*.yaml"))

MAPPING_FILES = LockedFiles(("*.yaml",), "mappings.lock")
"""Mappings of domain events have a lock of their own: no sentence depends on them."""


_MISSING = "was released and is missing: restore it"
_CHANGED = "was released and has changed: restore it, and give new rules a new name"
_UNLISTED = "is not released: run `make lock` to add it, or remove it"


class StandardsError(UserFacingError):
    """Base class of what can be wrong with the files of the standards."""


class LockError(StandardsError):
    """A file differs from its lock, or the lock is damaged."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        super().__init__(f"{path} {what}")


def check_lock(root: Path, files: LockedFiles = STANDARDS_FILES) -> dict[str, str]:
    """Return the SHA-256 of every released file below `root` by its path.

    Raises:
        LockError: If a file is changed, missing or not listed, or the lock is unreadable.
    """
    if not (root / files.lock).is_file():
        raise LockError(files.lock, _MISSING)
    listed = _locked_digests(root, files)
    found = _file_digests(root, files)
    _require_unchanged(listed, found)
    for path in found:
        if path not in listed:
            raise LockError(path, _UNLISTED)
    return listed


def extend_lock(root: Path, files: LockedFiles = STANDARDS_FILES) -> tuple[str, ...]:
    """Add the files that are not in the lock yet, and return their paths.

    Raises:
        LockError: If a released file has changed or is missing; the lock then stays as it was.
    """
    listed = _locked_digests(root, files)
    found = _file_digests(root, files)
    _require_unchanged(listed, found)
    lines = [f"{found[path]}  {path}\n" for path in sorted(found)]
    (root / files.lock).write_text("".join(lines), encoding="utf-8")
    return tuple(sorted(set(found) - set(listed)))


def _require_unchanged(listed: Mapping[str, str], found: Mapping[str, str]) -> None:
    for path, digest in listed.items():
        if path not in found:
            raise LockError(path, _MISSING)
        if found[path] != digest:
            raise LockError(path, _CHANGED)


def _file_digests(root: Path, files: LockedFiles) -> dict[str, str]:
    paths = sorted(path for pattern in files.patterns for path in root.glob(pattern))
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths
    }


def _locked_digests(root: Path, files: LockedFiles) -> dict[str, str]:
    lock = root / files.lock
    if not lock.is_file():
        return {}
    listed = dict[str, str]()
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        digest, gap, path = line.partition("  ")
        if not (digest and gap and path) or path in listed:
            raise LockError(files.lock, f"is damaged in line {number}: restore it")
        listed[path] = digest
    return listed
