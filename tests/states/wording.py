"""Default content of an event of each kind: senders, fields, own times."""

from typing import Any, Final

OFFICER: Final = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
MANAGER: Final = {"id": "N07M001", "role": "line_manager", "organisation": "CRC"}
COURT_OFFICER: Final = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
COURT: Final = {"id": "COURT1", "role": "court", "organisation": "COURT"}
OPS: Final = {"id": "OPS1", "role": "ops", "organisation": "NPS"}
NPS_OFFICER: Final = {"id": "N02A009", "role": "officer", "organisation": "NPS"}
SENIOR_MANAGER: Final = {"id": "N07S001", "role": "senior_manager", "organisation": "CRC"}
PRISON: Final = {"id": "SWI01", "role": "prison", "organisation": "HMPS"}
CASEWORK: Final = {"id": "PPCS1", "role": "casework_section", "organisation": "PPCS"}
BOARD: Final = {"id": "PB1", "role": "parole_board", "organisation": "PAROLE_BOARD"}
POLICE: Final = {"id": "POL1", "role": "police", "organisation": "POLICE"}
LIAISON: Final = {"id": "VLO1", "role": "victim_liaison", "organisation": "NPS"}

SENDERS: Final = {
    "sentence_imposed": COURT_OFFICER,
    "case_allocated": COURT_OFFICER,
    "breach_referral_received": COURT_OFFICER,
    "civil_order_changed": COURT,
    "court_decided": COURT,
    "release_date_changed": PRISON,
    "released": PRISON,
    "supervision_requirements_set": PRISON,
    "returned_to_custody": PRISON,
    "recall_endorsed": NPS_OFFICER,
    "recall_report_received": CASEWORK,
    "licence_revoked": CASEWORK,
    "revocation_refused": CASEWORK,
    "representations_made": CASEWORK,
    "parole_board_decided": BOARD,
    "parole_board_referred": CASEWORK,
    "arrested": POLICE,
    "serious_further_offence_charged": POLICE,
    "offence_charged": POLICE,
    "rosh_confirmed": NPS_OFFICER,
    "victim_contact_offered": LIAISON,
    "victim_view_recorded": LIAISON,
    "supervision_suspended": MANAGER,
    "supervision_resumed": MANAGER,
    "calendar_revised": OPS,
    "law_revised": OPS,
    "edition_changed": OPS,
    "sentence_moved": OPS,
}

DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "sentence_imposed": {
        "type": "community_order",
        "sentenced_on": "2026-11-02",
        "ends_on": "2027-11-01",
        "offence": {"committed_on": "2015-02-01", "violent_or_sexual": False},
        "requirements": [
            {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20},
            {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80},
        ],
        "victims": {"statutory_contact": False},
    },
    "case_allocated": {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True},
    "officer_assigned": {"officer_id": "N07A001", "authorised": True},
    "provider_transferred": {
        "provider": "NPS",
        "provider_code": "N02",
        "officer_id": "N02A009",
        "authorised": True,
    },
    "team_member_changed": {"member_id": "K1", "role": "key_worker", "active": True},
    "appointment_arranged": {"appointment_id": "A1", "face_to_face": True},
    "appointment_attended": {"appointment_id": "A1"},
    "appointment_cancelled": {"appointment_id": "A1"},
    "contact_recorded": {"kind": "office", "fact": "Came to the office."},
    "plan_completed": {
        "plan_version": "1",
        "rosh": "medium",
        "parts": ["rosh_level", "rosh_management", "needs", "activity"],
    },
    "plan_reviewed": {"plan_version": "2", "why": "significant_change"},
    "significant_change_recorded": {"what": "A new job."},
    "rosh_assessed": {"level": "high", "rationale": "New facts."},
    "failure_reported": {"what": "missed_appointment", "public_protection": False},
    "explanation_received": {"from_whom": "person", "details": "The bus was late."},
    "failure_judged": {"rationale": "Weighed.", "alternatives_considered": ["A reminder."]},
    "warning_issued": {"level": "first"},
    "warning_withdrawn": {"rationale": "The explanation was accepted after all."},
    "breach_decided": {
        "rationale": "Weighed.",
        "alternatives_considered": ["A warning."],
        "departure_rationale": "So serious that a warning would not do.",
    },
    "breach_withdrawn": {"rationale": "New evidence."},
    "warrant_recorded": {"step": "applied"},
    "event_withdrawn": {"reason": "Entered in error."},
    "message_resolved": {"how": "Sent again by other means."},
    "conditions_proposed": {"reporting_requirements": True},
    "supervision_requirements_set": {"asks": ["residence", "work"]},
    "released": {"reason": "conditional_release"},
    "returned_to_custody": {"why": "recall"},
    "recall_decided": {
        "recall_type": "fixed_term",
        "ground": "behaviour",
        "rationale": "Weighed.",
        "alternatives_considered": ["A warning."],
    },
    "recall_endorsed": {"endorsed": True, "rationale": "The risk has risen."},
    "recall_report_received": {"by_whom": "PPCS"},
    "recall_withdrawn": {"rationale": "The report was mistaken."},
    "parole_board_decided": {"decision": "release"},
    "requirement_changed": {"why": "court"},
    "drug_tested": {"result": "negative"},
    "rosh_referred": {"rationale": "New facts."},
    "rosh_confirmed": {"level": "high", "rationale": "Reviewed."},
    "immediate_risk_action_taken": {"to_whom": ["emergency_services"]},
    "manager_informed": {"why": "immediate_risk"},
    "address_changed": {"kind": "permanent", "permission_before": True},
    "victim_contact_offered": {"victim_ref": "V1", "every_victim": True},
    "victim_view_recorded": {"victim_ref": "V1", "about": "conditions"},
    "ap_referred": {"stay_id": "AP1"},
    "ap_placement_prepared": {"stay_id": "AP1"},
    "residence_plan_agreed": {"stay_id": "AP1"},
    "ap_admitted": {"stay_id": "AP1"},
    "ap_left": {"stay_id": "AP1"},
    "agency_flag_changed": {"agency": "mappa", "active": True},
    "civil_order_changed": {
        "order_id": "O1",
        "kind": "sexual_offences_prevention",
        "active": True,
    },
    "report_requested": {"report_id": "REP1", "kind": "court"},
    "report_delivered": {"report_id": "REP1"},
    "edition_changed": {"edition": "ns-2015"},
    "calendar_revised": {"calendar": "england-and-wales-2026a"},
    "law_revised": {"pack": "england-and-wales-2026a"},
    "sentence_moved": {"why": "merge", "to_crn": "X320999", "to_event_number": "2"},
}

OWN_DAYS: Final = {
    "failure_reported": "failed_on",
    "explanation_received": "received_on",
    "evaluation_completed": "evaluated_on",
    "requirement_started": "started_on",
    "requirement_completed": "completed_on",
    "sentence_ended": "ended_on",
    "released": "released_on",
    "supervision_requirements_set": "set_on",
    "returned_to_custody": "returned_on",
    "licence_revoked": "revoked_on",
    "representations_made": "made_on",
    "parole_board_referred": "referred_on",
    "requirement_evaluated": "evaluated_on",
    "drug_tested": "tested_on",
    "address_changed": "moved_on",
    "victim_contact_offered": "offered_on",
    "residence_plan_agreed": "agreed_on",
    "ap_admitted": "admitted_on",
    "ap_left": "left_on",
    "serious_further_offence_charged": "charged_on",
    "offence_charged": "charged_on",
    "supervision_resumed": "resumed_on",
}
"""Fields that are the London day of the event unless a test says otherwise."""

OWN_INSTANTS: Final = {
    "appointment_attended": "at",
    "breach_referral_received": "received_at",
    "warrant_recorded": "at",
    "recall_report_received": "received_at",
    "arrested": "arrested_at",
}
"""Fields that are the instant of the event unless a test says otherwise."""
