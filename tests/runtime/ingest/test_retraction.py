"""Withdrawals depend on the messages alone, whichever of them arrives first."""

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
EVENT = IngestedEvent(
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
RETRACTION = Retraction("X320741", "1", "b" * 32, "a.retraction", "", AT)
RULE = {"type": "a.retraction", "means": "Something.", "source": "Ours.", "undoes": ["an.end"]}


class FakeIngestLog:
    """Log in memory that returns all the events and retractions that it was given."""

    def __init__(self, *events: IngestedEvent, retractions: tuple[Retraction, ...] = ()) -> None:
        self.events, self.retractions = events, retractions

    def events_before(self, _: Retraction, types: tuple[str, ...]) -> Iterator[IngestedEvent]:
        """Return the events of these types."""
        return (event for event in self.events if event.type in types)

    def retractions_after(self, _: IngestedEvent) -> tuple[Retraction, ...]:
        """Return the retractions."""
        return self.retractions


def mappings(**change: Any) -> Mappings:
    """The rule of the retraction, with changes."""
    said = {"name": "a", "messages": [{**RULE, **change}]}
    return Mappings.of([MappingFile.model_validate(said, strict=False)])


def taken_back(
    log: FakeIngestLog,
    *retractions: Retraction,
    sent: tuple[IngestedEvent, ...] = (),
    **change: Any,
) -> Withdrawals:
    """Return the withdrawals that are due now."""
    held = cast("IngestLog", log)
    return withdrawals(held, mappings(**change), sent, retractions)


def test_the_same_event_is_withdrawn_in_any_order_of_arrival() -> None:
    """Two messages make one pair, and a pair one event with one id."""
    later = taken_back(FakeIngestLog(EVENT), RETRACTION)
    earlier = taken_back(FakeIngestLog(retractions=(RETRACTION,)), sent=(EVENT,))

    assert later == earlier
    assert {RETRACTION.digest} == later.retractions


def test_the_withdrawal_is_of_the_organisation_that_sent_the_event() -> None:
    """Nobody else may take it back; it goes to the same sentence, and can be read there."""
    (event,) = taken_back(FakeIngestLog(EVENT), RETRACTION).events

    assert ("X320741", "1", "event_withdrawn") == (event.crn, event.event_number, event.kind)
    assert ("COURT", EVENT.event_id, AT.isoformat()) == (
        event.data["by"]["organisation"],
        event.data["withdrawn_event_id"],
        event.data["occurred_at"],
    )
    check_readable(event.kind, event.data)


def test_every_pair_has_an_id_of_its_own() -> None:
    """Two events taken back by one message, and one event by two."""
    second = replace(EVENT, event_id="hmpps-c-sentence_ended")
    again = replace(RETRACTION, digest="d" * 32)
    found = taken_back(FakeIngestLog(EVENT, second), RETRACTION, again)

    assert 4 == len({event.data["event_id"] for event in found.events})
    assert {RETRACTION.digest, again.digest} == found.retractions


@pytest.mark.parametrize(
    "change",
    [{"undoes": ["another"]}, {"until": date(2026, 9, 13)}, {"from": date(2026, 9, 15)}],
    ids=["another type", "rule ended", "rule to come"],
)
def test_an_undoing_takes_back_what_its_rule_of_that_day_says(change: dict[str, Any]) -> None:
    """A rule that does not hold on the day of the act undoes nothing, either way round."""
    nothing = Withdrawals((), frozenset())

    assert nothing == taken_back(FakeIngestLog(EVENT), RETRACTION, **change)
    assert nothing == taken_back(FakeIngestLog(retractions=(RETRACTION,)), sent=(EVENT,), **change)
