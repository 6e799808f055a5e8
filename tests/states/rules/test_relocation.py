"""A sentence that moved names its new identity and the former one (AMB-46)."""

import pytest

from states.events.envelope import Event
from states.sentence_ref import SentenceRef
from tests.states.stream import event, played, serving

THERE = {"to_crn": "X320999", "to_event_number": "2", "why": "merge"}
HERE = {
    "from_crn": "X320999",
    "from_event_number": "2",
    "to_crn": None,
    "to_event_number": None,
    "why": "unmerge",
}
OTHER = SentenceRef("X320999", "2")


@pytest.mark.parametrize(
    ("moves", "holder", "came_from"),
    [
        ((), None, ()),
        ((THERE,), OTHER, ()),
        ((HERE,), None, (OTHER,)),
        ((THERE, HERE), OTHER, (OTHER,)),
        ((HERE, HERE), None, (OTHER,)),
    ],
    ids=["never moved", "left", "taken over", "left and came back", "told twice"],
)
def test_the_last_word_names_the_holder(
    moves: tuple[dict[str, str | None], ...],
    holder: SentenceRef | None,
    came_from: tuple[SentenceRef, ...],
) -> None:
    """The present identity and the former ones are kept apart; each origin is listed once."""
    stream: list[Event] = [
        event("sentence_moved", f"2026-11-{20 + n}", **move) for n, move in enumerate(moves)
    ]

    s = played([*serving(), *stream], "2026-11-30").decided.sentence

    assert (holder, came_from) == (s.continues_as, s.came_from)
