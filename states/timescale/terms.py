"""The words in which a timescale is written: every closed list that standards/ may use.

Values are what stands in the YAML files; a value may be added, none is renamed.
"""

from enum import StrEnum


class AppliesTo(StrEnum):
    """The regimes to which a timescale can apply; types of sentence keep their own names."""

    ALL = "all"
    """Every sentence, also one whose type is not known yet."""
    COMMUNITY_ORDER = "community_order"
    SUSPENDED_SENTENCE_ORDER = "suspended_sentence_order"
    CUSTODY = "custody"
    LICENCE = "licence"
    POST_SENTENCE_SUPERVISION = "post_sentence_supervision"


class Trigger(StrEnum):
    """What starts a timescale, or gives the date from which it is reckoned."""

    OPENING = "opening"
    """The sentence was first heard of, by whatever event."""
    IMPOSITION = "imposition"
    ORDER_START = "order_start"
    ALLOCATION = "allocation"
    """Allocation to the provider, not to the officer (AMB-01)."""
    FAILURE = "failure"
    PUBLIC_PROTECTION_FAILURE = "public_protection_failure"
    """A failure with public protection concerns, or the moment at which they become known."""
    UNACCEPTABLE_FAILURE = "unacceptable_failure"
    THRESHOLD_REACHED = "threshold_reached"
    """As many failures count as the counter of the sentence type allows."""
    ORDER_END = "order_end"
    """The day on which the order is due to end, or did end if it ended early (AMB-25)."""
    CONTACT = "contact"


class Settlement(StrEnum):
    """What can discharge a timescale."""

    SENTENCE_IMPOSED = "sentence_imposed"
    OFFICER_ASSIGNED = "officer_assigned"
    APPOINTMENT_ARRANGED = "appointment_arranged"
    """Face to face, and for a date that is itself in time."""
    APPOINTMENT_ATTENDED = "appointment_attended"
    INDUCTION_COMPLETED = "induction_completed"
    EXPLANATION_ACCEPTED = "explanation_accepted"
    WARNING_ISSUED = "warning_issued"
    BREACH_REFERRED = "breach_referred"
    """The NPS took a case of its own to court."""
    REFERRAL_RECEIVED = "referral_received"
    """The NPS received what a CRC referred: sending it is not enough (AMB-45)."""
    WARRANT_SOUGHT = "warrant_sought"
    BREACH_DECIDED = "breach_decided"
    """The decision alone, before anyone has acted on it."""
    DEPARTURE_RECORDED = "departure_recorded"
    """The officer's reasons for not taking the step that the count proposes."""
    EVALUATION_COMPLETED = "evaluation_completed"
    ORDER_ENDED = "order_ended"
    FAILURE_REMOVED = "failure_removed"
    """The failure was withdrawn, so that nothing is left to answer."""


class Unit(StrEnum):
    """What an amount counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    """Seven calendar days each."""
    MONTHS = "months"
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


class Hardness(StrEnum):
    """How much a timescale binds, hardest first."""

    LAW = "law"
    STANDARD = "standard"
    MINIMUM = "minimum"
    """A mandatory minimum requirement of the practice framework."""
    PRACTICE_GUIDE = "practice_guide"
    CURRENT_PRACTICE = "current_practice"
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
    """Who is told when a timescale is missed."""

    OFFICER = "officer"
    LINE_MANAGER = "line_manager"
    NPS_CONTACT = "nps_contact"
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
    """Sentences to which a timescale does not apply (NS 2015, first footnote)."""

    ELECTRONIC_ONLY = "electronic_only"
    """Every requirement is electronically monitored (AMB-20)."""
    ELECTRONIC_ONLY_WITHOUT_PLAN = "electronic_only_without_plan"
    """As before, and no plan was made that could be evaluated (AMB-21)."""


class AppliesBy(StrEnum):
    """Whose date chooses the edition that governs a timescale."""

    SENTENCE = "sentence"
    RELEASE = "release"
    FAILURE = "failure"
    RETURN_DATE = "return_date"
