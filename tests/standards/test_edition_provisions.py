"""Invariants of every provision of the edition: its owner, its trigger, its binding force."""

from enum import StrEnum

import pytest

from activities.standards import load_catalogue
from states.events.agencies import Agency
from states.standards.provisions import Duty, Provision, Timescale
from states.standards.terms import (
    AppliesTo,
    BindingForce,
    Direction,
    Exemption,
    Flag,
    RecipientRole,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)

EDITION = load_catalogue().editions["ns-2015"]
TIMESCALES = tuple(EDITION.timescales.values())
DUTIES = tuple(EDITION.duties.values())
ROWS: tuple[Provision, ...] = (*TIMESCALES, *DUTIES)

SUSPENDED = {"4", "5", "10", "12"}
"""The standards whose working days leave out those on which supervision is suspended."""


def used(enum: type[StrEnum]) -> set[StrEnum]:
    """Return the members of a closed list that stand in some row."""
    found: set[StrEnum] = set()
    for row in ROWS:
        said: list[object] = [*row.triggers, *row.discharged_by, *row.ends_with, row.hardness]
        said += [*row.exempt, *row.applies_to]
        if isinstance(row, Timescale):
            said += [row.unit, row.direction, row.timer, row.when_missed, *row.tells]
        if isinstance(row, Duty):
            said += [row.owner, *(notice.recipient for notice in row.notices)]
        found.update(word for word in said if isinstance(word, enum))
    return found


@pytest.mark.parametrize(
    "enum",
    [AppliesTo, Direction, Exemption, Flag, BindingForce, RecipientRole, TimerKind, Trigger, Unit],
)
def test_no_word_of_a_closed_list_is_idle(enum: type[StrEnum]) -> None:
    """A trigger, a unit or a recipient that no row names would be wired for nothing."""
    assert set(enum) == used(enum)


def test_no_settlement_is_idle() -> None:
    """Whatever code reports as done can discharge something."""
    assert set(Settlement) == used(Settlement)


def test_only_a_length_that_the_standard_gives_can_be_missed_as_a_standard() -> None:
    """Soft clocks prompt and flag, however hard the duty; "immediately" is a length in itself."""
    binding = {row.id for row in TIMESCALES if row.binds and not row.is_bound}

    assert {
        "first-appt-community",
        "first-contact-release",
        "enforce-6wd",
        "enforce-immediate",
        "immediate-risk-action",
        "plan-custody-opens",
        "plan-custody-prepared",
        "recall-emergency-2h",
        "recall-nonemergency-24h",
        # A counter, which is never missed.
        "refer-if-warned",
        "upw-sso-no-extension",
    } == binding


def test_no_clock_of_our_own_number_binds_but_those_of_a_word() -> None:
    """The reason for our number stands beside it, and the standard's word where it has one."""
    ours = [row for row in TIMESCALES if row.number_is_ours is not None]

    assert {"enforce-immediate", "immediate-risk-action"} == {row.id for row in ours if row.binds}
    assert {"immediately"} == {row.length_in_words for row in ours if row.binds}


def test_clocks_without_a_number_share_the_prompt_timer() -> None:
    """A named timer stands for a number of a document, or for a date that a case is given."""
    prompts = {row.id for row in TIMESCALES if row.timer is TimerKind.PROMPT}
    ours = {row.id for row in TIMESCALES if row.number_is_ours is not None}

    assert set() == prompts - ours
    assert {"breach-sso-unstated", "upw-sso-watch", "upw-watch", "warning-window-end"} == (
        ours - prompts
    )


def test_suspended_days_are_passed_over_in_four_standards_only() -> None:
    """Working days of standards 4, 5, 10 and 12; never those of courts, enforcement or victims."""
    expected = {
        row.id
        for row in TIMESCALES
        if row.unit is Unit.WORKING_DAYS and row.standard.partition("(")[0] in SUSPENDED
    }

    assert expected == {row.id for row in TIMESCALES if row.counts_suspension}
    assert {"first-contact-release", "plan-updated-prompt", "upw-start-7wd"} < expected


def test_standard_9_exempts_nobody() -> None:
    """Electronic-only sentences are exempt from 4 to 7 and never here (inv-standard-9-always)."""
    enforced = [row for row in ROWS if row.standard.startswith("9")]

    assert [] == [row.id for row in enforced if row.exempt]


def test_immediate_risk_is_never_suppressed() -> None:
    """Standard 6 exempts electronic-only sentences; danger still requires action."""
    assert () == EDITION.timescales["immediate-risk-action"].exempt


def test_electronic_only_exempts_from_standards_4_to_7_alone() -> None:
    """Without a plan there is also nothing to review or evaluate (AMB-21)."""
    exempt = {row.standard.partition("(")[0] for row in ROWS if _exempt(row, "electronic_only")}
    unplanned = {
        row.standard.partition("(")[0]
        for row in ROWS
        if _exempt(row, "electronic_only_without_plan")
    }

    # Review and relapse planning presuppose a plan in the same way as the standards on planning.
    assert {"4", "5", "6", "7", "10", "11"} == exempt
    assert {"10", "11"} == unplanned


def _exempt(row: Provision, exemption: str) -> bool:
    return exemption in row.exempt


def test_an_agency_of_a_row_is_one_that_an_event_can_name() -> None:
    """A row limited to an agency that no event can name would never open."""
    assert {agency for row in ROWS for agency in row.agencies} <= set(Agency)


@pytest.mark.parametrize("row", [row for row in ROWS if row.requirements], ids=lambda row: row.id)
def test_a_row_about_requirements_applies_where_they_can_be_made(row: Provision) -> None:
    """Drug testing and appointments belong to licence and supervision, the rest to orders too."""
    after_release = {AppliesTo.LICENCE, AppliesTo.POST_SENTENCE_SUPERVISION}
    if {kind.value for kind in row.requirements} <= {"drug_testing", "drug_appointment"}:
        assert after_release == set(row.applies_to)
    else:
        assert AppliesTo.ALL not in row.applies_to
        assert AppliesTo.CUSTODY not in row.applies_to


def test_every_open_question_of_a_sentence_has_its_choice() -> None:
    """It stands in the row whose number it settles, or in a setting that says why.

    Left out are names of organisations and instructions, figures, wording and damaged text
    (AMB-30 to AMB-33, AMB-42, AMB-43): nothing that a sentence does depends on them.
    """
    settled = {row.ambiguity for row in ROWS} | {
        setting.ambiguity for setting in EDITION.settings.values()
    }
    nothing_follows = {30, 31, 32, 33, 42, 43}

    assert {f"AMB-{number:02}" for number in range(1, 56) if number not in nothing_follows} == (
        settled - {None}
    )
