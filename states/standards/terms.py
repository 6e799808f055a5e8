"""Terms of timescales and duties: the closed lists that standards/ may use.

The values are those of the YAML files; a value may be added, none is renamed. A provision is a
timescale or a duty.
"""

from enum import StrEnum


class AppliesTo(StrEnum):
    """Regime to which a provision can apply; types of sentence keep their own names."""

    ALL = "all"
    """Every sentence, including one whose type is not known yet."""
    COMMUNITY_ORDER = "community_order"
    SUSPENDED_SENTENCE_ORDER = "suspended_sentence_order"
    CUSTODY = "custody"
    LICENCE = "licence"
    POST_SENTENCE_SUPERVISION = "post_sentence_supervision"


class Unit(StrEnum):
    """Unit of an amount."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    """Seven calendar days each."""
    MONTHS = "months"
    YEARS = "years"
    NIGHTS = "nights"
    """Nights spent away; only a bound counts them."""
    HOURS = "hours"
    """Elapsed hours, through nights, holidays and changes of the clock."""
    NONE = "none"
    """There is no amount."""


class Direction(StrEnum):
    """Side of its trigger on which a timescale lies."""

    LATEST_AFTER = "latest_after"
    EARLIEST_BEFORE = "earliest_before"
    """A window that opens before the date."""
    LATEST_BEFORE = "latest_before"
    CAP = "cap"
    """Longest time that a period beginning on the date may last."""
    ON_THE_DAY = "on_the_day"
    UNTIL = "until"
    """A period beginning on the date; of no length, the date itself."""
    COUNTER = "counter"
    """A number of occurrences inside a window that rolls; it has no due date."""
    FLOOR = "floor"
    """Shortest time that a period beginning on the date may last."""
    THRESHOLD = "threshold"
    """A number or a day from which a fact counts; nothing runs."""


class BindingForce(StrEnum):
    """Force with which a provision binds, strongest first."""

    LAW = "law"
    """A limit or power of statute, as the documents quote it."""
    STANDARD = "standard"
    MINIMUM = "minimum"
    """A mandatory minimum requirement of the practice framework."""
    RATIONALE_MANDATORY = "rationale_mandatory"
    """In mandatory words, though only among the reasons that the framework gives."""
    PRACTICE_GUIDE = "practice_guide"
    CURRENT_PRACTICE = "current_practice"
    RATIONALE = "rationale"
    """Among the reasons and the evidence that the framework gives."""
    DESCRIPTION = "description"
    """In a public description of probation, not in a rule."""
    OUR_DEFAULT = "our_default"
    """In no document: our own, and never shown as a missed standard."""


class Flag(StrEnum):
    """Consequence of a missed timescale; no document states any, so all are our own."""

    NONE = "none"
    FLAG = "flag"
    """Show it as overdue and in the report on the caseload."""
    ESCALATE = "escalate"
    """As `flag`, and notify the line manager."""
    ESCALATE_NOW = "escalate_now"
    """As `escalate` without delay, and in a CRC case notify the NPS too."""


class RecipientRole(StrEnum):
    """Owner of a duty, or recipient of a notice or of a missed timescale."""

    OFFICER = "officer"
    LINE_MANAGER = "line_manager"
    PROVIDER = "provider"
    """The provider that manages the case."""
    NPS_CONTACT = "nps_contact"
    """Contact at the NPS for a case that a CRC manages."""
    COURT_OFFICER = "court_officer"
    """Probation staff at court, who are of the NPS."""
    EM_PROVIDER = "em_provider"
    TREATMENT_PROVIDER = "treatment_provider"
    PERSON = "person"
    """The person who serves the sentence."""
    PRISON = "prison"
    NOMS = "noms"
    POLICE = "police"
    STAKEHOLDERS = "stakeholders"
    """Those besides the police whom a requirement concerns, including its providers."""
    AGENCIES = "agencies"
    """All agencies that work with the case."""
    VICTIM_LIAISON = "victim_liaison"
    AP = "ap"
    """The approved premises."""
    OPS = "ops"


class TimerKind(StrEnum):
    """Kind of timer by which a running clock wakes its sentence."""

    NAMED = "named"
    """Durable timer of its own: a document gives the number."""
    PROMPT = "prompt"
    """The one timer shared by clocks for which no document gives a number."""
    NONE = "none"
    """No timer: the clock is measured and has no due date."""


class Exemption(StrEnum):
    """Sentences to which a provision does not apply (NS 2015, first footnote).

    The footnote names standards 4 to 7 and so leaves 9 in force for all (inv-standard-9-always).
    """

    ELECTRONIC_ONLY = "electronic_only"
    """Every requirement is electronically monitored (AMB-20)."""
    ELECTRONIC_ONLY_WITHOUT_PLAN = "electronic_only_without_plan"
    """As `electronic_only`, and without a plan to be reviewed or evaluated (AMB-21)."""
    HDC_WITHOUT_LICENCE = "hdc_without_licence"
    """Home detention curfew with no licence after it: the monitoring provider inducts."""


class AppliesBy(StrEnum):
    """Date that selects the edition that governs a provision."""

    SENTENCE = "sentence"
    RELEASE = "release"
    FAILURE = "failure"
    RETURN_DATE = "return_date"


class Trigger(StrEnum):
    """Event or date that starts a provision.

    A provision that counts to or from a day is dated again when that day moves.
    """

    # The sentence
    OPENING = "opening"
    """The first event of the sentence, of any kind, arrived."""
    IMPOSITION = "imposition"
    """A court passed the sentence: an order or custody."""
    ORDER_START = "order_start"
    """The order begins; for custody see `licence_start` and `pss_start`."""
    OFFENCE = "offence"
    """Day of the offence, for bounds alone."""
    ALLOCATION = "allocation"
    """Allocation to the provider, not to the officer (AMB-01)."""
    OFFICER_CHANGED = "officer_changed"
    """An officer was assigned, for the first time or in place of another."""
    ORDER_END = "order_end"
    """The day on which the whole sentence is due to end, or did end if early (AMB-25)."""
    OPERATIONAL_PERIOD_END = "operational_period_end"
    """Last day of the operational period of a suspended sentence."""
    SENTENCE_ENDED = "sentence_ended"
    """The whole sentence ended, in any way."""

    # Contact and planning
    CONTACT = "contact"
    CONTACT_OF_KIND = "contact_of_kind"
    """A contact of one of the `opening_kinds` of the provision was recorded."""
    DECISION = "decision"
    """Any decision on the case, for bounds alone."""
    PLAN_COMPLETED = "plan_completed"
    PLAN_RISK_INCREASED = "plan_risk_increased"
    """A plan, or its revision, shows more risk than the one before it."""
    SIGNIFICANT_CHANGE = "significant_change"
    SIGNIFICANT_PROGRESS = "significant_progress"
    FAMILY_CHANGED = "family_changed"
    """A significant change that concerns the family."""

    # Failures and orders in breach
    APPARENT_FAILURE = "apparent_failure"
    """Each single failure, before it is judged; `failure` occurs once a day."""
    FAILURE_REPORTED_BY_PROVIDER = "failure_reported_by_provider"
    """Apparent failure reported by a provider that delivers part of the sentence."""
    FAILURE = "failure"
    """A day of failure to comply; several failures of one day are one."""
    PUBLIC_PROTECTION_FAILURE = "public_protection_failure"
    """A failure with public protection concerns, or the time at which they become known."""
    UNACCEPTABLE_FAILURE = "unacceptable_failure"
    THRESHOLD_REACHED = "threshold_reached"
    """The count of failures reached the threshold of the sentence type."""
    WARNING_WINDOW = "warning_window"
    """The newest day of failure that counts, while a warning is in force."""
    WARNING_ISSUED = "warning_issued"
    BREACH_DECIDED = "breach_decided"
    HEARING_LISTED = "hearing_listed"
    """The day of a hearing: of a court, or of the Parole Board in custody and on licence."""
    COURT_DECIDED = "court_decided"
    """A court decided after the sentence was passed."""
    COMMITTAL = "committal"
    """A court committed the person to custody for a breach of post-sentence supervision."""

    # Custody, licence, supervision
    EXPECTED_RELEASE = "expected_release"
    """The day on which release is expected; it may move."""
    CONDITIONS_PROPOSED = "conditions_proposed"
    """Conditions or requirements were proposed; dated by the expected release."""
    RELEASE = "release"
    """Actual release: the first, one after recall, one after committal."""
    LICENCE_START = "licence_start"
    """The licence begins, or begins again."""
    LICENCE_END = "licence_end"
    """The day on which the licence is due to end."""
    PSS_START = "pss_start"
    """Post-sentence supervision begins, after a licence or straight from custody."""
    PSS_END = "pss_end"
    """The day on which post-sentence supervision is due to end."""
    AUTOMATIC_RELEASE = "automatic_release"
    """The automatic release date, for bounds alone."""

    # Recall
    EMERGENCY_RECALL_DECIDED = "emergency_recall_decided"
    NONEMERGENCY_RECALL_DECIDED = "nonemergency_recall_decided"
    """A recall of any other type was decided."""
    ENDORSEMENT_NEEDED = "endorsement_needed"
    """A CRC decided on a recall that the NPS must endorse before it is sent (D13)."""
    RECALL_NOTIFIED = "recall_notified"
    """The licence was revoked and the recall notified."""
    FIXED_TERM_RETURN = "fixed_term_return"
    """Back in custody on a fixed term recall."""
    STANDARD_RETURN = "standard_return"
    """Back in custody on any other recall; dated by the end of the licence."""
    UNEXPLAINED_CUSTODY = "unexplained_custody"
    """Back in custody, and no recall in force explains it."""

    # Requirements and conditions
    REQUIREMENT_MADE = "requirement_made"
    PLANNED_REQUIREMENT_START = "planned_requirement_start"
    """Day on which the requirement is to begin by the court, the licence or the plan."""
    COURT_TIMESCALE = "court_timescale"
    """Last day for the start of a requirement, as set by a court or a licence notice."""
    REQUIREMENT_STARTED = "requirement_started"
    REQUIREMENT_END = "requirement_end"
    """The last day of the requirement."""
    REQUIREMENT_COMPLETED = "requirement_completed"
    REQUIREMENT_TERMINATED = "requirement_terminated"
    """The requirement ended in any way: completed, expired, or ended by a court."""
    UNPAID_WORK_SHORTFALL = "unpaid_work_shortfall"
    """It is apparent that hours will be outstanding at the end of their period (D19)."""

    # Risk, transfer, victims, premises, agencies
    IMMEDIATE_RISK = "immediate_risk"
    """An immediate risk of serious harm became known."""
    EMERGENCY_ESCALATION = "emergency_escalation"
    """An escalation of risk that needs an emergency response."""
    IMMEDIATE_RISK_ACTION = "immediate_risk_action"
    """Action was taken on an immediate risk."""
    ROSH_CHANGED = "rosh_changed"
    """A change in circumstances changed the risk of serious harm."""
    ROSH_HIGH = "rosh_high"
    """The risk of serious harm is high, and this is known."""
    ROSH_HIGH_INDICATED = "rosh_high_indicated"
    """There are signs that the risk of serious harm may have risen to high."""
    ROSH_REFERRED = "rosh_referred"
    ROSH_CONFIRMED_HIGH = "rosh_confirmed_high"
    TRANSFER = "transfer"
    """The case went to another provider."""
    TRANSFER_NPS_CRC = "transfer_nps_crc"
    """The case moved between the NPS and a CRC, in either direction."""
    ADDRESS_CHANGE = "address_change"
    """A change of address, for bounds alone."""
    VICTIM_ELIGIBLE = "victim_eligible"
    """Victims are owed contact by statute; dated by the sentence."""
    VICTIM_DISCRETIONARY = "victim_discretionary"
    """Victims outside the statutory scheme may be offered contact."""
    VICTIM_KEY_STAGE = "victim_key_stage"
    """Stage of which victims are informed: a date of release, release, recall, the end."""
    VICTIM_PAROLE_HEARING = "victim_parole_hearing"
    """The Parole Board hears a case in which victims have contact."""
    AP_REFERRED = "ap_referred"
    """Referred to approved premises from custody; dated by the expected release."""
    AP_EXPECTED = "ap_expected"
    """The day on which admission to approved premises is expected."""
    AP_ADMITTED = "ap_admitted"
    AP_PLANNED_END = "ap_planned_end"
    """Planned last day of the stay."""
    AP_LEFT = "ap_left"
    AGENCY_FLAGGED = "agency_flagged"
    """A multi-agency arrangement took the case on; provisions name theirs in `agencies`."""
    ACT_IN_DOUBT = "act_in_doubt"
    """A court, prison, Parole Board or police did what law or the known facts speak against."""
    REPORT_REQUESTED = "report_requested"
    """A report was requested; dated by the day on which it is due."""
    REPORT_DELIVERED = "report_delivered"
    SERIOUS_FURTHER_OFFENCE = "serious_further_offence"


class Settlement(StrEnum):
    """Act or event that can discharge a provision."""

    # The sentence
    SENTENCE_IMPOSED = "sentence_imposed"
    CASE_ALLOCATED = "case_allocated"
    PROVIDER_NOTIFIED = "provider_notified"
    """The provider acknowledged that the case was allocated to it."""
    OFFICER_ASSIGNED = "officer_assigned"
    ORDER_ENDED = "order_ended"
    """The whole sentence ended."""

    # For any provision that names it
    CONTACT_RECORDED = "contact_recorded"
    """A contact of one of the `contact_kinds` of the provision."""
    NOTICE_ACKNOWLEDGED = "notice_acknowledged"
    """Every notice of the provision was acknowledged."""
    DUTY_DISCHARGED = "duty_discharged"
    """An event `duty_discharged` names the provision."""

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
    """The officer decided for this failure whether the excuse is reasonable."""
    EXPLANATION_ACCEPTED = "explanation_accepted"
    FAILURE_RECORD_COMPLETED = "failure_record_completed"
    """The record of a failure holds all its items (D4)."""
    CONTRIBUTORS_NOTIFIED = "contributors_notified"
    """All who work on the plan acknowledged the outcome of the failure."""
    REPORTER_NOTIFIED = "reporter_notified"
    """The provider that reported the failure acknowledged its outcome."""
    FAILURE_REMOVED = "failure_removed"
    """The failure was withdrawn, so that no response is due."""
    WARNING_ISSUED = "warning_issued"
    BREACH_DECIDED = "breach_decided"
    """The decision alone, before any action on it."""
    BREACH_REFERRED = "breach_referred"
    """The NPS took a case of its own to court."""
    REFERRAL_RECEIVED = "referral_received"
    """The NPS received what a CRC referred: sending it is not enough (AMB-45)."""
    WARRANT_SOUGHT = "warrant_sought"
    DEPARTURE_RECORDED = "departure_recorded"
    """The officer recorded the reasons for not taking the step that the count proposes."""
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
    """The requirement ended in any way."""
    RETURNED_TO_COURT = "returned_to_court"
    """The order went back to court for its unpaid work, or a court changed it (D19)."""

    # Risk, transfer, victims, premises, agencies
    IMMEDIATE_RISK_ACTION_TAKEN = "immediate_risk_action_taken"
    MANAGER_INFORMED = "manager_informed"
    ROSH_REFERRAL_RECEIVED = "rosh_referral_received"
    """The NPS received the referral, or answered it."""
    ROSH_CONFIRMED = "rosh_confirmed"
    """The NPS confirmed the level of risk, whether high or not."""
    TRANSFERRED_TO_NPS = "transferred_to_nps"
    VICTIM_CONTACT_OFFERED = "victim_contact_offered"
    VICTIM_VIEW_RECORDED = "victim_view_recorded"
    AP_REFERRED = "ap_referred"
    AP_PREPARED = "ap_prepared"
    RESIDENCE_PLAN_AGREED = "residence_plan_agreed"
    AP_LEFT = "ap_left"
    REPORT_DELIVERED = "report_delivered"
