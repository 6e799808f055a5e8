"""Streams of events: strict, pure, and exact about the line that is wrong."""

import json
from datetime import date
from typing import Any

import pytest

from runtime.streams import RelativeBase, StreamError, StreamEvent, read_stream
from states.standards.law import StandardsCatalogue

OFFICER = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
DATA = {
    "event_id": "e-1",
    "occurred_at": "@-1d 14:00",
    "by": OFFICER,
    "officer_id": "N07A001",
    "authorised": True,
}


@pytest.fixture
def base(catalogue: StandardsCatalogue) -> RelativeBase:
    """A Wednesday."""
    return RelativeBase(date(2026, 11, 25), catalogue.calendar())


def line(**changes: Any) -> str:
    """A line of a stream; a field given as None is left out."""
    whole = {"crn": "X320741", "event_number": "1", "kind": "officer_assigned", "data": DATA}
    found = {name: value for name, value in {**whole, **changes}.items() if value is not None}
    return json.dumps(found)


def test_a_stream_is_read_in_the_order_of_its_lines(base: RelativeBase) -> None:
    """Blank lines are passed over and still counted; times are written out."""
    second = {**DATA, "event_id": "e-2", "occurred_at": "@+2wd 09:05"}

    found = list(read_stream([line(), "", "  \n", line(data=second), "\n"], base))

    assert [
        StreamEvent(
            1,
            "X320741",
            "1",
            "officer_assigned",
            {**DATA, "occurred_at": "2026-11-24T14:00:00+00:00"},
        ),
        StreamEvent(
            4,
            "X320741",
            "1",
            "officer_assigned",
            {**second, "occurred_at": "2026-11-27T09:05:00+00:00"},
        ),
    ] == found
    assert "sentence-X320741-1" == found[0].workflow_id


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("{", "the payload is not JSON text"),
        ("# a remark", "the payload is not JSON text"),
        ('{"crn": "X320741", "crn": "X320742"}', "a field occurs twice in one object"),
        ("[]", "a line is one object with the fields crn, event_number, kind, data"),
        (line(kind=None), "a line is one object with the fields"),
        (line(note="x"), "a line is one object with the fields"),
        (line(event_number=1), "crn, event_number and kind are texts, and data is an object"),
        (line(data=[]), "crn, event_number and kind are texts, and data is an object"),
        (line(crn="x320741"), "a crn is a capital letter and six digits"),
        (line(event_number="one"), "an event_number 1 to 4 digits"),
        (line(event_number="01"), "without leading zeros: 1, not 01"),
        (line(kind="officer_asigned"), "no event has this name"),
        (line(data={**DATA, "event_id": None}), "event_id: "),
        (line(data={**DATA, "more": 1}), "more is not a field of this kind"),
        (line(data={**DATA, "occurred_at": "@-1d"}), "a time is written as RFC 3339"),
        (line(data={**DATA, "occurred_at": "@-1day"}), "'@-1day' is not a relative time"),
        (line(data={**DATA, "officer_id": "x" * 100_000}), "at most 16,384 are taken"),
    ],
)
def test_a_line_that_is_wrong_is_named_by_its_number(
    base: RelativeBase, wrong: str, reason: str
) -> None:
    """One sentence says which line and what holds instead; what came before it was right."""
    events = read_stream([line(), "", wrong, line()], base)

    assert 1 == next(events).number
    with pytest.raises(StreamError) as caught:
        next(events)
    assert 3 == caught.value.number
    assert str(caught.value).startswith("line 3: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unchecked_stream_lets_hostile_events_through(base: RelativeBase) -> None:
    """The line has to be in order, its event does not: how a sentence takes it is the point."""
    (found,) = read_stream([line(kind="no_such_kind", data={"a": "@+1d"})], base, checked=False)

    assert ("no_such_kind", {"a": "2026-11-26"}) == (found.kind, found.data)


def test_a_nudge_needs_no_envelope(base: RelativeBase) -> None:
    """It only wakes the sentence, so it has nothing to be checked."""
    (found,) = read_stream([line(kind="nudge", data={})], base)

    assert "nudge" == found.kind
