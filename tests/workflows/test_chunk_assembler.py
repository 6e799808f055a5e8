"""A file on its way to another name: whole or not at all, and believed no further than it shows."""

import json
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload

from activities.contracts import TRANSFER_SIGNAL, TransferChunk
from states.event_log import EventLog
from states.sentence_ref import SentenceRef
from states.snapshot import to_snapshot
from tests.states.stream import at, case_of, event, serving
from workflows.inbox import InboundMessage
from workflows.transfer import CHUNK_CHARS, ChunkAssembler, InvalidTransferError, split_into_chunks

NOW = at("2026-11-23")
SOURCE = "sentence-X320741-1"
OWN = SentenceRef("sentence-X320999-2", "X320999", "2")
MOVED = event("sentence_moved", "2026-11-20")


def _file(case: EventLog, padding: str = "") -> dict[str, Any]:
    return {"case": to_snapshot(case), "extra": [], "pins": None, "padding": padding}


def _letter(parcel: TransferChunk | dict[str, Any]) -> InboundMessage:
    data = parcel.model_dump() if isinstance(parcel, TransferChunk) else parcel
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(data).encode())
    return InboundMessage(TRANSFER_SIGNAL, (payload,), NOW)


def _sent() -> tuple[TransferChunk, ...]:
    return split_into_chunks(SOURCE, OWN.workflow_id, _file(case_of([*serving(), MOVED])))


def _with(**changes: Any) -> TransferChunk:
    return _sent()[0].model_copy(update=changes)


def test_a_file_arrives_as_it_was() -> None:
    """Log and all, from the sentence that it names."""
    (only,) = _sent()
    brought = ChunkAssembler().take(_letter(only), OWN)
    assert brought is not None
    assert (SOURCE, to_snapshot(case_of([*serving(), MOVED]))) == (
        brought.source,
        to_snapshot(brought.event_log),
    )


def test_a_long_file_comes_in_parts_whatever_their_order_and_number() -> None:
    """Each may come twice, and a run may end between two of them."""
    # Digits that no compression shortens much.
    padding = "".join(f"{(number * 2654435761) % 2**32:08x}" for number in range(120_000))
    sent = split_into_chunks(SOURCE, OWN.workflow_id, _file(case_of([*serving(), MOVED]), padding))
    assert len(sent) > 1
    assert max(len(item.data) for item in sent) <= CHUNK_CHARS

    kept = ChunkAssembler()
    for item in (*sent[:0:-1], *sent[:0:-1]):
        assert kept.take(_letter(item), OWN) is None
        kept = ChunkAssembler(json.loads(json.dumps(kept.dump())))
    brought = kept.take(_letter(sent[0]), OWN)
    assert brought is not None
    assert len(serving()) + 1 == len(brought.event_log.log)
    assert {} == kept.dump()


def test_a_later_file_of_the_same_sentence_takes_the_place_of_parts() -> None:
    """What was begun with another content is never mixed with it."""
    kept = ChunkAssembler()
    assert kept.take(_letter(_with(parts=2)), OWN) is None
    assert kept.take(_letter(_sent()[0]), OWN) is not None


def _without_move() -> TransferChunk:
    return split_into_chunks(SOURCE, OWN.workflow_id, _file(case_of(serving())))[0]


def _zoneless() -> TransferChunk:
    data = _file(case_of([*serving(), MOVED]))
    data["case"]["log"][0][3] = "2026-11-02T10:30:00"
    return split_into_chunks(SOURCE, OWN.workflow_id, data)[0]


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        ({"parcel": 1}, "it is no part of a file"),
        (_with(target="sentence-X000000-1"), "it is meant for another sentence"),
        (_with(source=OWN.workflow_id), "it does not come from another sentence"),
        (_with(source="any-workflow"), "it does not come from another sentence"),
        (_with(part=2), "its number is not among its parts"),
        (_with(data="abc"), "the parts do not make the file that they name"),
        (_without_move(), "nothing in the file moves the sentence here"),
        (_zoneless(), "the file holds times without a zone"),
        (
            split_into_chunks(SOURCE, OWN.workflow_id, {"case": {"schema": 2}})[0],
            "the file cannot be read",
        ),
        (
            _with(by=_sent()[0].by.model_copy(update={"role": "officer"})),
            "the system alone hands a sentence over",
        ),
    ],
)
def test_what_is_no_honest_file_is_refused(
    forged: TransferChunk | dict[str, Any], reason: str
) -> None:
    """The reason tells what is wrong and quotes nothing."""
    with pytest.raises(InvalidTransferError, match=reason):
        ChunkAssembler().take(_letter(forged), OWN)


def test_parts_that_never_become_whole_have_a_bound() -> None:
    """Nobody can fill a sentence with the beginnings of files."""
    kept = ChunkAssembler()
    begun = _with(parts=9, data="x" * 800_000)
    assert kept.take(_letter(begun), OWN) is None
    other = begun.model_copy(update={"source": "sentence-X000000-1"})
    with pytest.raises(
        InvalidTransferError, match="more parts of files lie here than any file has"
    ):
        kept.take(_letter(other), OWN)
