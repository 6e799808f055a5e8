"""Hold a data folder for one process: two servers over one database would spoil it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.program import EmbeddedError

LOCK = "up.lock"


class FolderHeldError(EmbeddedError):
    """Another process works in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"something already runs in {folder}; stop it, or set SENTENCES_DATA_DIR to another"
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder, made for its owner alone if it is missing, while the context lasts.

    Raises:
        FolderHeldError: If another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderHeldError(folder) from None
        yield
