"""Warnings: issued, departed to, withdrawn, outlived (T05, T09, T10, D7)."""

import pytest

from states.events.envelope import Event
from states.rules.authorisation import ROLE_NAMES
from states.vocabulary import Role
from tests.states.custody import of_row
from tests.states.stream import (
    Played,
    allocated,
    catalogue,
    event,
    failed,
    played,
    serving,
    warned,
)
from tests.states.supervision import supervised, suspended
from tests.states.wording import OFFICER

DAY = "2026-11-23"
WARNED = [*failed("F1", DAY), warned("W1", "2026-11-24", "F1")]


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_d7_row_1_a_first_unacceptable_failure_is_warned_of() -> None:
    """T05: a letter to the person, and the state says so."""
    seen = after(*WARNED)

    assert ("warned", "T05") == (seen.state, seen.arrows()[-1])
    assert ("warning-letter", "person") in seen.told()
    assert [] == seen.steps()


@pytest.mark.parametrize("length", [2, 5, 6])
def test_a_warning_works_before_induction_and_plan(length: int) -> None:
    """Guard 1: from allocated, from inducted, from active."""
    stream = [*serving()[:length], *WARNED]

    assert "warned" == played(stream, "2026-11-25").state


def test_a_warning_waits_for_the_judgement_of_its_failures() -> None:
    """It rests on a failure found unacceptable, and that may arrive after it."""
    report = failed("F1", DAY, acceptable=None)
    warning = warned("W1", "2026-11-24", "F1")
    judged = event("failure_judged", "2026-11-24 13:00", failure_id="F1", acceptable=False)

    before = after(*report, warning)
    later = after(*report, warning, judged)

    assert ("held", "waits for judgement of F1") == before.verdict(warning)
    assert ("warned", ("met", "2026-11-24T12:00:00Z")) == (
        later.state,
        later.settled(f"enforce-6wd/{DAY}"),
    )


def test_a_warning_waits_for_the_report_of_its_failures() -> None:
    """A failure that is not known yet may be on its way."""
    warning = warned("W1", "2026-11-24", "F1")

    assert ("held", "waits for failure F1") == after(warning).verdict(warning)


def test_an_excused_failure_is_no_ground_for_a_warning() -> None:
    """The refusal names it."""
    warning = warned("W1", "2026-11-24", "F1", "F2")

    seen = after(*failed("F1", DAY, acceptable=True), *failed("F2", DAY), warning)

    reason = "the explanation for failure F1 was accepted, so it is no ground"
    assert ("refused", reason) == seen.verdict(warning)


def test_a_spent_failure_is_no_ground_for_a_warning() -> None:
    """D8.1: what the court dealt with is done with."""
    stream = [
        *failed("F1", DAY),
        event("breach_decided", "2026-11-24", failure_ids=["F1"]),
        event("court_decided", "2026-11-26", outcome="continues"),
    ]
    warning = warned("W1", "2026-11-27", "F1")

    reason = "failure F1 is spent: it was dealt with up to 2026-11-26"
    assert ("refused", reason) == after(*stream, warning).verdict(warning)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"understood": True}, "done"), ({"understood": False}, "open"), ({}, "open")],
)
def test_whether_the_warning_was_understood_is_a_duty_of_its_own(
    fields: dict[str, bool], status: str
) -> None:
    """ev-warning-understood: done at once where the event says so."""
    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1", **fields))

    found = [d["status"] for d in seen.view["duties"] if d["id"] == "ev-warning-understood/W1"]
    assert [status] == found


def test_d14_the_warning_holds_codes_and_references_only() -> None:
    """D14.warning-letter: what failed, which warning it is, and that a response is required."""
    stream = [*failed("F1", DAY), warned("W1", "2026-11-24", "F1", comment="Said to be sorry.")]

    notices = [e for e in after(*stream).decided.effects.values() if e.template == "warning-letter"]

    expected = (("failures", "F1"), ("level", "first"), ("response", "required"))
    assert [expected] == [notice.facts for notice in notices]


def test_a_warning_id_names_one_warning() -> None:
    """The second under one id is refused."""
    again = event(
        "warning_issued",
        "2026-11-26",
        warning_id="W1",
        failure_ids=["F2"],
        departure_rationale="One more chance.",
    )

    seen = after(*WARNED, *failed("F2", "2026-11-25"), again)

    assert ("refused", "warning W1 was already issued") == seen.verdict(again)


@pytest.mark.parametrize("role", ["system", "provider", "em_provider", "court_officer"])
def test_d9_only_an_officer_warns(role: str) -> None:
    """D9.warn, inv-human: no timer and no machine issues a warning."""
    warning = warned("W1", "2026-11-24", "F1", by={**OFFICER, "role": role})

    seen = after(*failed("F1", DAY), warning)

    reason = (
        f"warning_issued is not for {ROLE_NAMES[Role(role)]} of the CRC; "
        "it is for an officer, a line manager or a senior manager of the CRC, N07, "
        "which manages the case"
    )
    assert ("active", ("refused", reason)) == (seen.state, seen.verdict(warning))


def test_d7_row_2_a_warning_at_the_second_failure_wants_a_reason() -> None:
    """Breach is advised; the refusal says at which count and what a departure gives."""
    warning = warned("W2", "2026-11-27", "F2")

    seen = after(*WARNED, *failed("F2", "2026-11-26"), warning)

    reason = (
        "advised is breach, at 2 unacceptable failures within 12 months; "
        "a warning instead gives its departure_rationale"
    )
    assert ("refused", reason) == seen.verdict(warning)
    assert ("running", None) == seen.clock("breach-co-2-in-12m/2026-11-26")
    assert [("breach_decided", "D7.2")] == seen.steps()
    assert ("breach-advised", "officer") in seen.told()


def test_d7_row_2_one_warning_for_two_days_is_measured_by_the_newer() -> None:
    """Naming the first of them as well does not make it a first failure."""
    warning = warned("W1", "2026-11-27", "F1", "F2")

    seen = after(*failed("F1", DAY), *failed("F2", "2026-11-26"), warning)

    assert seen.verdict(warning)[1].startswith("advised is breach, at 2 unacceptable")


def test_d7_row_3_a_first_failure_of_a_suspended_order_is_warned_of() -> None:
    """AMB-03: as of a community order."""
    seen = played([*suspended(), *WARNED], "2026-11-30")

    assert ("warned", []) == (seen.state, seen.steps())


def test_d7_row_4_a_warning_at_the_second_failure_of_a_suspended_order_wants_a_reason() -> None:
    """AMB-03: no number is stated for it; ours is that of a community order."""
    warning = warned("W2", "2026-11-27", "F2")

    seen = played([*suspended(), *WARNED, *failed("F2", "2026-11-26"), warning], "2026-11-30")

    assert seen.verdict(warning)[1].startswith("advised is breach, at 2 unacceptable")


def test_d7_rows_5_and_6_the_first_two_failures_under_supervision_are_warned_of() -> None:
    """D16.1: each by a warning, and no reasons are asked for."""
    stream = [
        *failed("F1", "2015-03-16"),
        warned("W1", "2015-03-17", "F1"),
        *failed("F2", "2015-03-23"),
        warned("W2", "2015-03-24", "F2"),
    ]

    seen = played([*supervised(), *stream], "2015-03-25")

    assert ["applied", "applied"] == [seen.verdict(stream[i])[0] for i in (2, 5)]
    assert ("warned", 2, []) == (seen.state, seen.view["counted_failures"], seen.steps())


def test_d7_row_7_a_warning_at_the_third_failure_under_supervision_wants_a_reason() -> None:
    """D16.2: breach is advised from the third on."""
    stream = [item for n in (1, 2) for item in failed(f"F{n}", f"2015-03-1{n + 5}")]
    stream += [warned("W1", "2015-03-18", "F1", "F2"), *failed("F3", "2015-03-23")]
    warning = warned("W2", "2015-03-24", "F3")

    seen = played([*supervised(), *stream, warning], "2015-03-25")

    assert seen.verdict(warning)[1].startswith("advised is breach, at 3 unacceptable")
    assert ("running", None) == seen.clock("breach-pss-3-in-12m/2015-03-23")
    assert [("breach_decided", "D7.7")] == seen.steps()


def test_d7_row_11_an_officer_may_depart_with_reasons() -> None:
    """The warning counts, records the departure, meets the clock, and a manager is notified."""
    warning = warned("W2", "2026-11-27", "F2", departure_rationale="In treatment since.")

    seen = after(*WARNED, *failed("F2", "2026-11-26"), warning)

    assert ("applied", "") == seen.verdict(warning)
    assert [False, True] == [item["departure"] for item in seen.view["warnings"]]
    assert "met" == seen.clock("breach-co-2-in-12m/2026-11-26")[0]
    facts = [e.facts for e in seen.decided.effects.values() if e.template == "departure-recorded"]
    assert [(("source", "PF 2015 Enforce"),)] == facts


def test_d7_row_8_a_warning_where_the_public_is_in_danger_wants_a_reason() -> None:
    """Immediate enforcement is advised, whatever the count."""
    warning = warned("W1", "2026-11-24", "F1")

    seen = after(*failed("F1", DAY, public_protection=True), warning)

    assert seen.verdict(warning)[1].startswith("advised is immediate enforcement")


def test_a_reason_where_a_warning_is_advised_is_no_departure() -> None:
    """A rationale given without need makes no departure."""
    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1", departure_rationale="None."))

    assert [False] == [item["departure"] for item in seen.view["warnings"]]
    assert ("departure-recorded", "line_manager") not in seen.told()


def test_t10_an_explanation_accepted_after_the_warning_leads_back() -> None:
    """D3 row 4: the failure is acceptable, so no warning counts."""
    excused = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)

    seen = after(*WARNED, excused)

    assert ("active", "T10") == (seen.state, seen.arrows()[-1])
    assert ("met", "2026-11-24T12:00:00Z") == seen.settled(f"enforce-6wd/{DAY}")


def test_t10_a_withdrawn_warning_leads_back_and_is_told() -> None:
    """The warning stays on the record as withdrawn, and the person hears of it."""
    excused = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)
    withdrawn = event("warning_withdrawn", "2026-11-26 13:00", warning_id="W1")

    seen = after(*WARNED, excused, withdrawn)

    assert ("active", "2026-11-26T13:00:00Z") == (
        seen.state,
        seen.view["warnings"][0]["withdrawn_at"],
    )
    assert ("warning-withdrawn", "person") in seen.told()


def test_d3_row_4_an_explanation_accepted_after_a_warning_in_time_makes_nothing_late() -> None:
    """A step was taken within the six days; its later withdrawal is no delay."""
    excused = event("failure_judged", "2026-12-03", failure_id="F1", acceptable=True)
    withdrawn = event("warning_withdrawn", "2026-12-03 13:00", warning_id="W1")

    seen = after(*WARNED, excused, withdrawn, now="2026-12-04")

    assert ("met", "2026-11-24T12:00:00Z") == seen.settled(f"enforce-6wd/{DAY}")


def test_a_withdrawn_warning_leaves_an_unacceptable_failure_to_be_answered() -> None:
    """Without the warning the clock runs again, and a warning is advised as before."""
    withdrawn = event("warning_withdrawn", "2026-11-26", warning_id="W1")

    seen = after(*WARNED, withdrawn)

    assert ("active", ("running", "2026-12-01")) == (seen.state, seen.clock(f"enforce-6wd/{DAY}"))
    assert [("warning_issued", "D7.1")] == seen.steps()


def test_a_warning_is_withdrawn_once() -> None:
    """The second withdrawal is refused, and one of an unknown warning waits."""
    first = event("warning_withdrawn", "2026-11-26", warning_id="W1")
    second = event("warning_withdrawn", "2026-11-27", warning_id="W1")
    unknown = event("warning_withdrawn", "2026-11-28", warning_id="W9")

    seen = after(*WARNED, first, second, unknown)

    assert ("refused", "warning W1 was already withdrawn") == seen.verdict(second)
    assert ("held", "waits for warning W9") == seen.verdict(unknown)


def test_one_of_two_warnings_withdrawn_leaves_the_person_warned() -> None:
    """`warned` lasts as long as one warning counts."""
    second = warned("W2", "2026-11-27", "F2", departure_rationale="In treatment since.")
    withdrawn = event("warning_withdrawn", "2026-11-28", warning_id="W1")

    assert "warned" == after(*WARNED, *failed("F2", "2026-11-26"), second, withdrawn).state


def test_guard_13_induction_and_plan_while_warned_are_kept_for_later() -> None:
    """They change no state now; T09 returns to the state that they support."""
    first = failed("F1", "2026-11-05", appointment_id="A1")
    stream = [
        *allocated(ends_on="2028-11-01"),
        event("appointment_arranged", "2026-11-02 15:00", appointment_id="A1",
              at="2026-11-05T10:00:00+00:00"),
        *first,
        warned("W1", "2026-11-06", "F1"),
        event("induction_completed", "2026-11-10"),
    ]  # fmt: skip
    planned = event("plan_completed", "2026-11-12")

    assert ("warned", ["T01", "T05"]) == _where(played(stream, "2026-11-30"))
    assert "2026-11-10T12:00:00Z" == played(stream, "2026-11-30").view["inducted_at"]
    assert ("inducted", ["T01", "T05", "T09"]) == _where(played(stream, "2027-11-05"))
    assert ("warned", ["T01", "T05"]) == _where(played([*stream, planned], "2027-11-04"))
    assert ("active", ["T01", "T05", "T09"]) == _where(played([*stream, planned], "2027-11-05"))


def test_t10_returns_to_allocated_where_nobody_was_inducted() -> None:
    """The state is that which the facts support, not the one before by habit."""
    excused = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)

    assert ("allocated", ["T01", "T05", "T10"]) == _where(
        played([*allocated(), *WARNED, excused], "2026-11-27")
    )


def _where(seen: Played) -> tuple[str, list[str]]:
    return seen.state, seen.arrows()


def ordered(*events: Event, now: str = "2016-03-20", kind: str = "community_order") -> Played:
    """Return an order of Monday 2 February 2015 for two years, under the law pack."""
    end = "operational_period_ends_on" if kind == "suspended_sentence_order" else "ends_on"
    given = {"type": kind, "sentenced_on": "2015-02-02", "ends_on": None, end: "2017-02-01"}
    stream = [
        event("sentence_imposed", "2015-02-02 10:30", **given),
        event("case_allocated", "2015-02-02"),
        event("officer_assigned", "2015-02-02 14:00"),
        event("induction_completed", "2015-02-05 10:30"),
        event("plan_completed", "2015-02-09"),
    ]
    return played([*stream, *events], now, pack=catalogue().pack())


MARCH = [*failed("F1", "2015-03-01"), warned("W1", "2015-03-09", "F1")]
REFER = "refer-if-warned"


@pytest.mark.parametrize("kind", ["community_order", "suspended_sentence_order"])
@pytest.mark.parametrize(
    ("failed_on", "refers"),
    [
        pytest.param("2015-03-20", True, id="in-the-count-as-well"),
        pytest.param("2016-03-05", True, id="over-twelve-months-after-the-failure"),
        pytest.param("2016-03-08", True, id="last-day"),
        pytest.param("2016-03-09", False, id="the-day-after"),
    ],
)
def test_whoever_fails_again_within_twelve_months_of_a_warning_is_referred(
    kind: str, failed_on: str, *, refers: bool
) -> None:
    """CJA 2003 Sch 8 para 5 and Sch 12 para 4: the months begin with the day of the warning."""
    seen = ordered(*MARCH, *failed("F2", failed_on), kind=kind)

    assert "2016-03-08" == seen.view["warnings"][0]["refer_until"]
    assert refers is (f"{REFER}/{failed_on}" in seen.clocks)
    step = "breach_decided" if refers else "warning_issued"
    assert [step] == [item["step"] for item in seen.view["proposals"]]


def test_the_law_and_the_count_of_practice_are_named_side_by_side() -> None:
    """D5: the framework calls its count current practice; the law counts from the warning."""
    seen = ordered(*MARCH, *failed("F2", "2015-03-20"))

    assert ("law", "current_practice") == tuple(
        seen.clocks[f"{row}/2015-03-20"]["hardness"] for row in (REFER, "breach-co-2-in-12m")
    )
    assert (
        "2 unacceptable failures within the 12 months to 2015-03-20; current practice advises "
        "breach from 2, and the law asks for referral: warning W1 was given on 2015-03-09, and a "
        "failure up to 2016-03-08 is referred"
    ) == seen.view["proposals"][0]["reason"]


def test_two_failures_without_a_warning_bring_no_duty_of_law() -> None:
    """The officer has the choice; the count of practice proposes breach."""
    seen = ordered(*failed("F1", "2015-03-02"), *failed("F2", "2015-03-03"))

    assert [] == of_row(seen, REFER)
    assert ["running"] == of_row(seen, "breach-co-2-in-12m")


def test_a_referral_by_law_is_answered_by_the_breach_and_not_by_a_departure() -> None:
    """A warning instead may depart from practice; what the law asks stays open and seen."""
    again = failed("F2", "2015-03-20")
    reasons = {"departure_rationale": "The court sits on the order next week."}
    breach = event("breach_decided", "2015-03-21", failure_ids=["F1", "F2"])
    instead = warned("W2", "2015-03-21", "F2", **reasons)

    assert ["met"] == of_row(ordered(*MARCH, *again, breach), REFER)
    kept = ordered(*MARCH, *again, instead)
    assert (["running"], ["met"]) == (of_row(kept, REFER), of_row(kept, "breach-co-2-in-12m"))


def test_a_warning_that_is_taken_back_asks_for_no_referral() -> None:
    """Its ground is gone."""
    again = failed("F2", "2015-03-20")
    excused = event("failure_judged", "2015-03-23", failure_id="F1", acceptable=True)
    back = event("warning_withdrawn", "2015-03-24", warning_id="W1")

    seen = ordered(*MARCH, *again, excused, back)

    assert ["stopped"] == of_row(seen, REFER)
    assert None is seen.view["warnings"][0]["refer_until"]
