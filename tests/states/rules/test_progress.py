"""Days of activity under a requirement: summed, held against the court's number (V.RAR, V.SAR)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.requirements import clocks, order_with, shown
from tests.states.stream import Played, event, played


def progress(when: str, **fields: Any) -> Event:
    return event("requirement_progressed", when, requirement_id="R1", **fields)


def under(kind: str, *events: Event, now: str = "2026-12-31") -> Played:
    return played([*order_with(kind), *events], now)


def test_days_beyond_the_courts_most_are_recorded_and_do_not_count() -> None:
    """rar-max-days, R.RAR: 20 days were ordered."""
    most = progress("2026-12-01", days=20)
    over = progress("2026-12-02", days=2)

    seen = under("rehabilitation_activity", most, over)

    assert (20, 2) == (shown(seen)["days_done"], shown(seen)["not_counted"])
    assert ("applied", "the court set 20; 2 of 2 do not count") == seen.verdict(over)
    assert seen.decided.dispositions[over.uid].irregular
    assert not seen.decided.dispositions[most.uid].irregular


def test_the_most_days_of_rehabilitation_activity_end_nothing() -> None:
    """V.RAR: appointments continue for the whole order."""
    seen = under("rehabilitation_activity", progress("2026-12-01", days=20))

    assert (None, None) == (shown(seen)["completed_on"], shown(seen)["terminated_on"])


def test_the_days_of_a_specified_activity_complete_it() -> None:
    """sar-days, V.SAR."""
    seen = under(
        "specified_activity", progress("2026-12-01", days=12), progress("2026-12-15", days=8)
    )

    assert (20, "2026-12-15") == (shown(seen)["days_done"], shown(seen)["completed_on"])
    assert "met" == clocks(seen)["requirement-before-order-end"][0]


def test_the_first_day_is_the_start() -> None:
    """The first session is the start; an earlier day reported later replaces it."""
    seen = under(
        "specified_activity",
        progress("2026-12-10", days=1),
        progress("2026-12-11", days=1, on="2026-12-03"),
    )

    assert ("2026-12-03", 2) == (shown(seen)["started_on"], shown(seen)["days_done"])


def test_work_after_the_end_is_a_fact_and_irregular() -> None:
    """The requirement had ended; what was done stays on the record."""
    done = event("requirement_completed", "2026-12-01", requirement_id="R1")
    more = progress("2026-12-05", days=1)

    seen = under("programme", progress("2026-11-20", days=1), done, more)

    assert ("applied", "R1 had ended on 2026-12-01") == seen.verdict(more)


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (
            "rehabilitation_activity",
            {"hours": 3},
            "R1 rehabilitation_activity is done in days: hours is left out",
        ),
        (
            "programme",
            {"prospect": "late"},
            "prospect is for unpaid work; R1 is programme",
        ),
    ],
)
def test_progress_in_the_wrong_measure_is_refused(
    kind: str, fields: dict[str, Any], reason: str
) -> None:
    """Hours are for unpaid work, and so are prospects."""
    told = progress("2026-12-01", **fields)

    assert ("refused", reason) == under(kind, told).verdict(told)


def test_progress_under_an_unknown_requirement_waits_for_it() -> None:
    """It may arrive before the decision that made the requirement."""
    told = event("requirement_progressed", "2026-12-01", requirement_id="R9", days=1)

    assert ("held", "waits for requirement R9") == under("programme", told).verdict(told)


def test_the_order_in_which_sessions_are_told_changes_nothing() -> None:
    """The same days, by whichever report first."""
    told = [progress(f"2026-12-{day}", days=7, on=f"2026-12-{day}") for day in ("01", "08", "15")]
    late = [
        progress("2026-12-20", event_id=f"late.{i}", days=7, on=f"2026-12-{day}")
        for i, day in enumerate(("15", "01", "08"))
    ]
    seen = [under("specified_activity", *events) for events in (told, late)]

    assert [("2026-12-15", 20, 1)] * 2 == [
        (shown(s)["completed_on"], shown(s)["days_done"], shown(s)["not_counted"]) for s in seen
    ]
