"""Release, for the first time and again: T14 to T17, T20, T21 and table D15, row by row."""

from itertools import permutations
from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.licence import (
    EMERGENCY,
    STANDARD,
    initiated,
    on_licence,
    recalled,
    returned,
    sentenced,
)
from tests.states.stream import Played, event, failed, played, warned

PSS = {"licence_ends_on": "2015-06-30", "pss_ends_on": "2016-02-01"}
BACK = returned("2015-04-08")
FREED = event("released", "2015-05-05 09:00", reason="fixed_term_recall_end")
HEARD = event("parole_board_decided", "2015-06-01")


def after(*events: Event, now: str = "2015-05-06", **sentence: Any) -> Played:
    return played([*on_licence(**sentence), *events], now)


def irregular(seen: Played, item: Event) -> bool:
    return seen.decided.dispositions[item.uid].irregular


def test_t16_a_release_begins_the_licence() -> None:
    """T16: still allocated, first contact within a working day, the licence, an induction."""
    seen = played([*sentenced(), event("released", "2015-03-02")], "2015-03-02 18:00")

    assert ("allocated", "licence", "T16") == (seen.state, seen.view["phase"], seen.arrows()[-1])
    assert ("running", "2015-03-03") == seen.clock("first-contact-release/2015-03-02")
    assert {"licence-copy-on-release/2015-03-02", "licence-end"} <= set(seen.clocks)


@pytest.mark.parametrize(
    ("released_on", "due_on"),
    [
        pytest.param("2015-04-02", "2015-04-07", id="over-easter"),
        pytest.param("2015-08-28", "2015-09-01", id="over-the-august-holiday"),
    ],
)
def test_first_contact_is_due_a_working_day_after_release(released_on: str, due_on: str) -> None:
    """first-contact-release: the worked dates of 2015."""
    stream = [*sentenced(), event("released", released_on)]

    seen = played(stream, f"{released_on} 18:00")

    assert ("running", due_on) == seen.clock(f"first-contact-release/{released_on}")


@pytest.mark.parametrize(("given", "status"), [(True, "met"), (False, "missed"), (None, "missed")])
def test_the_prison_can_say_that_the_licence_was_handed_over(
    given: bool | None,  # noqa: FBT001
    status: str,
) -> None:
    """ev-licence-given: with the release itself, so that no second entry is needed."""
    release = event("released", "2015-03-02", licence_copy_given=given)

    seen = played([*sentenced(), release], "2015-03-04")

    assert status == seen.clocks["licence-copy-on-release/2015-03-02"]["status"]


def test_t17_a_release_with_supervision_only_begins_it() -> None:
    """T17, AMB-16: no licence period is left, by the dates that were given."""
    stream = [
        *sentenced(licence_ends_on=None, pss_ends_on="2016-02-01"),
        event("released", "2015-03-02"),
    ]

    seen = played(stream, "2015-03-03")

    assert ("allocated", "pss", "T17") == (seen.state, seen.view["phase"], seen.arrows()[-1])
    assert "first-contact-release/2015-03-02" in seen.clocks


def test_dates_that_come_with_a_release_decide_what_begins() -> None:
    """T17 again: the licence that was expected is over by the day of release."""
    item = event("released", "2015-03-02", licence_ends_on="2015-03-02", pss_ends_on="2016-02-01")

    seen = played([*sentenced(), item], "2015-03-03")

    assert ["T16", "T20"] == seen.arrows()[-2:]


@pytest.mark.parametrize(
    ("date", "timescale"),
    [("licence_ends_on", "licence_ends_on"), ("pss_ends_on", "pss_ends_on")],
)
def test_one_date_that_comes_with_a_release_is_enough(date: str, timescale: str) -> None:
    """The prison reports only the dates that have changed."""
    item = event("released", "2015-03-02", **{date: "2016-03-31"})

    seen = played([*sentenced(pss_ends_on="2016-05-01"), item], "2015-03-03")

    assert "2016-03-31" == str(getattr(seen.decided.sentence, timescale))


def test_d15_row_1_a_fixed_term_ends_by_itself() -> None:
    """D15.1, D12.12, T14: back on licence, regular, in the state that the facts support."""
    seen = after(*initiated(), BACK, FREED)

    assert ("active", "licence", "T14") == (seen.state, seen.view["phase"], seen.arrows()[-1])
    assert not irregular(seen, FREED)


def test_d15_row_1_effects() -> None:
    """D15.1, D8.4, G10: spent, remembered, met again, inducted again, planned again."""
    stream = [*failed("F1", "2015-03-20"), warned("W1", "2015-03-23", "F1")]

    before = after(*stream)
    seen = after(*stream, *initiated(), BACK, FREED)

    assert (("warned", 1), ("active", 0)) == (
        (before.state, before.view["counted_failures"]),
        (seen.state, seen.view["counted_failures"]),
    )
    assert seen.view["recalled_before"]
    again = ("first-contact-release", "licence-copy-on-release", "induction-at-start")
    assert ["2015-05-06", "2015-05-05"] == [
        seen.clocks[f"{key}/2015-05-05"]["due_on"] for key in again[:2]
    ]
    assert f"{again[2]}/2015-05-05" in seen.clocks
    status = {duty["id"]: duty["status"] for duty in seen.view["duties"]}
    assert "open" == status["plan-review-on-recall/2015-04-07"]
    assert "open" == status["plan-post-release-complete/2015-05-05"]


def test_after_a_release_the_first_warning_is_the_first_again() -> None:
    """D8.4: failures before the day of release are spent; the day itself counts again."""
    stream = [
        *failed("F1", "2015-03-20"),
        warned("W1", "2015-03-23", "F1"),
        *initiated(),
        BACK,
        FREED,
        *failed("F2", "2015-05-05 13:00"),
    ]

    seen = after(*stream, now="2015-05-07")

    found = [item for item in seen.view["proposals"] if item["row"] == "D7.9"]
    assert [("warning_issued", "first")] == [(item["step"], item["subject"]) for item in found]
    assert 1 == seen.view["counted_failures"]


@pytest.mark.parametrize("length", [6, 7])
def test_t14_leads_to_the_state_that_the_facts_support(length: int) -> None:
    """G13: recalled before the induction or the plan, the person has them still to come."""
    stream = [*on_licence()[:length], *initiated(), BACK, FREED]

    assert ["allocated", "inducted"][length - 6] == played(stream, "2015-05-06").state


@pytest.mark.parametrize("day", ["2015-05-04", "2015-05-06"])
def test_a_release_on_another_day_than_the_28th_is_followed_and_marked(day: str) -> None:
    """D15.1: the day before and the day after."""
    item = event("released", day, reason="fixed_term_recall_end")

    seen = after(*initiated(), BACK, item, now="2015-05-07")

    note = f"the fixed term ended on 2015-05-05, and the release was on {day}"
    assert ("active", ("applied", note)) == (seen.state, seen.verdict(item))
    assert irregular(seen, item)


def test_a_release_on_the_prisons_date_is_as_expected() -> None:
    """AMB-13: it governs."""
    item = event("released", "2015-05-06", reason="fixed_term_recall_end")

    seen = after(*initiated(), returned("2015-04-08", release_due_on="2015-05-06"), item)

    assert not irregular(seen, item)


@pytest.mark.parametrize("choice", [STANDARD, EMERGENCY], ids=["D15.2", "D15.4"])
def test_d15_rows_2_and_4_the_parole_board_releases(choice: dict[str, Any]) -> None:
    """D15.2, D15.4: with its decision the release is regular, and has the same effects."""
    item = event("released", "2015-06-03", reason="parole")

    seen = after(*initiated(**choice), BACK, HEARD, item, now="2015-06-04")

    assert ("active", "T14", True) == (
        seen.state,
        seen.arrows()[-1],
        seen.view["recalled_before"],
    )
    assert not irregular(seen, item)


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param([], id="no-decision"),
        pytest.param([event("parole_board_decided", "2015-06-01", decision="no_release")], id="no"),
    ],
)
def test_nobody_else_releases_from_a_standard_recall(heard: list[Event]) -> None:
    """D9.re-release: a fact is followed all the same, and marked."""
    item = event("released", "2015-06-03", reason="other")

    seen = after(*initiated(**STANDARD), BACK, *heard, item, now="2015-06-04")

    note = "only the Parole Board releases from a standard recall before its end"
    assert ("active", ("applied", note)) == (seen.state, seen.verdict(item))
    assert irregular(seen, item)


def test_d15_row_3_a_standard_recall_may_last_to_the_end() -> None:
    """D15.3, T15, O.served-to-end: the sentence completes in custody, at the end of its day."""
    seen = after(*initiated(**STANDARD), BACK, now="2016-02-02")

    assert ("completed", "served_to_end", "T15") == (
        seen.state,
        seen.view["outcome"],
        seen.arrows()[-1],
    )
    assert ("2016-02-01", "2016-02-02T00:00:00Z") == (
        seen.view["ended_on"],
        seen.view["transitions"][-1]["at"],
    )
    assert "2016-02-02T00:00:00Z" == seen.view["recalls"][0]["closed_at"]
    assert not seen.view["at_large"]


@pytest.mark.parametrize("choice", [STANDARD, {}], ids=["D15.3", "D15.5"])
def test_whoever_is_let_out_on_the_last_day_has_served_to_the_end(choice: dict[str, Any]) -> None:
    """D15.3, D15.5, T15: it leads to no licence, and needs no Parole Board."""
    item = event("released", "2015-04-30 09:00", reason="other")

    seen = after(*initiated(**choice), BACK, item, licence_ends_on="2015-04-30")

    assert ("completed", "served_to_end", "T15") == (
        seen.state,
        seen.view["outcome"],
        seen.arrows()[-1],
    )
    assert not irregular(seen, item)


@pytest.mark.parametrize(
    ("told", "ended_at"),
    [("2015-04-30 09:00", "2015-04-30T08:00:00Z"), ("2015-05-02 09:00", "2015-04-30T23:00:00Z")],
    ids=["on the day", "two days later"],
)
def test_the_end_that_a_release_brings_falls_on_its_day(told: str, ended_at: str) -> None:
    """T15: reported later, it ended at the midnight that closed the day of release."""
    item = event("released", told, reason="other", released_on="2015-04-30")

    seen = after(*initiated(), BACK, item, licence_ends_on="2015-04-30", now="2015-05-06")

    assert ("T15", ended_at) == (
        seen.arrows()[-1],
        seen.view["transitions"][-1]["at"],
    )


def test_d15_row_5_supervision_follows_where_there_is_any() -> None:
    """D15.5: let out on the last day of the licence, supervised from the next."""
    item = event("released", "2015-04-30 09:00", reason="fixed_term_recall_end")
    dates = {"licence_ends_on": "2015-04-30", "pss_ends_on": "2016-02-01"}

    seen = after(*initiated(), BACK, item, **dates)

    assert ("active", "pss", ["T14", "T20"]) == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-2:],
    )
    assert not irregular(seen, item)


def test_t21_a_release_after_the_licence_ended_begins_supervision() -> None:
    """T21: the licence ran out in prison."""
    item = event("released", "2015-07-01 09:00", reason="other")

    seen = after(*initiated(**STANDARD), BACK, item, now="2015-07-02", **PSS)

    assert ("active", "pss", "T21") == (seen.state, seen.view["phase"], seen.arrows()[-1])
    assert "first-contact-release/2015-07-01" in seen.clocks
    assert not irregular(seen, item)


def test_t15_waits_where_supervision_is_left() -> None:
    """T15: no supervision is left, or else the person is to be released into it."""
    stream = [*initiated(**STANDARD), BACK]

    waiting = after(*stream, now="2015-07-10", **PSS)

    assert ("recalled", "recall_custody") == (waiting.state, waiting.view["phase"])


def test_t20_the_licence_ends_and_supervision_follows() -> None:
    """T20: a warned person is active again, an open failure stays to be closed (G14, D8.6)."""
    stream = [
        *failed("F1", "2015-06-22"),
        warned("W1", "2015-06-23", "F1"),
        *failed("F2", "2015-06-29", acceptable=None),
    ]

    before = after(*stream, now="2015-06-30", **PSS)
    seen = after(*stream, now="2015-07-01", **PSS)

    assert (("warned", "licence"), ("active", "pss")) == (
        (before.state, before.view["phase"]),
        (seen.state, seen.view["phase"]),
    )
    assert ("T20", 0) == (seen.arrows()[-1], seen.view["counted_failures"])
    assert "running" == seen.clock("recall-decision-9wd/2015-06-29")[0]
    assert "licence_failure_open" in {flag["code"] for flag in seen.view["flags"]}


def test_t20_whoever_was_not_inducted_under_the_licence_is_owed_one_induction() -> None:
    """induction-at-start: supervision has its own, which takes the place of the licence's."""
    stream = sentenced(licence_ends_on="2015-03-06", pss_ends_on="2016-02-01")

    seen = played([*stream, event("released", "2015-03-02 10:00")], "2015-03-07")

    assert ("allocated", "pss") == (seen.state, seen.view["phase"])
    assert ("stopped", "2015-03-07T00:00:00Z") == seen.settled("induction-at-start/2015-03-02")
    assert ("running", "2015-03-13") == seen.clock("induction-at-start")


def test_t20_what_a_release_starts_is_not_started_again_by_supervision() -> None:
    """commencement-timely, ev-first-appt-content, ev-promote-compliance: without a release."""
    seen = after(now="2015-07-20", **PSS)

    rows = ("commencement-timely", "ev-first-appt-content", "ev-promote-compliance")
    assert ("pss", [1, 1, 1]) == (seen.view["phase"], [len(of_row(seen, row)) for row in rows])
    assert 2 == len(of_row(seen, "induction-at-start"))


def test_guard_14_an_officer_closes_what_the_licence_left_open_with_a_reason() -> None:
    """G14: recall cannot answer it any more."""
    stream = [*failed("F2", "2015-06-29", acceptable=None), recalled("2015-07-02")]
    closed = event(
        "duty_discharged",
        "2015-07-03",
        duty="recall-decision-9wd",
        subject="2015-06-29",
        rationale="The licence is over.",
    )

    seen = after(*stream, closed, now="2015-07-06", **PSS)

    assert "refused" == seen.verdict(stream[-1])[0]
    assert "met" == seen.clock("recall-decision-9wd/2015-06-29")[0]
    assert "met" == seen.clock("recall-10-day-timescale/2015-06-29")[0]
    assert "licence_failure_open" not in {flag["code"] for flag in seen.view["flags"]}


def test_guard_14_what_is_closed_by_hand_holds_up_no_window_of_supervision() -> None:
    """T09, G14: it waits for the failure of the licence, and for nothing once that is closed."""
    stream = [
        *failed("F0", "2015-06-29", acceptable=None),
        *failed("F1", "2015-07-06"),
        warned("W1", "2015-07-07", "F1"),
    ]
    closed = event("duty_discharged", "2015-07-08", duty="recall-decision-9wd")
    dates = {"licence_ends_on": "2015-06-30", "pss_ends_on": "2016-12-01"}

    held = after(*stream, now="2016-07-07", **dates)
    seen = after(*stream, closed, now="2016-07-07", **dates)

    assert ("warned", "active") == (held.state, seen.state)
    assert "2016-07-05T23:00:00Z" == seen.view["transitions"][-1]["at"]


def test_a_recall_of_somebody_at_large_holds_the_end_of_the_licence() -> None:
    """T20, T30: neither falls while the recall is under way; a flag says so."""
    with_pss = after(*initiated(), now="2015-07-02", **PSS)
    without = after(*initiated(), now="2016-02-03")

    assert [("recalled", "licence")] * 2 == [
        (seen.state, seen.view["phase"]) for seen in (with_pss, without)
    ]
    for seen in (with_pss, without):
        codes = {flag["code"] for flag in seen.view["flags"]}
        assert {"at_large", "licence_end_held"} <= codes
        assert seen.view["at_large"]


def test_a_release_without_a_return_on_record_ends_the_recall() -> None:
    """The person is out again, whatever was reported before."""
    seen = after(*initiated(), FREED)

    note = "released, and no return to custody was reported"
    assert ("active", ("applied", note)) == (seen.state, seen.verdict(FREED))
    assert irregular(seen, FREED)


def test_a_release_without_a_return_on_record_can_come_with_the_end() -> None:
    """T15, T21: where the licence has ended, the release leads to none."""
    item = event("released", "2015-07-02 09:00", reason="other")
    dates = {"licence_ends_on": "2015-06-30"}

    alone = after(*initiated(), item, now="2015-07-03", **dates)
    supervised = after(*initiated(), item, now="2015-07-03", **PSS)

    assert ("completed", "served_to_end", "T15") == (
        alone.state,
        alone.view["outcome"],
        alone.arrows()[-1],
    )
    assert ("active", "pss", "T21") == (
        supervised.state,
        supervised.view["phase"],
        supervised.arrows()[-1],
    )
    assert irregular(alone, item)
    assert irregular(supervised, item)


def test_contact_offered_to_victims_is_owed_from_the_sentence_whatever_the_release() -> None:
    """victim-offer-8w: a release after four weeks neither ends nor hides the eight."""
    offered = event("victim_contact_offered", "2015-03-20")
    stream = on_licence(victims={"statutory_contact": True})

    missed = played(stream, "2015-04-01")
    met = played([*stream, offered], "2015-04-01")

    assert ("missed", "2015-03-30") == missed.clock("victim-offer-8w")
    assert ("met", "2015-03-30") == met.clock("victim-offer-8w")
    assert ["fell_away"] == of_row(missed, "ev-victim-reps")


def test_from_an_unexplained_custody_the_prisons_date_is_as_good_as_any() -> None:
    """The type of the recall is unknown; a release on the prison's date is not irregular."""
    by_date = after(returned("2015-04-08", release_due_on="2015-05-05"), FREED)
    without = after(BACK, FREED)

    assert [False, True] == [irregular(seen, FREED) for seen in (by_date, without)]
    assert by_date.view["recalled_before"]


def test_nobody_is_released_from_liberty() -> None:
    """A fact that says nothing new."""
    again = event("released", "2015-04-08")

    seen = after(again)

    assert ("active", ("applied", "no release is expected from licence")) == (
        seen.state,
        seen.verdict(again),
    )


def test_a_release_told_after_the_end_is_noted() -> None:
    """Nothing leaves `completed`."""
    late = event("released", "2016-02-03")

    seen = after(*initiated(**STANDARD), BACK, late, now="2016-02-04")

    assert ("completed", ("applied", "the sentence had ended on 2016-02-01")) == (
        seen.state,
        seen.verdict(late),
    )


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (
            event("released", "2015-05-05", released_on="2015-02-01"),
            "released_on 2015-02-01 lies before the sentence of 2015-02-02",
        ),
        (
            event("release_date_changed", "2015-05-05", expected_release_on="2015-02-01"),
            "expected_release_on 2015-02-01 lies before the sentence of 2015-02-02",
        ),
    ],
)
def test_what_a_prison_reports_of_a_day_that_cannot_be_is_taken_and_referred_back(
    item: Event, reason: str
) -> None:
    """The day comes from the prison; one before the sentence is asked for again."""
    seen = after(*initiated(), BACK, item)

    assert ("applied", True) == (seen.verdict(item)[0], seen.verdict(item)[1].startswith(reason))


def test_a_withdrawn_release_leaves_the_person_in_custody() -> None:
    """`recalled_before` is cleared by nothing but a withdrawal (G10)."""
    gone = event("event_withdrawn", "2015-05-06", withdrawn_event_id=FREED.event_id)

    seen = after(*initiated(), BACK, FREED, gone.model_copy(update={"by": FREED.by}))

    assert ("recalled", "recall_custody", False) == (
        seen.state,
        seen.view["phase"],
        seen.view["recalled_before"],
    )


def test_every_order_of_arrival_gives_one_view() -> None:
    """Return, the Board's word, release, in whatever order they come."""
    stream = [BACK, HEARD, event("released", "2015-06-03", reason="parole")]

    views = [
        after(*order, *initiated(**STANDARD), now="2015-06-04").view
        for order in permutations(stream)
    ]

    assert all(views[0]["clocks"] == view["clocks"] for view in views)
    assert all(views[0]["transitions"] == view["transitions"] for view in views)


def test_a_recall_without_a_decision_that_stands_can_be_decided_again_after_release() -> None:
    """A standard recall is advised for the second one: there was a first (D11.b3)."""
    again = recalled("2015-09-01")

    seen = after(BACK, event("released", "2015-06-03"), again, now="2015-09-02")

    assert irregular(seen, again)


@pytest.mark.parametrize("day", ["2015-06-26", "2015-06-28"])
def test_a_fixed_term_that_ends_on_a_sunday_releases_on_the_friday_before(day: str) -> None:
    """D15.1: back on Monday 1 June, the term ends on Sunday 28; no prison releases on a Sunday."""
    back = [*initiated("2015-05-28"), returned("2015-06-01")]
    freed = event("released", f"{day} 09:00", reason="fixed_term_recall_end")

    held = after(*back, now="2015-06-25")
    seen = after(*back, freed, now="2015-06-29")

    reason = (
        "the fixed term ends on 2015-06-28; no prison releases on that day, "
        "so the day of release is 2015-06-26"
    )
    assert reason in [item["reason"] for item in held.view["proposals"]]
    assert "2015-06-28" == held.view["recalls"][0]["term_ends_on"]
    assert not irregular(seen, freed)


@pytest.mark.parametrize("day", ["2015-06-25", "2015-06-27"])
def test_a_fixed_term_that_ends_on_a_sunday_releases_on_no_other_day(day: str) -> None:
    """Neither a day early, nor on the Saturday between."""
    freed = event("released", f"{day} 09:00", reason="fixed_term_recall_end")

    seen = after(*initiated("2015-05-28"), returned("2015-06-01"), freed, now="2015-06-29")

    assert irregular(seen, freed)


def test_the_day_of_release_by_the_prison_before_a_weekend_differs_in_nothing() -> None:
    """The prison names Friday where our count ends on Sunday: the two agree."""
    back = returned("2015-06-01", release_due_on="2015-06-26")

    seen = after(*initiated("2015-05-28"), back, now="2015-06-02")

    assert "release_date_differs" not in {flag["code"] for flag in seen.view["flags"]}
