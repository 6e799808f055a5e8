"""The end of the order: reached, moved, or come by another way (T29, T30, T34)."""

import pytest

from states.events.envelope import Event
from tests.states.licence import sentenced
from tests.states.stream import Played, allocated, at, event, failed, played, serving, warned
from tests.states.supervision import after_licence
from tests.states.wording import OFFICER, OPS


def after(*events: Event, now: str = "2027-11-02") -> Played:
    return played([*serving(), *events], now)


def ended(when: str, reason: str, **more: object) -> Event:
    return event("sentence_ended", when, reason=reason, **more)


@pytest.mark.parametrize(
    ("now", "state", "outcome"),
    [
        ("2027-10-31 12:00", "active", None),
        ("2027-11-01 23:59", "active", None),
        ("2027-11-02 00:00", "completed", "expired"),
    ],
)
def test_t30_an_order_expires_with_its_last_day(now: str, state: str, outcome: str | None) -> None:
    """It lasts through the end date, to the midnight in London."""
    seen = after(now=now)

    assert (state, outcome) == (seen.state, seen.view["outcome"])


def test_what_an_expiry_tells() -> None:
    """Agencies hear of the end, the person of restrictions that outlast it."""
    assert {("sentence-ended", "agencies"), ("restrictions-explained", "person")} <= after().told()


@pytest.mark.parametrize("length", [2, 6, 7])
def test_t30_leaves_every_state_without_proceedings(length: int) -> None:
    """Also an order whose person was never inducted ends with its date."""
    assert "T30" == played(serving()[:length], "2027-11-02").arrows()[-1]


def test_t30_leaves_warned() -> None:
    """A warning that still counts does not prolong an order."""
    stream = [*failed("F1", "2027-10-04"), warned("W1", "2027-10-05", "F1")]

    assert ("warned", "completed") == (
        after(*stream, now="2027-11-01").state,
        after(*stream).state,
    )


def test_an_order_that_was_never_allocated_is_held_and_flagged() -> None:
    """It was not served to its end; people decide what that means."""
    seen = played(allocated()[:1], "2027-11-02")

    assert "awaiting_allocation" == seen.state
    assert "end_held" in {flag["code"] for flag in seen.view["flags"]}


def test_t29_a_moved_end_moves_every_clock_that_counts_to_it() -> None:
    """Each keeps the date that it had, with the reason."""
    moved = event("end_date_changed", "2027-06-01", ends_on="2028-01-31")

    seen = after(moved, now="2027-12-01")

    assert "active" == seen.state
    assert {
        "order-end": "2028-01-31",
        "evaluation-by-end": "2028-01-31",
        "evaluation-opens": "2027-12-06",
    } == {key: seen.clock(key)[1] for key in seen.clocks if key in _TO_END}
    assert (
        "2027-11-01: the end of the order moved to 2028-01-31"
        == (seen.clocks["order-end"]["why"]["moved_from"])
    )


_TO_END = {"order-end", "evaluation-by-end", "evaluation-opens"}


def test_an_end_moved_into_the_past_ends_the_order_at_once() -> None:
    """It ends on the date given, at the moment at which that was decided."""
    moved = event("end_date_changed", "2027-06-01", ends_on="2027-05-20")

    seen = after(moved, now="2027-06-01 12:00")

    assert ("completed", "2027-05-20") == (seen.state, seen.view["ended_on"])


def test_an_end_before_the_order_moves_nothing_and_is_referred_back() -> None:
    """The note gives both dates."""
    moved = event("end_date_changed", "2027-06-01", ends_on="2026-11-01")

    reason = "ends_on 2026-11-01 lies before the sentence of 2026-11-02"
    seen = after(moved, now="2027-06-02")

    assert ("applied", reason) == seen.verdict(moved)
    assert ("active", "2027-11-01") == (seen.state, seen.view["ends_on"])


def test_a_move_dated_before_the_end_undoes_an_expiry_whenever_it_arrives() -> None:
    """It takes its place in the log: the order had not expired at all."""
    moved = event("end_date_changed", "2027-10-30", ends_on="2028-01-31")

    assert ("completed", "active") == (
        after(now="2027-11-20").state,
        after(moved, now="2027-11-20").state,
    )


def test_a_move_dated_after_the_end_is_recorded_and_changes_nothing() -> None:
    """A sentence that has ended stays ended."""
    moved = event("end_date_changed", "2027-11-10", ends_on="2028-01-31")

    seen = after(moved, now="2027-11-20")

    assert ("applied", "the sentence had ended on 2027-11-01") == seen.verdict(moved)
    assert ("completed", "2027-11-01") == (seen.state, seen.view["ended_on"])


@pytest.mark.parametrize("reason", ["death", "deportation", "appeal", "other"])
def test_t34_other_ends(reason: str) -> None:
    """Applied from any state, with the outcome `other`; running clocks stop."""
    stream = [*failed("F1", "2027-03-01"), ended("2027-03-02", reason)]

    seen = after(*stream, now="2027-06-01")

    assert ("completed", "other", "2027-03-02", "T34") == (
        seen.state,
        seen.view["outcome"],
        seen.view["ended_on"],
        seen.arrows()[-1],
    )
    assert "stopped" == seen.clock("enforce-6wd/2027-03-01")[0] == seen.clock("order-end")[0]


def test_death_leaves_no_duty_and_no_court() -> None:
    """Also while a breach is before the court; nothing is proposed any more."""
    stream = [
        *failed("F1", "2027-03-01"),
        event("breach_decided", "2027-03-02", failure_ids=["F1"]),
        ended("2027-03-04", "death"),
    ]

    seen = after(*stream, now="2027-11-20")

    assert ("completed", [], "stopped") == (
        seen.state,
        seen.steps(),
        seen.clock("evaluation-by-end")[0],
    )


def test_what_was_missed_before_the_end_stays_missed() -> None:
    """The end takes away what was still to be done, not what was not done in time."""
    stream = [*failed("F1", "2027-02-01"), ended("2027-03-02", "death")]

    seen = after(*stream, now="2027-06-01")

    assert ("missed", "2027-02-09") == seen.clock("enforce-6wd/2027-02-01")


def test_a_death_that_is_told_late_takes_back_what_came_after_it() -> None:
    """Death on 2 March, reported on the 20th: duties due in between had fallen away."""
    late = ended("2027-03-20", "death", ended_on="2027-03-02")

    seen = after(*failed("F1", "2027-03-01"), late, now="2027-06-01")

    assert ("2027-03-02", "stopped") == (
        seen.view["ended_on"],
        seen.clock("enforce-6wd/2027-03-01")[0],
    )


@pytest.mark.parametrize(
    ("sender", "verdict", "state"),
    [(OPS, "applied", "completed"), (OFFICER, "refused", "awaiting_allocation")],
)
def test_only_ops_closes_a_sentence_as_never_imposed(
    sender: dict[str, str], verdict: str, state: str
) -> None:
    """It needs no imposition, and is the one end that does not."""
    closed = ended("2026-11-20", "never_imposed", by=sender)

    seen = played([event("case_allocated", "2026-11-02"), closed], "2026-11-21")

    assert (verdict, state) == (seen.verdict(closed)[0], seen.state)


def test_a_sentence_that_was_imposed_is_not_closed_as_never_imposed() -> None:
    """The refusal names the event to withdraw first."""
    closed = ended("2026-11-20", "never_imposed", by=OPS)

    seen = after(closed, now="2026-11-21")

    reason = (
        "the sentence was imposed by NPS/sentence_imposed.2026-11-02T10:30; "
        "withdraw that event first"
    )
    assert ("refused", reason) == seen.verdict(closed)


def test_any_other_end_waits_for_the_imposition() -> None:
    """There must have been a sentence to end."""
    died = ended("2026-11-20", "death")

    assert ("held", "waits for sentence_imposed") == played([died], "2026-11-21").verdict(died)


def test_a_death_on_a_day_before_the_sentence_is_taken_and_referred_back() -> None:
    """The person died; the day is asked for."""
    died = ended("2026-11-20", "death", ended_on="2026-11-01")

    reason = "ended_on 2026-11-01 lies before the sentence of 2026-11-02"
    seen = after(died, now="2026-11-21")

    assert ("completed", ("applied", reason)) == (seen.state, seen.verdict(died))


def test_evidence_dated_after_the_end_changes_nothing() -> None:
    """A failure cannot lie after the end; a decision is refused with the day of the end."""
    report = failed("F9", "2027-11-10", acceptable=None)
    warning = warned("W9", "2027-11-11", "F1")
    stream = [*failed("F1", "2027-10-25"), *report, warning]

    seen = after(*stream, now="2027-11-20")

    lies_after = "failed_on 2027-11-10 lies after the sentence ended on 2027-11-01"
    assert ("refused", lies_after) == seen.verdict(report[0])
    ended_on = "warning_issued is refused: the sentence ended on 2027-11-01"
    assert ("refused", ended_on) == seen.verdict(warning)
    assert ("completed", "expired") == (seen.state, seen.view["outcome"])


def test_evidence_dated_before_the_end_counts_whenever_it_arrives() -> None:
    """A warning in time, reported after the end, shows that the clock was met."""
    failure = failed("F1", "2027-10-18")
    in_time = warned("W1", "2027-10-26", "F1")

    assert ("missed", "2027-10-26") == after(*failure, now="2027-11-20").clock(
        "enforce-6wd/2027-10-18"
    )
    seen = after(*failure, in_time, now="2027-11-20")
    assert ("met", at("2027-10-26").isoformat()[:19] + "Z") == seen.settled(
        "enforce-6wd/2027-10-18"
    )
    assert "completed" == seen.state


def test_a_failure_of_before_the_end_told_after_it_starts_no_clock() -> None:
    """It is recorded as irregular, and nothing is left to enforce."""
    late = failed("F1", "2027-11-10", acceptable=None, failed_on="2027-10-29")

    seen = after(*late, now="2027-11-20")

    note = "recorded; the sentence is over, no clock is started"
    assert ("applied", note) == seen.verdict(late[0])
    assert "enforce-6wd/2027-10-29" not in seen.clocks


def test_t29_a_licence_that_is_extended_once_supervision_runs_is_marked() -> None:
    """T20, T29: the date is kept, and a person says what it means."""
    moved = event(
        "end_date_changed", "2015-06-10", ends_on="2016-03-01", licence_ends_on="2015-07-01"
    )

    seen = played([*after_licence(), moved], "2015-06-11")

    note = "supervision runs already; a licence to 2015-07-01 does not come back by itself"
    assert ("pss", "2015-07-01") == (seen.view["phase"], seen.view["licence_ends_on"])
    assert ("applied", note) == seen.verdict(moved)
    assert seen.decided.dispositions[moved.uid].irregular


def test_a_sentence_that_is_over_holds_up_no_end() -> None:
    """T34: after a death in prison no flag says that the person is still held."""
    died = event("sentence_ended", "2015-02-20", reason="death")

    seen = played([*sentenced(), died], "2016-03-01")

    assert ("completed", ["end_reason"]) == (
        seen.state,
        [flag["code"] for flag in seen.view["flags"]],
    )
