"""What crosses continue-as-new: one versioned snapshot, packed before it is sealed."""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.workflow import ContinueAsNewVersioningBehavior

from workflows.log import warn

WARN_BYTES: Final = 256_000
"""Bytes of a packed snapshot from which ops are told that the sentence grows large."""

MAX_BYTES: Final = 1_000_000
"""Bytes above which a run goes on rather than continue: an input of 2 MiB would wedge it."""


MAX_EXPANDED_BYTES: Final = 64_000_000
"""Bytes of plain data above which nothing is expanded: a few kilobytes can hold a gigabyte."""

_UNREADABLE: Final = "this was continued or handed over without a readable snapshot"


class SnapshotError(Exception):
    """Raised when a run was continued with something that this build cannot read.

    It fails the task, which a worker that can read it then takes up: nothing is lost.
    """


def compress(data: dict[str, Any]) -> str:
    """Return `data` as short text."""
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return base64.b85encode(zlib.compress(raw, level=6)).decode()


def decompress(text: str) -> dict[str, Any]:
    """Return what `squeeze` put into `text`.

    Raises:
        SnapshotError: If it cannot be read, or says more than any file can.
    """
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b85decode(text), MAX_EXPANDED_BYTES)
        if not unpacker.eof:
            raise SnapshotError(_UNREADABLE)
        data: dict[str, Any] = json.loads(raw)
    except (ValueError, zlib.error, binascii.Error, RecursionError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return data


def pack(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as the one argument of the next run."""
    return {"packed": compress(data)}


def unpack(arguments: Sequence[RawValue]) -> dict[str, Any]:
    """Return what `pack` put into the argument of this run.

    Raises:
        SnapshotError: If there is none, or it cannot be read.
    """
    try:
        packed = json.loads(arguments[0].payload.data)["packed"]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return decompress(packed)


class ContinueAsNewPolicy:
    """How much the history of a run has grown since its first timers were armed."""

    def __init__(self) -> None:
        self._from = 0
        self._deferred = False

    def start(self) -> None:
        """Reckon from here, once: what the first turn armed is no growth."""
        self._from = self._from or workflow.info().get_current_history_length()

    def is_due(self, news: int, after_events: int) -> bool:
        """Return whether the run, which took `news` messages, is to continue as new.

        It never is before its first message, but for the server's own suggestion: a run that
        begins with a reason to continue would do nothing else.
        """
        if not self._from:
            return False
        info = workflow.info()
        grown = info.get_current_history_length() - self._from >= after_events
        suggested = info.is_continue_as_new_suggested()
        if not (news or suggested) or (self._deferred and not grown):
            return False
        return grown or suggested or info.is_target_worker_deployment_version_changed()

    def continue_as_new(self, data: dict[str, Any]) -> None:
        """Go on in a new run with `data`; return only where that is too much for an input."""
        packed = pack(data)
        size = len(packed["packed"])
        if size > WARN_BYTES:
            warn("snapshot_grows_large", bytes=size)
        if size > MAX_BYTES:
            # It may have shrunk, by texts that were filed, when as much again has happened.
            self._from, self._deferred = workflow.info().get_current_history_length(), True
            return
        workflow.continue_as_new(
            args=[packed],
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )
