"""The wire contract may grow; no promise to integrators is broken.

After an addition: `python -m tests.states.events.contract`, and commit what it adds.
"""

import pytest

from states.events.registry import KINDS, NUDGE
from tests.states.events.contract import present, promised


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_as_it_was_promised(kind: str) -> None:
    """Its fields, their bounds and words, the time that counts, its place among causes."""
    found = present(kind)

    assert {name: promised().get(name) for name in found} == found


def test_no_kind_that_was_promised_is_gone() -> None:
    """An integrator that sends it is understood for ever."""
    kinds = [name for name, said in promised().items() if any(", rank " in line for line in said)]

    assert sorted(KINDS) == sorted(kinds)


def test_the_signal_without_an_envelope_keeps_its_name() -> None:
    """It is no event, and only wakes the sentence."""
    assert "nudge" == NUDGE
