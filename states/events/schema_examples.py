"""Examples of the kinds of event: one each, as an integrator would send it."""

from typing import Any, Final

_WHEN: Final = "2026-11-23T10:30:00+00:00"
_NEXT: Final = "2026-11-30T10:00:00+00:00"

_SENDERS: Final[dict[str, tuple[str, str, str]]] = {
    "court": ("COURT1", "court", "COURT"),
    "court_officer": ("C01", "court_officer", "NPS"),
    "officer": ("N07A001", "officer", "CRC"),
    "manager": ("N07M001", "line_manager", "CRC"),
    "nps": ("N02A009", "officer", "NPS"),
    "prison": ("SWI01", "prison", "HMPS"),
    "ppcs": ("PPCS1", "casework_section", "PPCS"),
    "board": ("PB1", "parole_board", "PAROLE_BOARD"),
    "police": ("POL1", "police", "POLICE"),
    "liaison": ("VLO1", "victim_liaison", "NPS"),
    "ops": ("OPS1", "ops", "NPS"),
}

_REASONED: Final = {"rationale": "Weighed.", "alternatives_considered": ["A reminder."]}
_EXCLUSION: Final = {
    "requirement_id": "L1",
    "kind": "exclusion",
    "ends_on": "2027-06-30",
    "stakeholders": ["FA"],
}

_FIELDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sentence_imposed": (
        "court_officer",
        {
            "type": "community_order",
            "sentenced_on": "2026-11-02",
            "ends_on": "2027-11-01",
            "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
            "requirements": [
                {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20},
                {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80},
            ],
            "victims": {"statutory_contact": False},
        },
    ),
    "case_allocated": (
        "court_officer",
        {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True},
    ),
    "officer_assigned": ("officer", {"officer_id": "N07A001", "authorised": True}),
    "team_member_changed": (
        "officer",
        {"member_id": "N07A014", "role": "case_administrator", "active": True},
    ),
    "provider_transferred": (
        "manager",
        {
            "provider": "NPS",
            "provider_code": "N02",
            "officer_id": "N02A009",
            "authorised": True,
            "kind": "rosh_high",
        },
    ),
    "end_date_changed": ("court_officer", {"ends_on": "2027-12-01"}),
    "sentence_ended": ("officer", {"ended_on": "2026-11-23", "reason": "death"}),
    "appointment_arranged": (
        "officer",
        {"appointment_id": "A1", "at": _NEXT, "face_to_face": True},
    ),
    "appointment_cancelled": ("officer", {"appointment_id": "A1", "by_whom": "provider"}),
    "appointment_attended": ("officer", {"appointment_id": "A1", "at": _WHEN, "minutes": 45}),
    "contact_recorded": ("officer", {"kind": "office", "fact": "Came to the office."}),
    "induction_completed": (
        "officer",
        {"method": "one_to_one", "explained": ["sentence", "rights", "breach_consequences"]},
    ),
    "plan_completed": (
        "officer",
        {
            "plan_version": "1",
            "rosh": "medium",
            "parts": ["rosh_level", "rosh_management", "needs", "activity"],
            "contact_level": "weekly",
            "ap_considered": True,
        },
    ),
    "plan_reviewed": ("officer", {"plan_version": "2", "why": "significant_change"}),
    "significant_change_recorded": ("officer", {"what": "A new job.", "kind": "progress"}),
    "evaluation_completed": (
        "officer",
        {"evaluated_on": "2026-11-23", "rosh": "low", "person_took_part": True},
    ),
    "requirement_started": ("officer", {"requirement_id": "R2", "started_on": "2026-11-23"}),
    "requirement_progressed": (
        "officer",
        {"requirement_id": "R2", "hours": 7, "on": "2026-11-23"},
    ),
    "requirement_completed": ("officer", {"requirement_id": "R2", "completed_on": "2026-11-23"}),
    "requirement_evaluated": (
        "officer",
        {"requirement_id": "R2", "evaluated_on": "2026-11-23", "person_heard": True},
    ),
    "requirement_changed": (
        "court",
        {"requirement": {**_EXCLUSION, "requirement_id": "R3"}, "why": "court"},
    ),
    "drug_tested": (
        "officer",
        {
            "requirement_id": "L2",
            "tested_on": "2026-11-23",
            "result": "negative",
            "tester_trained": True,
            "kit": "K1",
        },
    ),
    "failure_reported": (
        "officer",
        {
            "failure_id": "F1",
            "failed_on": "2026-11-23",
            "what": "missed_appointment",
            "appointment_id": "A1",
            "public_protection": False,
        },
    ),
    "explanation_received": (
        "officer",
        {
            "failure_id": "F1",
            "received_on": "2026-11-23",
            "from_whom": "person",
            "details": "The bus was late.",
        },
    ),
    "failure_judged": (
        "officer",
        {"failure_id": "F1", "acceptable": False, "factors": ["nature", "pattern"], **_REASONED},
    ),
    "public_protection_concern_raised": ("police", {"failure_ids": ["F1"]}),
    "warning_issued": (
        "officer",
        {"warning_id": "W1", "failure_ids": ["F1"], "level": "first", "understood": True},
    ),
    "warning_withdrawn": ("officer", {"warning_id": "W1", "rationale": "It was accepted."}),
    "breach_decided": ("officer", {"failure_ids": ["F1"], "reason": "failure", **_REASONED}),
    "breach_referred": ("officer", {"response_report": "RSR1", "order_should_continue": True}),
    "breach_referral_received": ("court_officer", {"received_at": _WHEN, "by_whom": "NPS"}),
    "breach_withdrawn": ("nps", {"rationale": "New evidence."}),
    "warrant_recorded": (
        "court",
        {
            "step": "issued",
            "at": _WHEN,
            "warrant_id": "WA1",
            "ground": "failure_to_appear",
            "court": "magistrates",
            "executor": "court_enforcement_officer",
        },
    ),
    "hearing_listed": ("court", {"listed_on": "2026-12-14", "purpose": "breach"}),
    "court_decided": ("court", {"outcome": "continues", "decided_on": "2026-11-23"}),
    "release_date_changed": ("prison", {"expected_release_on": "2027-02-01"}),
    "conditions_proposed": (
        "officer",
        {"conditions": [_EXCLUSION], "reporting_requirements": True, "received_on": "2026-11-23"},
    ),
    "supervision_requirements_set": (
        "prison",
        {"set_on": "2026-11-23", "asks": ["keep_in_touch", "residence", "work"]},
    ),
    "released": (
        "prison",
        {"released_on": "2026-11-23", "reason": "conditional_release", "conditions": [_EXCLUSION]},
    ),
    "returned_to_custody": (
        "prison",
        {"returned_on": "2026-11-23", "why": "recall", "release_due_on": "2026-12-20"},
    ),
    "recall_decided": (
        "officer",
        {
            "recall_type": "fixed_term",
            "ground": "condition_broken",
            "failure_ids": ["F1"],
            "too_much_risk": False,
            "recalled_on_charge": "no",
            "term_days": 28,
            **_REASONED,
        },
    ),
    "recall_endorsed": ("nps", {"endorsed": True, "rationale": "The risk has risen."}),
    "recall_report_sent": ("officer", {}),
    "recall_report_received": ("ppcs", {"received_at": _WHEN, "by_whom": "PPCS"}),
    "recall_withdrawn": ("officer", {"rationale": "The report was mistaken."}),
    "licence_revoked": ("ppcs", {"revoked_on": "2026-11-23", "police_notified_at": _WHEN}),
    "revocation_refused": ("ppcs", {"reason": "No ground was made out."}),
    "arrested": ("police", {"arrested_at": _WHEN}),
    "representations_made": ("ppcs", {"made_on": "2026-11-23"}),
    "parole_board_referred": ("ppcs", {"referred_on": "2026-11-23"}),
    "parole_board_decided": ("board", {"decision": "release", "release_on": "2026-12-07"}),
    "rosh_assessed": ("officer", {"level": "high", "rationale": "New facts."}),
    "rosh_referred": ("officer", {"rationale": "New facts.", "received_at": _WHEN}),
    "rosh_confirmed": ("nps", {"level": "high", "rationale": "Reviewed."}),
    "immediate_risk_action_taken": (
        "officer",
        {"acted_at": _WHEN, "to_whom": ["emergency_services"], "in_danger": ["known_victim"]},
    ),
    "manager_informed": ("officer", {"why": "immediate_risk", "about": "E-17"}),
    "address_changed": (
        "officer",
        {
            "kind": "permanent",
            "moved_on": "2026-11-23",
            "permission_before": True,
            "told_on": "2026-11-20",
        },
    ),
    "victim_contact_offered": (
        "liaison",
        {"victim_ref": "V1", "offered_on": "2026-11-23", "every_victim": True},
    ),
    "victim_view_recorded": (
        "liaison",
        {"victim_ref": "V1", "about": "conditions", "record_ref": "VR1"},
    ),
    "ap_referred": ("officer", {"stay_id": "AP1", "expected_on": "2027-02-01", "suitable": True}),
    "ap_placement_prepared": ("officer", {"stay_id": "AP1", "prepared_on": "2026-11-23"}),
    "residence_plan_agreed": ("officer", {"stay_id": "AP1", "agreed_on": "2026-11-23"}),
    "ap_admitted": (
        "officer",
        {"stay_id": "AP1", "admitted_on": "2026-11-23", "planned_until": "2027-02-20"},
    ),
    "ap_left": ("officer", {"stay_id": "AP1", "left_on": "2026-11-23", "completed": True}),
    "agency_flag_changed": ("officer", {"agency": "mappa", "active": True, "level": 2}),
    "civil_order_changed": (
        "court",
        {
            "order_id": "SOPO1",
            "kind": "sexual_offences_prevention",
            "active": True,
            "until": "2031-11-22",
        },
    ),
    "serious_further_offence_charged": ("police", {"charged_on": "2026-11-23"}),
    "offence_charged": ("police", {"charged_on": "2026-11-23"}),
    "report_requested": (
        "court",
        {"report_id": "REP1", "kind": "court", "due_on": "2026-12-14"},
    ),
    "report_delivered": ("nps", {"report_id": "REP1", "delivered_on": "2026-11-23"}),
    "notice_acknowledged": ("police", {"notice_key": "exclusion-notice/police/R3/NPS/e-1"}),
    "event_withdrawn": ("manager", {"withdrawn_event_id": "E-17", "reason": "Entered in error."}),
    "message_resolved": ("ops", {"resolved_event_id": "E-18", "how": "Sent again."}),
    "duty_discharged": (
        "officer",
        {"duty": "ev-iom-select", "done_on": "2026-11-23", "rationale": "The panel met."},
    ),
    "supervision_suspended": ("manager", {"from_on": "2026-11-23", "until": "2026-12-04"}),
    "supervision_resumed": ("manager", {"resumed_on": "2026-11-30"}),
    "calendar_revised": ("ops", {"calendar": "england-and-wales-2026b"}),
    "law_revised": ("ops", {"pack": "england-and-wales-2026b"}),
    "edition_changed": ("ops", {"edition": "ns-2021", "changed_on": "2026-11-23"}),
    "sentence_moved": ("ops", {"why": "merge", "to_crn": "X320999", "to_event_number": "2"}),
}


def example(kind: str) -> dict[str, Any]:
    """Return a whole event of `kind` as JSON data; everything in it is invented.

    Raises:
        KeyError: If there is no such kind.
    """
    sender, fields = _FIELDS[kind]
    by = dict(zip(("id", "role", "organisation"), _SENDERS[sender], strict=True))
    return {"event_id": f"{kind}-1", "occurred_at": _WHEN, "by": by, **fields}
