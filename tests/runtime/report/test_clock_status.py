"""A clock that ran at the last turn is judged again by the time of the report."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.records.database import Store
from runtime.report.catalogue import part_of
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.results import count_part
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from tests.record_loader import load_rows
from tests.states.stream import at
from tests.stores import open_files

WHOSE = SentenceRef("X000001", "1")
TURN = at("2026-11-20 12:00")


def clock(key: str, due_at: datetime, *, in_days: bool = True, **more: Any) -> RecordRow:
    """A clock that ran at the last turn."""
    return RecordRow(
        "clocks",
        key,
        {
            "id": key,
            "timescale": key,
            "status": "running",
            "started_at": "2026-11-01T12:00:00Z",
            "due_at": due_at.isoformat(),
            "due_on": (due_at - timedelta(hours=12)).date().isoformat() if in_days else None,
            **more,
        },
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_files(tmp_path) as found:
        yield found


def standings(
    store: Store, kinds: TimescaleKinds, rows: list[RecordRow], now: datetime
) -> dict[str, str]:
    """Return the status of each clock by its id, as of `now`."""
    sentence = RecordRow("sentences", "", {"type": "community_order", "state": "active"})
    load_rows(store, [(WHOSE, [sentence, *rows])], TURN)
    known = part_of("t-all", "status")
    assert known is not None
    with store.main.reading() as connection:
        found = count_part(connection, known[1], ReportScope(now, kinds))
    return {
        line.line: column
        for line in found.lines
        for column, number in line.counts.items()
        if number
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-11-23 23:59", "running"), ("2026-11-24 00:00", "overdue")],
    ids=["the last minute of its day", "the midnight after it"],
)
def test_a_clock_counted_in_days_is_overdue_at_its_midnight(
    store: Store, kinds: TimescaleKinds, now: str, expected: str
) -> None:
    """It was running at the last turn, and nobody has looked since."""
    rows = [clock("enforce-6wd", at("2026-11-24 00:00"))]

    assert {"enforce-6wd": expected} == standings(store, kinds, rows, at(now))


@pytest.mark.parametrize(
    ("late", "expected"), [(0, "running"), (1, "overdue")], ids=["its last instant", "after it"]
)
def test_a_clock_counted_in_hours_is_in_time_at_its_last_instant(
    store: Store, kinds: TimescaleKinds, late: int, expected: str
) -> None:
    """Two hours are over after the second of them, not at its end."""
    due = at("2026-11-20 14:00")
    rows = [clock("recall-emergency-2h", due, in_days=False)]

    assert {"recall-emergency-2h": expected} == standings(
        store, kinds, rows, due + timedelta(seconds=late)
    )


def test_a_term_ends_and_a_window_opens_where_a_duty_is_overdue(
    store: Store, kinds: TimescaleKinds
) -> None:
    """Nobody misses the end of an order, nor the day on which a window opens."""
    due = at("2026-11-21 00:00")
    rows = [clock(key, due) for key in ("order-end", "evaluation-opens", "first-appt-community")]

    assert {
        "order-end": "ended",
        "evaluation-opens": "opened",
        "first-appt-community": "overdue",
    } == standings(store, kinds, rows, at("2026-11-22"))


def test_a_miss_that_is_settled_is_missed_and_one_that_is_open_is_overdue(
    store: Store, kinds: TimescaleKinds
) -> None:
    """The record calls both missed; only one of them is still to be answered."""
    due = at("2026-11-10 00:00")
    rows = [
        clock("enforce-6wd", due, status="missed"),
        clock("first-appt-community", due, status="missed", settled_at="2026-11-12T12:00:00Z"),
    ]

    assert {"enforce-6wd": "overdue", "first-appt-community": "missed"} == standings(
        store, kinds, rows, at("2026-11-22")
    )
