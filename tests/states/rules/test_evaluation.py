"""The evaluation at the end of the order: not before its window, not after the end."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import freed, supervised
from tests.states.stream import Played, event, played, serving

OPENS = "evaluation-opens"
LAST = "evaluation-by-end"


def after(*events: Event, now: str = "2027-11-20") -> Played:
    return played([*serving(), *events], now)


def evaluated(when: str, **more: object) -> Event:
    return event("evaluation_completed", when, **more)


@pytest.mark.parametrize(
    ("now", "opens", "last"),
    [
        ("2027-09-05 23:59", "running", "running"),
        ("2027-09-06 00:00", "opened", "running"),
        ("2027-11-01 23:59", "opened", "running"),
        ("2027-11-02 00:00", "ended", "missed"),
    ],
)
def test_the_window_opens_eight_weeks_before_the_end_and_closes_with_it(
    now: str, opens: str, last: str
) -> None:
    """Eight weeks before 1 November 2027 is 6 September; BST does not move the day."""
    seen = after(now=now)

    assert ((opens, "2027-09-06"), (last, "2027-11-01")) == (seen.clock(OPENS), seen.clock(LAST))


def test_an_order_completes_though_nobody_evaluated_it() -> None:
    """The lapse is flagged and blocks nothing."""
    seen = after()

    assert ("completed", "missed") == (seen.state, seen.clock(LAST)[0])
    assert ("overdue", "line_manager") in seen.told()


@pytest.mark.parametrize(
    ("day", "status"),
    [("2027-09-06", "met"), ("2027-11-01", "met"), ("2027-11-02", "met_late")],
)
def test_an_evaluation_inside_the_window_is_in_time(day: str, status: str) -> None:
    """From the first day to the last; after the end it is late."""
    assert status == after(evaluated(day)).clock(LAST)[0]


def test_an_evaluation_before_the_window_is_not_the_one_at_the_end() -> None:
    """It is recorded with a note, and the duty stays."""
    early = evaluated("2027-09-05")

    seen = after(early, now="2027-10-01")

    note = "recorded; before the window, it is not the evaluation at the end"
    assert ("applied", note) == seen.verdict(early)
    assert ("opened", "running") == (seen.clock(OPENS)[0], seen.clock(LAST)[0])


def test_an_evaluation_ends_the_window() -> None:
    """Nothing is open any more for which it was there."""
    seen = after(evaluated("2027-09-20"), now="2027-10-01")

    assert ("ended", "met") == (seen.clock(OPENS)[0], seen.clock(LAST)[0])


def test_the_first_evaluation_that_counts_is_the_one_that_settles() -> None:
    """Neither one too early nor a second one after the end makes a timely one late."""
    days = ("2027-08-01", "2027-10-04", "2027-11-15")

    seen = after(*(evaluated(day) for day in days))

    assert ("met", "CRC/evaluation_completed.2027-10-04") == (
        seen.clock(LAST)[0],
        seen.clocks[LAST]["settled_by"],
    )


def test_a_moved_end_makes_an_early_evaluation_timely() -> None:
    """Too early for November, inside the window of an order that ends in October."""
    early = evaluated("2027-08-20")
    moved = event("end_date_changed", "2027-09-01", ends_on="2027-10-01")

    seen = after(early, moved, now="2027-09-02")

    assert ("ended", "met") == (seen.clock(OPENS)[0], seen.clock(LAST)[0])


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2027-04-19", "missed"),
        ("2027-04-20", "met"),
        ("2027-06-15", "met"),
        ("2027-06-16", "met_late"),
    ],
)
def test_amb_25_an_order_that_ends_early_is_evaluated_by_its_actual_end(
    day: str, status: str
) -> None:
    """Revoked on 15 June 2027: the last day is that day, and the window moves with it."""
    revoked = event("court_decided", "2027-06-15", outcome="good_progress")

    seen = after(evaluated(day), revoked, now="2027-07-01")

    assert (status, "2027-06-15") == seen.clock(LAST)


def test_amb_25_a_window_that_never_opened_is_not_a_lapse() -> None:
    """The order ended before it: the window stops, and the evaluation is due by the end."""
    revoked = event("court_decided", "2027-06-15", outcome="good_progress")

    seen = after(revoked, now="2027-06-15 18:00")

    assert ("stopped", ("running", "2027-06-15")) == (seen.clock(OPENS)[0], seen.clock(LAST))
    assert "2027-11-01: the order ended on 2027-06-15" == (seen.clocks[LAST]["why"]["moved_from"])


def test_a_custodial_sentence_is_evaluated_by_the_end_of_the_whole_of_it() -> None:
    """Licence and supervision are one sentence: the window is that of its last day."""
    dates: dict[str, Any] = {"licence_ends_on": "2028-01-02", "pss_ends_on": "2028-10-31"}

    seen = played(freed(**dates), "2028-02-01")

    assert ("pss", ("running", "2028-09-05")) == (
        seen.view["phase"],
        seen.clock("evaluation-opens"),
    )
    assert ("running", "2028-10-31") == seen.clock("evaluation-by-end")


def test_an_evaluation_as_the_licence_ends_is_not_that_of_the_sentence() -> None:
    """Supervision is still to come, and the window has not opened."""
    dates: dict[str, Any] = {"licence_ends_on": "2028-01-02", "pss_ends_on": "2028-10-31"}
    early = event("evaluation_completed", "2027-12-20")
    timely = event("evaluation_completed", "2028-09-05")

    seen = played([*freed(**dates), early, timely], "2028-10-01")

    note = "recorded; before the window, it is not the evaluation at the end"
    assert ("applied", note) == seen.verdict(early)
    assert ("met", "2028-10-31") == seen.clock("evaluation-by-end")


def test_supervision_alone_is_evaluated_too() -> None:
    """T17: released without a licence, the sentence ends with supervision."""
    assert ("running", "2028-10-31") == played(supervised(), "2028-02-01").clock(
        "evaluation-by-end"
    )
