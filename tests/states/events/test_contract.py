"""The wire contract may grow; nothing that integrators were told is taken back."""

from states.events.register import NUDGE
from tests.states.events.contract import kept, promised


def test_nothing_that_was_promised_has_changed() -> None:
    """A name, a word, a bound, the time that counts, a place among causes: each is kept."""
    assert [] == sorted({*promised()} - {*kept()})


def test_what_is_new_is_promised_too() -> None:
    """After an addition: `python -m tests.states.events.contract`, and commit what it adds."""
    assert [] == sorted({*kept()} - {*promised()})


def test_the_signal_without_an_envelope_keeps_its_name() -> None:
    """It is no event, and only wakes the sentence."""
    assert "nudge" == NUDGE
