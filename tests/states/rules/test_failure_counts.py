"""Unacceptable failures are counted by days, over twelve months, unless spent (D2, D5, D8)."""

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import after_licence, supervised, suspended
from tests.states.wording import NPS_OFFICER

LONG = {"ends_on": "2029-11-01"}
COUNTER = "breach-co-2-in-12m/"


def after(*events: Event, now: str = "2026-12-31") -> Played:
    return played([*serving(**LONG), *events], now)


def breached(when: str, *failure_ids: str) -> Event:
    return event("breach_decided", when, failure_ids=list(failure_ids))


def test_d2_row_1_one_missed_appointment_is_one_failure() -> None:
    """One failure, one explanation to seek."""
    seen = after(*failed("F1", "2026-11-23"))

    assert 1 == seen.view["counted_failures"]


def test_d2_row_2_two_failures_of_one_day_count_once_and_are_explained_each() -> None:
    """Several failures of one day count as one."""
    seen = after(
        *failed("F1", "2026-11-23 09:00"), *failed("F2", "2026-11-23 15:00", what="curfew")
    )

    sought = {
        effect.subject
        for effect in seen.decided.effects.values()
        if effect.template == "seek-explanation"
    }
    assert (1, {"F1", "F2"}) == (seen.view["counted_failures"], sought)
    assert [("warning_issued", "D7.1")] == seen.steps()


def test_d2_row_3_one_excused_failure_does_not_excuse_its_day() -> None:
    """At least one that is not excused makes the day count; the clock is not discharged."""
    seen = after(
        *failed("F1", "2026-11-23 09:00", acceptable=True),
        *failed("F2", "2026-11-23 15:00"),
        now="2026-11-24",
    )

    assert (1, "running") == (
        seen.view["counted_failures"],
        seen.clock("enforce-6wd/2026-11-23")[0],
    )


def test_d2_row_4_a_day_whose_failures_are_all_excused_does_not_count() -> None:
    """The clock is met by the last of the judgements."""
    seen = after(
        *failed("F1", "2026-11-23 09:00", acceptable=True),
        *failed("F2", "2026-11-23 15:00", acceptable=True),
    )

    assert 0 == seen.view["counted_failures"]
    assert ("met", "2026-11-23T15:00:00Z") == seen.settled("enforce-6wd/2026-11-23")


def test_d2_row_5_failures_of_two_days_count_as_two() -> None:
    """Each with a clock of its own, and at the second breach is advised."""
    seen = after(*failed("F1", "2026-11-23"), *failed("F2", "2026-11-24"), now="2026-11-25")

    assert 2 == seen.view["counted_failures"]
    assert ("running", "2026-12-01") == seen.clock("enforce-6wd/2026-11-23")
    assert ("running", "2026-12-02") == seen.clock("enforce-6wd/2026-11-24")


def test_d2_row_6_a_failure_over_midnight_counts_on_the_day_it_began() -> None:
    """A curfew broken from 23:00 to 01:00 and reported the next day is of the first day."""
    seen = after(*failed("F1", "2026-11-24 08:00", failed_on="2026-11-23", what="curfew"))

    assert ["2026-11-23"] == [failure["failed_on"] for failure in seen.view["failures"]]
    assert "enforce-6wd/2026-11-23" in seen.clocks


@pytest.mark.parametrize(
    ("second", "reached"),
    [("2027-11-22", True), ("2027-11-23", False), ("2027-11-24", False)],
)
def test_d5_row_1_the_anniversary_is_out_of_the_window(second: str, reached: bool) -> None:  # noqa: FBT001
    """A failure of 23 November counts against a new one up to 22 November of the next year."""
    seen = after(
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", second),
        now=second + " 18:00",
    )

    assert reached == (COUNTER + second in seen.clocks)
    assert (2 if reached else 1) == seen.view["counted_failures"]


def test_d5_row_2_spent_failures_are_skipped() -> None:
    """A court that let the order continue has dealt with what went before."""
    seen = after(
        *failed("F1", "2026-11-23"),
        breached("2026-11-24", "F1"),
        event("court_decided", "2026-12-10", outcome="continues"),
        *failed("F2", "2026-12-14"),
    )

    assert (1, False) == (seen.view["counted_failures"], COUNTER + "2026-12-14" in seen.clocks)


def test_d5_row_3_acceptable_failures_are_skipped() -> None:
    """The threshold is of unacceptable failures alone."""
    seen = after(*failed("F1", "2026-11-23", acceptable=True), *failed("F2", "2026-11-24"))

    assert (1, False) == (seen.view["counted_failures"], COUNTER + "2026-11-24" in seen.clocks)


def test_d5_row_4_the_count_is_of_this_sentence_alone() -> None:
    """A failure on another sentence of the same person belongs to another case file."""
    seen = after(*failed("F1", "2026-11-23"))

    assert 1 == len(seen.decided.sentence.failures) == seen.view["counted_failures"]


def test_d5_row_5_each_regime_counts_its_own() -> None:
    """A failure on licence is not counted under supervision; on licence itself it is."""
    stream = [*after_licence(), *failed("F1", "2015-05-11"), *failed("F2", "2015-06-08")]

    assert 1 == played(stream[:-2], "2015-05-12").view["counted_failures"]
    assert 1 == played(stream, "2015-06-09").view["counted_failures"]
    assert [False, True] == [f["counts"] for f in played(stream, "2015-06-09").view["failures"]]


def test_a_day_on_which_somebody_was_released_counts_outside_alone() -> None:
    """5.3: what failed in the morning inside is recorded, what failed outside is answered."""
    stream = [
        *on_licence()[:3],
        *failed("F1", "2015-03-02 08:00"),
        event("released", "2015-03-02 10:00"),
        *failed("F2", "2015-03-02 15:00"),
    ]

    seen = played(stream, "2015-03-03")

    assert [False, True] == [failure["counts"] for failure in seen.view["failures"]]
    assert ("running", 1) == (
        seen.clock("recall-decision-9wd/2015-03-02")[0],
        seen.view["counted_failures"],
    )
    assert ["F2"] == [
        failure_id
        for item in seen.view["proposals"]
        if item["row"] == "D7.9"
        for failure_id in item["failure_ids"]
    ]


def test_a_failure_outside_counts_on_a_day_that_began_in_prison() -> None:
    """On the day of release there can be one of each; only the one on licence counts (D5.5)."""
    inside = failed("F1", "2015-03-02 02:00")
    outside = failed("F2", "2015-03-02 16:00")
    seen = played([*on_licence(), *inside, *outside], "2015-03-10")
    assert 1 == seen.view["counted_failures"]
    assert "recall-decision-9wd/2015-03-02" in seen.clocks


def test_d5_row_6_a_new_officer_or_provider_does_not_reset_the_count() -> None:
    """The count is the order's, not the officer's."""
    seen = after(
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        event("provider_transferred", "2026-11-25"),
        event("officer_assigned", "2026-11-26", officer_id="N02A010"),
        *failed("F2", "2026-11-30", judge=NPS_OFFICER),
    )

    assert 2 == seen.view["counted_failures"]


@pytest.mark.parametrize(("now", "counted"), [("2029-02-28 23:59", 1), ("2029-03-01 00:00", 0)])
def test_d5_row_7_the_anniversary_of_29_february_is_1_march(now: str, counted: int) -> None:
    """The window of a leap day closes with the last day of February."""
    seen = after(*failed("F1", "2028-02-29"), now=now)

    assert counted == seen.view["counted_failures"]
    assert "2029-02-28" == seen.clock("failure-window-12m/2028-02-29")[1]


def test_d5_row_8_a_failure_entered_late_counts_by_its_own_date() -> None:
    """Reported in December, it is the first of the two, and the threshold is met on the second."""
    seen = after(
        *failed("F2", "2026-11-30"),
        *failed("F1", "2026-12-07", failed_on="2026-11-23"),
    )

    assert (2, True) == (seen.view["counted_failures"], COUNTER + "2026-11-30" in seen.clocks)
    assert COUNTER + "2026-11-23" not in seen.clocks


def test_the_threshold_falls_away_when_an_earlier_failure_is_excused() -> None:
    """Two that counted become one, and the counter of the second stops."""
    excused = event("failure_judged", "2026-12-02", failure_id="F1", acceptable=True)
    two = (*failed("F1", "2026-11-23"), *failed("F2", "2026-11-30"))

    assert "running" == after(*two).clock(COUNTER + "2026-11-30")[0]
    assert "stopped" == after(*two, excused).clock(COUNTER + "2026-11-30")[0]


def test_d8_row_1_a_court_that_lets_the_order_continue_spends_warnings_and_failures() -> None:
    """They are kept on the record and count no more."""
    seen = after(
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", "2026-11-30"),
        breached("2026-12-01", "F2"),
        event("court_decided", "2026-12-14", outcome="continues"),
    )

    assert ("active", 0) == (seen.state, seen.view["counted_failures"])
    assert ["W1"] == [warning["warning_id"] for warning in seen.view["warnings"]]
    assert "stopped" == seen.clock("failure-window-12m/2026-11-23")[0]


def test_what_was_spent_once_stays_spent() -> None:
    """A second decision that names an earlier day than the first takes nothing back."""
    seen = after(
        *failed("F1", "2026-11-23"),
        breached("2026-11-24", "F1"),
        event("court_decided", "2026-12-10", outcome="continues"),
        *failed("F2", "2026-12-14"),
        breached("2026-12-15", "F2"),
        event("court_decided", "2026-12-16", outcome="continues", decided_on="2026-11-20"),
    )

    assert [True, False] == [f["spent"] for f in seen.view["failures"]]


@pytest.mark.parametrize(
    ("stream", "row"),
    [(suspended(), "D8.2"), (supervised(), "D8.3")],
)
def test_a_court_that_lets_it_go_on_spends_the_past_of_every_regime(
    stream: list[Event], row: str
) -> None:
    """AMB-09: by analogy with a community order."""
    day = "2015-03-16" if row == "D8.3" else "2026-11-23"
    month = day[:8]
    enforced = [
        *failed("F1", day),
        breached(f"{month}25", "F1"),
        event("court_decided", f"{month}27", outcome="continues"),
    ]

    before, seen = (played([*stream, *e], f"{month}28") for e in (enforced[:3], enforced))

    assert (1, 0) == (before.view["counted_failures"], seen.view["counted_failures"]), row
    assert [("spent", True)] == [("spent", f["spent"]) for f in seen.view["failures"]]


RECALLED = [
    event("recall_decided", "2015-03-24", failure_ids=["F2"], ground="condition_broken"),
    event("recall_report_received", "2015-03-24 15:00"),
    event("licence_revoked", "2015-03-25"),
    event("returned_to_custody", "2015-03-26"),
    event("released", "2015-04-22", reason="fixed_term_recall_end"),
]


def test_d8_row_4_recall_and_re_release_spend_what_went_before() -> None:
    """T14: the next licence warning is the first again, and the old ones stay on the record."""
    stream = [
        *on_licence(),
        *failed("F1", "2015-03-16"),
        warned("W1", "2015-03-17", "F1"),
        *failed("F2", "2015-03-23"),
        *RECALLED,
        *failed("F3", "2015-05-05"),
    ]

    seen = played(stream, "2015-05-06")

    assert ([True, True, False], 1) == (
        [f["spent"] for f in seen.view["failures"]],
        seen.view["counted_failures"],
    )
    assert ["first"] == [
        item["subject"] for item in seen.view["proposals"] if item["row"] == "D7.9"
    ]
    assert ["W1"] == [warning["warning_id"] for warning in seen.view["warnings"]]


def test_d8_row_5_nothing_is_guessed_of_the_limb_that_is_lost() -> None:
    """AMB-10, AMB-43: a recall that was not carried out spends nothing."""
    stream = [
        *on_licence(),
        *failed("F1", "2015-03-16"),
        warned("W1", "2015-03-17", "F1"),
        *failed("F2", "2015-03-23"),
        *RECALLED[:2],
        event("revocation_refused", "2015-03-25"),
    ]

    seen = played(stream, "2015-03-26")

    assert ([False, False], 2) == (
        [f["spent"] for f in seen.view["failures"]],
        seen.view["counted_failures"],
    )


def test_d8_row_8_a_transfer_spends_nothing() -> None:
    """G3: state, warning and clock are what they were."""
    stream = [*failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1")]
    stream += [*failed("F2", "2026-11-25", acceptable=None)]
    transfer = event("provider_transferred", "2026-11-26")

    before = after(*stream, now="2026-11-27")
    seen = after(*stream, transfer, now="2026-11-27")

    for played_ in (before, seen):
        assert ("warned", 1) == (played_.state, played_.view["counted_failures"])
        assert ("running", "2026-12-03") == played_.clock("enforce-6wd/2026-11-25")


def test_spent_and_out_of_the_window_are_two_things() -> None:
    """AMB-46: both facts are kept, for reports differ."""
    seen = after(*failed("F1", "2026-11-23"), now="2028-01-10")

    assert [(False, False, False)] == [
        (f["counts"], f["spent"], f["in_window"]) for f in seen.view["failures"]
    ]


@pytest.mark.parametrize(
    ("now", "state", "counted"),
    [("2027-11-22 23:59", "warned", 1), ("2027-11-23 00:00", "active", 0)],
)
def test_d8_row_7_a_failure_leaves_the_window_without_being_spent(
    now: str, state: str, counted: int
) -> None:
    """T09 falls on the anniversary; the warning stays on the record."""
    seen = after(*failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1"), now=now)

    assert (state, counted) == (seen.state, seen.view["counted_failures"])
    assert [None] == [warning["withdrawn_at"] for warning in seen.view["warnings"]]


def test_a_court_that_finds_no_breach_spends_nothing() -> None:
    """D17.12: unchanged, as after a withdrawal."""
    seen = after(
        *failed("F1", "2026-11-23"),
        breached("2026-11-24", "F1"),
        event("court_decided", "2026-12-10", outcome="not_proved"),
    )

    assert 1 == seen.view["counted_failures"]


def test_d8_row_9_a_breach_withdrawn_before_the_court_decides_spends_nothing() -> None:
    """The count is what it was."""
    seen = after(
        *failed("F1", "2026-11-23"),
        warned("W1", "2026-11-24", "F1"),
        *failed("F2", "2026-11-30"),
        breached("2026-12-01", "F2"),
        event("breach_withdrawn", "2026-12-02"),
    )

    assert ("warned", 2) == (seen.state, seen.view["counted_failures"])


def test_d8_row_1_what_a_court_dealt_with_is_not_dealt_with_again_by_the_next_one() -> None:
    """D8.1: the clock that fell away then, in time, is not missed since the second decision."""
    first = [
        *failed("F1", "2026-11-23", acceptable=None),
        *failed("F2", "2026-11-24"),
        breached("2026-11-25", "F2"),
        event("court_decided", "2026-11-27", outcome="continues"),
    ]
    second = [
        *failed("F3", "2027-01-11"),
        breached("2027-01-12", "F3"),
        event("court_decided", "2027-01-20", outcome="continues"),
    ]

    seen = [after(*stream, now="2027-01-21") for stream in (first, [*first, *second])]

    assert [("stopped", "2026-11-27T12:00:00Z")] * 2 == [
        one.settled("enforce-6wd/2026-11-23") for one in seen
    ]
