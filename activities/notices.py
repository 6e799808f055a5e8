"""Deliver notices into the outbox: a folder with one file a notice, for whoever sends them on."""

import json
import os
import re
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.names import DELIVER_NOTICE, NOTICE_KEY_CONFLICT, Delivered, Notice

OUTBOX = "outbox"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_PLAIN_FOLDER = re.compile(r"sentence-[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}")
_LONGEST_NAME = 80


class KeyConflictError(ApplicationError):
    """The key was used for other content before; trying again cannot help.

    The message carries the file's name alone: neither notice is quoted.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} already holds a notice with other content under the same key",
            type=NOTICE_KEY_CONFLICT,
            non_retryable=True,
        )


class Outbox:
    """The outbox below a folder. A notice appears there whole, once, whatever interrupts it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OUTBOX

    @activity.defn(name=DELIVER_NOTICE)
    def deliver_notice(self, notice: Notice) -> Delivered:
        """Write the notice unless it is there; a second run changes nothing and says so.

        Raises:
            KeyConflictError: If the key already stands for another content.
        """
        content = json.dumps(notice.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
        file = self._file(notice)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        already = not _publish(file, content.encode() + b"\n")
        return Delivered(key=notice.key, already=already)

    def _file(self, notice: Notice) -> Path:
        folder = notice.workflow_id
        if not _PLAIN_FOLDER.fullmatch(folder):
            # The id of a hostile start must not choose a place in the file system.
            folder = _safe(folder)
        return self._folder / folder / f"{_safe(notice.key)}.json"


def _safe(text: str) -> str:
    """Return a file name that no other text shares."""
    readable = _UNSAFE.sub("-", text).strip(".-")[:_LONGEST_NAME]
    return f"{readable}-{sha256(text.encode()).hexdigest()[:12]}"


def _publish(file: Path, content: bytes) -> bool:
    """Put the content in place, whole and on disk; return False when it was already there."""
    if file.exists():
        return _same(file, content)
    with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".part") as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        try:
            # A link, not a move: of two attempts at one time, the second is told.
            os.link(part.name, file)
        except FileExistsError:
            return _same(file, content)
    _sync(file.parent)
    return True


def _same(file: Path, content: bytes) -> bool:
    if file.read_bytes() != content:
        raise KeyConflictError(file)
    # The attempt that wrote it may have died before this.
    _sync(file.parent)
    return False


def _sync(folder: Path) -> None:
    # Without it, a power cut may forget the name of a file whose content is safe.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
