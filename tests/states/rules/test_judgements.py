"""Explanations of failures, and the officer's judgements (D3, T10)."""

import pytest

from states.events.envelope import Event
from states.rules.authorisation import ROLE_NAMES
from states.vocabulary import Role
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.wording import OFFICER

DAY = "2026-11-23"
CLOCK = f"enforce-6wd/{DAY}"


def duties(seen: Played, subject: str) -> dict[str, str]:
    """Return the status of the duties about one failure, by row."""
    return {d["duty"]: d["status"] for d in seen.view["duties"] if d.get("subject") == subject}


@pytest.mark.parametrize("role", ["provider", "em_provider", "treatment_provider"])
def test_whoever_delivers_part_of_the_sentence_hears_the_outcome(role: str) -> None:
    """ev-feedback-provider: by whatever of it they deliver."""
    by = {"id": "P1", "role": role, "organisation": "PROV"}
    report = event("failure_reported", DAY, failure_id="F1", by=by)

    assert "ev-feedback-provider" in duties(played([*serving(), report], "2026-11-24"), "F1")


def test_breach_is_advised_to_the_officer_at_the_failure_that_reaches_the_count() -> None:
    """D7.2: neither at the first, nor where the second is excused, nor while one is at court."""
    first = failed("F1", DAY)
    second = failed("F2", "2026-11-25")
    excused = failed("F2", "2026-11-25", acceptable=True)
    decided = event("breach_decided", "2026-11-24", failure_ids=["F1"])

    assert (["F2"], [], []) == (
        _advised(*first, *second),
        _advised(*first, *excused),
        _advised(*first, decided, *second),
    )


def _advised(*events: Event) -> list[str]:
    wanted = played([*serving(), *events], "2026-11-30").decided.effects.values()
    return [effect.subject for effect in wanted if effect.template == "breach-advised"]


def test_what_a_provider_reported_it_hears_the_outcome_of() -> None:
    """ev-feedback-provider, and ev-single-req-monitor: the monitoring provider reports a curfew."""
    monitor = {"id": "EM1", "role": "em_provider", "organisation": "EMS"}
    report = event("failure_reported", DAY, failure_id="F1", what="curfew", by=monitor)
    judged = event("failure_judged", "2026-11-24", failure_id="F1", acceptable=True)

    before = played([*serving(), report], DAY)
    later = played([*serving(), report, judged], "2026-11-25")

    assert "open" == duties(before, "F1")["ev-feedback-provider"]
    assert ("failure-outcome", "reporting_provider") not in before.told()
    assert ("failure-outcome", "reporting_provider") in later.told()


def test_what_an_officer_reported_is_fed_back_to_nobody() -> None:
    """The officer knows the outcome."""
    seen = played([*serving(), *failed("F1", DAY)], "2026-11-24")

    assert "ev-feedback-provider" not in duties(seen, "F1")


def test_an_explanation_alone_decides_nothing() -> None:
    """D3: an officer judges; the clock runs until then."""
    explained = event("explanation_received", "2026-11-25", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), explained], "2026-11-26")

    assert ("running", None) == seen.settled(CLOCK)


def test_an_acceptable_explanation_discharges_the_clock() -> None:
    """D3.1: recorded, not counted, and nothing more to do."""
    seen = played([*serving(), *failed("F1", DAY, acceptable=True)], "2026-11-24")

    assert ("met", "2026-11-23T13:00:00Z") == seen.settled(CLOCK)
    assert "CRC/F1.judged" == seen.clocks[CLOCK]["settled_by"]
    assert (0, []) == (seen.view["counted_failures"], seen.steps())


def test_an_unacceptable_explanation_leaves_the_clock_running() -> None:
    """D3.2: the judgement is not yet an answer to the failure."""
    explained = event("explanation_received", "2026-11-23 12:30", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY), explained], "2026-11-24")

    assert ("running", "2026-12-01") == seen.clock(CLOCK)
    assert (1, [("warning_issued", "D7.1")]) == (seen.view["counted_failures"], seen.steps())


def test_an_officer_may_judge_without_any_explanation() -> None:
    """D3.3: none was received, and a decision is needed."""
    seen = played([*serving(), *failed("F1", DAY)], "2026-11-24")

    assert (None, False) == tuple(
        seen.view["failures"][0][name] for name in ("explained_on", "acceptable")
    )


def test_a_later_judgement_replaces_an_earlier_one() -> None:
    """The officer's latest decision counts, by its own time."""
    excused = event("failure_judged", "2026-11-25", failure_id="F1", acceptable=True)
    again = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=False)
    stream = [*serving(), *failed("F1", DAY), excused]

    first = played(stream, "2026-11-25 18:00")
    second = played([*stream, again], "2026-11-27")

    assert (0, "met", "stopped") == (
        first.view["counted_failures"],
        first.clock(CLOCK)[0],
        first.clock(f"failure-window-12m/{DAY}")[0],
    )
    assert (1, "running", "running") == (
        second.view["counted_failures"],
        second.clock(CLOCK)[0],
        second.clock(f"failure-window-12m/{DAY}")[0],
    )


@pytest.mark.parametrize("role", ["system", "provider", "court_officer", "ops"])
def test_only_an_officer_judges(role: str) -> None:
    """A named person decides on reasonableness; no machine and no other office."""
    by = {**OFFICER, "role": role}
    item = event("failure_judged", "2026-11-24", failure_id="F1", acceptable=False, by=by)

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), item], "2026-11-25")

    reason = (
        f"failure_judged is not for {ROLE_NAMES[Role(role)]} of the CRC; "
        "it is for an officer, a line manager or a senior manager of the CRC, N07, "
        "which manages the case"
    )
    assert ("refused", reason) == seen.verdict(item)


def test_a_judgement_and_an_explanation_wait_for_their_failure() -> None:
    """They keep their own times while they wait."""
    judged = event("failure_judged", "2026-11-23 15:00", failure_id="F1", acceptable=True)
    stream = [*serving(), judged]
    report = event("failure_reported", "2026-11-23 16:00", failure_id="F1")

    assert ("held", "waits for failure F1") == played(stream, "2026-11-24").verdict(judged)
    assert ("met", "2026-11-23T15:00:00Z") == played([*stream, report], "2026-11-24").settled(CLOCK)


def test_d3_row_4_an_explanation_after_the_warning_may_still_be_accepted() -> None:
    """T10: the warning is to be taken back, and the failure counts no more (AMB-44)."""
    stream = [
        *failed("F1", DAY),
        event("warning_issued", "2026-11-24", warning_id="W1", failure_ids=["F1"]),
        event("explanation_received", "2026-11-25", failure_id="F1"),
        event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True),
    ]

    seen = played([*serving(), *stream], "2026-11-27")

    assert ("active", 0, ["T05", "T10"]) == (
        seen.state,
        seen.view["counted_failures"],
        seen.arrows()[-2:],
    )
    assert [("warning_withdrawn", "D3.4")] == seen.steps()


def test_what_an_officer_weighed_is_kept_with_the_judgement() -> None:
    """D3.f1, D3.f2, D3.f3, D3.f4 and the rest, as the officer names them."""
    weighed = ["nature", "circumstances", "pattern", "person", "equality"]
    judged = event(
        "failure_judged", "2026-11-24", failure_id="F1", acceptable=False, factors=weighed
    )

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), judged], "2026-11-25")

    assert weighed == seen.view["failures"][0]["factors"]


def test_an_explanation_ends_the_waiting_for_one() -> None:
    """explanation-window and ev-explanation-each: done by its receipt, before any judgement."""
    explained = event("explanation_received", "2026-11-25", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), explained], "2026-11-26")

    assert {
        "explanation-window": "done",
        "reminder": "done",
        "ev-explanation-each": "done",
        "ev-decide-excuse": "open",
        "ev-failure-record": "open",
    } == duties(seen, "F1")
    settled = {d["settled_at"] for d in seen.view["duties"] if d["id"] == "explanation-window/F1"}
    assert {"2026-11-25T00:00:00Z"} == settled


def test_of_two_explanations_of_one_day_the_first_is_the_one_that_came() -> None:
    """The second adds nothing to when and by whom it was explained."""
    first = event("explanation_received", "2026-11-25 09:00", failure_id="F1", from_whom="mother")
    second = event("explanation_received", "2026-11-25 10:00", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), first, second], "2026-11-26")

    assert "mother" == seen.view["failures"][0]["explained_by"]


def test_an_explanation_is_dated_by_its_earliest_receipt() -> None:
    """A second letter does not make the first one late."""
    first = event("explanation_received", "2026-11-25", failure_id="F1")
    second = event("explanation_received", "2026-11-27", failure_id="F1")

    seen = played([*serving(), *failed("F1", DAY, acceptable=None), second, first], "2026-11-28")

    assert "2026-11-25" == seen.view["failures"][0]["explained_on"]


def test_d5_row_8_a_failure_entered_late_that_completes_a_later_count_brings_the_advice() -> None:
    """It is counted on its own day, and the second failure is then the one that came after it."""
    second = [*failed("F2", "2026-11-26"), warned("W1", "2026-11-27", "F2")]
    late = [
        event("failure_reported", "2026-11-19", event_id="F1.reported", failure_id="F1"),
        event("failure_judged", "2026-12-03", failure_id="F1", acceptable=False),
    ]

    seen = played([*serving(), *second, *late], "2026-12-04")

    assert ("breach-advised", "officer") in seen.told()
    assert ("running", None) == seen.clock("breach-co-2-in-12m/2026-11-26")
