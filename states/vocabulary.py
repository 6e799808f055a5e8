"""Vocabulary of the domain: every closed list of a sentence, an event or a view.

Values go over the wire, so none is ever renamed; a value may be added.
"""

from enum import StrEnum


class SentenceType(StrEnum):
    """Type of sentence."""

    COMMUNITY_ORDER = "community_order"
    SUSPENDED_SENTENCE_ORDER = "suspended_sentence_order"
    CUSTODY = "custody"


class State(StrEnum):
    """State of a sentence in its state graph."""

    AWAITING_ALLOCATION = "awaiting_allocation"
    """Imposed, or about to be; no provider is recorded yet (M.awaiting_allocation)."""
    ALLOCATED = "allocated"
    """A provider is known; the person has not been inducted (M.allocated)."""
    INDUCTED = "inducted"
    """Commitments, rights and consequences have been explained (M.inducted)."""
    ACTIVE = "active"
    """The plan is complete, or an electronic-only order has commenced (M.active)."""
    WARNED = "warned"
    """A warning stands that still counts, and nothing is before the court (M.warned)."""
    BREACHED = "breached"
    """Breach has been decided and the court has not yet disposed of it (M.breached)."""
    RECALLED = "recalled"
    """Recall from licence has been decided and has not ended (M.recalled)."""
    COMPLETED = "completed"
    """Ended; the outcome says how (M.completed)."""


class Phase(StrEnum):
    """Part of the sentence that is being served."""

    COMMUNITY = "community"
    """A community or suspended sentence order."""
    CUSTODY = "custody"
    """The custodial part, before the first release."""
    LICENCE = "licence"
    RECALL_CUSTODY = "recall_custody"
    """Back in prison on a revoked licence."""
    PSS = "pss"
    """Post-sentence supervision."""
    PSS_COMMITTAL = "pss_committal"
    """In prison for a breach of post-sentence supervision."""


class SentenceOutcome(StrEnum):
    """Outcome of a sentence that ended."""

    EXPIRED = "expired"
    """Its last day passed (O.expired)."""
    GOOD_PROGRESS = "good_progress"
    """A court ended a community order early (O.good-progress)."""
    REVOKED_RESENTENCED = "revoked_resentenced"
    """A court passed another sentence instead (O.revoked-resentenced)."""
    REVOKED_CUSTODY = "revoked_custody"
    """A court sent the person to prison instead (O.revoked-custody)."""
    ACTIVATED_CUSTODY = "activated_custody"
    """The custody that was suspended is to be served (O.activated-custody, AMB-15)."""
    SERVED_TO_END = "served_to_end"
    """The sentence ran out in prison after a recall (O.served-to-end)."""
    COMMITTED_TO_END = "committed_to_end"
    """Post-sentence supervision ran out in prison after a committal (O.committed-to-end)."""
    OTHER = "other"
    """Death, deportation, an appeal: the event states the reason (O.other)."""


class Role(StrEnum):
    """Role in which the sender of an event acts."""

    OFFICER = "officer"
    LINE_MANAGER = "line_manager"
    SENIOR_MANAGER = "senior_manager"
    COURT_OFFICER = "court_officer"
    PROVIDER = "provider"
    EM_PROVIDER = "em_provider"
    TREATMENT_PROVIDER = "treatment_provider"
    PRISON = "prison"
    CASEWORK_SECTION = "casework_section"
    PAROLE_BOARD = "parole_board"
    COURT = "court"
    POLICE = "police"
    VICTIM_LIAISON = "victim_liaison"
    OPS = "ops"
    SYSTEM = "system"


class Provider(StrEnum):
    """Type of provider to which a case is allocated."""

    NPS = "NPS"
    CRC = "CRC"


class TeamRole(StrEnum):
    """Role in the team that manages a sentence, beside the one responsible officer."""

    OFFENDER_SUPERVISOR = "offender_supervisor"
    """The counterpart of the officer in the prison; one at a time."""
    KEY_WORKER = "key_worker"
    CASE_ADMINISTRATOR = "case_administrator"


class Rosh(StrEnum):
    """Level of risk of serious harm."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class RequirementKind(StrEnum):
    """Kind of requirement that a court makes; a licence condition may use some of them."""

    UNPAID_WORK = "unpaid_work"
    CURFEW = "curfew"
    REHABILITATION_ACTIVITY = "rehabilitation_activity"
    PROGRAMME = "programme"
    MENTAL_HEALTH_TREATMENT = "mental_health_treatment"
    DRUG_REHABILITATION = "drug_rehabilitation"
    ALCOHOL_TREATMENT = "alcohol_treatment"
    PROHIBITED_ACTIVITY = "prohibited_activity"
    EXCLUSION = "exclusion"
    RESIDENCE = "residence"
    ATTENDANCE_CENTRE = "attendance_centre"
    SUPERVISION = "supervision"
    SPECIFIED_ACTIVITY = "specified_activity"
    FOREIGN_TRAVEL_PROHIBITION = "foreign_travel_prohibition"
    DRUG_TESTING = "drug_testing"
    DRUG_APPOINTMENT = "drug_appointment"


class FailureKind(StrEnum):
    """Kind of apparent failure to comply."""

    MISSED_APPOINTMENT = "missed_appointment"
    REQUIREMENT = "requirement"
    CONDITION = "condition"
    INSTRUCTION = "instruction"
    ADDRESS_NOT_TOLD = "address_not_told"
    MOVED_WITHOUT_PERMISSION = "moved_without_permission"
    NIGHT_AWAY = "night_away"
    UNAPPROVED_WORK = "unapproved_work"
    TRAVEL = "travel"
    NEW_OFFENCE = "new_offence"
    BEHAVIOUR = "behaviour"
    DRUG_APPOINTMENT = "drug_appointment"
    DRUG_SAMPLE_REFUSED = "drug_sample_refused"
    EXCLUSION_ZONE = "exclusion_zone"
    PROHIBITED_ACTIVITY = "prohibited_activity"
    AP_RULES = "ap_rules"
    CURFEW = "curfew"
    OTHER = "other"


class RequirementEnding(StrEnum):
    """Ending of a requirement or condition."""

    COMPLETED = "completed"
    TERM = "term"
    """Its own last day passed."""
    COURT = "court"
    """A court ended it."""
    REPLACED = "replaced"
    """A court, or the notice of a licence, replaced it."""
    GOOD_PROGRESS = "good_progress"
    TERMINATED = "terminated"
    """It was reported as ended, without a reason."""
    LICENCE = "licence"
    """It was a condition of a licence that ended."""
    SENTENCE = "sentence"
    """The whole sentence ended."""


class WarningLevel(StrEnum):
    """Level of a warning on licence; an order has no levels."""

    FIRST = "first"
    FINAL = "final"


class CourtOutcome(StrEnum):
    """Decision of a court (decision table D17)."""

    CONTINUES = "continues"
    REQUIREMENTS_CHANGED = "requirements_changed"
    UNPAID_WORK_EXTENDED = "unpaid_work_extended"
    REVOKED_RESENTENCED = "revoked_resentenced"
    REVOKED_CUSTODY = "revoked_custody"
    GOOD_PROGRESS = "good_progress"
    REQUIREMENT_ENDED = "requirement_ended"
    ACTIVATED_CUSTODY = "activated_custody"
    COMMITTED = "committed"
    NOT_PROVED = "not_proved"
    OTHER = "other"


class EndReason(StrEnum):
    """Reason for which a sentence ended otherwise than by its date or a court."""

    DEATH = "death"
    DEPORTATION = "deportation"
    APPEAL = "appeal"
    NEVER_IMPOSED = "never_imposed"
    OTHER = "other"


class PlanPart(StrEnum):
    """Part of a plan (NS 2015 4(a))."""

    ROSH_LEVEL = "rosh_level"
    ROSH_MANAGEMENT = "rosh_management"
    NEEDS = "needs"
    ACTIVITY = "activity"


class DispositionKind(StrEnum):
    """Disposition of a message."""

    APPLIED = "applied"
    HELD = "held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    QUARANTINED = "quarantined"


class ClockStatus(StrEnum):
    """Status of a clock at a given time."""

    RUNNING = "running"
    MET = "met"
    MET_LATE = "met_late"
    MISSED = "missed"
    OPENED = "opened"
    ENDED = "ended"
    STOPPED = "stopped"
