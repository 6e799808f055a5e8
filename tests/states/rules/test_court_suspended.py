"""Decisions of a court on a suspended sentence order (D17.7 to D17.9, AMB-09, AMB-15, G9)."""

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, event, failed, played, warned
from tests.states.supervision import suspended

BREACHED = [
    *failed("F1", "2026-11-23"),
    warned("W1", "2026-11-24", "F1"),
    *failed("F2", "2026-11-26"),
    event("breach_decided", "2026-11-27", failure_ids=["F2"]),
]


def court(outcome: str, when: str = "2026-12-10", **more: object) -> Event:
    return event("court_decided", when, outcome=outcome, **more)


def after(*events: Event, now: str = "2026-12-14") -> Played:
    return played([*suspended(), *events], now)


def irregular(seen: Played, item: Event) -> bool:
    return seen.decided.dispositions[item.uid].irregular


def test_d17_row_7_an_order_that_continues_has_its_past_spent() -> None:
    """T07, D8.2, AMB-09: as of a community order."""
    decided = court("continues")

    seen = after(*BREACHED, decided)

    assert ("active", "T07", 0) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])
    assert not irregular(seen, decided)


def test_d17_row_7_a_varied_requirement_takes_the_place_of_the_old() -> None:
    """In a breach, and the past is spent."""
    varied = court(
        "requirements_changed",
        requirements=[{"requirement_id": "R2", "kind": "unpaid_work", "hours": 60}],
    )

    seen = after(*BREACHED, varied)

    open_ones = [k for k, item in seen.decided.sentence.requirements.items() if item.is_open]
    assert ("active", 0, ["R2"]) == (seen.state, seen.view["counted_failures"], open_ones)


def test_d17_row_8_good_progress_ends_the_requirement_and_not_the_order() -> None:
    """T27: the operational period runs on; the one requirement that can be ended so is meant."""
    decided = court("good_progress")

    seen = after(decided)

    obligations = seen.decided.sentence.requirements
    assert ("active", None, "2028-11-01") == (
        seen.state,
        seen.view["outcome"],
        seen.view["ends_on"],
    )
    assert {"R1": False, "R2": True} == {key: item.is_open for key, item in obligations.items()}
    assert not irregular(seen, decided)


def test_d17_row_9_an_activated_sentence_is_over_and_another_one_begins() -> None:
    """T33, AMB-15: the custody that was suspended is a sentence with a number of its own."""
    decided = court("activated_custody")

    seen = after(*BREACHED, decided)

    note = "a new sentence is another one, with an event number of its own"
    assert ("completed", "activated_custody", "2026-12-10", "T33") == (
        seen.state,
        seen.view["outcome"],
        seen.view["ended_on"],
        seen.arrows()[-1],
    )
    assert (("applied", note), False) == (seen.verdict(decided), irregular(seen, decided))


def test_d17_row_12_a_breach_not_proved_leads_back() -> None:
    """T08: the warning counts, nothing is spent."""
    seen = after(*BREACHED, court("not_proved"))

    assert ("warned", "T08", 2) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])


@pytest.mark.parametrize("outcome", ["revoked_resentenced", "revoked_custody"])
def test_a_revocation_of_which_no_text_speaks_is_followed(outcome: str) -> None:
    """5.4: not stated of this order; the court's word ends it all the same, irregularly."""
    decided = court(outcome)

    seen = after(*BREACHED, decided)

    assert ("completed", outcome) == (seen.state, seen.view["outcome"])
    assert irregular(seen, decided)
    assert seen.verdict(decided)[1].startswith("no text says so of a suspended sentence order")


@pytest.mark.parametrize(
    ("ends_on", "note", "expected"),
    [
        ("2028-06-01", "up to its end the order needs no extension", "2028-06-01"),
        (
            "2029-06-01",
            "unpaid work never outlasts the operational period, which ends on 2028-11-01",
            "2028-11-01",
        ),
    ],
)
def test_guard_9_the_end_of_the_order_never_moves_for_unpaid_work(
    ends_on: str, note: str, expected: str
) -> None:
    """An extension past it does not exist: it is cut off there, and before it none is needed."""
    decided = court("unpaid_work_extended", ends_on=ends_on)

    seen = after(decided)

    assert (("applied", note), True) == (seen.verdict(decided), irregular(seen, decided))
    assert (expected, "2028-11-01") == (_end_of_work(seen), seen.view["ends_on"])


def _end_of_work(seen: Played) -> str | None:
    found: str | None = next(
        r["ends_on"] for r in seen.view["requirements"] if r["requirement_id"] == "R2"
    )
    return found


def test_a_committal_is_not_foreseen_of_an_order() -> None:
    """The note lists what is."""
    decided = court("committed")

    seen = after(*BREACHED, decided)

    assert ("breached", True) == (seen.state, irregular(seen, decided))
    assert seen.verdict(decided)[1].startswith(
        "committed is not foreseen of a suspended_sentence_order: foreseen are continues, "
    )
