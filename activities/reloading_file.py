"""Files of operators that are read again when they change, without a restart.

A file that is being written, or is invalid, takes nothing away: the last valid content stays in use
until the file can be read again.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, Self, TypeVar

from activities.errors import UserFacingError

Content = TypeVar("Content")
_FileStamp = tuple[int, int, int]

_log = logging.getLogger("sentences.files")


class FileError(UserFacingError):
    """A file of an operator cannot be read, or is invalid; the message quotes no content."""

    @classmethod
    def of(cls, path: Path, reason: str | None) -> Self:
        """Return the error of that file, which is named without its folder."""
        return cls(f"{path.name}: {reason or 'it cannot be read'}")


class ReloadingFile(Generic[Content]):
    """Content of a file, as the file is now. Each access costs one `stat`; threads may share it.

    Args:
        path: The file.
        parse: Returns its content, or raises `FileError`, `OSError` or `UnicodeDecodeError`.
        lazy: Whether to accept at first a file that cannot be read yet.

    Raises:
        FileError: If the file cannot be read or is invalid, unless `lazy`.
    """

    def __init__(self, path: Path, parse: Callable[[Path], Content], *, lazy: bool = False) -> None:
        self._path = path
        self._parse = parse
        self._lock = Lock()
        self._stamp: _FileStamp | None = None
        self._content: Content | None = None
        self._error: FileError | None = None
        if not lazy:
            self.current()

    def current(self) -> Content:
        """Return the content of the file, or its last valid content.

        Raises:
            FileError: If it never had any.
        """
        with self._lock:
            self._refresh()
            if self._content is None:
                raise self._error or FileError.of(self._path, None)
            return self._content

    def problem(self) -> tuple[str, bool] | None:
        """Return why the file is invalid now, and whether earlier content is in use; else None."""
        with self._lock:
            self._refresh()
            return None if self._error is None else (str(self._error), self._content is not None)

    def _refresh(self) -> None:
        stamp = _stamp(self._path)
        if stamp is not None and stamp == self._stamp:
            return
        known = self._error
        self._stamp = stamp
        try:
            content = self._read()
        except FileError as error:
            self._error = error
            if self._content is not None and str(error) != str(known):
                _log.warning("file_not_read", extra={"fields": {"problem": str(error)}})
        else:
            if self._content is not None:
                _log.info("file_read_again", extra={"fields": {"file": self._path.name}})
            self._content = content
            self._error = None

    def _read(self) -> Content:
        try:
            return self._parse(self._path)
        except OSError as error:
            raise FileError.of(self._path, error.strerror) from None
        except UnicodeDecodeError:
            raise FileError.of(self._path, "it is not text") from None
        except FileError as error:
            raise FileError.of(self._path, str(error)) from None


def _stamp(path: Path) -> _FileStamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    # A replaced file may keep its time and size; its inode then differs.
    return found.st_mtime_ns, found.st_size, found.st_ino
