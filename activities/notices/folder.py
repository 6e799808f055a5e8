"""Folder channel: one file for each notice, with its document beside it."""

import json
import os
import re
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from activities.contracts import NoticeRequest
from activities.notices.channel import NoticeMessage, notice_content
from activities.notices.errors import KeyConflictError

OUTBOX: Final = "outbox"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_PLAIN_FOLDER: Final = re.compile(r"sentence-[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}")
_LONGEST_NAME: Final = 80


class FolderChannel:
    """Channel that writes to `outbox` below a folder: each notice whole, and once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OUTBOX

    def send(self, message: NoticeMessage) -> bool:
        """Write the notice, and return whether it was already there.

        Raises:
            KeyConflictError: If the key was used for other content.
        """
        notice = message.notice
        content = json.dumps(notice.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
        file = self._file(notice)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            return _confirm_same(file, notice)
        if message.document is not None:
            # First, so that a notice that is visible has its document.
            _publish(file.with_suffix(".pdf"), message.document.pdf)
        return not _publish(file, content.encode() + b"\n") and _confirm_same(file, notice)

    def _file(self, notice: NoticeRequest) -> Path:
        folder = notice.workflow_id
        if not _PLAIN_FOLDER.fullmatch(folder):
            # A foreign workflow id must not choose a place in the file system.
            folder = _safe(folder)
        return self._folder / folder / f"{_safe(notice.key)}.json"


def _safe(text: str) -> str:
    """Return a file name that no other text has."""
    readable = _UNSAFE.sub("-", text).strip(".-")[:_LONGEST_NAME]
    return f"{readable}-{sha256(text.encode()).hexdigest()[:12]}"


def _publish(file: Path, content: bytes) -> bool:
    """Write a file atomically and durably; return False if it was already there."""
    with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".part") as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        try:
            # A link, not a move: of two attempts at one time the second one fails.
            os.link(part.name, file)
        except FileExistsError:
            return False
    _sync_folder(file.parent)
    return True


def _confirm_same(file: Path, notice: NoticeRequest) -> bool:
    """Return True if the file has the content of the notice, whoever received it then.

    Raises:
        KeyConflictError: If it has other content.
    """
    try:
        known = notice_content(NoticeRequest.model_validate_json(file.read_bytes()))
    except ValueError:
        known = None
    if known != notice_content(notice):
        raise KeyConflictError(file.name)
    # The attempt that wrote it may have crashed before this.
    _sync_folder(file.parent)
    return True


def _sync_folder(folder: Path) -> None:
    # Without it, a power failure may lose the name of a file whose content is on disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
