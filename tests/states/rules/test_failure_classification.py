"""Apparent failures to comply, by kind of report and regime (D1)."""

from datetime import date
from typing import Any

import pytest

from states.rules.failure_classification import (
    FAILURE_TABLE,
    FailureClassification,
    FailureReading,
    classify,
)
from states.standards.terms import AppliesTo
from states.vocabulary import FailureKind, RequirementKind
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, law, played, serving
from tests.states.supervision import supervised

CO = AppliesTo.COMMUNITY_ORDER
SSO = AppliesTo.SUSPENDED_SENTENCE_ORDER
LIC = AppliesTo.LICENCE
PSS = AppliesTo.POST_SENTENCE_SUPERVISION
SERVED = (CO, SSO, LIC, PSS)

YES = FailureReading.FAILURE
NO = FailureReading.NO_FAILURE
ELSE = FailureReading.ELSEWHERE
OPEN = FailureReading.UNSTATED
EVERY_KIND = frozenset(RequirementKind) - {RequirementKind.FOREIGN_TRAVEL_PROHIBITION}


def read(what: FailureKind, regime: AppliesTo | None, **more: Any) -> FailureClassification:
    given: dict[str, Any] = {"kinds": EVERY_KIND, "committed_on": date(2015, 2, 1), **more}
    return classify(what, regime, edition=law().edition, **given)


@pytest.mark.parametrize(
    ("row", "what", "columns"),
    [
        ("D1.1", FailureKind.MISSED_APPOINTMENT, (YES, YES, YES, YES)),
        ("D1.4", FailureKind.INSTRUCTION, (YES, YES, YES, YES)),
        ("D1.5", FailureKind.ADDRESS_NOT_TOLD, (YES, YES, ELSE, OPEN)),
        ("D1.8", FailureKind.UNAPPROVED_WORK, (ELSE, ELSE, YES, OPEN)),
        ("D1.9", FailureKind.TRAVEL, (ELSE, ELSE, YES, OPEN)),
        ("D1.10", FailureKind.NEW_OFFENCE, (ELSE, ELSE, YES, OPEN)),
        ("D1.11", FailureKind.DRUG_APPOINTMENT, (ELSE, ELSE, YES, YES)),
        ("D1.14", FailureKind.EXCLUSION_ZONE, (YES, YES, YES, OPEN)),
        ("D1.14", FailureKind.PROHIBITED_ACTIVITY, (YES, YES, YES, OPEN)),
        ("D1.15", FailureKind.AP_RULES, (YES, YES, YES, OPEN)),
        ("D1.16", FailureKind.CURFEW, (YES, YES, YES, OPEN)),
        ("D1.17", FailureKind.OTHER, (OPEN, OPEN, OPEN, OPEN)),
        ("D20.2", FailureKind.DRUG_SAMPLE_REFUSED, (OPEN, OPEN, YES, YES)),
        ("D1.7", FailureKind.NIGHT_AWAY, (ELSE, ELSE, YES, OPEN)),
    ],
)
def test_each_row_is_read_by_the_column_of_the_sentence(
    row: str, what: FailureKind, columns: tuple[FailureReading, ...]
) -> None:
    """The columns are the community order, the suspended one, the licence and supervision."""
    found = [read(what, regime) for regime in SERVED]

    assert list(columns) == [fault.reading for fault in found]
    assert {row} == {fault.row for fault in found}


@pytest.mark.parametrize("what", [FailureKind.REQUIREMENT, FailureKind.CONDITION])
def test_d1_rows_2_and_3_a_licence_has_conditions_and_all_else_requirements(
    what: FailureKind,
) -> None:
    """D1.2, D1.3: whichever word the report uses, what was broken is what there is."""
    found = [read(what, regime) for regime in SERVED]

    assert ["D1.2", "D1.2", "D1.3", "D1.2"] == [fault.row for fault in found]
    assert {YES} == {fault.reading for fault in found}


@pytest.mark.parametrize(
    ("committed_on", "expected"),
    [(date(2015, 1, 31), NO), (date(2015, 2, 1), YES), (None, YES)],
    ids=["the day before ora-cutover", "on it", "on both sides of it"],
)
def test_d1_row_6_a_move_wants_permission_for_newer_offences(
    committed_on: date | None, expected: FailureReading
) -> None:
    """D1.6, D18.2: the duty came with the law of 1 February 2015."""
    found = [
        read(FailureKind.MOVED_WITHOUT_PERMISSION, regime, committed_on=committed_on)
        for regime in (CO, SSO)
    ]

    assert [expected, expected] == [fault.reading for fault in found]
    assert {"D1.6"} == {fault.row for fault in found}


def test_d1_row_7_on_licence_a_move_is_nights_elsewhere() -> None:
    """D1.7: an unapproved address, whenever the offence was."""
    found = read(FailureKind.MOVED_WITHOUT_PERMISSION, LIC, committed_on=date(2015, 1, 31))

    assert ("D1.7", YES) == (found.row, found.reading)
    assert OPEN is read(FailureKind.MOVED_WITHOUT_PERMISSION, PSS).reading


@pytest.mark.parametrize("regime", [CO, SSO])
def test_d1_row_9_travel_fails_an_order_only_where_it_was_prohibited(regime: AppliesTo) -> None:
    """D1.9, R.FTP, AMB-19: nothing else keeps the person of an order in the country."""
    prohibited = frozenset({RequirementKind.FOREIGN_TRAVEL_PROHIBITION})

    assert YES is read(FailureKind.TRAVEL, regime, kinds=prohibited).reading
    assert ELSE is read(FailureKind.TRAVEL, regime, kinds=EVERY_KIND).reading


def test_d1_rows_10_and_17_behaviour_is_a_ground_on_licence_and_else_the_officers_to_judge() -> (
    None
):
    """D1.10 on licence; D1.17 for late, partial or disruptive attendance of an order."""
    found = [read(FailureKind.BEHAVIOUR, regime) for regime in SERVED]

    assert ["D1.17", "D1.17", "D1.10", "D1.10"] == [fault.row for fault in found]
    assert [OPEN, OPEN, YES, OPEN] == [fault.reading for fault in found]


@pytest.mark.parametrize("regime", [LIC, PSS])
def test_d1_row_12_refusing_treatment_is_no_failure(regime: AppliesTo) -> None:
    """D1.12, D20.5, X.DAC: the appointment is to be kept to its end, the treatment not."""
    kept = read(FailureKind.DRUG_APPOINTMENT, regime, treatment_refused=True)
    left = read(FailureKind.DRUG_APPOINTMENT, regime)

    assert (("D1.12", NO), ("D1.11", YES)) == ((kept.row, kept.reading), (left.row, left.reading))


def test_what_an_order_never_required_is_for_the_officer_to_judge() -> None:
    """D1.14 to D1.16 rest on a requirement; without it the report still is not ignored."""
    whats = (
        FailureKind.EXCLUSION_ZONE,
        FailureKind.PROHIBITED_ACTIVITY,
        FailureKind.AP_RULES,
        FailureKind.CURFEW,
    )

    assert {OPEN} == {read(what, CO, kinds=()).reading for what in whats}


def test_in_prison_there_is_nothing_to_fail() -> None:
    """5.3: no requirement or condition is served there."""
    assert {ELSE} == {read(what, None).reading for what in FailureKind}
    assert {ELSE} == {read(what, AppliesTo.CUSTODY).reading for what in FailureKind}


def test_every_word_of_the_contract_has_a_row() -> None:
    """Every kind of report is classified, or it would stay unanswered."""
    assert set(FailureKind) == set(FAILURE_TABLE)


def status(seen: Played, key: str) -> str | None:
    return seen.clocks[key]["status"] if key in seen.clocks else None


def test_a_report_that_is_no_failure_starts_nothing() -> None:
    """D1.12: it stays in the log with its reason, with nothing to explain or judge."""
    told = event(
        "failure_reported",
        "2015-04-01",
        failure_id="F1",
        what="drug_appointment",
        treatment_refused=True,
    )

    seen = played([*on_licence(), told], "2015-04-02")

    assert (
        "applied",
        "no failure to comply: a person who keeps the appointment may refuse the treatment",
    ) == seen.verdict(told)
    assert ([], None) == (seen.view["failures"], status(seen, "recall-decision-9wd/2015-04-01"))


def test_a_report_of_another_regime_is_irregular_and_starts_nothing() -> None:
    """D1.10: a new offence during an order is the court's own matter (D17.13)."""
    told = failed("F1", "2026-11-23", acceptable=None, what="new_offence")

    seen = played([*serving(), *told], "2026-11-24")

    assert seen.decided.dispositions[told[0].uid].irregular
    assert ([], None) == (seen.view["failures"], status(seen, "enforce-6wd/2026-11-23"))


def test_d20_row_4_a_drug_appointment_missed_under_supervision_is_a_failure() -> None:
    """D20.4, D1.11: the clock of supervision starts like for any other failure."""
    told = failed("F1", "2015-04-01", acceptable=None, what="drug_appointment")

    seen = played([*supervised(), *told], "2015-04-02")

    assert "running" == status(seen, "enforce-6wd/2015-04-01")
