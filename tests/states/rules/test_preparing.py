"""The plan prepared in custody, inside its window: plan-custody-opens, plan-custody-prepared."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, freed, imprisoned, of_row
from tests.states.stream import Played, event, played

WINDOW = "plan-custody-opens"
PREPARED = "plan-custody-prepared"
EARLY = event("plan_completed", "2027-08-08")
TIMELY = event("plan_completed", "2027-08-09")


def after(*events: Event, now: str = "2027-08-20") -> Played:
    return played([*imprisoned(), *events], now)


@pytest.mark.parametrize(
    ("now", "window", "prepared"),
    [
        ("2027-08-08 23:59", "running", "running"),
        ("2027-08-09 00:00", "opened", "running"),
        ("2027-11-01 23:59", "opened", "running"),
        ("2027-11-02 00:00", "opened", "missed"),
    ],
)
def test_the_window_opens_twelve_weeks_before_release(now: str, window: str, prepared: str) -> None:
    """Release on 1 November 2027: the window opens on 9 August, the plan is due by the day."""
    seen = after(now=now)

    assert ((window, "2027-08-09"), (prepared, "2027-11-01")) == (
        seen.clock(WINDOW),
        seen.clock(PREPARED),
    )


def test_a_plan_prepared_too_early_discharges_nothing() -> None:
    """AMB-24: it is to be prepared again, or confirmed, inside the window."""
    seen = after(EARLY)

    reason = "before 2027-08-09, so it is to be prepared again, or confirmed, from that day on"
    assert ("applied", reason) == seen.verdict(EARLY)
    assert ("opened", "running") == (seen.clock(WINDOW)[0], seen.clock(PREPARED)[0])


@pytest.mark.parametrize(
    "confirmed",
    [TIMELY, event("plan_reviewed", "2027-08-10", why="other")],
    ids=["prepared-again", "confirmed"],
)
def test_an_early_plan_is_prepared_again_or_confirmed(confirmed: Event) -> None:
    """Inside the window either will do."""
    seen = after(EARLY, confirmed)

    assert ("ended", "met") == (seen.clock(WINDOW)[0], seen.clock(PREPARED)[0])


def test_a_plan_prepared_inside_the_window_meets_both() -> None:
    """NS 2015 4(c): no more than twelve weeks before release."""
    seen = after(TIMELY)

    assert ("ended", "met") == (seen.clock(WINDOW)[0], seen.clock(PREPARED)[0])
    assert ["done"] == of_row(seen, "ev-resettlement-feeds-plan")


def moved(to: str, when: str = "2027-08-15") -> Event:
    return event("release_date_changed", when, expected_release_on=to)


def test_a_release_that_moves_forward_makes_an_early_plan_timely() -> None:
    """G12: the window is opened by the move, and the plan lies inside it."""
    plan = event("plan_completed", "2027-07-20")

    seen = after(plan, moved("2027-10-01", "2027-07-25"))

    assert ("met", "2027-10-01") == seen.clock(PREPARED)


def test_g12_a_release_moved_inside_the_window_opens_it_at_once() -> None:
    """G12: it is not lost because its day has passed."""
    seen = after(moved("2027-06-01", "2027-05-20"), now="2027-05-20 13:00")

    assert ("opened", "2027-03-09") == seen.clock(WINDOW)


def test_a_release_that_moves_away_makes_a_timely_plan_early() -> None:
    """It was prepared too long before the release that is now expected."""
    seen = after(TIMELY, moved("2028-03-01"))

    assert ("running", "2027-12-08") == seen.clock(WINDOW)
    assert ("running", "2028-03-01") == seen.clock(PREPARED)


def test_custody_shorter_than_the_window_has_it_open_from_the_sentence() -> None:
    """Release in ten weeks: the window opened before there was a sentence."""
    short: dict[str, Any] = {
        "expected_release_on": "2027-01-11",
        "automatic_release_on": "2027-01-11",
    }

    seen = played(imprisoned(**short), "2026-11-03")

    assert "opened" == seen.clock(WINDOW)[0]


def test_a_release_without_a_plan_is_a_plan_missed() -> None:
    """A plan not prepared by the release stays unprepared after it."""
    assert "missed" == played(freed(), "2027-12-01").clock(PREPARED)[0]


def test_a_release_before_its_day_holds_the_plan_against_the_day_itself() -> None:
    """Expected in November, out in October: the plan of September was in time."""
    plan = event("plan_completed", "2027-09-01")
    out = event("released", "2027-10-04")

    seen = after(plan, out, now="2027-10-10")

    assert ("met", "2027-10-04") == seen.clock(PREPARED)


def test_a_prepared_plan_is_no_plan_completed() -> None:
    """Released with a preparation and inducted, one is not active: the plan is still to come."""
    out = [event("released", "2027-11-01 10:00"), event("induction_completed", "2027-11-02")]
    whole = event("plan_completed", "2027-11-10", plan_version="2")

    before = after(TIMELY, *out, now="2027-11-05")
    done = after(TIMELY, *out, whole, now="2027-11-15")

    assert ("inducted", "1", True) == (
        before.state,
        before.view["plan_version"],
        before.view["plan"]["prepared_only"],
    )
    assert ["open"] == of_row(before, "plan-post-release-complete")
    assert ("active", False) == (done.state, done.view["plan"]["prepared_only"])
    assert ["done"] == of_row(done, "plan-post-release-complete")


def test_standard_4_leaves_electronic_only_sentences_out() -> None:
    """AMB-20: there is no window and no plan to prepare."""
    seen = played(imprisoned(requirements=MONITORED), "2026-11-03")

    assert [] == of_row(seen, WINDOW) + of_row(seen, PREPARED)


@pytest.mark.parametrize(
    ("released_on", "due_on"),
    [("2027-11-01", "2027-10-04"), ("2026-12-01", "2026-11-03"), ("2026-11-27", "2026-11-27")],
)
def test_what_a_short_sentence_leaves_no_time_for_is_prompted_by_release(
    released_on: str, due_on: str
) -> None:
    """reporting-to-governor, prerelease-discussion: four weeks are ours alone."""
    seen = played(imprisoned(expected_release_on=released_on), "2026-11-04")

    rows = ("reporting-to-governor", "prerelease-discussion")
    assert [due_on, due_on] == [seen.clock(row)[1] for row in rows]
