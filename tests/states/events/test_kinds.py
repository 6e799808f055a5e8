"""Every kind of the wire contract can be read, with the fields that integrators were promised."""

import pytest

from states.events.envelope import ENVELOPE_FIELDS
from states.events.parsing import parse_event
from states.events.registry import KINDS
from states.events.schema_examples import example

GROUPS = {
    "Sentence": "sentence_imposed case_allocated officer_assigned team_member_changed "
    "end_date_changed sentence_ended",
    "Contact": "appointment_arranged appointment_cancelled appointment_attended contact_recorded "
    "induction_completed",
    "Plan": "plan_completed plan_reviewed significant_change_recorded evaluation_completed",
    "Custody": "release_date_changed released returned_to_custody conditions_proposed "
    "supervision_requirements_set",
    "Failure": "failure_reported explanation_received failure_judged "
    "public_protection_concern_raised",
    "Warning": "warning_issued warning_withdrawn",
    "Breach": "breach_decided breach_referred breach_referral_received breach_withdrawn "
    "court_decided",
    "Recall": "recall_decided recall_withdrawn recall_endorsed recall_report_sent "
    "recall_report_received licence_revoked revocation_refused arrested representations_made "
    "parole_board_referred parole_board_decided",
    "Requirement": "requirement_started requirement_progressed requirement_completed "
    "requirement_evaluated requirement_changed drug_tested",
    "Risk": "rosh_assessed rosh_referred rosh_confirmed immediate_risk_action_taken "
    "manager_informed",
    "Transfer": "provider_transferred address_changed",
    "Victim": "victim_contact_offered victim_view_recorded",
    "Premises": "ap_referred ap_placement_prepared residence_plan_agreed ap_admitted ap_left",
    "Agencies": "notice_acknowledged agency_flag_changed civil_order_changed "
    "serious_further_offence_charged offence_charged warrant_recorded hearing_listed "
    "report_requested report_delivered",
    "Admin": "event_withdrawn message_resolved supervision_suspended supervision_resumed "
    "calendar_revised law_revised edition_changed sentence_moved duty_discharged",
}

# `?` marks what may be left out, as in the contract.
FIELDS = {
    "sentence_imposed": "type sentenced_on ends_on? operational_period_ends_on? length_days? "
    "extended? expected_release_on? automatic_release_on? licence_ends_on? pss_ends_on? offence "
    "requirements? victims court? live_from? person?",
    "case_allocated": "provider provider_code risk_screening_completed",
    "officer_assigned": "officer_id authorised",
    "appointment_arranged": "appointment_id at face_to_face purpose? rebooked_by?",
    "appointment_attended": "appointment_id at minutes?",
    "induction_completed": "method?",
    "plan_completed": "plan_version rosh parts interim?",
    "contact_recorded": "kind fact opinion? minutes?",
    "failure_reported": "failure_id failed_on what appointment_id? requirement_id? condition? "
    "public_protection details?",
    "explanation_received": "failure_id received_on from_whom details",
    "failure_judged": "failure_id acceptable rationale alternatives_considered",
    "warning_issued": "warning_id failure_ids level comment?",
    "breach_decided": "failure_ids rationale alternatives_considered",
    "court_decided": "outcome requirements? ends_on?",
    "released": "released_on reason",
    "recall_decided": "recall_type ground failure_ids? rationale alternatives_considered",
    "recall_report_received": "received_at by_whom",
    "returned_to_custody": "returned_on why release_due_on?",
    "recall_endorsed": "endorsed rationale",
    "message_resolved": "message_digest? resolved_event_id? how",
    "rosh_assessed": "level rationale",
    "event_withdrawn": "withdrawn_event_id reason",
    "duty_discharged": "duty subject? done_on? rationale?",
}


def promised(kind: str) -> dict[str, bool]:
    """Return the promised fields of `kind`, each with whether it must be there."""
    return {name.rstrip("?"): not name.endswith("?") for name in FIELDS[kind].split()}


def test_every_kind_of_the_contract_can_be_read_and_no_other() -> None:
    """The contract names every kind besides `nudge`, which is no event."""
    assert sorted(kind for group in GROUPS.values() for kind in group.split()) == list(KINDS)


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_a_field_that_was_promised_is_there_under_its_name(kind: str) -> None:
    """Names and what may be left out are fixed; a field that came later may be left out."""
    found = {
        name: field.is_required()
        for name, field in KINDS[kind].model_fields.items()
        if name not in ENVELOPE_FIELDS
    }
    kept = {name: found.get(name) for name in promised(kind)}
    added = [name for name, required in found.items() if required and name not in promised(kind)]

    assert (promised(kind), []) == (kept, added)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_of_a_kind_is_read(kind: str) -> None:
    """The example that `schema` shows can be sent unchanged."""
    assert kind == parse_event(kind, example(kind)).KIND


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_time_that_counts_is_a_field_of_its_kind(kind: str) -> None:
    """The table of `docs/` names it, so it has to exist."""
    model = KINDS[kind]

    assert model.OWN_TIME is None or model.OWN_TIME in model.model_fields


@pytest.mark.parametrize(
    "before_after",
    [
        "sentence_imposed case_allocated officer_assigned appointment_arranged",
        "sentence_imposed edition_changed calendar_revised case_allocated",
        "supervision_resumed supervision_suspended appointment_arranged",
        "released appointment_arranged appointment_attended induction_completed plan_completed",
        "parole_board_referred parole_board_decided released",
        "representations_made parole_board_decided released",
        "failure_reported explanation_received failure_judged warning_issued recall_decided",
        "recall_decided recall_endorsed recall_report_sent recall_report_received recall_withdrawn",
        "recall_withdrawn licence_revoked arrested returned_to_custody",
        "court_decided returned_to_custody",
        "immediate_risk_action_taken manager_informed",
        "rosh_assessed rosh_referred rosh_confirmed",
        "requirement_changed requirement_started requirement_progressed drug_tested",
        "drug_tested serious_further_offence_charged offence_charged failure_reported",
        "requirement_completed requirement_evaluated evaluation_completed",
        "ap_referred ap_placement_prepared residence_plan_agreed ap_admitted ap_left",
        "hearing_listed report_requested report_delivered court_decided",
        "sentence_ended sentence_moved message_resolved",
    ],
)
def test_a_cause_goes_before_its_effect_at_one_instant(before_after: str) -> None:
    """An import that knows days alone gives one instant to all that happened on a day."""
    kinds = before_after.split()

    assert sorted(kinds, key=lambda kind: KINDS[kind].RANK) == kinds
