"""Snapshot of a sentence for its next run, and the policy that says when that run begins.

The snapshot is compressed before the payload codec encrypts it.
"""

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
"""Bytes of a packed snapshot from which ops are warned that the sentence grows large."""

MAX_BYTES: Final = 1_000_000
"""Bytes above which a run does not continue as new: an input of 2 MiB would block it for ever."""

MAX_EXPANDED_BYTES: Final = 64_000_000
"""Bytes of plain data above which nothing is decompressed: a few kilobytes can hold a gigabyte."""

_UNREADABLE: Final = "this was continued or handed over without a readable snapshot"


class SnapshotError(Exception):
    """Raised when this build cannot read the snapshot of a run or of a transferred case.

    At the start of a run it fails the workflow task, not the workflow: the server retries the task
    until a worker that can read the snapshot takes it, so nothing is lost.
    """


def compress(data: dict[str, Any]) -> str:
    """Return `data` as short text."""
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return base64.b85encode(zlib.compress(raw, level=6)).decode()


def decompress(text: str) -> dict[str, Any]:
    """Return the data that `compress` put into `text`.

    Raises:
        SnapshotError: If it cannot be read, or is larger than any case can be.
    """
    try:
        decompressor = zlib.decompressobj()
        raw = decompressor.decompress(base64.b85decode(text), MAX_EXPANDED_BYTES)
        if not decompressor.eof:
            raise SnapshotError(_UNREADABLE)
        data: dict[str, Any] = json.loads(raw)
    except (ValueError, zlib.error, binascii.Error, RecursionError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return data


def pack(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as the one argument of the next run."""
    return {"packed": compress(data)}


def unpack(arguments: Sequence[RawValue]) -> dict[str, Any]:
    """Return the data that `pack` put into the argument of this run.

    Raises:
        SnapshotError: If there is none, or it cannot be read.
    """
    try:
        packed = json.loads(arguments[0].payload.data)["packed"]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return decompress(packed)


class ContinueAsNewPolicy:
    """Rule that says when a run should continue as new: after so many events of its history.

    Events are counted from the end of the first turn, because every run arms its timers in it. If
    they counted, a sentence with many timers would start a new run for every message.
    """

    def __init__(self) -> None:
        self._counted_from = 0
        self._is_deferred = False

    def start(self) -> None:
        """Count from here; only the first call counts."""
        if not self._counted_from:
            self._counted_from = workflow.info().get_current_history_length()

    def is_due(self, new_messages: int, after_events: int) -> bool:
        """Return whether the run should continue as new.

        Never continue before the first message unless the server suggests it; otherwise a run
        could loop on continue-as-new.

        Args:
            new_messages: Messages that the run took.
            after_events: Events of the history after which it is due.
        """
        if not self._counted_from:
            return False
        info = workflow.info()
        has_grown = info.get_current_history_length() - self._counted_from >= after_events
        is_suggested = info.is_continue_as_new_suggested()
        if not new_messages and not is_suggested:
            return False
        if self._is_deferred and not has_grown:
            return False
        return has_grown or is_suggested or info.is_target_worker_deployment_version_changed()

    def continue_as_new(self, data: dict[str, Any]) -> None:
        """Continue as new with `data`; return only if that is too large for an input."""
        packed = pack(data)
        size = len(packed["packed"])
        if size > WARN_BYTES:
            warn("snapshot_grows_large", bytes=size)
        if size > MAX_BYTES:
            # Try again after as many events: the snapshot may be smaller once texts are stored.
            self._counted_from = workflow.info().get_current_history_length()
            self._is_deferred = True
            return
        workflow.continue_as_new(
            args=[packed],
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )
