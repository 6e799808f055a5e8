"""Term of a recall: 28 days, the licence, the prison's date (D15, AMB-13)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.licence import EMERGENCY, STANDARD, initiated, on_licence, returned
from tests.states.stream import Played, catalogue, event, played
from tests.states.wording import BOARD, PRISON

FTR = "ftr-28-days/2015-04-07"
TERM = "standard-recall-term/2015-04-07"


def held(*events: Event, now: str = "2015-04-20", **sentence: Any) -> Played:
    return played([*on_licence(**sentence), *events], now)


@pytest.mark.parametrize(
    ("day", "ends_on"),
    [
        pytest.param("2015-06-01", "2015-06-28", id="AMB-13-as-published"),
        pytest.param("2015-04-08", "2015-05-05", id="over-a-month-end"),
        pytest.param("2015-05-31", "2015-06-27", id="from-the-last-of-a-month"),
        pytest.param("2015-12-28", "2016-01-24", id="over-the-year"),
    ],
)
def test_the_day_of_return_is_the_first_of_28(day: str, ends_on: str) -> None:
    """ftr-28-days, AMB-13, AMB-54: counted from the return, never from the revocation."""
    seen = held(*initiated("2015-04-07"), returned(day), now=f"{day} 18:00")

    assert ("running", ends_on) == seen.clock(FTR)
    assert ends_on == seen.view["recalls"][0]["term_ends_on"]


def test_nobody_is_held_beyond_the_licence_that_was_recalled() -> None:
    """D15.5: the cap, with what it replaced and why."""
    seen = held(*initiated(), returned("2015-04-08"), licence_ends_on="2015-04-30")

    assert ("running", "2015-04-30") == seen.clock(FTR)
    assert "2015-05-05: the licence ends on 2015-04-30" == seen.clocks[FTR]["why"]["moved_from"]


def test_the_cap_is_the_end_of_the_licence_not_of_supervision() -> None:
    """D15.5: what follows is supervised at liberty."""
    dates = {"licence_ends_on": "2015-04-30", "pss_ends_on": "2016-02-01"}

    seen = held(*initiated(), returned("2015-04-08"), **dates)

    assert ("running", "2015-04-30") == seen.clock(FTR)


@pytest.mark.parametrize(
    ("licence_ends_on", "ends_on"), [("2015-05-05", "2015-05-05"), ("2015-05-06", "2015-05-05")]
)
def test_a_licence_that_ends_with_the_term_or_after_it_caps_nothing(
    licence_ends_on: str, ends_on: str
) -> None:
    """The boundary."""
    seen = held(*initiated(), returned("2015-04-08"), licence_ends_on=licence_ends_on)

    assert ("running", ends_on) == seen.clock(FTR)


def test_the_prisons_date_governs_and_a_difference_is_shown_with_both() -> None:
    """AMB-13: ours is a cross-check."""
    seen = held(*initiated(), returned("2015-04-08", release_due_on="2015-05-06"))

    assert ("running", "2015-05-06") == seen.clock(FTR)
    flags = {flag["code"]: flag["text"] for flag in seen.view["flags"]}
    text = "the prison releases on 2015-05-06, which governs; by our count it is 2015-05-05"
    assert text == flags["release_date_differs"]


def test_a_date_that_agrees_raises_no_flag() -> None:
    """Both say the fifth."""
    seen = held(*initiated(), returned("2015-04-08", release_due_on="2015-05-05"))

    assert "release_date_differs" not in {flag["code"] for flag in seen.view["flags"]}


def test_a_date_that_the_prison_moves_governs_from_then_on() -> None:
    """T29: release_date_changed in recall custody is about the recall."""
    moved = event("release_date_changed", "2015-04-10", expected_release_on="2015-05-01")

    seen = held(*initiated(), returned("2015-04-08"), moved)

    assert ("running", "2015-05-01") == seen.clock(FTR)
    assert not seen.decided.dispositions[moved.uid].irregular


def test_a_licence_that_is_cut_short_cuts_the_term_short() -> None:
    """T29: the term is dated again by all known dates."""
    moved = event(
        "release_date_changed",
        "2015-04-10",
        expected_release_on="2015-04-25",
        licence_ends_on="2015-04-25",
    )
    by_court = event(
        "end_date_changed", "2015-04-10", ends_on="2015-04-25", licence_ends_on="2015-04-25"
    )

    for change in (moved, by_court):
        seen = held(*initiated(), returned("2015-04-08"), change)
        assert ("running", "2015-04-25") == seen.clock(FTR)
        assert "2015-04-25" == seen.view["recalls"][0]["term_ends_on"]


@pytest.mark.parametrize("choice", [STANDARD, EMERGENCY], ids=["D15.2", "D15.4"])
def test_any_other_recall_lasts_until_the_licence_ends(choice: dict[str, Any]) -> None:
    """standard-recall-term, D11.2, D11.5, AMB-36: an emergency is held as a standard recall."""
    seen = held(*initiated(**choice), returned("2015-04-08"))

    assert ("running", "2016-02-01") == seen.clock(TERM)
    assert FTR not in seen.clocks


def test_a_day_that_the_board_names_dates_the_term() -> None:
    """The release that it directs is expected on that day."""
    said = event("parole_board_decided", "2015-06-01", release_on="2015-06-08")

    seen = held(*initiated(**STANDARD), returned("2015-04-08"), said, now="2015-06-02")

    assert ("running", "2015-06-08") == seen.clock(TERM)


def test_two_returns_have_a_term_each() -> None:
    """The second recall is standard, because there was a first (D11.4)."""
    stream = [
        *initiated(),
        returned("2015-04-08"),
        event("released", "2015-05-05", reason="fixed_term_recall_end"),
        *initiated("2015-09-01", recall_type="standard"),
        returned("2015-09-02"),
    ]

    seen = held(*stream, now="2015-09-03")

    assert ["ended", "running"] == [
        seen.clock(FTR)[0],
        seen.clock("standard-recall-term/2015-09-01")[0],
    ]


@pytest.mark.parametrize(
    ("now", "overdue"), [("2015-05-05 23:59", False), ("2015-05-06 00:00", True)]
)
@pytest.mark.parametrize("theirs", [None, "2015-05-05"])
def test_a_release_that_did_not_come_is_escalated(
    now: str, theirs: str | None, *, overdue: bool
) -> None:
    """ftr-28-days is about liberty: officer, line manager and NPS hear of it on the next day."""
    seen = held(*initiated(), returned("2015-04-08", release_due_on=theirs), now=now)

    told = {effect.recipient for key, effect in seen.decided.alerts.items() if f"/{FTR}/" in key}
    assert ({"officer", "line_manager", "nps_contact"} if overdue else set()) == told
    assert overdue is ("release_overdue" in {flag["code"] for flag in seen.view["flags"]})
    assert "recalled" == seen.state


def test_a_release_on_its_day_is_told_to_nobody_as_overdue() -> None:
    """A late release stays marked as late."""
    in_time = event("released", "2015-05-05", reason="fixed_term_recall_end")
    late = event("released", "2015-05-07", reason="fixed_term_recall_end")

    alarms = [
        {key for key in held(*_back(), item, now="2015-05-10").decided.alerts if f"/{FTR}/" in key}
        for item in (in_time, late)
    ]

    assert [0, 3] == [len(found) for found in alarms]


def _back() -> list[Event]:
    return [*initiated(), returned("2015-04-08")]


def test_a_standard_term_that_ends_before_supervision_is_escalated_as_well() -> None:
    """standard-recall-term: the licence is over without a release (T21)."""
    dates = {"licence_ends_on": "2015-06-30", "pss_ends_on": "2016-02-01"}

    seen = held(*initiated(**STANDARD), returned("2015-04-08"), now="2015-07-01", **dates)

    assert ("recalled", "recall_custody") == (seen.state, seen.view["phase"])
    assert ("overdue", "nps_contact") in seen.told()


def test_who_sent_the_date_does_not_matter_but_what_it_is() -> None:
    """A board's decision in, a prison's date after it: the prison's governs."""
    stream = [
        *initiated(**STANDARD),
        returned("2015-04-08"),
        event("parole_board_decided", "2015-06-01", release_on="2015-06-08", by=BOARD),
        event("release_date_changed", "2015-06-02", expected_release_on="2015-06-09", by=PRISON),
    ]

    assert ("running", "2015-06-09") == held(*stream, now="2015-06-03").clock(TERM)


@pytest.mark.parametrize(
    "back",
    [
        pytest.param(returned("2016-03-01"), id="returned-after-the-end"),
        pytest.param(
            returned("2016-01-20", release_due_on="2016-03-10"), id="held-by-the-prison's-date"
        ),
    ],
)
def test_the_calendar_frees_nobody_whom_the_prison_holds_beyond_the_end(back: Event) -> None:
    """T15, AMB-13: time at large does not count, and the prison's date governs."""
    freed = event("released", "2016-03-10 09:00", reason="other")

    inside = held(*initiated(), back, now="2016-03-02")
    seen = held(*initiated(), back, freed, now="2016-03-11")

    assert ("recalled", "recall_custody", None) == (
        inside.state,
        inside.view["phase"],
        inside.view["outcome"],
    )
    assert "end_held" in {flag["code"] for flag in inside.view["flags"]}
    assert ("completed", "served_to_end", "2016-03-10") == (
        seen.state,
        seen.view["outcome"],
        seen.view["ended_on"],
    )


def test_an_end_that_is_told_anew_ends_the_sentence_again() -> None:
    """T15, T29: the dates that the prison computes after time at large are taken over."""
    moved = event(
        "release_date_changed",
        "2016-03-02",
        expected_release_on="2016-04-01",
        licence_ends_on="2016-04-01",
        by=PRISON,
    )

    seen = held(*initiated(), returned("2016-03-01"), moved, now="2016-04-02")

    assert ("completed", "2016-04-01", "T15") == (
        seen.state,
        seen.view["ended_on"],
        seen.arrows()[-1],
    )


REFERRAL = "board-referral-28d/2015-04-07"
REFERRED = event("parole_board_referred", "2015-04-20")


def under_law(*events: Event, now: str, **sentence: Any) -> Played:
    """Return a standard recall of 7 April under the law pack, the person back on 8 April."""
    stream = [*on_licence(**sentence), *initiated(**STANDARD), returned("2015-04-08"), *events]
    return played(stream, now, pack=catalogue().pack())


@pytest.mark.parametrize(
    ("now", "status"), [("2015-05-05 23:59", "running"), ("2015-05-06 00:00", "missed")]
)
def test_a_standard_recall_is_with_the_parole_board_at_the_end_of_28_days(
    now: str, status: str
) -> None:
    """board-referral-28d, CJA 2003 s.255C(4): the day of return is the first of them."""
    seen = under_law(now=now)

    assert (status, "2015-05-05") == seen.clock(REFERRAL)
    assert "28 days (law: CJA 2003 s.255C(4)" in seen.clocks[REFERRAL]["why"]["rule"]


def test_representations_bring_the_referral_forward_to_their_day() -> None:
    """Made within the 28 days, they are referred at once; made later, they change nothing."""
    early = event("representations_made", "2015-04-14")
    late = event("representations_made", "2015-05-20")

    assert ("missed", "2015-04-14") == under_law(early, now="2015-04-15").clock(REFERRAL)
    moved = under_law(early, now="2015-04-15").clocks[REFERRAL]["why"]["moved_from"]
    assert "2015-05-05: representations were made on 2015-04-14" == moved
    assert ("missed", "2015-05-05") == under_law(late, now="2015-05-21").clock(REFERRAL)


def test_a_referral_or_a_decision_of_the_board_answers_it_and_a_release_ends_it() -> None:
    """Each of them, whoever reports it."""
    decided = event("parole_board_decided", "2015-04-20", decision="no_release")
    out = event("released", "2015-04-20")

    seen = under_law(REFERRED, now="2015-04-21")

    assert ["met"] == of_row(seen, "board-referral-28d")
    assert "2015-04-20" == seen.view["recalls"][0]["board_referred_on"]
    assert ["met"] == of_row(under_law(decided, now="2015-04-21"), "board-referral-28d")
    assert ["stopped"] == of_row(under_law(out, now="2015-04-21"), "board-referral-28d")


def test_a_fixed_term_is_referred_to_nobody() -> None:
    """It ends by itself."""
    stream = [*on_licence(), *initiated(), returned("2015-04-08")]

    assert [] == of_row(played(stream, "2015-04-09", pack=catalogue().pack()), "board-referral-28d")


def test_a_referral_without_a_recall_is_taken_and_marked() -> None:
    """It is an act of the Secretary of State."""
    seen = played([*on_licence(), REFERRED], "2015-04-21")

    assert ("applied", "no recall is under way") == seen.verdict(REFERRED)


LIFE = {
    "indeterminate": True,
    "length_days": None,
    "extended": None,
    "automatic_release_on": None,
    "licence_ends_on": None,
}


def test_a_life_sentence_that_is_recalled_is_held_until_the_parole_board_decides() -> None:
    """No fixed term, no end of the licence, no time for the referral: the Board alone releases."""
    seen = under_law(now="2016-06-01", **LIFE)

    assert ("recalled", "recall_custody") == (seen.state, seen.view["phase"])
    assert [] == of_row(seen, "board-referral-28d")
    assert ["open"] == of_row(seen, "board-referral-indeterminate")
    held = [item for item in seen.view["proposals"] if item["step"] == "parole_board_decided"]
    assert ["held until the Parole Board decides on release: the sentence has no end"] == [
        item["reason"] for item in held
    ]


def test_a_life_sentence_goes_on_under_its_licence_after_the_board_released() -> None:
    """A second release is on licence again, without an end, and is never completed by a date."""
    board = event("parole_board_decided", "2015-09-01", release_on="2015-09-14")
    out = event("released", "2015-09-14", reason="parole")

    seen = under_law(REFERRED, board, out, now="2035-01-01", **LIFE)

    assert ("licence", None) == (seen.view["phase"], seen.view["ends_on"])
    assert "completed" != seen.state
    assert ["done"] == of_row(seen, "board-referral-indeterminate")
