"""Which type of recall is advised and which is barred: table D11, row by row."""

from typing import Any, Final

import pytest

from states.events.envelope import Event
from states.events.recall import RecallType
from states.rules.recall import ADVICE_MEANINGS, FixedTermBar, RecallAdvice, advise_recall
from tests.states.licence import EMERGENCY, STANDARD, initiated, on_licence, recalled, returned
from tests.states.stream import Played, event, played

FIXED, STANDARD_TYPE, URGENT = RecallType


@pytest.mark.parametrize(
    ("bars", "very_serious", "advised"),
    [
        pytest.param((), False, RecallAdvice(FIXED, "D11.1"), id="D11.1"),
        pytest.param(("D11.b5",), False, RecallAdvice(STANDARD_TYPE, "D11.2"), id="D11.2"),
        pytest.param(("D11.b1",), False, RecallAdvice(STANDARD_TYPE, "D11.3"), id="D11.3-offence"),
        pytest.param(("D11.b2",), False, RecallAdvice(STANDARD_TYPE, "D11.3"), id="D11.3-extended"),
        pytest.param(
            ("D11.b1", "D11.b5"), False, RecallAdvice(STANDARD_TYPE, "D11.3"), id="D11.3-both"
        ),
        pytest.param(("D11.b3",), False, RecallAdvice(STANDARD_TYPE, "D11.4"), id="D11.4-before"),
        pytest.param(("D11.b4",), False, RecallAdvice(STANDARD_TYPE, "D11.4"), id="D11.4-early"),
        pytest.param(
            ("D11.b3", "D11.b5"), False, RecallAdvice(STANDARD_TYPE, "D11.2"), id="D11.2-b3"
        ),
        pytest.param(("D11.b1",), True, RecallAdvice(URGENT, "D11.5"), id="D11.5"),
        pytest.param(("D11.b5",), True, RecallAdvice(URGENT, "D11.5"), id="D11.5-risk"),
        pytest.param((), True, RecallAdvice(URGENT, "D11.6"), id="D11.6"),
    ],
)
def test_each_row_of_the_table_gives_its_type(
    bars: tuple[str, ...], *, very_serious: bool, advised: RecallAdvice
) -> None:
    """Rows 1 to 6; by exclusion D11.4 is a standard recall (AMB-11), and AMB-12 opens D11.6."""
    assert advised == advise_recall(tuple(map(FixedTermBar, bars)), very_serious=very_serious)


def decided(item: Event, reason: str = "conditional_release", **sentence: Any) -> Played:
    return played([*on_licence(reason, **sentence), item], "2015-04-08")


VIOLENT: Final[dict[str, Any]] = {
    "offence": {"committed_on": "2014-06-01", "violent_or_sexual": True}
}
LATER: Final[dict[str, Any]] = {"automatic_release_on": "2015-04-20"}


@pytest.mark.parametrize(
    ("reason", "sentence", "said"),
    [
        pytest.param(
            "conditional_release",
            VIOLENT,
            "the sentence is for a violent or sexual offence",
            id="D11.b1",
        ),
        pytest.param(
            "conditional_release",
            {"extended": True},
            "the sentence is an extended one",
            id="D11.b2",
        ),
        pytest.param(
            "hdc",
            LATER,
            "released early, and the automatic release date is still to come",
            id="D11.b4-hdc",
        ),
        pytest.param(
            "compassionate",
            LATER,
            "released early, and the automatic release date is still to come",
            id="D11.b4-compassionate",
        ),
        pytest.param(
            "hdc",
            {**VIOLENT, **LATER},
            "the sentence is for a violent or sexual offence; released early, and the "
            "automatic release date is still to come",
            id="D11.b1-b4",
        ),
    ],
)
def test_a_fixed_term_against_the_description_is_recorded_and_asks_for_its_reason(
    reason: str, sentence: dict[str, Any], said: str
) -> None:
    """Every bar of the description is named, and none refuses: the law has them no longer."""
    item = recalled()
    explained = recalled(departure_rationale="A place is free.")

    seen = decided(item, reason, **sentence)

    note = (
        f"advised is a recall of type standard ({said}); "
        "fixed_term instead gives its departure_rationale"
    )
    assert ("applied", note) == seen.verdict(item)
    assert "recalled" == seen.state
    assert ("applied", "") == decided(explained, reason, **sentence).verdict(explained)


@pytest.mark.parametrize(("day", "departs"), [("2015-04-19", True), ("2015-04-20", False)])
def test_bar_4_falls_on_the_automatic_release_date(day: str, departs: bool) -> None:  # noqa: FBT001
    """D11.b4, ftr-hdc-ard: the bar holds before that date, and not on the date itself."""
    item = recalled(day)

    seen = played([*on_licence("hdc", **LATER), item], "2015-04-22")

    assert ("applied", departs) == (seen.verdict(item)[0], seen.view["recalls"][0]["departure"])


def test_bar_4_is_for_early_releases_alone() -> None:
    """A person released early by the Parole Board can have a fixed term."""
    item = recalled()

    assert "applied" == decided(item, "parole", **LATER).verdict(item)[0]


def test_bar_3_stands_for_the_rest_of_the_sentence() -> None:
    """D11.b3, G10: one recall and release are enough, and nothing but a withdrawal clears it."""
    again = recalled("2015-09-01")
    stream = [
        *on_licence(),
        *initiated(),
        returned("2015-04-08"),
        event("released", "2015-05-05", reason="fixed_term_recall_end"),
        again,
    ]

    reason = "there was a recall before on this sentence"
    seen = played(stream, "2015-09-02")
    verdict, note = seen.verdict(again)
    assert ("applied", True) == (verdict, f"standard ({reason})" in note)
    assert seen.view["recalled_before"]


def test_bar_3_is_not_up_where_the_first_recall_was_taken_back() -> None:
    """Withdrawn before revocation, it led to no custody."""
    again = recalled("2015-09-01")
    taken_back = event("recall_withdrawn", "2015-04-07 13:00")

    seen = played([*on_licence(), recalled(), taken_back, again], "2015-09-02")

    assert "applied" == seen.verdict(again)[0]


def test_bar_5_is_the_officers_own_and_a_fixed_term_contradicts_it() -> None:
    """D11.b5: a fixed term contradicts a judgement of too much risk."""
    item = recalled(too_much_risk=True)

    verdict, note = decided(item).verdict(item)
    assert ("applied", True) == (verdict, "standard (judged too much of a risk)" in note)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        pytest.param(
            {"recall_type": "standard"},
            "advised is a recall of type fixed_term; standard instead gives its "
            "departure_rationale",
            id="D11.1",
        ),
        pytest.param(
            {"recall_type": "emergency", "too_much_risk": True},
            "advised is a recall of type standard; emergency instead gives its departure_rationale",
            id="D11.2",
        ),
        pytest.param(
            {"recall_type": "fixed_term", "very_serious": True},
            "advised is a recall of type emergency; fixed_term instead gives its "
            "departure_rationale",
            id="D11.6",
        ),
    ],
)
def test_any_other_departure_is_the_officers_with_reasons(
    choice: dict[str, Any], reason: str
) -> None:
    """Without them it is irregular; either way the line manager is notified."""
    bare = recalled(**choice)
    explained = recalled(**choice, departure_rationale="Weighed.")

    seen = decided(explained)

    assert ("applied", reason) == decided(bare).verdict(bare)
    assert ("applied", True) == (seen.verdict(explained)[0], seen.view["recalls"][0]["departure"])
    assert ("departure-recorded", "line_manager") in seen.told()


@pytest.mark.parametrize(
    ("choice", "row"), [({}, "D11.1"), (STANDARD, "D11.2"), (EMERGENCY, "D11.6")]
)
def test_a_recall_as_advised_needs_no_reasons_and_shows_its_row(
    choice: dict[str, Any], row: str
) -> None:
    """The view names the row that advised the type."""
    item = recalled(**choice)

    seen = decided(item)

    found = seen.view["recalls"][0]
    shown = (seen.verdict(item)[0], found["row"], found["departure"])
    assert ("applied", ADVICE_MEANINGS[row], False) == shown
    assert ("departure-recorded", "line_manager") not in seen.told()
