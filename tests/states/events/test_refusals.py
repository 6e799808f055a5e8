"""Refusals of each kind: the message is quarantined, and its reason gives the rule that holds."""

from typing import Any

import pytest

from states.events.parsing import UnreadableError, parse_event
from states.events.registry import KINDS
from states.events.schema_examples import example

SSO: dict[str, Any] = {
    "type": "suspended_sentence_order",
    "ends_on": None,
    "operational_period_ends_on": "2028-11-01",
}
CUSTODY: dict[str, Any] = {
    "type": "custody",
    "ends_on": None,
    "requirements": [],
    "length_days": 720,
    "extended": False,
    "expected_release_on": "2027-10-28",
    "automatic_release_on": "2027-10-28",
    "licence_ends_on": "2028-10-21",
    "pss_ends_on": "2028-12-01",
}
RELEASED_ONLY = {**CUSTODY, "licence_ends_on": None, "pss_ends_on": None}
BARE = {"requirement_id": "R1", "kind": "exclusion"}


def changed(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the example of `kind` with `changes`; None takes a field away."""
    return {name: v for name, v in {**example(kind), **changes}.items() if v is not None}


def reason(kind: str, changes: dict[str, Any]) -> str:
    """Return why the example with `changes` cannot be read."""
    with pytest.raises(UnreadableError) as caught:
        parse_event(kind, changed(kind, changes))
    return caught.value.reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (SSO, "2028-11-01"),
        ({**SSO, "ends_on": "2027-11-01"}, "2028-11-01"),
        (CUSTODY, "2028-12-01"),
        ({**CUSTODY, "ends_on": "2028-12-01"}, "2028-12-01"),
        ({**CUSTODY, "pss_ends_on": None}, "2028-10-21"),
        ({**CUSTODY, "licence_ends_on": None}, "2028-12-01"),
        (RELEASED_ONLY, None),
        ({**RELEASED_ONLY, "ends_on": "2028-11-02"}, "2028-11-02"),
        ({**CUSTODY, "extended": True, "automatic_release_on": None}, "2028-12-01"),
        ({}, "2027-11-01"),
    ],
)
def test_each_type_of_sentence_ends_by_its_own_date(
    changes: dict[str, Any], expected: str | None
) -> None:
    """The operational period governs a suspended sentence order, the last date custody."""
    imposed: Any = parse_event("sentence_imposed", changed("sentence_imposed", changes))

    assert expected == (imposed.final_day and imposed.final_day.isoformat())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {**SSO, "operational_period_ends_on": None},
            "a suspended sentence order states operational_period_ends_on",
        ),
        (
            {**SSO, "operational_period_ends_on": "2026-11-01"},
            "an order cannot end before it is made: operational_period_ends_on is before",
        ),
        ({**SSO, "requirements": []}, "a suspended sentence order has at least one requirement"),
        (
            {**SSO, "ends_on": "2028-11-02"},
            "operational_period_ends_on cannot lie before ends_on",
        ),
        ({**SSO, "ends_on": "2026-11-01"}, "ends_on cannot lie before sentenced_on"),
        (
            {"pss_ends_on": "2028-12-01", "extended": False},
            "extended, pss_ends_on: only a custodial sentence has this",
        ),
        (
            {"operational_period_ends_on": "2028-11-01"},
            "only a suspended sentence order has operational_period_ends_on",
        ),
        (
            {**CUSTODY, "operational_period_ends_on": "2028-11-01"},
            "only a suspended sentence order has operational_period_ends_on",
        ),
        (
            {**CUSTODY, "length_days": None, "extended": None},
            "a custodial sentence states length_days, extended",
        ),
        (
            {**CUSTODY, "expected_release_on": None, "automatic_release_on": None},
            "a custodial sentence states expected_release_on, automatic_release_on",
        ),
        (
            {**CUSTODY, "expected_release_on": "2026-11-01"},
            "expected_release_on cannot lie before sentenced_on",
        ),
        (
            {**CUSTODY, "automatic_release_on": "2028-10-22"},
            "licence_ends_on cannot lie before automatic_release_on",
        ),
        (
            {**CUSTODY, "pss_ends_on": "2028-10-20"},
            "pss_ends_on cannot lie before licence_ends_on",
        ),
        (
            {**CUSTODY, "licence_ends_on": None, "pss_ends_on": "2027-10-27"},
            "pss_ends_on cannot lie before expected_release_on",
        ),
        (
            {**CUSTODY, "ends_on": "2028-11-30"},
            "ends_on of a custodial sentence is left out, or is the last of its dates",
        ),
        (
            {"offence": {"committed_on": "2026-11-03", "violent_or_sexual": False}},
            "sentenced_on cannot lie before offence.committed_on",
        ),
    ],
)
def test_an_imposition_is_whole_and_in_order(changes: dict[str, Any], expected: str) -> None:
    """Dates that law sets are given, each to its own type, and none lies before its cause."""
    found = reason("sentence_imposed", changes)

    assert found.startswith(f"the event: {expected}"), found


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (
            {**BARE, "kind": "unpaid_work", "days": 3},
            "unpaid work is set in hours: days is left out",
        ),
        (
            {**BARE, "kind": "rehabilitation_activity", "hours": 3},
            "rehabilitation_activity is set in days: hours is left out",
        ),
        (
            {**BARE, "kind": "specified_activity", "hours": 3},
            "specified_activity is set in days: hours is left out",
        ),
        (
            {**BARE, "starts_on": "2027-01-02", "ends_on": "2027-01-01"},
            "a requirement cannot end before it starts: ends_on is before starts_on",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["sentence_imposed", "released", "court_decided"])
def test_a_requirement_is_in_its_own_measure_and_ends_after_it_starts(
    kind: str, requirement: dict[str, Any], expected: str
) -> None:
    """Wherever a requirement or a condition comes from."""
    field = "conditions" if kind == "released" else "requirements"

    assert f"{field}.0: {expected}" == reason(kind, {field: [requirement]})


def test_a_requirement_may_end_on_the_day_it_starts() -> None:
    """A single day is the shortest term."""
    day = {**BARE, "starts_on": "2027-01-02", "ends_on": "2027-01-02"}
    found: Any = parse_event("court_decided", changed("court_decided", {"requirements": [day]}))

    assert [found.requirements[0].starts_on] == [item.ends_on for item in found.requirements]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("sentence_imposed", "requirements"),
        ("court_decided", "requirements"),
        ("released", "conditions"),
        ("conditions_proposed", "conditions"),
    ],
)
def test_no_two_requirements_share_an_id(kind: str, field: str) -> None:
    """One id names one requirement only."""
    found = reason(kind, {field: [BARE, BARE]})

    assert "the event: each requirement has its own requirement_id; one stands twice" == found


ORDER = "the event: {} cannot lie before {}"


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (
            "release_date_changed",
            {"licence_ends_on": "2027-03-01", "pss_ends_on": "2027-02-28"},
            ORDER.format("pss_ends_on", "licence_ends_on"),
        ),
        (
            "released",
            {"licence_ends_on": "2026-11-23", "pss_ends_on": "2026-11-22"},
            ORDER.format("pss_ends_on", "licence_ends_on"),
        ),
        ("released", {"reason": "bail"}, "reason: Input should be 'conditional_release', 'hdc'"),
        (
            "conditions_proposed",
            {"conditions": None, "reporting_requirements": False},
            "the event: a proposal has conditions, reporting_requirements or both",
        ),
        (
            "returned_to_custody",
            {"release_due_on": "2026-11-22"},
            ORDER.format("release_due_on", "returned_on"),
        ),
        (
            "returned_to_custody",
            {"why": "remand"},
            "why: Input should be 'recall' or 'committal'",
        ),
        (
            "end_date_changed",
            {"licence_ends_on": "2027-12-02"},
            ORDER.format("ends_on", "licence_ends_on"),
        ),
        (
            "end_date_changed",
            {"pss_ends_on": "2027-12-02"},
            ORDER.format("ends_on", "pss_ends_on"),
        ),
        (
            "failure_reported",
            {"ended_on": "2026-11-22"},
            ORDER.format("ended_on", "failed_on"),
        ),
        (
            "recall_decided",
            {"recall_type": "urgent"},
            "recall_type: Input should be 'fixed_term', 'standard' or 'emergency'",
        ),
        (
            "recall_decided",
            {"ground": "failure"},
            "ground: Input should be 'new_offence', 'behaviour' or 'condition_broken'",
        ),
        ("recall_decided", {"rationale": None}, "rationale is missing"),
        ("recall_decided", {"failure_ids": []}, "failure_ids: Tuple should have at least 1 item"),
        (
            "recall_report_received",
            {"by_whom": "CRC"},
            "by_whom: Input should be 'PPCS' or 'NPS'",
        ),
        (
            "recall_report_received",
            {"received_at": "2026-11-23"},
            "received_at: a time is written as RFC 3339 with its offset",
        ),
        (
            "parole_board_decided",
            {"decision": "no_release"},
            "the event: release_on goes with the decision release only",
        ),
        (
            "requirement_progressed",
            {"hours": None},
            "the event: progress is stated as hours, minutes, days or prospect; none of them",
        ),
        ("requirement_progressed", {"hours": -1}, "hours: Input should be greater than or equal"),
        ("requirement_changed", {"requirement": None}, "requirement is missing"),
        (
            "drug_tested",
            {"result": "unclear"},
            "result: Input should be 'positive', 'negative', 'refused' or 'not_given'",
        ),
        (
            "immediate_risk_action_taken",
            {"to_whom": []},
            "to_whom: Tuple should have at least 1 item",
        ),
        (
            "address_changed",
            {"kind": "weekend"},
            "kind: Input should be 'temporary' or 'permanent'",
        ),
        ("address_changed", {"permission_before": None}, "permission_before is missing"),
        ("victim_contact_offered", {"every_victim": None}, "every_victim is missing"),
        (
            "victim_contact_offered",
            {"details": "Her words."},
            "details is not a field of this kind",
        ),
        ("victim_view_recorded", {"view": "Her words."}, "view is not a field of this kind"),
        (
            "ap_admitted",
            {"planned_until": "2026-11-22"},
            ORDER.format("planned_until", "admitted_on"),
        ),
        ("ap_left", {"stay_id": None}, "stay_id is missing"),
        (
            "agency_flag_changed",
            {"agency": "police"},
            "agency: Input should be 'mappa', 'iom', 'marac', 'visor', 'ppo' or 'dip'",
        ),
        ("agency_flag_changed", {"level": 4}, "level: Input should be less than or equal to 3"),
        ("report_requested", {"due_on": None}, "due_on is missing"),
        (
            "supervision_suspended",
            {"until": "2026-11-22"},
            ORDER.format("until", "from_on"),
        ),
        ("supervision_resumed", {"resumed_on": None}, "resumed_on is missing"),
        ("calendar_revised", {"calendar": "a b"}, "calendar: String should match pattern"),
        ("edition_changed", {"saved_for": []}, "saved_for: Tuple should have at least 1 item"),
        ("sentence_moved", {"to_crn": "320999"}, "to_crn: String should match pattern"),
        ("sentence_moved", {"why": "typo"}, "why: Input should be 'merge', 'unmerge' or"),
        ("duty_discharged", {"subject": "a b"}, "subject: String should match pattern"),
    ],
)
def test_a_kind_says_what_it_takes(kind: str, changes: dict[str, Any], expected: str) -> None:
    """The reason names the field and the bound that it broke."""
    found = reason(kind, changes)

    assert found.startswith(expected), found


@pytest.mark.parametrize(
    "changes",
    [
        {"to_event_number": None},
        {"to_crn": None, "to_event_number": None},
        {"to_crn": None, "to_event_number": None, "from_crn": "X320741"},
        {"from_crn": "X320741", "from_event_number": "1"},
        {"from_event_number": "1"},
    ],
)
def test_a_move_names_the_other_sentence_once_and_whole(changes: dict[str, Any]) -> None:
    """The name under which it continues or had before, never both and never half."""
    found = reason("sentence_moved", changes)

    assert found.startswith("the event: name the other sentence once, whole: to_crn and"), found


def test_the_sentence_that_takes_over_says_where_it_came_from() -> None:
    """The other side of a merge."""
    arriving = {
        "to_crn": None,
        "to_event_number": None,
        "from_crn": "X320741",
        "from_event_number": "1",
    }

    moved: Any = parse_event("sentence_moved", changed("sentence_moved", arriving))

    assert ("X320741", "1", None) == (moved.from_crn, moved.from_event_number, moved.to_crn)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_field_that_no_kind_has_is_refused(kind: str) -> None:
    """An unknown field may be a fact that would go unread."""
    assert "colour is not a field of this kind" == reason(kind, {"colour": "red"})
