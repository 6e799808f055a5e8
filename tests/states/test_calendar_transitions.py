"""The calendar ends only what a court dated: T09 and T30 fall at their own instants."""

import pytest

from states.calendar_transitions import upcoming
from states.events.envelope import Event
from states.sentence import Sentence
from tests.states.stream import Played, allocated, at, event, failed, played, serving, warned

LONG = {"ends_on": "2029-11-01"}
WARNED = [*failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1")]


def after(*events: Event, now: str) -> Played:
    return played([*serving(**LONG), *events], now)


def last_move(seen: Played) -> tuple[str, str, str | None]:
    move = seen.view["transitions"][-1]
    return move["arrow"], move["at"], move["cause"]


def test_a_new_sentence_has_no_dated_arrow() -> None:
    """Nothing is dated before a court has dated it."""
    assert [] == list(upcoming(Sentence()))


def test_a_requirement_ends_with_its_term_before_anybody_has_the_case() -> None:
    """G8: what a court dated needs no provider."""
    made = [{"requirement_id": "R1", "kind": "curfew", "ends_on": "2026-11-20"}]
    imposed, _ = allocated(requirements=made)

    before, seen = (played([imposed], now) for now in ("2026-11-20 23:59", "2026-11-21"))

    assert [None, "2026-11-20"] == [
        item.view["requirements"][0]["terminated_on"] for item in (before, seen)
    ]
    assert "awaiting_allocation" == seen.state


def test_t09_falls_on_the_anniversary_whenever_anybody_looks() -> None:
    """The instant is the sentence's own: midnight in London, without a cause."""
    for now in ("2027-11-23 00:00", "2028-06-01"):
        assert ("T09", "2027-11-23T00:00:00Z", None) == last_move(after(*WARNED, now=now))


def test_t30_falls_at_a_midnight_of_summer_time_one_hour_earlier_in_utc() -> None:
    """An order that ends on 30 June ends at 23:00 UTC."""
    seen = played(serving(ends_on="2027-06-30"), "2027-07-01 00:00")

    assert ("T30", "2027-06-30T23:00:00Z", None) == last_move(seen)


def test_a_newer_failure_holds_the_window_open() -> None:
    """It closes twelve months after the newest that counts."""
    second = [
        *failed("F2", "2027-02-01"),
        warned("W2", "2027-02-02", "F2", departure_rationale="In treatment."),
    ]

    assert "warned" == after(*WARNED, *second, now="2028-01-31 23:59").state
    assert ("T09", "2028-02-01T00:00:00Z", None) == last_move(
        after(*WARNED, *second, now="2028-02-01 00:00")
    )


def test_an_open_failure_clock_holds_the_person_in_warned() -> None:
    """T09 asks that no failure clock is open: one is judged two weeks after the window."""
    late = failed("F2", "2027-11-15", acceptable=None)
    excused = event("failure_judged", "2027-12-06", failure_id="F2", acceptable=True)

    assert "warned" == after(*WARNED, *late, now="2027-12-05").state
    seen = after(*WARNED, *late, excused, now="2027-12-07")
    assert ("active", "T10", "2027-12-06T12:00:00Z") == (seen.state, *last_move(seen)[:2])


def test_an_event_at_the_instant_of_a_dated_arrow_goes_first() -> None:
    """A court's word at the very midnight of the end is still about a running order."""
    decided = event("court_decided", "2029-11-02 00:00", outcome="good_progress")

    seen = after(decided, now="2029-11-02 00:00")

    assert ("good_progress", "T31") == (seen.view["outcome"], last_move(seen)[0])


def test_an_event_after_a_dated_arrow_meets_the_state_that_it_left() -> None:
    """A second failure after the window, and after that of the warning, is a first one again."""
    later = failed("F2", "2027-11-24")

    seen = after(*WARNED, *later, now="2027-11-25")

    assert ("active", [("warning_issued", "D7.1")]) == (seen.state, seen.steps())


def test_two_dated_arrows_fall_in_their_order() -> None:
    """The window closes, then the order ends."""
    arrows = played([*serving(ends_on="2027-12-31"), *WARNED], "2028-02-01").arrows()

    assert ["T09", "T30"] == arrows[-2:]


def test_a_warning_for_a_failure_out_of_the_window_leads_straight_back() -> None:
    """Issued thirteen months after the failure, it counts from no day on."""
    late = warned("W1", "2027-12-23", "F1")

    seen = after(*failed("F1", "2026-11-23"), late, now="2027-12-24")

    assert ("active", ["T05", "T09"]) == (seen.state, seen.arrows()[-2:])
    assert at("2027-12-23").isoformat()[:19] + "Z" == last_move(seen)[1]


@pytest.mark.parametrize("failed_on", ["2026-11-23", "2027-02-28", "2028-02-29"])
def test_the_window_of_the_view_and_the_arrow_agree(failed_on: str) -> None:
    """The clock's last day is the last on which the failure counts and the person is warned."""
    stream = [*failed("F1", failed_on), warned("W1", failed_on + " 18:00", "F1")]
    due_on = after(*stream, now=failed_on + " 19:00").clock(f"failure-window-12m/{failed_on}")[1]

    last = after(*stream, now=f"{due_on} 23:59")

    assert ("warned", 1) == (last.state, last.view["counted_failures"])
