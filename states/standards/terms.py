"""The words of timescales and duties: the closed lists that standards/ may use.

Values are what stands in the YAML files; a value may be added, none is renamed. A row is a
timescale or a duty. What starts and discharges it have modules of their own.
"""

from enum import StrEnum


class AppliesTo(StrEnum):
    """The regimes to which a row can apply; types of sentence keep their own names."""

    ALL = "all"
    """Every sentence, also one whose type is not known yet."""
    COMMUNITY_ORDER = "community_order"
    SUSPENDED_SENTENCE_ORDER = "suspended_sentence_order"
    CUSTODY = "custody"
    LICENCE = "licence"
    POST_SENTENCE_SUPERVISION = "post_sentence_supervision"


class Unit(StrEnum):
    """What an amount counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    """Seven calendar days each."""
    MONTHS = "months"
    YEARS = "years"
    NIGHTS = "nights"
    """Spent away; a bound alone counts them."""
    HOURS = "hours"
    """Elapsed, through nights, holidays and changes of the clock."""
    NONE = "none"
    """There is no amount."""


class Direction(StrEnum):
    """On which side of its trigger a timescale lies."""

    LATEST_AFTER = "latest_after"
    EARLIEST_BEFORE = "earliest_before"
    """A window that opens before the date."""
    LATEST_BEFORE = "latest_before"
    CAP = "cap"
    """The longest that a period beginning on the date may last."""
    ON_THE_DAY = "on_the_day"
    UNTIL = "until"
    """A period beginning on the date; of no length, the date itself."""
    COUNTER = "counter"
    """A number of occurrences inside a window that rolls; it has no due date."""
    FLOOR = "floor"
    """The shortest that a period beginning on the date may last."""
    THRESHOLD = "threshold"
    """A number or a day from which a fact counts; nothing runs."""


class BindingForce(StrEnum):
    """How much a row binds, hardest first."""

    LAW = "law"
    """A limit or power of statute, as the documents quote it."""
    STANDARD = "standard"
    MINIMUM = "minimum"
    """A mandatory minimum requirement of the practice framework."""
    RATIONALE_MANDATORY = "rationale_mandatory"
    """Said in mandatory words, though only among the reasons that the framework gives."""
    PRACTICE_GUIDE = "practice_guide"
    CURRENT_PRACTICE = "current_practice"
    RATIONALE = "rationale"
    """Said among the reasons and the evidence that the framework gives."""
    DESCRIPTION = "description"
    """Said by a public description of probation, not by a rule."""
    OUR_DEFAULT = "our_default"
    """In no document: ours, and never to be shown as a missed standard."""


class Flag(StrEnum):
    """What follows when a timescale is missed; none of the documents says, so all are ours."""

    NONE = "none"
    FLAG = "flag"
    """Show it as overdue and in the report on the caseload."""
    ESCALATE = "escalate"
    """As `flag`, and tell the line manager."""
    ESCALATE_NOW = "escalate_now"
    """As `escalate` without delay, and in a CRC case tell the NPS too."""


class Recipient(StrEnum):
    """Who owns a duty, hears of what is missed, or gets a notice."""

    OFFICER = "officer"
    LINE_MANAGER = "line_manager"
    PROVIDER = "provider"
    """The provider that manages the case."""
    NPS_CONTACT = "nps_contact"
    """Whoever at the NPS answers for a case that a CRC manages."""
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
    """Those besides the police whom a requirement concerns, and who provide around it."""
    AGENCIES = "agencies"
    """All agencies that work with the case."""
    VICTIM_LIAISON = "victim_liaison"
    AP = "ap"
    """The approved premises."""
    OPS = "ops"


class TimerKind(StrEnum):
    """How a running clock wakes its sentence."""

    NAMED = "named"
    """A durable timer of its own: the number stands in a document."""
    PROMPT = "prompt"
    """The one timer that clocks without a number in any document share."""
    NONE = "none"
    """Measured and not timed: it has no due date."""


class Exemption(StrEnum):
    """Sentences to which a row does not apply (NS 2015, first footnote).

    The footnote names standards 4 to 7 and so leaves 9 in force for all (inv-standard-9-always).
    """

    ELECTRONIC_ONLY = "electronic_only"
    """Every requirement is electronically monitored (AMB-20)."""
    ELECTRONIC_ONLY_WITHOUT_PLAN = "electronic_only_without_plan"
    """As before, and no plan was made that could be reviewed or evaluated (AMB-21)."""
    HDC_WITHOUT_LICENCE = "hdc_without_licence"
    """Home detention curfew with no licence after it: the monitoring provider inducts."""


class AppliesBy(StrEnum):
    """Whose date chooses the edition that governs a row."""

    SENTENCE = "sentence"
    RELEASE = "release"
    FAILURE = "failure"
    RETURN_DATE = "return_date"


class Trigger(StrEnum):
    """What starts a row, or gives the date from which it is reckoned.

    A row that counts to or from a day which can move is dated anew when that day moves.
    """

    # The sentence
    OPENING = "opening"
    """The sentence was first heard of, by whatever event."""
    IMPOSITION = "imposition"
    """A court passed the sentence: an order or custody."""
    ORDER_START = "order_start"
    """The order begins; for custody see `licence_start` and `pss_start`."""
    OFFENCE = "offence"
    """The day of the offence, for bounds alone."""
    ALLOCATION = "allocation"
    """Allocation to the provider, not to the officer (AMB-01)."""
    OFFICER_CHANGED = "officer_changed"
    """An officer was assigned, for the first time or in place of another."""
    ORDER_END = "order_end"
    """The day on which the whole sentence is due to end, or did end if early (AMB-25)."""
    OPERATIONAL_PERIOD_END = "operational_period_end"
    """The last day on which the suspended sentence hangs over the person."""
    SENTENCE_ENDED = "sentence_ended"
    """The whole sentence did end, in whatever way."""

    # Contact and planning
    CONTACT = "contact"
    CONTACT_OF_KIND = "contact_of_kind"
    """A contact of one of the `opening_kinds` of the row was recorded."""
    DECISION = "decision"
    """Any decision on the case, for bounds alone."""
    PLAN_COMPLETED = "plan_completed"
    PLAN_RISK_INCREASED = "plan_risk_increased"
    """A plan, or its revision, shows more risk than the one before it."""
    SIGNIFICANT_CHANGE = "significant_change"
    SIGNIFICANT_PROGRESS = "significant_progress"
    FAMILY_CHANGED = "family_changed"
    """As `significant_change`, where it is one of the family."""

    # Failures and orders in breach
    APPARENT_FAILURE = "apparent_failure"
    """Each single failure, before anyone has judged it; `failure` is one a day."""
    FAILURE_REPORTED_BY_PROVIDER = "failure_reported_by_provider"
    """As before, where somebody who delivers part of the sentence reported it."""
    FAILURE = "failure"
    """A day on which somebody failed to comply; several failures of one day are one."""
    PUBLIC_PROTECTION_FAILURE = "public_protection_failure"
    """A failure with public protection concerns, or the moment at which they become known."""
    UNACCEPTABLE_FAILURE = "unacceptable_failure"
    THRESHOLD_REACHED = "threshold_reached"
    """As many failures count as the counter of the sentence type allows."""
    WARNING_WINDOW = "warning_window"
    """The newest day of failure that counts, while a warning stands."""
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
    """Back in custody, and no recall stands that would explain it."""

    # Requirements and conditions
    REQUIREMENT_MADE = "requirement_made"
    PLANNED_REQUIREMENT_START = "planned_requirement_start"
    """The day on which the requirement is to begin, as the court, the licence or the plan says."""
    COURT_TIMESCALE = "court_timescale"
    """The last day for the start of a requirement, as a court or the notice of a licence gave."""
    REQUIREMENT_STARTED = "requirement_started"
    REQUIREMENT_END = "requirement_end"
    """The last day of the requirement."""
    REQUIREMENT_COMPLETED = "requirement_completed"
    REQUIREMENT_TERMINATED = "requirement_terminated"
    """The requirement ended in whatever way: completed, run out, ended by a court."""
    UNPAID_WORK_SHORTFALL = "unpaid_work_shortfall"
    """It is apparent that hours will be outstanding when their time is over (D19)."""

    # Risk, transfer, victims, premises, agencies
    IMMEDIATE_RISK = "immediate_risk"
    """Somebody learnt of an immediate risk of serious harm."""
    EMERGENCY_ESCALATION = "emergency_escalation"
    """An escalation of risk that needs an emergency response."""
    IMMEDIATE_RISK_ACTION = "immediate_risk_action"
    """Action was taken on an immediate risk."""
    ROSH_CHANGED = "rosh_changed"
    """A change in circumstances changed the risk of serious harm."""
    ROSH_HIGH = "rosh_high"
    """The risk of serious harm is high, and it is known to be."""
    ROSH_HIGH_INDICATED = "rosh_high_indicated"
    """There are signs that the risk of serious harm may have risen to high."""
    ROSH_REFERRED = "rosh_referred"
    ROSH_CONFIRMED_HIGH = "rosh_confirmed_high"
    TRANSFER = "transfer"
    """The case went to another provider."""
    TRANSFER_NPS_CRC = "transfer_nps_crc"
    """As before, between the NPS and a CRC, either way."""
    ADDRESS_CHANGE = "address_change"
    """A change of address, for bounds alone."""
    VICTIM_ELIGIBLE = "victim_eligible"
    """Victims are owed contact by statute; dated by the sentence."""
    VICTIM_DISCRETIONARY = "victim_discretionary"
    """Victims outside the statutory scheme may be offered contact."""
    VICTIM_KEY_STAGE = "victim_key_stage"
    """A stage of which victims are told: a date of release, release, recall, the end."""
    VICTIM_PAROLE_HEARING = "victim_parole_hearing"
    """The Parole Board hears a case in which victims have contact."""
    AP_REFERRED = "ap_referred"
    """Referred to approved premises from custody; dated by the expected release."""
    AP_EXPECTED = "ap_expected"
    """The day on which admission to approved premises is expected."""
    AP_ADMITTED = "ap_admitted"
    AP_PLANNED_END = "ap_planned_end"
    """The day on which the stay is to end by the plan."""
    AP_LEFT = "ap_left"
    AGENCY_FLAGGED = "agency_flagged"
    """A multi-agency arrangement took the case on; rows name theirs in `agencies`."""
    REPORT_REQUESTED = "report_requested"
    """A report was asked for; dated by the day by which it is wanted."""
    REPORT_DELIVERED = "report_delivered"
    SERIOUS_FURTHER_OFFENCE = "serious_further_offence"


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
