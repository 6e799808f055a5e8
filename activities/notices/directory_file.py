"""Read the directory again whenever its file changes; one that cannot be read changes nothing."""

import logging
from pathlib import Path
from threading import Lock

from activities.notices.directory import Directory, DirectoryError, read_directory
from activities.notices.faults import UnreachableError

UNREADABLE = "DirectoryUnreadable"
"""Error type of a notice for which no directory could be read yet; it is tried again."""

_log = logging.getLogger("directory")
_Stamp = tuple[int, int, int]


def load_directory(file: Path) -> Directory:
    """Return what the file holds now.

    Raises:
        DirectoryError: If it cannot be read, or is no directory.
    """
    try:
        return read_directory(file.read_text("utf-8"))
    except OSError as error:
        raise DirectoryError(
            where="it cannot be read", what=error.strerror or "no reason"
        ) from None
    except UnicodeDecodeError:
        raise DirectoryError(where="it cannot be read", what="it is not UTF-8") from None


class DirectoryFile:
    """The directory of a file that ops may edit or replace at any time; threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._stamp: _Stamp | None = None
        self._known: Directory | None = None
        self._fault: str | None = None

    def current(self) -> Directory:
        """Return the directory as the file says, or as it last said when it could be read.

        Raises:
            UnreachableError: If it never could: a notice waits rather than go astray.
        """
        with self._lock:
            self._look()
            if self._known is None:
                raise UnreachableError(UNREADABLE, "the directory could not be read yet")
            return self._known

    def problems(self) -> tuple[str, ...]:
        """Return what ops should know, in sentences: nothing, or why the file cannot be read."""
        with self._lock:
            self._look()
            fault, kept = self._fault, self._known is not None
        if fault is None:
            return ()
        then = "the one before it is used" if kept else "notices wait for it"
        return (f"the directory of recipients is not in order, and {then}: {fault}",)

    def _look(self) -> None:
        stamp = _stamp(self._file)
        if stamp is not None and stamp == self._stamp:
            return
        known_fault, self._stamp = self._fault, stamp
        try:
            self._known, self._fault = load_directory(self._file), None
        except DirectoryError as error:
            self._fault = str(error)
        if self._fault is not None and self._fault != known_fault:
            _log.warning("directory_unreadable", extra={"fields": {"problem": self._fault}})


def _stamp(file: Path) -> _Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
