"""Ends of each type of sentence, one outcome a row (5.4)."""

from typing import Final

import pytest

from states.events.envelope import Event
from tests.states.licence import STANDARD, initiated, on_licence, returned
from tests.states.stream import event, failed, played, serving
from tests.states.supervision import supervised, suspended

BREACHED: Final = [
    *failed("F1", "2026-11-23"),
    *failed("F2", "2026-11-30"),
    event("breach_decided", "2026-12-01", failure_ids=["F2"]),
    event("breach_referred", "2026-12-01 13:00"),
    event("breach_referral_received", "2026-12-01 14:00"),
]


def recalled_for_good() -> list[Event]:
    return initiated(**STANDARD)


def court(outcome: str, when: str = "2026-12-10") -> Event:
    return event("court_decided", when, outcome=outcome)


COMMITTED: Final = [
    *supervised(),
    *(item for n in (1, 2, 3) for item in failed(f"F{n}", f"2015-0{n + 5}-01")),
    event("breach_decided", "2015-08-05", failure_ids=["F3"]),
    event("breach_referred", "2015-08-05 13:00"),
    event("breach_referral_received", "2015-08-05 14:00"),
    event("court_decided", "2015-09-01", outcome="committed"),
    event("returned_to_custody", "2015-09-01 15:00", why="committal"),
]

ENDS: Final = [
    ("O.committed-to-end", COMMITTED, "2016-03-02", "committed_to_end", "committed-to-end"),
    ("O.expired", serving(), "2027-11-02", "expired", "T30"),
    ("O.good-progress", [*serving(), court("good_progress")], "2026-12-11", "good_progress", "T31"),
    (
        "O.revoked-resentenced",
        [*serving(), *BREACHED, court("revoked_resentenced")],
        "2026-12-11",
        "revoked_resentenced",
        "T32",
    ),
    (
        "O.revoked-custody",
        [*serving(), *BREACHED, court("revoked_custody")],
        "2026-12-11",
        "revoked_custody",
        "T32",
    ),
    (
        "O.activated-custody",
        [*suspended(), *BREACHED, court("activated_custody")],
        "2026-12-11",
        "activated_custody",
        "T33",
    ),
    (
        "O.served-to-end",
        [*on_licence(), *recalled_for_good(), returned("2015-04-09")],
        "2016-02-02",
        "served_to_end",
        "T15",
    ),
    (
        "O.other",
        [*serving(), event("sentence_ended", "2026-12-01", reason="death")],
        "2026-12-02",
        "other",
        "T34",
    ),
]


@pytest.mark.parametrize(
    ("row", "stream", "now", "outcome", "arrow"), ENDS, ids=[end[0] for end in ENDS]
)
def test_a_sentence_ends_as_its_row_says(
    row: str, stream: list[Event], now: str, outcome: str, arrow: str
) -> None:
    """State, outcome, and the transition that led there."""
    seen = played(stream, now)

    assert ("completed", outcome, arrow) == (seen.state, seen.view["outcome"], seen.arrows()[-1]), (
        row
    )
