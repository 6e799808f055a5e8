"""The next lawful steps are advised with their reasons; a person takes them or leaves them."""

from states.events.envelope import Event
from tests.states.stream import Played, event, failed, played, serving

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
            "reason": f"1 unacceptable failure within the 12 months to {DAY}; a warning is advised",
            "by": "CRC",
            "subject": None,
            "source": "PF 2015 Enforce",
        }
    ] == after(*failed("F1", DAY)).view["proposals"]


def test_nothing_is_advised_once_the_sentence_is_over() -> None:
    """An unanswered failure of an ended licence gets no advice."""
    ended = event("sentence_ended", "2026-11-26", reason="death")

    assert [] == after(*failed("F1", DAY), ended).steps()
