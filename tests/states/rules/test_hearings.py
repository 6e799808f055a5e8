"""Hearings: listed, listed again, heard (court-hearing, D9.hearings, D19)."""

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, event, failed, played, serving

DAY = "2026-11-23"
BREACHED = [*failed("F1", DAY), event("breach_decided", "2026-11-26", failure_ids=["F1"])]
LISTED = event("hearing_listed", "2026-11-27", listed_on="2026-12-10")
HEARING = "court-hearing/breach.2026-12-10"


def after(*events: Event, now: str = "2026-12-01") -> Played:
    return played([*serving(), *events], now)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-12-09 23:59", "running"),
        ("2026-12-10 23:59", "running"),
        ("2026-12-11 00:00", "missed"),
    ],
)
def test_a_listed_hearing_is_expected_on_its_day(now: str, status: str) -> None:
    """court-hearing: it is met by what the court decided, on the day at the latest."""
    assert status == after(*BREACHED, LISTED, now=now).clock(HEARING)[0]


def test_a_decision_meets_the_hearing() -> None:
    """By the time of the decision."""
    decided = event("court_decided", "2026-12-10 15:00", outcome="continues")

    seen = after(*BREACHED, LISTED, decided, now="2026-12-12")

    assert ("met", "2026-12-10T15:00:00Z") == seen.settled(HEARING)


def test_a_hearing_listed_again_takes_the_place_of_the_one_before() -> None:
    """Adjourned on the day itself: nothing was missed, and another day is expected."""
    again = event("hearing_listed", "2026-12-10 16:00", listed_on="2027-01-07")

    seen = after(*BREACHED, LISTED, again, now="2026-12-12")

    assert ("stopped", ("running", "2027-01-07")) == (
        seen.clock(HEARING)[0],
        seen.clock("court-hearing/breach.2027-01-07"),
    )
    assert "2027-01-07" == seen.view["breaches"][0]["hearing_on"]


def test_hearings_for_two_purposes_are_two() -> None:
    """A review of the order does not move the hearing of the breach."""
    review = event("hearing_listed", "2026-11-28", listed_on="2026-12-15", purpose="review")

    seen = after(*BREACHED, LISTED, review)

    assert ("running", "running") == (
        seen.clock(HEARING)[0],
        seen.clock("court-hearing/review.2026-12-15")[0],
    )


def test_the_nps_attends() -> None:
    """D9.hearings, ev-nps-present: a duty of the court officer, for each hearing."""
    found = [
        (d["owner"], d["subject"])
        for d in after(*BREACHED, LISTED).view["duties"]
        if d["duty"] == "ev-nps-present"
    ]

    assert [("court_officer", "breach.2026-12-10")] == found


def test_a_hearing_about_unpaid_work_needs_no_breach() -> None:
    """D19, T27: the order is on its way back to court."""
    listed = event(
        "hearing_listed",
        "2026-11-27",
        listed_on="2026-12-10",
        purpose="unpaid_work",
        requirement_id="R2",
    )

    seen = after(listed)

    assert ("applied", "active") == (seen.verdict(listed)[0], seen.state)
    assert ("running", "2026-12-10") == seen.clock("court-hearing/unpaid_work.2026-12-10")


def test_a_hearing_about_an_unknown_requirement_is_expected_all_the_same() -> None:
    """The court listed it, whatever we know of the requirement."""
    listed = event(
        "hearing_listed",
        "2026-11-27",
        listed_on="2026-12-10",
        purpose="unpaid_work",
        requirement_id="R9",
    )

    seen = after(listed)

    assert ("applied", "requirement R9 is not known") == seen.verdict(listed)
    assert ("running", "2026-12-10") == seen.clock("court-hearing/unpaid_work.2026-12-10")


def test_a_breach_that_a_court_lists_and_nobody_decided_is_expected() -> None:
    """A person finds out what was laid before the court."""
    listed = event("hearing_listed", "2026-11-27", listed_on="2026-12-10")

    seen = played([*serving(), listed], "2026-11-28")

    decided = event("breach_decided", "2026-11-29", failure_ids=["F1"], departure_rationale="Why.")
    known = played([*serving(), *failed("F1", "2026-11-23"), listed, decided], "2026-11-30")

    assert "2026-12-10" == known.view["breaches"][0]["hearing_on"]
    note = "a breach is listed, and no breach was decided"
    assert ("applied", note) == seen.verdict(listed)
    assert ("running", "2026-12-10") == seen.clock(HEARING)


def test_no_hearing_is_expected_of_a_sentence_that_is_over() -> None:
    """A listed hearing is recorded, and irregular."""
    ended = event("sentence_ended", "2026-11-26", reason="death")
    listed = event("hearing_listed", "2026-11-27", listed_on="2026-12-10", purpose="review")

    seen = after(ended, listed)

    assert ("applied", "the sentence had ended on 2026-11-26") == seen.verdict(listed)
    assert [] == [key for key in seen.clocks if key.startswith("court-hearing/")]
