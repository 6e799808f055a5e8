"""What an event of each kind says where a test does not care: senders, fields, own times."""

from typing import Any, Final

OFFICER: Final = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
MANAGER: Final = {"id": "N07M001", "role": "line_manager", "organisation": "CRC"}
COURT_OFFICER: Final = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
COURT: Final = {"id": "COURT1", "role": "court", "organisation": "COURT"}
OPS: Final = {"id": "OPS1", "role": "ops", "organisation": "NPS"}

SENDERS: Final = {
    "sentence_imposed": COURT_OFFICER,
    "case_allocated": COURT_OFFICER,
    "breach_referral_received": COURT_OFFICER,
    "court_decided": COURT,
}

DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "sentence_imposed": {
        "type": "community_order",
        "sentenced_on": "2026-11-02",
        "ends_on": "2027-11-01",
        "offence": {"committed_on": "2014-06-01", "violent_or_sexual": False},
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
    "breach_decided": {"rationale": "Weighed.", "alternatives_considered": ["A warning."]},
    "breach_withdrawn": {"rationale": "New evidence."},
    "warrant_recorded": {"step": "applied"},
    "event_withdrawn": {"reason": "Entered in error."},
    "message_resolved": {"how": "Sent again by other means."},
}

OWN_DAYS: Final = {
    "failure_reported": "failed_on",
    "explanation_received": "received_on",
    "evaluation_completed": "evaluated_on",
    "requirement_started": "started_on",
    "requirement_completed": "completed_on",
    "sentence_ended": "ended_on",
}
"""Fields that are the London day of the event unless a test says otherwise."""

OWN_INSTANTS: Final = {
    "appointment_attended": "at",
    "breach_referral_received": "received_at",
    "warrant_recorded": "at",
}
"""Fields that are the instant of the event unless a test says otherwise."""
