"""Sample events of a community order, in order, all in the past: an opening and contacts."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

BY: Final = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
COURT: Final = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
BEGUN: Final = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)


def _event(number: int, by: dict[str, str], **data: Any) -> dict[str, Any]:
    at = BEGUN + timedelta(minutes=number)
    return {"event_id": f"e-{number}", "occurred_at": at.isoformat(), "by": by, **data}


def opening() -> list[tuple[str, dict[str, Any]]]:
    """Return the imposition and the allocation of an order."""
    day = BEGUN.date()
    imposed = _event(
        0,
        COURT,
        type="community_order",
        sentenced_on=str(day),
        ends_on=str(day + timedelta(days=360)),
        live_from=str(day),
        offence={"committed_on": "2015-02-01", "violent_or_sexual": False},
        requirements=[{"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}],
        victims={"statutory_contact": False},
    )
    allocated = _event(1, COURT, provider="CRC", provider_code="N07", risk_screening_completed=True)
    return [("sentence_imposed", imposed), ("case_allocated", allocated)]


def contact(number: int) -> tuple[str, dict[str, Any]]:
    """Return the contact of this number, from 0, with a line of free text."""
    event = _event(2 + number, BY, kind="office", fact=f"contact {number}: attended on time")
    return "contact_recorded", event


def failure(number: int) -> tuple[str, dict[str, Any]]:
    """Return a missed appointment under this number, which causes notices."""
    event = _event(
        number,
        BY,
        failure_id=f"F{number}",
        failed_on=str(BEGUN.date()),
        what="missed_appointment",
        public_protection=False,
    )
    return "failure_reported", event
