"""A requirement is added, or takes the place of another (T27), inside the bounds of law (6.1)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.licence import on_licence, sentenced
from tests.states.requirements import clocks, duties, licence_with, order_with, requirement, shown
from tests.states.stream import Played, event, failed, played, serving, warned

CURFEW = {"requirement_id": "R3", "kind": "curfew", "ends_on": "2027-03-01"}
TOO_LONG = requirement("exclusion", requirement_id="R3", ends_on="2029-11-01")


def changed(when: str, made: dict[str, Any], **fields: Any) -> Event:
    return event("requirement_changed", when, requirement=made, **fields)


def after(*events: Event, now: str = "2026-12-02", **order: Any) -> Played:
    return played([*serving(**order), *events], now)


def irregular(seen: Played, item: Event) -> bool:
    return seen.decided.dispositions[item.uid].irregular


def test_t27_a_court_adds_a_requirement_without_any_breach() -> None:
    """T27: with its own end and its own duties; state, warnings and counts stay."""
    added = changed("2026-12-01", CURFEW)
    warning = [*failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1")]

    seen = after(*warning, added)

    assert ("warned", 1, False) == (
        seen.state,
        seen.view["counted_failures"],
        irregular(seen, added),
    )
    assert ("running", "2027-03-01") == clocks(seen, "R3")["requirement-end"]
    assert "open" == duties(seen, "R3")["ev-cur-household"]


def test_what_was_done_under_an_id_that_is_replaced_is_kept() -> None:
    """T27: the start and the hours; more hours open a requirement again that was complete."""
    begun = event("requirement_progressed", "2026-11-20", requirement_id="R2", hours=80)
    more = changed("2026-12-01", {"requirement_id": "R2", "kind": "unpaid_work", "hours": 120})

    before = after(begun)
    seen = after(begun, more)

    assert ("2026-11-20", "met") == (
        shown(before, "R2")["completed_on"],
        clocks(before, "R2")["upw-finish-12-months"][0],
    )
    assert (120, 80, "2026-11-20", None) == (
        shown(seen, "R2")["hours"],
        shown(seen, "R2")["hours_done"],
        shown(seen, "R2")["started_on"],
        shown(seen, "R2")["completed_on"],
    )


def test_a_day_that_is_moved_moves_what_counts_to_it() -> None:
    """The end of the requirement, and its planned start where it has not begun."""
    moved = changed("2026-12-01", requirement("programme", starts_on="2027-02-01"))

    seen = played([*order_with("programme", starts_on="2027-01-04"), moved], "2026-12-02")

    assert ("running", "2027-02-01") == clocks(seen)["requirement-starts-as-planned"]
    assert ("running", "2027-02-01") == clocks(seen)["prep-contact-before-start"]


def test_a_planned_day_that_moves_after_the_start_undoes_nothing() -> None:
    """The requirement began as planned, and that stays so."""
    begun = event("requirement_started", "2026-11-20", requirement_id="R1")
    moved = changed("2026-12-01", requirement("programme", starts_on="2026-11-10"))

    seen = played([*order_with("programme", starts_on="2026-11-20"), begun, moved], "2026-12-02")

    assert ("met", "2026-11-20") == clocks(seen)["requirement-starts-as-planned"]


def test_an_end_that_is_taken_away_runs_no_more() -> None:
    """The requirement then lasts as long as the order."""
    moved = changed("2026-12-01", requirement("curfew"))

    seen = played([*order_with("curfew", ends_on="2027-03-01"), moved], "2027-04-01")

    assert ("stopped", None) == (
        clocks(seen)["requirement-end"][0],
        shown(seen)["terminated_on"],
    )


def test_a_requirement_that_ran_out_runs_again_when_a_court_gives_it_more_time() -> None:
    """Its later end is notified when it comes."""
    longer = changed("2027-03-10", requirement("exclusion", ends_on="2027-06-01"))
    stream = [*order_with("exclusion", ends_on="2027-03-01"), longer]

    open_again = played(stream, "2027-03-11")
    over = played(stream, "2027-06-02")

    assert (None, "fell_away") == (
        shown(open_again)["terminated_on"],
        duties(open_again)["ev-exc-end-notices"],
    )
    assert ("2027-06-01", "open") == (
        shown(over)["terminated_on"],
        duties(over)["ev-exc-end-notices"],
    )


def test_what_a_court_leaves_out_has_ended() -> None:
    """D17.2: requirements are replaced; the end of those left out is notified."""
    decided = event(
        "court_decided",
        "2026-12-01",
        outcome="requirements_changed",
        requirements=[CURFEW],
    )

    seen = played([*order_with("exclusion"), decided], "2026-12-02")

    assert ("2026-12-01", "replaced") == (shown(seen)["terminated_on"], shown(seen)["ended_by"])
    assert ("exclusion-ended", "police") in seen.told()
    assert None is shown(seen, "R3")["terminated_on"]


def test_an_order_becomes_electronic_only_when_what_else_it_had_is_left_out() -> None:
    """AMB-20: computed again when a court varies the order."""
    monitored = {**CURFEW, "electronically_monitored": True}
    decided = event(
        "court_decided",
        "2026-12-01",
        outcome="requirements_changed",
        requirements=[monitored],
    )

    flags = {flag["code"] for flag in after(decided).view["flags"]}

    assert "electronic_only" in flags


REASON = "R3: an exclusion lasts 2 years at most: to 2028-11-01, not 2029-11-01"


def test_a_change_beyond_the_law_is_refused() -> None:
    """exclusion-max, R.EXC: unless it was a court that ordered it."""
    asked = changed("2026-12-01", TOO_LONG, why="other")

    assert ("refused", REASON) == after(asked, ends_on="2029-11-01").verdict(asked)


@pytest.mark.parametrize("kind", ["requirement_changed", "court_decided"])
def test_what_a_court_orders_beyond_the_law_is_applied_and_referred_back(kind: str) -> None:
    """exclusion-max: the court itself corrects it; the flag falls when it has."""
    if kind == "requirement_changed":
        ordered = changed("2026-12-01", TOO_LONG)
    else:
        change = {"outcome": "requirements_changed", "requirements": [TOO_LONG]}
        ordered = event(kind, "2026-12-01", **change)
    corrected = changed("2026-12-02", {**TOO_LONG, "ends_on": "2028-11-01"})

    seen = after(ordered, ends_on="2029-11-01")
    later = after(ordered, corrected, now="2026-12-03", ends_on="2029-11-01")

    found = {flag["code"]: flag["text"] for flag in seen.view["flags"]}
    assert (f"refer back: {REASON}", True) == (
        found["refer_back.R3"],
        irregular(seen, ordered),
    )
    assert None is shown(seen, "R3")["terminated_on"]
    assert "refer_back.R3" not in {flag["code"] for flag in later.view["flags"]}


def test_a_release_on_unlawful_conditions_is_a_release_all_the_same() -> None:
    """ev-drug-safeguards, R.DTC: the person is out, and the conditions are referred back."""
    bare = requirement("drug_testing", safeguards=["drugs_a_factor"])

    seen = played(licence_with("drug_testing", conditions=[bare]), "2015-03-20")

    found = {flag["code"]: flag["text"] for flag in seen.view["flags"]}
    assert ("licence", "active") == (seen.view["phase"], seen.state)
    assert (
        "refer back: R1: drug_testing needs these safeguards first: dependence_or_propensity"
        == found["refer_back.R1"]
    )


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (
            "secretary_of_state",
            "what a community_order requires is set by the court, not the secretary_of_state",
        ),
        ("officer", "an officer adds no requirement; R3 is set by the court"),
    ],
)
def test_the_requirements_of_an_order_are_the_courts(why: str, reason: str) -> None:
    """6.1: the court determines them; an officer adds none, a minister's is referred back."""
    asked = changed("2026-12-01", CURFEW, why=why)
    verdict = "refused" if why == "officer" else "applied"

    assert (verdict, reason) == after(asked).verdict(asked)


def test_an_officer_plans_the_start_and_nothing_that_the_court_set() -> None:
    """P.RAR: timing by risk and need."""
    plan = {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80, "starts_on": "2026-12-07"}
    planned = changed("2026-12-01", plan, why="officer")
    fewer = changed("2026-12-01 14:00", {**plan, "hours": 60}, why="officer")

    seen = after(planned, fewer)

    assert ("applied", "") == seen.verdict(planned)
    assert (
        "refused",
        "R2: hours is set by the court; an officer plans its start",
    ) == seen.verdict(fewer)
    assert ("running", "2026-12-07") == clocks(seen, "R2")["requirement-starts-as-planned"]


def test_the_conditions_of_a_licence_are_set_for_the_secretary_of_state() -> None:
    """6.1: additional conditions may come while the licence runs."""
    made = requirement("exclusion", ends_on="2015-09-01")
    added = changed("2015-04-07", made, why="secretary_of_state")
    by_court = changed("2015-04-07 14:00", made)

    seen = played([*on_licence(), added, by_court], "2015-04-08")

    assert ("running", "2015-09-01") == clocks(seen)["requirement-end"]
    note = "what a custody requires is set by the secretary_of_state, not the court"
    assert ("applied", note) == seen.verdict(by_court)


def test_conditions_known_before_release_start_with_the_licence() -> None:
    """They were given with the sentence, and do not bind in prison."""
    known = requirement("curfew", starts_on="2015-03-10")
    stream = sentenced(requirements=[known])
    freed = event("released", "2015-03-02 10:00")

    assert {} == clocks(played(stream, "2015-02-20"))
    assert ("running", "2015-03-10") == clocks(played([*stream, freed], "2015-03-03"))[
        "requirement-starts-as-planned"
    ]


def test_a_court_that_changes_a_requirement_before_the_plan_is_irregular() -> None:
    """T27: the table expects it in active or warned; a fact is applied all the same."""
    added = changed("2026-11-03", CURFEW)

    seen = after(added)

    assert ("applied", "a court changed a requirement in allocated") == seen.verdict(added)


def test_a_change_after_the_end_of_the_sentence_changes_nothing() -> None:
    """It is recorded as irregular."""
    late = changed("2027-11-10", CURFEW)

    seen = after(late, now="2027-11-11")

    assert ("applied", "the sentence had ended on 2027-11-01") == seen.verdict(late)


def test_an_event_about_a_requirement_waits_for_the_change_that_makes_it() -> None:
    """It may arrive, and have happened, before."""
    begun = event("requirement_started", "2026-11-30", requirement_id="R3")

    seen = after(begun, changed("2026-12-01", CURFEW))

    assert "2026-11-30" == shown(seen, "R3")["started_on"]
