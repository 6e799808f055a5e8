"""The plan reviewed, and what calls for it: T28, plan-review-on-change, plan-updated-prompt."""

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, imprisoned, of_row
from tests.states.licence import initiated, on_licence, returned
from tests.states.stream import Played, allocated, event, played, serving

CHANGED = event("significant_change_recorded", "2026-11-23")
REVIEWED = event("plan_reviewed", "2026-11-25")


def after(*events: Event, now: str = "2026-12-10") -> Played:
    return played([*serving(), *events], now)


@pytest.mark.parametrize(
    ("kind", "why"),
    [(None, "significant_change"), ("risk", "significant_change"), ("family", "significant_change"),
     ("progress", "significant_progress")],
)  # fmt: skip
def test_a_significant_change_calls_for_a_review(kind: str | None, why: str) -> None:
    """ev-review-must: the review must take place, and no time is set for it."""
    change = event("significant_change_recorded", "2026-11-23", kind=kind)
    review = event("plan_reviewed", "2026-11-25", why=why)

    assert ["open"] == of_row(after(change), "plan-review-on-change")
    assert ["done"] == of_row(after(change, review), "plan-review-on-change")


def test_each_change_is_a_duty_of_its_own() -> None:
    """A review answers all that were open, and not the change after it."""
    later = event("significant_change_recorded", "2026-12-01")

    assert ["done", "open"] == of_row(after(CHANGED, REVIEWED, later), "plan-review-on-change")


def test_a_review_for_another_reason_does_not_answer_a_change() -> None:
    """The reason says what was looked at."""
    other = event("plan_reviewed", "2026-11-25", why="other")

    assert ["open"] == of_row(after(CHANGED, other), "plan-review-on-change")


@pytest.mark.parametrize(
    ("now", "status"), [("2026-11-30 23:59", "running"), ("2026-12-01 00:00", "missed")]
)
def test_the_plan_is_updated_promptly(now: str, status: str) -> None:
    """plan-updated-prompt: five working days are ours."""
    key = f"plan-updated-prompt/{CHANGED.uid}"

    assert (status, "2026-11-30") == after(CHANGED, now=now).clock(key)
    assert "met" == after(CHANGED, REVIEWED).clock(key)[0]


def test_progress_alone_asks_for_no_update() -> None:
    """It calls for a review, and the plan is valid meanwhile."""
    progress = event("significant_change_recorded", "2026-11-23", kind="progress")

    assert [] == of_row(after(progress), "plan-updated-prompt")


@pytest.mark.parametrize(("kind", "opened"), [("family", 1), ("risk", 0), (None, 0)])
def test_children_are_asked_after_again_when_the_family_changes(
    kind: str | None, opened: int
) -> None:
    """safeguarding-checks: at the start, and at a change in the family; a new job is none."""
    change = event("significant_change_recorded", "2026-11-23", kind=kind)

    assert 1 + opened == len(of_row(after(change), "safeguarding-checks"))


def test_a_change_of_risk_wants_action_on_it() -> None:
    """rosh-prompt-action: a change of circumstances that changes the risk."""
    risk = event("significant_change_recorded", "2026-11-23", kind="risk")

    assert ["missed"] == of_row(after(risk), "rosh-prompt-action")
    assert [] == of_row(after(CHANGED), "rosh-prompt-action")


def test_the_parole_board_hears_that_conditions_cannot_be_met() -> None:
    """parole-board-change, ev-parole-board-change: within a working day, which is ours."""
    unmet = event("significant_change_recorded", "2027-06-01", kind="release_conditions")
    told = event("contact_recorded", "2027-06-02", kind="parole_board_notified")

    seen = played([*imprisoned(), unmet], "2027-06-10")
    done = played([*imprisoned(), unmet, told], "2027-06-10")

    assert ("missed", "2027-06-02") == seen.clock(f"parole-board-change/{unmet.uid}")
    assert ["met"] == of_row(done, "parole-board-change")


def test_a_plan_that_shows_more_risk_is_shared_promptly() -> None:
    """plan-info-shared-prompt, ev-review-share: a working day is ours."""
    more = event("plan_reviewed", "2026-11-25", rosh="high")
    said = event("plan_reviewed", "2026-11-25", risk_increased=True)
    shared = event("contact_recorded", "2026-11-26", kind="plan_shared")

    for review in (more, said):
        key = f"plan-info-shared-prompt/{review.uid}"
        assert ("missed", "2026-11-26") == after(review).clock(key)
        assert "met" == after(review, shared).clock(key)[0]
    assert [] == of_row(after(REVIEWED), "plan-info-shared-prompt")


@pytest.mark.parametrize(("rosh", "shared"), [("low", []), ("medium", []), ("high", ["running"])])
def test_a_first_plan_is_shared_where_it_shows_high_risk(rosh: str, shared: list[str]) -> None:
    """There is no plan before it to compare it with."""
    plan = event("plan_completed", "2026-11-09", rosh=rosh)

    seen = played([*allocated(), plan], "2026-11-09 13:00")

    assert shared == of_row(seen, "plan-info-shared-prompt")


def test_a_second_plan_is_compared_with_the_first() -> None:
    """More than the one before, whatever an assessment said in between."""
    assessed = event("rosh_assessed", "2026-11-20", level="high")
    second = event("plan_completed", "2026-11-25", plan_version="2", rosh="high")

    assert ["missed"] == of_row(after(assessed, second), "plan-info-shared-prompt")


def recalled() -> list[Event]:
    return [*on_licence(), *initiated(), returned("2015-04-09")]


@pytest.mark.parametrize(
    ("why", "status"), [("recall", "done"), ("significant_change", "open"), ("other", "open")]
)
def test_a_recall_is_answered_by_a_review_for_it(why: str, status: str) -> None:
    """plan-review-on-recall, ev-review-recall: only a review of the recall is one."""
    review = event("plan_reviewed", "2015-04-20", why=why)

    assert ["open"] == of_row(played(recalled(), "2015-04-25"), "plan-review-on-recall")
    assert [status] == of_row(played([*recalled(), review], "2015-04-25"), "plan-review-on-recall")


def test_a_review_in_recall_custody_leaves_a_completed_plan_complete() -> None:
    """G13: a recall and a release after it keep the plan and the induction."""
    review = event("plan_reviewed", "2015-04-20", why="recall")
    again = event("plan_completed", "2015-04-22", plan_version="3")

    seen = played([*recalled(), review, again], "2015-04-25")

    assert ("recalled", "3", False) == (
        seen.state,
        seen.view["plan_version"],
        seen.view["plan"]["prepared_only"],
    )


def test_without_a_plan_an_electronic_only_order_has_none_to_review() -> None:
    """AMB-21: what does not exist is not reviewed; with a plan it is."""
    bare = allocated(requirements=MONITORED)
    plan = event("plan_completed", "2026-11-09")

    assert [] == of_row(played([*bare, CHANGED], "2026-12-01"), "plan-review-on-change")
    assert ["open"] == of_row(played([*bare, plan, CHANGED], "2026-12-01"), "plan-review-on-change")


def test_a_change_told_after_the_end_is_recorded() -> None:
    """The plan of a sentence that is over is not reviewed."""
    end = event("sentence_ended", "2026-11-20", reason="other")

    seen = after(end, CHANGED)

    assert ("applied", "the sentence had ended on 2026-11-20") == seen.verdict(CHANGED)
    assert [] == of_row(seen, "plan-review-on-change")
