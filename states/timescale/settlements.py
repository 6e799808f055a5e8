"""What discharges a row: the closed list of what can be done about it, for standards/ to use.

A value may be added, none is renamed.
"""

from enum import StrEnum


class Settlement(StrEnum):
    """What can discharge a row."""

    # The sentence
    SENTENCE_IMPOSED = "sentence_imposed"
    CASE_ALLOCATED = "case_allocated"
    PROVIDER_NOTIFIED = "provider_notified"
    """The provider acknowledged that the case was allocated to it."""
    OFFICER_ASSIGNED = "officer_assigned"
    ORDER_ENDED = "order_ended"
    """The whole sentence ended."""

    # What any row can be discharged by, where it says so
    CONTACT_RECORDED = "contact_recorded"
    """A contact of one of the `contact_kinds` of the row."""
    NOTICE_ACKNOWLEDGED = "notice_acknowledged"
    """Every notice of the row was acknowledged."""
    DUTY_DISCHARGED = "duty_discharged"
    """Somebody said so, naming the row."""

    # Contact and planning
    APPOINTMENT_ARRANGED = "appointment_arranged"
    """Face to face, and for a date that is itself in time."""
    APPOINTMENT_ATTENDED = "appointment_attended"
    INDUCTION_COMPLETED = "induction_completed"
    PLAN_PREPARED = "plan_prepared"
    """A plan was completed in custody, inside the window before release."""
    PLAN_COMPLETED = "plan_completed"
    """A whole plan was completed, not interim objectives alone."""
    PLAN_UPDATED = "plan_updated"
    """A plan was completed or reviewed."""
    PLAN_REVIEWED = "plan_reviewed"
    EVALUATION_COMPLETED = "evaluation_completed"

    # Failures and orders in breach
    EXPLANATION_RECEIVED = "explanation_received"
    FAILURE_JUDGED = "failure_judged"
    """The officer decided, for this failure, whether the excuse is reasonable."""
    EXPLANATION_ACCEPTED = "explanation_accepted"
    FAILURE_RECORD_COMPLETED = "failure_record_completed"
    """All items of the record of a failure are there (D4)."""
    CONTRIBUTORS_NOTIFIED = "contributors_notified"
    """All who work on the plan acknowledged what was done about the failure."""
    REPORTER_NOTIFIED = "reporter_notified"
    """Whoever reported the failure acknowledged its outcome."""
    FAILURE_REMOVED = "failure_removed"
    """The failure was withdrawn, so that nothing is left to answer."""
    WARNING_ISSUED = "warning_issued"
    BREACH_DECIDED = "breach_decided"
    """The decision alone, before anyone has acted on it."""
    BREACH_REFERRED = "breach_referred"
    """The NPS took a case of its own to court."""
    REFERRAL_RECEIVED = "referral_received"
    """The NPS received what a CRC referred: sending it is not enough (AMB-45)."""
    WARRANT_SOUGHT = "warrant_sought"
    DEPARTURE_RECORDED = "departure_recorded"
    """The officer's reasons for not taking the step that the count proposes."""
    COURT_DECIDED = "court_decided"

    # Custody, licence, recall
    RELEASED = "released"
    LICENCE_ENDED = "licence_ended"
    PSS_ENDED = "pss_ended"
    CONDITIONS_RECEIVED = "conditions_received"
    """The Governor of the releasing prison has the proposed conditions in writing."""
    REPORTING_RECEIVED = "reporting_received"
    """The Governor of the releasing prison has the reporting requirements."""
    RECALL_DECIDED = "recall_decided"
    RECALL_ENDORSED = "recall_endorsed"
    RECALL_REPORT_SENT = "recall_report_sent"
    RECALL_REPORT_RECEIVED = "recall_report_received"
    """The casework section has the report and its documents (AMB-55)."""
    RETURNED_TO_CUSTODY = "returned_to_custody"
    ARRESTED = "arrested"
    REPRESENTATIONS_MADE = "representations_made"
    PAROLE_BOARD_DECIDED = "parole_board_decided"

    # Requirements and conditions
    REQUIREMENT_STARTED = "requirement_started"
    REQUIREMENT_COMPLETED = "requirement_completed"
    REQUIREMENT_EVALUATED = "requirement_evaluated"
    REQUIREMENT_ENDED = "requirement_ended"
    """The requirement ended in whatever way."""
    RETURNED_TO_COURT = "returned_to_court"
    """The order went back to court for its unpaid work, or the court has changed it (D19)."""

    # Risk, transfer, victims, premises, agencies
    IMMEDIATE_RISK_ACTION_TAKEN = "immediate_risk_action_taken"
    MANAGER_INFORMED = "manager_informed"
    ROSH_REFERRAL_RECEIVED = "rosh_referral_received"
    """The NPS received the referral, or answered it."""
    ROSH_CONFIRMED = "rosh_confirmed"
    """The NPS confirmed the level, whatever it is."""
    TRANSFERRED_TO_NPS = "transferred_to_nps"
    VICTIM_CONTACT_OFFERED = "victim_contact_offered"
    VICTIM_VIEW_RECORDED = "victim_view_recorded"
    AP_REFERRED = "ap_referred"
    AP_PREPARED = "ap_prepared"
    RESIDENCE_PLAN_AGREED = "residence_plan_agreed"
    AP_LEFT = "ap_left"
    REPORT_DELIVERED = "report_delivered"
