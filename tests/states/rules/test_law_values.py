"""Numbers that law sets follow the law pack of the sentence, by the day that chooses each."""

from typing import Any, Final

import pytest

from states.events.envelope import Event
from states.law.pack import LawPack
from states.rules.law_values import law_value
from tests.states.stream import Played, catalogue, event, played
from tests.states.wording import COURT_OFFICER

WORK: Final = {"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}


def pack() -> LawPack:
    return catalogue().packs["england-and-wales-2026a"]


def custody(sentenced: str, released: str, **dates: Any) -> list[Event]:
    """Return custody from `sentenced`, released on a licence on `released`."""
    given = {
        "type": "custody",
        "sentenced_on": sentenced,
        "length_days": 300,
        "extended": False,
        "requirements": [],
        "ends_on": None,
        "expected_release_on": released,
        "automatic_release_on": released,
        "licence_ends_on": "2028-10-31",
        "offence": {"committed_on": sentenced, "violent_or_sexual": False},
        **dates,
    }
    return [
        event("sentence_imposed", f"{sentenced} 10:30", **given),
        event("case_allocated", sentenced, by=COURT_OFFICER),
        event("released", f"{released} 10:00"),
    ]


def returned(day: str, *, length_days: int = 300, **dates: Any) -> Played:
    """Return a fixed term recall on which the person came back on `day`, under the pack."""
    stream = custody("2015-03-02", "2015-04-01", length_days=length_days, **dates)
    stream += [
        event("recall_decided", "2015-06-01 10:00"),
        event("licence_revoked", "2015-06-01 15:00"),
        event("returned_to_custody", f"{day} 12:00"),
    ]
    return played(stream, f"{day} 18:00", pack=pack())


FTR: Final = "ftr-28-days/2015-06-01"


@pytest.mark.parametrize(
    ("day", "length_days", "ends_on", "days"),
    [
        ("2015-06-02", 300, "2015-06-15", 14),
        ("2015-06-02", 365, "2015-06-15", 14),
        ("2015-06-02", 366, "2015-06-29", 28),
        ("2026-03-30", 300, "2026-04-12", 14),
        ("2026-03-30", 400, "2026-04-26", 28),
        ("2026-03-31", 300, "2026-05-25", 56),
        ("2026-04-01", 400, "2026-05-26", 56),
    ],
)
def test_a_fixed_term_has_the_length_of_the_law_on_the_day_of_return(
    day: str, length_days: int, ends_on: str, days: int
) -> None:
    """14 days under twelve months, 28 from there, 56 from 31 March 2026; the clock says why."""
    seen = returned(day, length_days=length_days)

    assert ("running", ends_on) == seen.clock(FTR)
    assert seen.clocks[FTR]["why"]["rule"].startswith(f"{days} days (law: CJA 2003 s.255B")
    assert "recall.fixed_term.days of england-and-wales-2026a" in seen.clocks[FTR]["why"]["rule"]


@pytest.mark.parametrize(
    ("facts", "ends_on"),
    [
        ({"term": {"months": 12}, "length_days": 365}, "2015-06-29"),
        ({"term": {"years": 1}, "length_days": 365}, "2015-06-29"),
        ({"term": {"months": 11, "days": 30}, "length_days": 366}, "2015-06-15"),
    ],
)
def test_a_term_in_months_counts_before_the_length_in_days(
    facts: dict[str, Any], ends_on: str
) -> None:
    """Twelve months are not 365 days, and are no length under twelve months."""
    assert ("running", ends_on) == returned("2015-06-02", **facts).clock(FTR)


@pytest.mark.parametrize(
    ("group", "months", "ends_on"),
    [("youth", 11, "2026-04-14"), ("youth", 12, "2026-04-28"), ("adult", 11, "2026-05-26")],
)
def test_a_relevant_young_offender_keeps_14_and_28_days(
    group: str, months: int, ends_on: str
) -> None:
    """From 31 March 2026 everybody else has 56."""
    seen = returned("2026-04-01", sentence_group=group, term={"months": months})

    assert ("running", ends_on) == seen.clock(FTR)


@pytest.mark.parametrize(
    ("convicted_on", "hours"),
    [("2022-06-27", 16), ("2022-06-28", 20), ("2022-06-29", 20), (None, 20)],
)
def test_the_day_of_conviction_chooses_where_it_is_given(
    convicted_on: str | None, hours: int
) -> None:
    """A sentence of July 2022 may rest on a conviction of June; else its own day is taken."""
    dates = {"sentenced_on": "2022-07-04", "ends_on": "2023-07-03", "convicted_on": convicted_on}
    order = event("sentence_imposed", "2022-07-04 10:30", **dates)
    seen = played([order], "2022-07-05", pack=pack())
    s, at = seen.decided.sentence, seen.decided.sentence.at
    assert at is not None
    found = law_value(s, seen.decided.law, "curfew.hours_a_day", at)

    assert found is not None
    assert hours == found.value


def test_the_end_of_the_licence_caps_56_days() -> None:
    """Nobody is held beyond the licence that was recalled, however long the term is."""
    seen = returned("2026-04-01", licence_ends_on="2026-04-20")

    assert ("running", "2026-04-20") == seen.clock(FTR)


def test_a_sentence_without_a_pack_keeps_the_numbers_of_its_edition() -> None:
    """A history that was recorded before there were packs is decided the same way again."""
    stream = custody("2015-03-02", "2015-04-01")
    stream += [
        event("recall_decided", "2015-06-01 10:00"),
        event("licence_revoked", "2015-06-01 15:00"),
        event("returned_to_custody", "2026-04-01 12:00"),
    ]
    seen = played(stream, "2026-04-01 18:00")

    assert ("running", "2026-04-28") == seen.clock(FTR)


@pytest.mark.parametrize(
    ("pss_ends_on", "ends_on"),
    [
        ("2026-05-09", "2026-05-09"),
        ("2026-05-10", "2026-05-10"),
        ("2026-05-11", "2026-05-10"),
        ("2026-08-31", "2026-05-10"),
    ],
)
def test_supervision_after_sentence_ends_before_11_may_2026(pss_ends_on: str, ends_on: str) -> None:
    """Whenever it began: the sentence is complete after its last day of supervision."""
    dates = {"licence_ends_on": "2025-12-31", "pss_ends_on": pss_ends_on}
    stream = custody("2025-03-03", "2025-09-01", **dates)

    before = played(stream, f"{ends_on} 12:00", pack=pack())
    after = played(stream, "2026-09-01", pack=pack())

    assert ("pss", ends_on) == (before.view["phase"], before.view["pss_ends_on"])
    assert ("completed", ends_on) == (after.view["state"], after.view["ended_on"])


def test_no_supervision_follows_a_licence_that_ends_after_its_repeal() -> None:
    """The sentence ends with the licence."""
    dates = {"licence_ends_on": "2026-05-10", "pss_ends_on": "2026-08-31"}
    seen = played(custody("2025-03-03", "2025-09-01", **dates), "2026-06-01", pack=pack())

    assert ("completed", "licence") == (seen.view["state"], seen.view["phase"])
    assert "2026-05-10" == seen.view["ended_on"]


def test_a_licence_whose_end_was_not_told_goes_on_where_its_supervision_was_repealed() -> None:
    """Absent is unknown: the day of release is no end, and the missing date is asked for."""
    dates = {"licence_ends_on": None, "pss_ends_on": "2027-08-31"}
    dates["expected_release_on"] = "2026-06-01"
    seen = played(custody("2025-03-03", "2026-06-01", **dates), "2026-09-01", pack=pack())

    assert ("licence", None) == (seen.view["phase"], seen.view["ends_on"])
    assert "completed" != seen.state
    assert "end_unknown" in {flag["code"] for flag in seen.view["flags"]}


def test_a_breach_of_a_failure_that_began_before_outlasts_the_repeal() -> None:
    """SA 2026 s.34(5): the court still decides it, and the sentence waits for that."""
    dates = {"licence_ends_on": "2025-12-31", "pss_ends_on": "2026-08-31"}
    stream = custody("2025-03-03", "2025-09-01", **dates)
    for number, day in enumerate(("2026-02-02", "2026-03-02", "2026-04-01")):
        stream += [
            event("failure_reported", f"{day} 16:00", failure_id=f"F{number}", failed_on=day),
            event("failure_judged", f"{day} 17:00", failure_id=f"F{number}", acceptable=False),
        ]
    stream.append(event("breach_decided", "2026-04-02", failure_ids=["F0", "F1", "F2"]))
    seen = played(stream, "2026-06-01", pack=pack())

    assert ("breached", "pss") == (seen.view["state"], seen.view["phase"])


@pytest.mark.parametrize(
    ("sentenced", "status", "due_on"),
    [
        ("2025-05-09", "missed", "2026-05-08"),
        ("2025-05-11", "missed", "2026-05-10"),
        ("2025-05-12", "stopped", "2026-05-11"),
        ("2026-05-08", "stopped", "2027-05-07"),
    ],
)
def test_unpaid_work_has_no_twelve_months_from_11_may_2026(
    sentenced: str, status: str, due_on: str
) -> None:
    """Orders whenever made: what was missed before stays missed, and what runs falls away."""
    order = {"sentenced_on": sentenced, "ends_on": "2028-01-01", "requirements": [WORK]}
    stream = [
        event("sentence_imposed", f"{sentenced} 10:30", **order),
        event("case_allocated", sentenced),
    ]
    seen = played(stream, "2027-09-01", pack=pack())

    assert (status, due_on) == seen.clock("upw-finish-12-months/R1")


def test_unpaid_work_that_was_ordered_after_that_day_has_no_such_clock() -> None:
    """Neither the limit nor what watches it."""
    stream = [
        event("sentence_imposed", "2026-11-02 10:30", requirements=[WORK]),
        event("case_allocated", "2026-11-02"),
    ]
    seen = played(stream, "2026-11-03", pack=pack())

    assert [] == [key for key in seen.clocks if key.startswith(("upw-finish", "upw-watch"))]
