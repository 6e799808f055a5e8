"""The numbers of the fleet that come from the records."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from activities.records.database import Store
from activities.records.fleet import count_records
from activities.records.ingest_log import DEAD_LETTER
from activities.records.schema import ROWS, heads, ingested_messages, notices, unapplied

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OPEN = {"workflow_id": "sentence-X000001-1", "crn": "X000001", "event_number": "1"}
ENDED = {"workflow_id": "sentence-X000002-1", "crn": "X000002", "event_number": "1"}


def test_what_waits_or_is_overdue_is_counted_and_what_is_over_is_not(store: Store) -> None:
    """A completed sentence has no overdue clock, and an acknowledged notice waits for nobody."""
    clock = {"timescale": "officer-assigned", "status": "missed"}
    head = {"sequence": 1, "digest": "", "as_of": NOW - timedelta(hours=1)}
    message = {"type": "t", "taken_at": NOW, "changed_at": NOW, "tries": 1}
    rows: list[tuple[Table, list[dict[str, Any]]]] = [
        (
            ROWS["sentences"],
            [{**OPEN, "key": "", "state": "active"}, {**ENDED, "key": "", "state": "completed"}],
        ),
        (
            ROWS["clocks"],
            [
                {**OPEN, "key": "1", **clock},
                {**OPEN, "key": "2", **clock, "settled_at": NOW},
                {**OPEN, "key": "3", **clock, "timescale": "a-prompt"},
                {**OPEN, "key": "4", **clock, "status": "running"},
                {**ENDED, "key": "1", **clock},
            ],
        ),
        (
            notices,
            [
                {**OPEN, "key": "1", "sending": "queued", "since": NOW - timedelta(hours=2)},
                {**OPEN, "key": "2", "sending": "queued", "since": NOW, "error": "Down"},
                {**OPEN, "key": "3", "sending": "no_recipient"},
                {**OPEN, "key": "4", "sending": "refused", "acknowledged_at": NOW},
                {**OPEN, "key": "5", "sending": "sent", "since": NOW - timedelta(days=9)},
            ],
        ),
        (
            unapplied,
            [
                {**OPEN, "key": "1", "disposition": "quarantined"},
                {**OPEN, "key": "2", "disposition": "quarantined", "resolved": True},
                {**OPEN, "key": "3", "disposition": "held"},
            ],
        ),
        (heads, [{**OPEN, **head, "whole": False}, {**ENDED, **head, "whole": True}]),
        (
            ingested_messages,
            [
                {**message, "digest": "1", "status": DEAD_LETTER},
                {**message, "digest": "2", "status": "sent"},
            ],
        ),
    ]
    with store.main.writing() as connection:
        for table, values in rows:
            for row in values:
                connection.execute(insert(table), [row])

    found = count_records(store, NOW, binding=["officer-assigned"])

    assert {"officer-assigned": 1} == found.overdue_clocks
    assert (1, 1) == (found.notices_failing, found.notices_blocked)
    assert NOW - timedelta(hours=2) == found.oldest_notice_at
    assert (1, 1, 1) == (found.quarantined, found.dead_letters, found.records_behind)
