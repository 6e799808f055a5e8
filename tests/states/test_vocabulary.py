"""The words of the domain go over the wire: one may be added, none is ever renamed."""

from tests.states.events.contract import promised, words


def test_the_words_are_those_that_were_promised() -> None:
    """After an addition: `python -m tests.states.events.contract`, and commit what it adds."""
    found = words()

    assert {name: promised().get(name) for name in found} == found
