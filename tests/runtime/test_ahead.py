"""A stream is placed ahead of a clock that cannot go back."""

from datetime import date, timedelta

from runtime.ahead import placed_ahead
from runtime.simulation import occurs_at
from states.standards.law import StandardsCatalogue
from tests.examples import lines
from tests.states.stream import at

ABSOLUTE = (
    '{"crn": "X320741", "event_number": "1", "kind": "case_allocated", "data": {"event_id": "e-2",'
    ' "occurred_at": "2026-11-02T11:00:00+00:00", "provider": "CRC", "provider_code": "N07",'
    ' "by": {"id": "C01", "role": "court_officer", "organisation": "NPS"},'
    ' "risk_screening_completed": true}}'
)


def test_a_journey_begins_on_the_next_working_day(shelf: StandardsCatalogue) -> None:
    """From the Saturday of a bank holiday weekend, that is Tuesday."""
    base, events = placed_ahead(
        lines("journeys/two_failures"), shelf.calendar(), at("2026-05-02 09:00")
    )

    assert date(2026, 5, 5) == base
    assert at("2026-05-05 10:30") == occurs_at(events[0])


def test_a_stream_that_reaches_back_is_moved_as_far_as_it_has_to_be(
    shelf: StandardsCatalogue,
) -> None:
    """Its first event then lies ahead, by no more than a long weekend; so do all others."""
    now = at("2026-11-22 09:00")
    _, events = placed_ahead(lines("expired"), shelf.calendar(), now)
    first = min(moment for moment in map(occurs_at, events) if moment is not None)

    assert now < first < now + timedelta(days=7)


def test_absolute_times_stay_where_they_are(shelf: StandardsCatalogue) -> None:
    """No base can move them, so the search ends at once."""
    base, events = placed_ahead((ABSOLUTE,), shelf.calendar(), at("2026-11-22 09:00"))

    assert date(2026, 11, 23) == base
    assert at("2026-11-02 11:00") == occurs_at(events[0])
