"""The window of a warning: twelve months from the newest failure (warning-window-end)."""

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving, warned

DAY = "2026-11-23"
WINDOW = "warning-window-end"
LONG = {"ends_on": "2029-11-01"}
WARNED = [*failed("F1", DAY), warned("W1", "2026-11-24", "F1")]
DECIDED = event("breach_decided", "2026-12-02", failure_ids=["F1"])


def after(*events: Event, now: str = "2026-12-04") -> Played:
    return played([*serving(**LONG), *events], now)


def test_t05_a_warning_starts_the_window_from_the_day_of_the_failure() -> None:
    """AMB-04: to the day before the anniversary, whenever the warning was issued."""
    assert WINDOW not in after(*failed("F1", DAY)).clocks
    assert ("running", "2027-11-22") == after(*WARNED).clock(WINDOW)


def test_a_newer_failure_that_counts_moves_the_window() -> None:
    """Counted from the newest; one that is excused moves it back."""
    second = failed("F2", "2026-12-01")
    excused = event("failure_judged", "2026-12-03", failure_id="F2", acceptable=True)

    assert ("running", "2027-11-30") == after(*WARNED, *second).clock(WINDOW)
    assert ("running", "2027-11-22") == after(*WARNED, *second, excused).clock(WINDOW)


def test_an_older_failure_entered_late_leaves_the_window_as_it_is() -> None:
    """D5.8: by its own date it is not the newest."""
    late = failed("F0", "2026-12-01", failed_on="2026-11-16")

    assert ("running", "2027-11-22") == after(*WARNED, *late).clock(WINDOW)


def test_guard_7_a_breach_before_the_court_suspends_the_window() -> None:
    """T06 stops it, and T08 lets it run again to the same day."""
    withdrawn = event("breach_withdrawn", "2026-12-03")

    assert "stopped" == after(*WARNED, DECIDED).clock(WINDOW)[0]
    assert ("running", "2027-11-22") == after(*WARNED, DECIDED, withdrawn).clock(WINDOW)


def test_t09_falls_when_the_window_has_run_out() -> None:
    """On the last day the person is warned, at the midnight after it no more."""
    last = after(*WARNED, now="2027-11-22 23:59")
    over = after(*WARNED, now="2027-11-23 00:00")

    assert ("warned", "running") == (last.state, last.clock(WINDOW)[0])
    assert ("active", "T09", "ended") == (over.state, over.arrows()[-1], over.clock(WINDOW)[0])


def test_t10_a_warning_taken_back_ends_the_window() -> None:
    """The person is no longer warned."""
    withdrawn = event("warning_withdrawn", "2026-12-02", warning_id="W1")

    assert "stopped" == after(*WARNED, withdrawn).clock(WINDOW)[0]


def test_on_licence_there_is_no_window() -> None:
    """AMB-35: no time limit is stated on its warnings."""
    stream = [*on_licence(), *failed("F1", "2015-03-16"), warned("W1", "2015-03-17", "F1")]

    assert WINDOW not in played(stream, "2015-03-18").clocks


def test_without_a_law_pack_the_count_of_the_framework_alone_advises() -> None:
    """The months of the law begin with the warning of 9 March, and a law pack has their number."""
    stream = [
        *serving(ends_on="2029-11-01"),
        *failed("F1", "2027-03-01"),
        warned("W1", "2027-03-09", "F1"),
        *failed("F2", "2028-03-05"),
    ]

    seen = played(stream, "2028-03-10")

    found = [item["step"] for item in seen.view["proposals"] if "F2" in item["failure_ids"]]
    assert ["warning_issued"] == found
    assert seen.view["warnings"][0]["refer_until"] is None
