"""Events of requirements and conditions: progress, tests, change, evaluation."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Code, Count, Day, Event, FreeText
from states.events.imposition import Requirement


class Prospect(StrEnum):
    """How unpaid work will end, as far as it is apparent (D19)."""

    IN_TIME = "in_time"
    LATE = "late"
    """Not within the twelve months, but before the order ends."""
    NOT_BEFORE_END = "not_before_end"
    """Hours will be outstanding when the order ends."""
    NONE = "none"
    """There is no reasonable prospect of finishing."""


class RequirementProgressed(Event):
    """Work was done under a requirement, or it became apparent how the work will end.

    `hours` and `days` are those of this occasion and are added to what was done before; a
    correction replaces the event. A RAR counts activity days only: appointments are none.
    """

    KIND = "requirement_progressed"
    RANK = 92
    OWN_TIME = "on"

    requirement_id: Code
    hours: Count | None = None
    days: Count | None = None
    prospect: Prospect | None = None
    on: Day | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RequirementProgressed":
        if self.hours is None and self.days is None and self.prospect is None:
            message = "progress is stated as hours, days or prospect; none of them is given"
            raise ValueError(message)
        return self


class RequirementEvaluated(Event):
    """What a requirement, condition or stay achieved was evaluated."""

    KIND = "requirement_evaluated"
    RANK = 195
    OWN_TIME = "evaluated_on"

    requirement_id: Code
    evaluated_on: Day
    person_heard: bool | None = None
    provider_heard: bool | None = None
    summary: FreeText | None = None


class ChangedBy(StrEnum):
    """Whose change it was."""

    COURT = "court"
    OFFICER = "officer"
    SECRETARY_OF_STATE = "secretary_of_state"
    OTHER = "other"


class RequirementChanged(Event):
    """A requirement or condition was added, or takes the place of the one under its id (T27).

    What was done under that id is kept, and so is its start.
    """

    KIND = "requirement_changed"
    RANK = 88
    OWN_TIME = "changed_on"

    requirement: Requirement
    why: ChangedBy
    changed_on: Day | None = None
    rationale: FreeText | None = None


class SampleResult(StrEnum):
    """What became of a drug test (D20)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    REFUSED = "refused"
    NOT_GIVEN = "not_given"


class DrugTested(Event):
    """A drug test was taken, or no sample was given.

    Only trained staff test, with contracted kits (PF 2015, drug testing). A treatment provider's
    own test is outside probation's remit and is held as information alone (D20 row 7).
    """

    KIND = "drug_tested"
    RANK = 94
    OWN_TIME = "tested_on"

    requirement_id: Code
    tested_on: Day
    result: SampleResult
    tester_trained: bool | None = None
    kit: Code | None = None
    by_treatment_provider: bool = False
