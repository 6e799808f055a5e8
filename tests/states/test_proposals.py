"""The next lawful steps are advised with their reasons; a person takes them or leaves them (D7)."""

import pytest

from states.events.event import Event
from states.rules.standing import enforcing
from tests.states.stream import Played, allocated, event, failed, played, serving, warned

DAY = "2026-11-23"


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_a_proposal_gives_step_failures_row_reason_and_whose_it_is() -> None:
    """All that an officer needs to take the step or to say why not."""
    assert [
        {
            "step": "warning_issued",
            "failure_ids": ("F1",),
            "row": "D7.1",
            "reason": "1 unacceptable failure within 12 months; a warning is advised",
            "by": "CRC",
            "subject": None,
        }
    ] == after(*failed("F1", DAY)).view["proposals"]


def test_d7_row_2_counts_up_to_the_failure_in_question() -> None:
    """The first of two is warned of, the second goes to court, each with its own count."""
    seen = after(*failed("F1", DAY), *failed("F2", "2026-11-25"))

    assert [("warning_issued", ("F1",)), ("breach_decided", ("F2",))] == [
        (item["step"], item["failure_ids"]) for item in seen.view["proposals"]
    ]
    assert (
        "2 unacceptable failures within 12 months; breach is advised from 2"
        == (seen.view["proposals"][1]["reason"])
    )


def test_a_day_is_proposed_for_as_one() -> None:
    """One failure a day: one step names all that failed on it."""
    seen = after(*failed("F1", "2026-11-23 09:00"), *failed("F2", "2026-11-23 15:00"))

    assert [("F1", "F2")] == [item["failure_ids"] for item in seen.view["proposals"]]


def test_d7_row_8_comes_before_any_count_and_any_warning() -> None:
    """A danger that is known after the warning is still to be acted on."""
    concern = event("public_protection_concern_raised", "2026-11-25", failure_ids=["F1"])

    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), concern)

    assert [("breach_decided", "D7.8")] == seen.steps()


def test_an_excused_danger_is_not_proposed_for() -> None:
    """The officer found the explanation acceptable."""
    assert [] == after(*failed("F1", DAY, acceptable=True, public_protection=True)).steps()


def test_a_decided_breach_is_to_be_referred() -> None:
    """Until it is; then nothing is advised but to wait for the court."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])
    referred = event("breach_referred", "2026-11-26")

    assert [("breach_referred", "D6.1")] == after(*failed("F1", DAY), decided).steps()
    assert [] == after(*failed("F1", DAY), decided, referred).steps()


def test_a_breach_withdrawn_before_anybody_acted_on_it_leaves_the_failure_open() -> None:
    """The clock runs on, so a step is advised again."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])
    withdrawn = event("breach_withdrawn", "2026-11-26")

    assert [("warning_issued", "D7.1")] == after(*failed("F1", DAY), decided, withdrawn).steps()


def test_a_breach_that_the_court_found_not_proved_is_answered() -> None:
    """It was acted on; the court has spoken."""
    stream = [
        event("breach_decided", "2026-11-25", failure_ids=["F1"]),
        event("breach_referred", "2026-11-26"),
        event("breach_referral_received", "2026-11-27"),
        event("court_decided", "2026-11-28", outcome="not_proved"),
    ]

    assert [] == after(*failed("F1", DAY), *stream).steps()


@pytest.mark.parametrize(
    ("requirements", "who"),
    [
        (["curfew"], "NPS"),
        (["attendance_centre"], "NPS"),
        (["unpaid_work"], "CRC"),
        (["curfew", "unpaid_work"], "CRC"),
    ],
)
def test_d9_who_enforces(requirements: list[str], who: str) -> None:
    """The provider; the NPS for orders of a curfew or an attendance centre alone."""
    order = [
        {"requirement_id": f"R{number}", "kind": kind} for number, kind in enumerate(requirements)
    ]

    assert who == enforcing(played(allocated(requirements=order), "2026-11-03").decided.sentence)
