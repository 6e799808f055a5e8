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


class Hardness(StrEnum):
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
