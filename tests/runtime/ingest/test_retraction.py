"""What an undoing takes back follows from the messages alone, whichever of them comes first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from activities.records.ingest_log import IngestedEvent, IngestLog, Retraction
from runtime.ingest.mapping import MappingFile, Mappings
from runtime.ingest.retraction import Withdrawals, withdrawals
from runtime.ingest.translate import check_readable

AT = datetime(2026, 9, 14, 14, tzinfo=UTC)
TOLD = IngestedEvent(
    crn="X320741",
    event_number="1",
    event_id="hmpps-a-sentence_ended",
    digest="a" * 32,
    type="an.end",
    subject="",
    kind="sentence_ended",
    organisation="COURT",
    occurred_at=AT,
)
UNDOING = Retraction("X320741", "1", "b" * 32, "an.undoing", "", AT)
RULE = {"type": "an.undoing", "means": "Something.", "source": "Ours.", "undoes": ["an.end"]}


class FakeIngestLog:
    """Remembers what it is given, and tells all of it."""

    def __init__(self, *events: IngestedEvent, undoings: tuple[Retraction, ...] = ()) -> None:
        self.events, self.undoings = events, undoings

    def events_before(self, _: Retraction, types: tuple[str, ...]) -> Iterator[IngestedEvent]:
        """Return the events of these types."""
        return (event for event in self.events if event.type in types)

    def retractions_after(self, _: IngestedEvent) -> tuple[Retraction, ...]:
        """Return the undoings."""
        return self.undoings


def mappings(**change: Any) -> Mappings:
    """The rule of the undoing, with something else in it."""
    said = {"name": "a", "messages": [{**RULE, **change}]}
    return Mappings.of([MappingFile.model_validate(said, strict=False)])


def taken_back(
    log: FakeIngestLog, *undoings: Retraction, told: tuple[IngestedEvent, ...] = (), **change: Any
) -> Withdrawals:
    """What is taken back now."""
    held = cast("IngestLog", log)
    return withdrawals(held, mappings(**change), told, undoings)


def test_whichever_comes_first_the_same_event_is_taken_back() -> None:
    """Two messages make one pair, and a pair one event with one id."""
    later = taken_back(FakeIngestLog(TOLD), UNDOING)
    earlier = taken_back(FakeIngestLog(undoings=(UNDOING,)), told=(TOLD,))

    assert later == earlier
    assert {UNDOING.digest} == later.retractions


def test_the_withdrawal_is_of_the_organisation_that_sent_the_event() -> None:
    """Nobody else may take it back; it goes to the same sentence, and can be read there."""
    (event,) = taken_back(FakeIngestLog(TOLD), UNDOING).events

    assert ("X320741", "1", "event_withdrawn") == (event.crn, event.event_number, event.kind)
    assert ("COURT", TOLD.event_id, AT.isoformat()) == (
        event.data["by"]["organisation"],
        event.data["withdrawn_event_id"],
        event.data["occurred_at"],
    )
    check_readable(event.kind, event.data)


def test_every_pair_has_an_id_of_its_own() -> None:
    """Two events taken back by one message, and one event by two."""
    second = replace(TOLD, event_id="hmpps-c-sentence_ended")
    again = replace(UNDOING, digest="d" * 32)
    found = taken_back(FakeIngestLog(TOLD, second), UNDOING, again)

    assert 4 == len({event.data["event_id"] for event in found.events})
    assert {UNDOING.digest, again.digest} == found.retractions


@pytest.mark.parametrize(
    "change",
    [{"undoes": ["another"]}, {"until": date(2026, 9, 13)}, {"from": date(2026, 9, 15)}],
    ids=["another type", "rule ended", "rule to come"],
)
def test_an_undoing_takes_back_what_its_rule_of_that_day_says(change: dict[str, Any]) -> None:
    """A rule that does not hold on the day of the act undoes nothing, either way round."""
    nothing = Withdrawals((), frozenset())

    assert nothing == taken_back(FakeIngestLog(TOLD), UNDOING, **change)
    assert nothing == taken_back(FakeIngestLog(undoings=(UNDOING,)), told=(TOLD,), **change)
