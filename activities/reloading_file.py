"""Hold what a file says, and read it again when the file has changed.

A file that is being written, or holds a mistake, takes nothing away: what was read last stands
until the file can be read again.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Self, TypeVar

from activities.errors import UserFacingError

Held = TypeVar("Held")
_Stamp = tuple[int, int, int]

_log = logging.getLogger("sentences.sealing")


class CredentialFileError(UserFacingError):
    """A file of keys or integrators cannot be read; the sentence names no secret."""

    @classmethod
    def of(cls, path: Path, why: str | None) -> Self:
        """Return the error of that file, which is named without its folder."""
        return cls(f"{path.name}: {why}")


class ReloadingFile(Generic[Held]):
    """What `read` makes of a file, as the file stands now.

    Asking costs one `stat`. Safe between threads: at worst a change is read twice.
    """

    def __init__(self, path: Path, read: Callable[[Path], Held]) -> None:
        """Read the file at once.

        Raises:
            SealingFileError: If it cannot be read, or holds a mistake.
        """
        self._path, self._parse = path, read
        self._stamp = self._stamped()
        self._held = self._read()

    def current(self) -> Held:
        """Return what the file says, or what it said before it became unreadable."""
        try:
            stamp = self._stamped()
            if stamp != self._stamp:
                # Remembered first: a file with a mistake is complained of once, not at each use.
                self._stamp = stamp
                self._held = self._read()
                _log.info("sealing_file_read_again", extra={"names": [self._path.name]})
        except CredentialFileError as error:
            _log.warning("sealing_file_not_read", extra={"problem": str(error)})
        return self._held

    def _stamped(self) -> _Stamp:
        try:
            found = self._path.stat()
        except OSError as error:
            raise CredentialFileError.of(self._path, error.strerror) from None
        # A replaced file may keep its time and size; its inode then differs.
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> Held:
        try:
            return self._parse(self._path)
        except OSError as error:
            raise CredentialFileError.of(self._path, error.strerror) from None
        except UnicodeDecodeError:
            raise CredentialFileError.of(self._path, "it is not text") from None
        except CredentialFileError as error:
            raise CredentialFileError.of(self._path, str(error)) from None
