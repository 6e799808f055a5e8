"""Events of the life of a sentence: allocated, given an officer, transferred, moved, ended."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from states.events.envelope import Code, Count, Day, Event, FreeText, require_order
from states.events.imposition import (
    Offence,
    Person,
    Requirement,
    Requirements,
    SentenceImposed,
    Victims,
    require_distinct,
)
from states.vocabulary import EndReason, Provider

__all__ = [
    "CaseAllocated",
    "EndDateChanged",
    "Offence",
    "OfficerAssigned",
    "Person",
    "ProviderTransferred",
    "Requirement",
    "RequirementCompleted",
    "RequirementStarted",
    "Requirements",
    "SentenceEnded",
    "SentenceImposed",
    "Victims",
    "require_distinct",
]


class Origin(StrEnum):
    """Where a case came from when it was not sentenced in its own area."""

    OTHER_UK_JURISDICTION = "other_uk_jurisdiction"
    YOUTH_OFFENDING_TEAM = "youth_offending_team"


class CaseAllocated(Event):
    """The case was allocated to a provider, after a screening for risk of serious harm.

    `rationale` says why, where judgement went beyond the score (ev-allocate-discretion).
    """

    KIND = "case_allocated"
    RANK = 20

    provider: Provider
    provider_code: Code
    risk_screening_completed: bool
    score: Count | None = None
    origin: Origin | None = None
    rationale: FreeText | None = None


class OfficerAssigned(Event):
    """A responsible officer was assigned."""

    KIND = "officer_assigned"
    RANK = 30

    officer_id: Code
    authorised: bool


class EndDateChanged(Event):
    """The date on which the sentence ends was moved.

    For custody `ends_on` is the last day of the whole sentence, and the two others say how much of
    it is licence and supervision.
    """

    KIND = "end_date_changed"
    RANK = 210

    ends_on: Day
    licence_ends_on: Day | None = None
    pss_ends_on: Day | None = None
    reason: FreeText | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> "EndDateChanged":
        require_order(
            ("licence_ends_on", self.licence_ends_on),
            ("pss_ends_on", self.pss_ends_on),
            ("ends_on", self.ends_on),
        )
        return self


class SentenceEnded(Event):
    """The sentence ended by another way than its date or a court's decision on it."""

    KIND = "sentence_ended"
    RANK = 230
    OWN_TIME = "ended_on"

    ended_on: Day
    reason: EndReason


class RequirementStarted(Event):
    """A requirement commenced; `consent` is the person's to treatment, where one is needed."""

    KIND = "requirement_started"
    RANK = 90
    OWN_TIME = "started_on"

    requirement_id: Code
    started_on: Day
    consent: bool | None = None


class RequirementEnd(StrEnum):
    """How a requirement came to its end."""

    COMPLETED = "completed"
    TERMINATED = "terminated"
    GOOD_PROGRESS = "good_progress"


class RequirementCompleted(Event):
    """A requirement was completed, or ended in another way that `ended_by` names."""

    KIND = "requirement_completed"
    RANK = 190
    OWN_TIME = "completed_on"

    requirement_id: Code
    completed_on: Day
    ended_by: RequirementEnd = RequirementEnd.COMPLETED


class TransferKind(StrEnum):
    """Why a case moves between providers."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    OTHER_UK_JURISDICTION = "other_uk_jurisdiction"
    YOUTH_OFFENDING_TEAM = "youth_offending_team"
    ROSH_HIGH = "rosh_high"
    """Risk was confirmed high: the case must come to the NPS."""


class ProviderTransferred(Event):
    """The case moved to another provider; the new officer is named in the same breath."""

    KIND = "provider_transferred"
    RANK = 40

    provider: Provider
    provider_code: Code
    officer_id: Code
    authorised: bool
    temporary: bool = False
    kind: TransferKind | None = None
    requested_on: Day | None = None
    agreed_on: Day | None = None
    agencies_told: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    reason: FreeText | None = None
