"""A transferred case arrives whole or not at all, and only what can be checked is believed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload

from activities.contracts import TRANSFER_SIGNAL, TransferChunk
from states.event_log import EventLog
from states.sentence_ref import SentenceRef
from states.snapshot import to_snapshot
from tests.states.stream import at, case_of, event, serving
from workflows.continue_as_new import TransferableCase
from workflows.inbox import InboundMessage
from workflows.transfer import CHUNK_CHARS, ChunkAssembler, InvalidTransferError, split_into_chunks

NOW = at("2026-11-23")
SOURCE = "sentence-X320741-1"
OWN = SentenceRef("X320999", "2")
MOVED = event("sentence_moved", "2026-11-20")


def _chunks(event_log: Mapping[str, Any]) -> tuple[TransferChunk, ...]:
    case = TransferableCase(event_log=dict(event_log))
    return split_into_chunks(SOURCE, OWN.workflow_id, case)


def _moved_log() -> EventLog:
    return case_of([*serving(), MOVED])


def _only_chunk() -> TransferChunk:
    (chunk,) = _chunks(to_snapshot(_moved_log()))
    return chunk


def _with(**changes: Any) -> TransferChunk:
    return _only_chunk().model_copy(update=changes)


def _message(chunk: TransferChunk, received_at: datetime = NOW) -> InboundMessage:
    return _message_of(chunk.model_dump_json().encode(), received_at)


def _message_of(data: bytes, received_at: datetime = NOW) -> InboundMessage:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=data)
    return InboundMessage(TRANSFER_SIGNAL, (payload,), received_at)


def test_a_case_arrives_as_it_was_sent() -> None:
    """The event log is the same, and the source is the sentence that the chunk names."""
    found = ChunkAssembler().take(_message(_only_chunk()), OWN)
    assert found is not None
    assert (SOURCE, to_snapshot(_moved_log())) == (found.source, to_snapshot(found.event_log))


def test_chunks_may_arrive_in_any_order_and_more_than_once() -> None:
    """A run may also end between two of them."""
    # Digits that compression hardly shortens.
    padding = "".join(f"{(number * 2654435761) % 2**32:08x}" for number in range(120_000))
    chunks = _chunks({**to_snapshot(_moved_log()), "padding": padding})
    assert len(chunks) > 1
    assert max(len(chunk.data) for chunk in chunks) <= CHUNK_CHARS

    assembler = ChunkAssembler()
    for chunk in (*chunks[:0:-1], *chunks[:0:-1]):
        assert assembler.take(_message(chunk), OWN) is None
        assembler = ChunkAssembler(assembler.pending)
    found = assembler.take(_message(chunks[0]), OWN)
    assert found is not None
    assert len(serving()) + 1 == len(found.event_log.log)
    assert {} == assembler.pending


def test_a_later_transfer_of_the_same_sentence_replaces_pending_chunks() -> None:
    """Chunks of two versions of one case are never mixed."""
    assembler = ChunkAssembler()
    assert assembler.take(_message(_with(total=2)), OWN) is None
    assert assembler.take(_message(_only_chunk()), OWN) is not None


def _without_move() -> TransferChunk:
    return _chunks(to_snapshot(case_of(serving())))[0]


def _with_a_time_without_zone() -> TransferChunk:
    data = to_snapshot(_moved_log())
    data["log"][0][3] = "2026-11-02T10:30:00"
    return _chunks(data)[0]


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (_with(target="sentence-X000000-1"), "it is meant for another sentence"),
        (_with(source=OWN.workflow_id), "it does not come from another sentence"),
        (_with(source="any-workflow"), "it does not come from another sentence"),
        (_with(number=2), "its number is not among its parts"),
        (_with(data="abc"), "the chunks do not add up to the case that they name"),
        (_without_move(), "nothing in the case moves the sentence here"),
        (_with_a_time_without_zone(), "the case holds times without a zone"),
        (_chunks({"schema": 2})[0], "the case cannot be read"),
        (
            _with(sent_by=_only_chunk().sent_by.model_copy(update={"role": "officer"})),
            "only the system may transfer a case",
        ),
    ],
)
def test_a_forged_chunk_is_refused(forged: TransferChunk, reason: str) -> None:
    """The reason says what is wrong and quotes nothing."""
    with pytest.raises(InvalidTransferError, match=reason):
        ChunkAssembler().take(_message(forged), OWN)


def test_a_message_that_is_no_chunk_is_refused() -> None:
    """The signal's name alone makes no chunk."""
    with pytest.raises(InvalidTransferError, match="it is not a chunk of a case"):
        ChunkAssembler().take(_message_of(b'{"parcel": 1}'), OWN)


def test_pending_chunks_have_a_bound() -> None:
    """A sender of first chunks only cannot fill a sentence."""
    assembler = ChunkAssembler()
    first = _with(total=9, data="x" * 800_000)
    assert assembler.take(_message(first), OWN) is None
    other = first.model_copy(update={"source": "sentence-X000000-1"})
    with pytest.raises(InvalidTransferError, match="more chunks are pending than any case has"):
        assembler.take(_message(other), OWN)
