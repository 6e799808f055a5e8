"""Events of requirements and conditions: progress, tests, change, evaluation."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Code, Count, Credit, Day, Event, FreeText
from states.events.imposition import Requirement


class Prospect(StrEnum):
    """Expected end of unpaid work, as far as it is apparent (D19)."""

    IN_TIME = "in_time"
    LATE = "late"
    """After the twelve months, but before the order ends."""
    NOT_BEFORE_END = "not_before_end"
    """Hours will be outstanding when the order ends."""
    NONE = "none"
    """There is no reasonable prospect of finishing."""


class RequirementProgressed(Event, kind="requirement_progressed", rank=92, own_time="on"):
    """Work was done under a requirement, or its expected end became apparent.

    `hours`, `minutes` and `days` are those of this occasion and are added to the earlier ones; a
    correction replaces the event. A RAR counts activity days only, not appointments.
    """

    requirement_id: Code
    """The requirement or condition, under the sender's own id."""
    hours: Count | None = None
    """Whole hours worked on this occasion, added to those before."""
    minutes: Credit | None = None
    """Minutes of unpaid work in place of `hours`, for part of an hour; negative ones take back."""
    days: Count | None = None
    """Days of activity on this occasion, added to those before."""
    prospect: Prospect | None = None
    """The expected end of the work, as far as it is apparent."""
    on: Day | None = None
    """The day of the work; left out, the day of the event."""

    @model_validator(mode="after")
    def _says_something(self) -> "RequirementProgressed":
        measures = (self.hours, self.minutes, self.days, self.prospect)
        if all(measure is None for measure in measures):
            message = (
                "progress is stated as hours, minutes, days or prospect; none of them is given"
            )
            raise ValueError(message)
        if self.hours is not None and self.minutes is not None:
            message = "work is stated in hours or in minutes; both are given"
            raise ValueError(message)
        return self


class RequirementEvaluated(Event, kind="requirement_evaluated", rank=195, own_time="evaluated_on"):
    """The results of a requirement, condition or stay were evaluated."""

    requirement_id: Code
    """The requirement or condition, under the sender's own id."""
    evaluated_on: Day
    """The day of the evaluation."""
    person_heard: bool | None = None
    """True if the person was heard."""
    provider_heard: bool | None = None
    """True if the provider of the requirement was heard."""
    summary: FreeText | None = None
    """A summary of the findings."""


class ChangeAuthor(StrEnum):
    """Authority that made a change."""

    COURT = "court"
    OFFICER = "officer"
    SECRETARY_OF_STATE = "secretary_of_state"
    OTHER = "other"


class RequirementChanged(Event, kind="requirement_changed", rank=88, own_time="changed_on"):
    """A requirement or condition was added, or replaced the one under its id (T27).

    The start and the progress recorded under that id are kept.
    """

    requirement: Requirement
    """The whole requirement as it stands from now on."""
    why: ChangeAuthor
    """The authority that made the change."""
    changed_on: Day | None = None
    """The day from which the change holds; left out, the day of the event."""
    rationale: FreeText | None = None
    """The reasons for the decision."""


class SampleResult(StrEnum):
    """Result of a drug test (D20)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    REFUSED = "refused"
    NOT_GIVEN = "not_given"


class DrugTested(Event, kind="drug_tested", rank=94, own_time="tested_on"):
    """A drug test was taken, or no sample was given.

    Only trained staff test, with contracted kits (PF 2015, drug testing). A treatment provider's
    own test is outside probation's remit and is held as information alone (D20 row 7).
    """

    requirement_id: Code
    """The requirement or condition under which it was tested."""
    tested_on: Day
    """The day of the test."""
    result: SampleResult
    """The result of the test."""
    tester_trained: bool | None = None
    """True if the person who tested is trained to test."""
    kit: Code | None = None
    """The testing kit, as a code."""
    by_treatment_provider: bool = False
    """True if the provider of treatment tested for its own purposes."""
