"""An act of its own date in the future waits for that date: one rule for all kinds."""

from datetime import timedelta

import pytest

from docs.pages.events import date_fields
from states.event_log import EventLog
from states.events.parsing import parse_event
from states.events.registry import KINDS
from states.events.schema_examples import example
from states.time.london import day_of, start_of
from states.vocabulary import DispositionKind
from tests.states.stream import at, event, incoming, law, played, serving

WAITING = {
    kind: model.OWN_TIME
    for kind, model in KINDS.items()
    if model.OWN_TIME is not None and model.OWN_TIME not in model.MAY_LIE_AHEAD
}
AHEAD = [(kind, name) for kind, model in KINDS.items() for name in model.MAY_LIE_AHEAD]


def test_an_end_dated_thirty_days_ahead_completes_nothing_until_that_day() -> None:
    """A deportation is reported on the 2nd of December for the 1st of January."""
    end = event("sentence_ended", "2026-12-02", ended_on="2027-01-01", reason="deportation")
    failure = event("failure_reported", "2026-12-12", failure_id="F1", what="missed_appointment")

    before = played([*serving(), end, failure], "2026-12-31")
    after = played([*serving(), end, failure], "2027-01-01 01:00")

    reason = "lies in the future; decided from 2027-01-01 00:00:00+00:00"
    assert ("active", ("held", reason)) == (before.state, before.verdict(end))
    assert "applied" == before.verdict(failure)[0]
    assert ("completed", "2027-01-01") == (after.state, after.view["ended_on"])


def test_a_sentence_dated_tomorrow_is_imposed_tomorrow() -> None:
    """All that came with it waits as well."""
    stream = serving()
    early = stream[0].model_copy(update={"sentenced_on": day_of(at("2026-12-20"))})

    assert "awaiting_allocation" == played([early, *stream[1:]], "2026-12-19").state
    assert "active" == played([early, *stream[1:]], "2026-12-20 12:00").state


def test_a_corrected_end_takes_back_the_earlier_one_at_once() -> None:
    """The flight on the 1st of January was moved to the 1st of February."""
    first = event("sentence_ended", "2026-12-02", ended_on="2027-01-01", reason="deportation")
    moved = event(
        "sentence_ended",
        "2026-12-20",
        ended_on="2027-02-01",
        reason="deportation",
        replaces=first.event_id,
    )
    stream = [*serving(), first, moved]

    assert "active" == played(stream, "2027-01-31").state
    assert "2027-02-01" == played(stream, "2027-02-01").view["ended_on"]


@pytest.mark.parametrize(("kind", "name"), sorted(WAITING.items()))
def test_an_act_of_a_day_to_come_waits_for_that_day(kind: str, name: str) -> None:
    """Whatever the kind, it is held, and a timer is set for its own time."""
    body = example(kind)
    item = parse_event(kind, body)
    later = item.occurred_at + timedelta(days=30)
    value = later if name.endswith("at") or name == "at" else day_of(later)
    ahead = item.model_copy(update={name: value})
    case = EventLog()
    case.receive(incoming(ahead))

    found = case.decide(law(), item.occurred_at + timedelta(minutes=1))

    expected = later if value is later else start_of(day_of(later))
    assert DispositionKind.HELD is found.dispositions[ahead.uid].verdict
    assert expected == ahead.effective_at
    assert expected - timedelta(minutes=5) == found.decidable_at


@pytest.mark.parametrize(("kind", "name"), AHEAD)
def test_what_may_lie_ahead_delays_nothing(kind: str, name: str) -> None:
    """An appointment, a listed hearing or a last day is still to come."""
    item = parse_event(kind, example(kind))

    assert name in date_fields(KINDS[kind])
    assert item.effective_at == item.model_copy(update={name: None}).effective_at
