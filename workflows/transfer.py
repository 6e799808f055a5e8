"""Transfer of a case to the sentence that takes it over: sent in chunks, checked, and assembled.

A chunk is believed no further than it can be checked: it names both sentences and says that the
system sent it, and the case in it must itself hold the event that moves the sentence here.
"""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    FORWARD_MESSAGE,
    TARGET_CLOSED,
    TARGET_IMPOSED,
    TRANSFER_CASE,
    ForwardMessage,
    Imposition,
    TransferCase,
    TransferChunk,
    TransferSender,
)
from states.entities import Effect
from states.errors import StatesError
from states.event_log import EventLog
from states.events.administration import SentenceMoved
from states.sentence_ref import SentenceRef
from states.snapshot import from_snapshot
from states.vocabulary import Role
from workflows.continue_as_new import TransferableCase, TransferDone, compress, decompress
from workflows.ids import WORKFLOW_TYPE
from workflows.inbox import InboundMessage
from workflows.law import PinnedLaw
from workflows.lifecycle import report_messages
from workflows.log import note, warn
from workflows.retry import ATTEMPT_TIMEOUT, RETRY_FOREVER, error_type
from workflows.timers import BackgroundTasks

CHUNK_CHARS: Final = 200_000
"""Characters of one chunk; a signal may hold ten times as much."""

MAX_PENDING_CHARS: Final = 1_500_000
"""Characters of all incomplete transfers that are kept: as many as the largest case has."""

SYSTEM: Final = TransferSender(id="sentences", role=Role.SYSTEM.value, organisation="SYSTEM")


class InvalidTransferError(StatesError):
    """Raised for a chunk that is not an honest part of a case meant for this sentence."""


@dataclass(frozen=True, slots=True)
class TransferredCase:
    """A complete case, as another sentence handed it over."""

    source: str
    """Workflow id of the sentence that was left."""
    digest: str
    event_log: EventLog
    extra_notices: list[Effect]
    """Notices that no rule asks for, such as one about decisions that changed."""
    pinned_law: PinnedLaw | None


def split_into_chunks(
    source: str, target: str, case: TransferableCase
) -> tuple[TransferChunk, ...]:
    """Return the case as chunks from the workflow `source` to the workflow `target`."""
    text = compress(case)
    digest = sha256(text.encode()).hexdigest()
    pieces = [text[start : start + CHUNK_CHARS] for start in range(0, len(text), CHUNK_CHARS)]
    return tuple(
        TransferChunk(
            sent_by=SYSTEM,
            source=source,
            target=target,
            digest=digest,
            number=number,
            total=len(pieces),
            data=piece,
        )
        for number, piece in enumerate(pieces, start=1)
    )


class ChunkAssembler:
    """Chunks that arrived for one sentence and do not make a whole case yet, by source."""

    def __init__(self, pending: dict[str, list[TransferChunk]] | None = None) -> None:
        self.pending = dict(pending or {})

    def take(self, message: InboundMessage, own: SentenceRef) -> TransferredCase | None:
        """Return the case that the chunk in `message` completes; None while chunks are missing.

        Raises:
            InvalidTransferError: If it is not an honest part of a case meant for `own`.
        """
        chunk = _read_chunk(message, own)
        others = [
            other for other in self.pending.get(chunk.source, ()) if _is_other_chunk(other, chunk)
        ]
        chunks = sorted([*others, chunk], key=lambda item: item.number)
        if len(chunks) < chunk.total:
            self._keep(chunk.source, chunks)
            return None
        self.pending.pop(chunk.source, None)
        return _assembled(chunk, "".join(item.data for item in chunks), own)

    def _keep(self, source: str, chunks: list[TransferChunk]) -> None:
        others = (item for key, items in self.pending.items() if key != source for item in items)
        if sum(len(item.data) for item in (*others, *chunks)) > MAX_PENDING_CHARS:
            message = "more chunks are pending than any case has"
            raise InvalidTransferError(message)
        self.pending[source] = chunks


def _is_other_chunk(other: TransferChunk, chunk: TransferChunk) -> bool:
    is_same_transfer = other.digest == chunk.digest and other.total == chunk.total
    return is_same_transfer and other.number != chunk.number


def _read_chunk(message: InboundMessage, own: SentenceRef) -> TransferChunk:
    try:
        (payload,) = message.payloads
        chunk = TransferChunk.model_validate_json(payload.data)
    except (ValidationError, ValueError):
        reason = "it is not a chunk of a case"
        raise InvalidTransferError(reason) from None
    for holds, reason in _conditions(chunk, own):
        if not holds:
            raise InvalidTransferError(reason)
    return chunk


def _conditions(chunk: TransferChunk, own: SentenceRef) -> Iterator[tuple[bool, str]]:
    yield chunk.sent_by == SYSTEM, "only the system may transfer a case"
    yield chunk.target == own.workflow_id, "it is meant for another sentence"
    from_another = chunk.source != own.workflow_id and SentenceRef.parse(chunk.source) is not None
    yield from_another, "it does not come from another sentence"
    yield 1 <= chunk.number <= chunk.total, "its number is not among its parts"


def _assembled(chunk: TransferChunk, text: str, own: SentenceRef) -> TransferredCase:
    if sha256(text.encode()).hexdigest() != chunk.digest:
        message = "the chunks do not add up to the case that they name"
        raise InvalidTransferError(message)
    try:
        case = decompress(text, TransferableCase)
        event_log = from_snapshot(case.event_log)
    except Exception:  # noqa: BLE001 - whatever a forged case holds, it must not stop a sentence
        message = "the case cannot be read"
        raise InvalidTransferError(message) from None
    if not _has_zoned_times(event_log):
        message = "the case holds times without a zone"
        raise InvalidTransferError(message)
    if not any(_moves_to(entry.event, own) for entry in event_log.log):
        message = "nothing in the case moves the sentence here"
        raise InvalidTransferError(message)
    return TransferredCase(
        source=chunk.source,
        digest=chunk.digest,
        event_log=event_log,
        extra_notices=case.extra_notices,
        pinned_law=case.pinned_law,
    )


def _has_zoned_times(event_log: EventLog) -> bool:
    # A time without a zone cannot be compared with another; it would stop every later decision.
    times = [entry.received_at for entry in event_log.log]
    times += [item.at for item in event_log.quarantine.listed]
    for entry in event_log.outbox.entries.values():
        times += [entry.since, entry.next_try_at or entry.since]
    if event_log.last_received_at is not None:
        times.append(event_log.last_received_at)
    return all(at.tzinfo is not None for at in times)


def _moves_to(event: object, own: SentenceRef) -> bool:
    return (
        isinstance(event, SentenceMoved)
        and event.to_crn == own.crn
        and event.to_event_number == own.event_number
    )


class OtherSentence(NamedTuple):
    """Sentence that refused a case, because it has an imposition of its own."""

    target: str
    imposition: str


class CaseTransfer:
    """Transfer of the case of one sentence, and the forwarding of what still arrives for it.

    The whole case is sent, and sent again if it has changed meanwhile; the receiver recognises
    repeats. Afterwards this sentence decides, times and sends nothing: its view stays as it was.
    """

    def __init__(self, ref: SentenceRef, tasks: BackgroundTasks, done: TransferDone | None) -> None:
        self.done = done
        """None while this sentence has its case."""
        self.refused_by: OtherSentence | None = None
        """Sentence that refused the case; None while none did."""
        self._ref = ref
        self._tasks = tasks
        self._arrived: tuple[str, int] | None = None
        self._transferring: asyncio.Task[None] | None = None
        self._to_forward: deque[InboundMessage] = deque()
        self._in_flight = False

    @property
    def is_idle(self) -> bool:
        """True if nothing is on its way to the other sentence."""
        return not self._in_flight and not self._to_forward

    def cancel(self) -> None:
        """Keep the case here, or transfer it again: another case was merged into it."""
        self.done = None
        self.refused_by = None
        self._arrived = None
        if self._transferring is not None:
            self._transferring.cancel()
            self._transferring = None
            self._in_flight = False

    def transfer(
        self,
        holder: SentenceRef,
        version: int,
        case: Callable[[], tuple[TransferableCase, list[Imposition]]],
        *,
        io_queue: str,
    ) -> None:
        """Transfer the case to `holder`, unless that is in flight.

        The transfer is done once a full copy has arrived and no new messages were taken meanwhile.

        Args:
            holder: The sentence that takes over.
            version: Number that tells one state of the case from another.
            case: Function that returns the case and its impositions; called only if it is sent.
            io_queue: Task queue of the activity.
        """
        target = holder.workflow_id
        if self._arrived == (target, version):
            self.done = TransferDone(target, workflow.now())
            note("sentence_moved", target=target)
        elif not self._in_flight:
            self._in_flight = True
            whole, impositions = case()
            requests = [
                TransferCase(
                    workflow_type=WORKFLOW_TYPE,
                    crn=holder.crn,
                    event_number=holder.event_number,
                    chunk=chunk,
                    impositions=impositions,
                )
                for chunk in split_into_chunks(self._ref.workflow_id, target, whole)
            ]
            work = self._transfer(requests, target, version, io_queue=io_queue)
            self._transferring = self._tasks.start(work)

    async def _transfer(
        self, requests: list[TransferCase], target: str, version: int, *, io_queue: str
    ) -> None:
        for request in requests:
            # The case may change meanwhile; then `version` differs, and the case is sent again.
            try:
                await _execute(
                    TRANSFER_CASE, request, io_queue, summary=f"transfer the case to {target}"
                )
            except ActivityError as error:
                if error_type(error) != TARGET_IMPOSED:
                    raise
                warn("transfer_refused", reason_code=TARGET_IMPOSED)
                self.refused_by = OtherSentence(target, _detail(error))
                break
        else:
            self._arrived = (target, version)
        self._transferring = None
        self._in_flight = False
        self._tasks.report_news()

    def forward(self, messages: Sequence[InboundMessage], io_queue: str) -> None:
        """Forward messages to the sentence that took over, in their order."""
        self._to_forward.extend(messages)
        if self._to_forward and not self._in_flight and self.done is not None:
            self._in_flight = True
            self._tasks.start(self._forward(self.done.target, io_queue))

    async def _forward(self, target: str, io_queue: str) -> None:
        while self._to_forward:
            message = self._to_forward[0]
            request = ForwardMessage(
                target=target,
                name=message.name,
                payloads=[
                    b64encode(payload.SerializeToString()).decode() for payload in message.payloads
                ],
                sender=message.sender,
            )
            try:
                # More messages may be appended meanwhile, so the first one is removed afterwards.
                await _execute(
                    FORWARD_MESSAGE, request, io_queue, summary=f"forward a message to {target}"
                )
            except ActivityError as error:
                if error_type(error) != TARGET_CLOSED:
                    raise
                warn("forwarding_failed", reason_code=TARGET_CLOSED)
                await report_messages(self._ref, [message], io_queue)
            self._to_forward.popleft()
        self._in_flight = False
        self._tasks.report_news()


def _detail(error: ActivityError) -> str:
    cause = error.cause
    details = cause.details if isinstance(cause, ApplicationError) else ()
    return str(next(iter(details), "-"))


async def _execute(activity: str, request: Any, io_queue: str, *, summary: str) -> None:
    await workflow.execute_activity(
        activity,
        request,
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT_TIMEOUT,
        retry_policy=RETRY_FOREVER,
        summary=summary,
    )
