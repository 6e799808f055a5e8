"""A file on its way to another name: whole or not at all, and believed no further than it shows."""

import json
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload

from activities.names import HANDED_OVER, Parcel
from states.casefile import CaseFile
from states.identity import Identity
from states.shelving import shelve
from tests.states.stream import at, case_of, event, serving
from workflows.inbox import Letter
from workflows.parcels import PART, BadParcelError, Parcels, parcels

NOW = at("2026-11-23")
SOURCE = "sentence-X320741-1"
OWN = Identity("sentence-X320999-2", "X320999", "2")
MOVED = event("sentence_moved", "2026-11-20")


def _file(case: CaseFile, padding: str = "") -> dict[str, Any]:
    return {"case": shelve(case), "extra": [], "pins": None, "padding": padding}


def _letter(parcel: Parcel | dict[str, Any]) -> Letter:
    data = parcel.model_dump() if isinstance(parcel, Parcel) else parcel
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(data).encode())
    return Letter(HANDED_OVER, (payload,), NOW)


def _sent() -> tuple[Parcel, ...]:
    return parcels(SOURCE, OWN.workflow_id, _file(case_of([*serving(), MOVED])))


def _with(**changes: Any) -> Parcel:
    return _sent()[0].model_copy(update=changes)


def test_a_file_arrives_as_it_was() -> None:
    """Log and all, from the sentence that it names."""
    (only,) = _sent()
    brought = Parcels().take(_letter(only), OWN)
    assert brought is not None
    assert (SOURCE, shelve(case_of([*serving(), MOVED]))) == (brought.source, shelve(brought.case))


def test_a_long_file_comes_in_parts_whatever_their_order_and_number() -> None:
    """Each may come twice, and a run may end between two of them."""
    # Digits that no compression shortens much.
    padding = "".join(f"{(number * 2654435761) % 2**32:08x}" for number in range(120_000))
    sent = parcels(SOURCE, OWN.workflow_id, _file(case_of([*serving(), MOVED]), padding))
    assert len(sent) > 1
    assert max(len(item.data) for item in sent) <= PART

    kept = Parcels()
    for item in (*sent[:0:-1], *sent[:0:-1]):
        assert kept.take(_letter(item), OWN) is None
        kept = Parcels(json.loads(json.dumps(kept.dump())))
    brought = kept.take(_letter(sent[0]), OWN)
    assert brought is not None
    assert len(serving()) + 1 == len(brought.case.log)
    assert {} == kept.dump()


def test_a_later_file_of_the_same_sentence_takes_the_place_of_parts() -> None:
    """What was begun with another content is never mixed with it."""
    kept = Parcels()
    assert kept.take(_letter(_with(parts=2)), OWN) is None
    assert kept.take(_letter(_sent()[0]), OWN) is not None


def _without_move() -> Parcel:
    return parcels(SOURCE, OWN.workflow_id, _file(case_of(serving())))[0]


def _zoneless() -> Parcel:
    data = _file(case_of([*serving(), MOVED]))
    data["case"]["log"][0][3] = "2026-11-02T10:30:00"
    return parcels(SOURCE, OWN.workflow_id, data)[0]


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        ({"parcel": 1}, "it is no parcel"),
        (_with(target="sentence-X000000-1"), "it is meant for another sentence"),
        (_with(source=OWN.workflow_id), "it does not come from another sentence"),
        (_with(source="any-workflow"), "it does not come from another sentence"),
        (_with(part=2), "its number is not among its parts"),
        (_with(data="abc"), "the parts do not make the file that they name"),
        (_without_move(), "nothing in the file moves the sentence here"),
        (_zoneless(), "the file holds times without a zone"),
        (parcels(SOURCE, OWN.workflow_id, {"case": {"schema": 2}})[0], "the file cannot be read"),
        (
            _with(by=_sent()[0].by.model_copy(update={"role": "officer"})),
            "the system alone hands a sentence over",
        ),
    ],
)
def test_what_is_no_honest_file_is_refused(forged: Parcel | dict[str, Any], reason: str) -> None:
    """The reason tells what is wrong and quotes nothing."""
    with pytest.raises(BadParcelError, match=reason):
        Parcels().take(_letter(forged), OWN)


def test_parts_that_never_become_whole_have_a_bound() -> None:
    """Nobody can fill a sentence with the beginnings of files."""
    kept = Parcels()
    begun = _with(parts=9, data="x" * 800_000)
    assert kept.take(_letter(begun), OWN) is None
    other = begun.model_copy(update={"source": "sentence-X000000-1"})
    with pytest.raises(BadParcelError, match="more parts of files lie here than any file has"):
        kept.take(_letter(other), OWN)
