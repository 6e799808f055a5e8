"""The file of a sentence on its way to another: cut into parcels, and put together again.

A parcel is believed no further than can be told: it names both sentences, says that the system
sent it, and the file in it must itself hold the event by which the sentence was moved here.
"""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import (
    FORWARD_MESSAGE,
    TARGET_CLOSED,
    TRANSFER_CASE,
    ForwardMessage,
    TransferCase,
    TransferChunk,
    TransferSender,
)
from states.entities import Effect
from states.errors import StatesError
from states.event_log import EventLog
from states.events.administration import SentenceMoved
from states.sentence import Sentence
from states.sentence_ref import Holder, SentenceRef
from states.snapshot import effect_of, from_snapshot
from states.vocabulary import Role
from workflows.ids import WORKFLOW_TYPE, parse_workflow_id, workflow_id_of
from workflows.inbox import InboundMessage
from workflows.law import PinnedLaw, load_pinned_law
from workflows.lifecycle import ATTEMPT_TIMEOUT, RETRY_FOREVER, report_messages
from workflows.log import note, warn
from workflows.outbox import error_type
from workflows.snapshot import compress, decompress
from workflows.timers import BackgroundTasks

CHUNK_CHARS: Final = 200_000
"""Characters of one parcel: a signal may hold ten times as much."""

MAX_PENDING_CHARS: Final = 1_500_000
"""Characters of all parcels that lie here incomplete, as many as the largest file has."""

SYSTEM: Final = TransferSender(id="sentences", role=Role.SYSTEM.value, organisation="SYSTEM")


class InvalidTransferError(StatesError):
    """Raised for a parcel that is no honest part of a file meant for this sentence."""


@dataclass(frozen=True, slots=True)
class TransferredCase:
    """A whole file, as another sentence handed it over."""

    source: str
    digest: str
    case: EventLog
    extra: tuple[Effect, ...]
    """Notices that no rule of a sentence wants, such as what an upgrade decided otherwise."""
    pins: PinnedLaw | None


def split_into_chunks(source: str, target: str, data: dict[str, Any]) -> tuple[TransferChunk, ...]:
    """Return the file `data` cut into parcels."""
    text = compress(data)
    digest = sha256(text.encode()).hexdigest()
    pieces = [text[start : start + CHUNK_CHARS] for start in range(0, len(text), CHUNK_CHARS)]
    return tuple(
        TransferChunk(
            by=SYSTEM,
            source=source,
            target=target,
            digest=digest,
            part=number,
            parts=len(pieces),
            data=piece,
        )
        for number, piece in enumerate(pieces, start=1)
    )


class ChunkAssembler:
    """The parcels that came for one sentence and are not whole yet, by source."""

    def __init__(self, kept: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self._kept = {
            source: [TransferChunk.model_validate(item) for item in items]
            for source, items in (kept or {}).items()
        }

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the next run is given."""
        return {
            source: [item.model_dump() for item in items]
            for source, items in sorted(self._kept.items())
        }

    def take(self, item: InboundMessage, own: SentenceRef) -> TransferredCase | None:
        """Return the file that the parcel in `item` completes; None where parts are missing.

        Raises:
            BadParcelError: If it is no honest part of a file meant for the sentence `own`.
        """
        parcel = _read_chunk(item, own)
        known = [
            other for other in self._kept.get(parcel.source, ()) if _is_other_chunk(other, parcel)
        ]
        found = sorted([*known, parcel], key=lambda other: other.part)
        if len(found) < parcel.parts:
            self._keep(parcel.source, found)
            return None
        self._kept.pop(parcel.source, None)
        return _assembled(parcel, "".join(other.data for other in found), own)

    def _keep(self, source: str, found: list[TransferChunk]) -> None:
        others = (item for key, items in self._kept.items() if key != source for item in items)
        if sum(len(item.data) for item in (*others, *found)) > MAX_PENDING_CHARS:
            message = "more parts of files lie here than any file has"
            raise InvalidTransferError(message)
        self._kept[source] = found


def _is_other_chunk(other: TransferChunk, parcel: TransferChunk) -> bool:
    same = (other.digest, other.parts) == (parcel.digest, parcel.parts)
    return same and other.part != parcel.part


def _read_chunk(item: InboundMessage, own: SentenceRef) -> TransferChunk:
    try:
        (payload,) = item.payloads
        parcel = TransferChunk.model_validate_json(payload.data)
    except (ValidationError, ValueError):
        message = "it is no parcel"
        raise InvalidTransferError(message) from None
    for holds, message in _conditions(parcel, own):
        if not holds:
            raise InvalidTransferError(message)
    return parcel


def _conditions(parcel: TransferChunk, own: SentenceRef) -> Iterator[tuple[bool, str]]:
    yield parcel.by == SYSTEM, "the system alone hands a sentence over"
    yield parcel.target == own.workflow_id, "it is meant for another sentence"
    from_another = parcel.source != own.workflow_id and parse_workflow_id(parcel.source) is not None
    yield from_another, "it does not come from another sentence"
    yield 1 <= parcel.part <= parcel.parts, "its number is not among its parts"


def _assembled(parcel: TransferChunk, text: str, own: SentenceRef) -> TransferredCase:
    if sha256(text.encode()).hexdigest() != parcel.digest:
        message = "the parts do not make the file that they name"
        raise InvalidTransferError(message)
    try:
        data = decompress(text)
        case = from_snapshot(data["case"])
        extra = tuple(effect_of(item) for item in data["extra"])
        pins = None if data["pins"] is None else load_pinned_law(data["pins"])
    except Exception:  # noqa: BLE001 - whatever a forged file holds, it must not stop a sentence
        message = "the file cannot be read"
        raise InvalidTransferError(message) from None
    if not _is_sound(case):
        message = "the file holds times without a zone"
        raise InvalidTransferError(message)
    if not any(_moves_to(entry.event, own) for entry in case.log):
        message = "nothing in the file moves the sentence here"
        raise InvalidTransferError(message)
    return TransferredCase(parcel.source, parcel.digest, case, extra, pins)


def _is_sound(case: EventLog) -> bool:
    # A time that cannot be compared with another would stop every later decision.
    times = [entry.received_at for entry in case.log]
    times += [item.at for item in case.quarantine.listed]
    for line in case.outbox.entries.values():
        times += [line.since, line.next_try_at or line.since]
    times += [case.last_received_at] if case.last_received_at is not None else []
    return all(at.tzinfo is not None for at in times)


def _moves_to(event: object, own: SentenceRef) -> bool:
    return isinstance(event, SentenceMoved) and (event.to_crn, event.to_event_number) == (
        own.crn,
        own.event_number,
    )


def transferred_to(identity: SentenceRef, s: Sentence) -> Holder | None:
    """Return where the sentence goes on; None while that is here."""
    here = Holder(identity.crn, identity.event_number)
    return None if s.continues_as is None or s.continues_as == here else s.continues_as


@dataclass(frozen=True, slots=True)
class TransferDone:
    """That the whole file was handed over."""

    target: str
    """Workflow id of the sentence that took over."""
    at: datetime


class CaseTransfer:
    """The way of one sentence to its new name."""

    def __init__(
        self, identity: SentenceRef, crew: BackgroundTasks, stirred: Callable[[], None]
    ) -> None:
        self.done: TransferDone | None = None
        self.io_queue = ""
        self._identity, self._crew, self._stirred = identity, crew, stirred
        self._arrived: tuple[str, int] | None = None
        self._under_way = False
        self._handing: asyncio.Task[None] | None = None
        self._waiting: deque[InboundMessage] = deque()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the other sentence."""
        return not self._under_way and not self._waiting

    def dump(self) -> list[str] | None:
        """Return what the next run is given."""
        return None if self.done is None else [self.done.target, self.done.at.isoformat()]

    def load(self, data: Sequence[str] | None) -> None:
        """Take over from the run before."""
        if data is not None:
            target, at = data
            self.done = TransferDone(target, datetime.fromisoformat(at))

    def cancel(self) -> None:
        """Be at home again, or hand over anew: the file has grown by another one."""
        self.done = self._arrived = None
        if self._handing is not None:
            self._handing.cancel()
            self._handing, self._under_way = None, False

    def transfer(
        self, holder: Holder, news: int, parcels: Callable[[str], Sequence[TransferChunk]]
    ) -> None:
        """Hand the file over, unless that is under way; `news` tells one state of it from another.

        It is over when a whole file has arrived to which nothing was added since.
        """
        target = workflow_id_of(holder.crn, holder.event_number)
        if self._arrived == (target, news):
            self.done = TransferDone(target, workflow.now())
            note("sentence_moved", target=target)
        elif not self._under_way:
            self._under_way = True
            given = [_request(holder, item) for item in parcels(target)]
            self._handing = self._crew.start(self._transfer(given, (target, news)))

    async def _transfer(self, given: list[TransferCase], state: tuple[str, int]) -> None:
        for item in given:
            await self._carry_out(TRANSFER_CASE, item, f"hand over to {state[0]}")
        self._arrived, self._handing, self._under_way = state, None, False
        self._stirred()

    async def _carry_out(self, activity: str, argument: Any, summary: str) -> None:
        await workflow.execute_activity(
            activity,
            argument,
            task_queue=self.io_queue,
            start_to_close_timeout=ATTEMPT_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=summary,
        )

    def forward(self, letters: Sequence[InboundMessage]) -> None:
        """Send messages on to the sentence that took over, in their order."""
        self._waiting.extend(letters)
        if self._waiting and not self._under_way and self.done is not None:
            self._under_way = True
            self._crew.start(self._forward(self.done.target))

    async def _forward(self, target: str) -> None:
        while self._waiting:
            item = self._waiting[0]
            payloads = [b64encode(part.SerializeToString()).decode() for part in item.payloads]
            told = ForwardMessage(
                target=target, name=item.name, payloads=payloads, sender=item.sender
            )
            try:
                await self._carry_out(FORWARD_MESSAGE, told, f"send on to {target}")
            except ActivityError as error:
                if error_type(error) != TARGET_CLOSED:
                    raise
                warn("forwarding_failed", reason_code=TARGET_CLOSED)
                await report_messages(self._identity, [item], self.io_queue)
            self._waiting.popleft()
        self._under_way = False
        self._stirred()


def _request(holder: Holder, parcel: TransferChunk) -> TransferCase:
    return TransferCase(
        workflow_type=WORKFLOW_TYPE,
        crn=holder.crn,
        event_number=holder.event_number,
        parcel=parcel,
    )
