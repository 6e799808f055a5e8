"""Snapshot of a sentence for its next run, and the policy that says when that run begins.

A snapshot holds what cannot be derived. It is compressed before the payload codec encrypts it. The
models are passed through the sandbox, or every run would build them again.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.workflow import ContinueAsNewVersioningBehavior

from activities.contracts import TransferChunk
from states.entities import Effect
from workflows.law import PinnedLaw
from workflows.log import warn

WARN_BYTES: Final = 256_000
"""Bytes of a packed snapshot from which ops are warned that the sentence grows large."""

MAX_BYTES: Final = 1_500_000
"""Bytes above which a run does not continue as new: an input of 2 MiB would block it for ever. The
budgets of the log keep a snapshot below it."""

MAX_EXPANDED_BYTES: Final = 64_000_000
"""Bytes of plain data above which nothing is decompressed: a few kilobytes can hold a gigabyte."""

_M = TypeVar("_M", bound=BaseModel)

_UNREADABLE: Final = "the snapshot of a run or of a transferred case cannot be read"


class SnapshotError(Exception):
    """Raised when this build cannot read the snapshot of a run or of a transferred case.

    At the start of a run it fails the workflow task, not the workflow: the server retries the task
    until a worker that can read the snapshot takes it, so nothing is lost.
    """


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ParkedMessage(NamedTuple):
    """A message whose key is missing."""

    name: str
    received_at: datetime
    payload: str
    """The payload, serialised and in base64."""


class ParkedMessages(_Model):
    """The messages whose key is missing, and when they are decrypted again."""

    messages: list[ParkedMessage] = []
    retry_at: datetime | None = None


class TransferableCase(_Model):
    """The part of a case that the sentence which takes it over is given."""

    event_log: dict[str, Any]
    """As `states.snapshot` writes and reads it."""
    extra_notices: list[Effect] = []
    pinned_law: PinnedLaw | None = None


class CaseSnapshot(TransferableCase):
    """A case for the next run of the same sentence."""

    texts: dict[str, str] = {}
    transfer_chunks: dict[str, list[TransferChunk]] = {}
    awaiting_key: ParkedMessages = ParkedMessages()
    as_of: datetime | None = None
    decisions: dict[str, Any] | None = None
    """The decisions at `as_of`, with which a later build compares its own."""


class TransferDone(NamedTuple):
    """Proof that the whole case has arrived at its target."""

    target: str
    """Workflow id of the sentence that took over."""
    at: datetime


class RecordSyncSnapshot(_Model):
    """Synchronisation of the record: what it is known to hold, and how often it failed since.

    The next run goes on with the same pauses: a run that began them anew would try a database that
    is away every minute again.
    """

    state: dict[str, Any]
    """As `states.record.SyncState` writes and reads it."""
    failed_rounds: int = 0
    error: str = ""
    retry_at: datetime | None = None


class SentenceSnapshot(_Model):
    """Everything that one run of a sentence passes to the next."""

    case: CaseSnapshot | None = None
    grace_period_since: datetime | None = None
    transfer_done: TransferDone | None = None
    record_sync: RecordSyncSnapshot | None = None


def compress(data: BaseModel) -> str:
    """Return `data` as short text."""
    plain = data.model_dump(mode="json")
    raw = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    return base64.b85encode(zlib.compress(raw, level=6)).decode()


def decompress(text: str, model: type[_M]) -> _M:
    """Return the data that `compress` put into `text`.

    Raises:
        SnapshotError: If it cannot be read, or is larger than any case can be.
    """
    try:
        decompressor = zlib.decompressobj()
        raw = decompressor.decompress(base64.b85decode(text), MAX_EXPANDED_BYTES)
        if not decompressor.eof:
            raise SnapshotError(_UNREADABLE)
        return model.model_validate_json(raw)
    except (ValueError, zlib.error, binascii.Error, RecursionError) as error:
        raise SnapshotError(_UNREADABLE) from error


def unpack(arguments: Sequence[RawValue]) -> SentenceSnapshot:
    """Return the snapshot in the argument of this run.

    Raises:
        SnapshotError: If there is none, or it cannot be read.
    """
    try:
        packed = json.loads(arguments[0].payload.data)["packed"]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return decompress(packed, SentenceSnapshot)


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

        Never continue before the first message unless the server suggests it or another build is
        current; otherwise a run could loop on continue-as-new. A new build needs no message: an
        idle sentence would keep its old build running for months, and its clocks would stop with
        that build. The next run is on the current build, so this ends.

        Args:
            new_messages: Messages that the run took.
            after_events: Events of the history after which it is due.
        """
        if not self._counted_from:
            return False
        info = workflow.info()
        has_grown = info.get_current_history_length() - self._counted_from >= after_events
        is_suggested = info.is_continue_as_new_suggested()
        is_outdated = info.is_target_worker_deployment_version_changed()
        if not new_messages and not is_suggested and not is_outdated:
            return False
        if self._is_deferred and not has_grown:
            return False
        return has_grown or is_suggested or is_outdated

    def continue_as_new(self, snapshot: SentenceSnapshot) -> None:
        """Continue as new with the snapshot; return only if that is too large for an input."""
        packed = compress(snapshot)
        size = len(packed)
        if size > WARN_BYTES:
            warn("snapshot_grows_large", bytes=size)
        if size > MAX_BYTES:
            # Try again after as many events: the snapshot may be smaller once texts are stored.
            self._counted_from = workflow.info().get_current_history_length()
            self._is_deferred = True
            return
        workflow.continue_as_new(
            args=[{"packed": packed}],
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )
