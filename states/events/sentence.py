"""Events of the life of a sentence: allocation, officer, transfer, requirements, end."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.envelope import Code, Count, Day, Event, FreeText
from states.vocabulary import EndReason, Provider, TeamRole


class Origin(StrEnum):
    """Origin of a case that was not sentenced in its own area."""

    OTHER_UK_JURISDICTION = "other_uk_jurisdiction"
    YOUTH_OFFENDING_TEAM = "youth_offending_team"


class CaseAllocated(Event, kind="case_allocated", rank=20):
    """The case was allocated to a provider, after a screening for risk of serious harm.

    `rationale` gives the reasons where judgement went beyond the score (ev-allocate-discretion).
    """

    provider: Provider
    """The sort of provider that manages the case."""
    provider_code: Code
    """The provider, as a code."""
    risk_screening_completed: bool
    """True if the case was screened for risk of serious harm."""
    score: Count | None = None
    """The score of the allocation tool."""
    origin: Origin | None = None
    """The origin of the case, where it came from outside its area."""
    rationale: FreeText | None = None
    """The reasons for the decision."""


class OfficerAssigned(Event, kind="officer_assigned", rank=30):
    """A responsible officer was assigned."""

    officer_id: Code
    """The officer, as a code."""
    authorised: bool
    """True if the officer is authorised to hold such a case."""


class TeamMemberChanged(Event, kind="team_member_changed", rank=31, own_time="changed_on"):
    """A member joined or left the team that manages the sentence.

    The responsible officer is assigned by `officer_assigned`. With `stay_id` the member is the key
    worker of a stay in approved premises, and ceases with it.
    """

    member_id: Code
    """The member, as a code."""
    role: TeamRole
    """The role of the member."""
    active: bool
    """True if the member belongs to the team from now on."""
    changed_on: Day | None = None
    """The day from which the change holds; left out, the day of the event."""
    stay_id: Code | None = None
    """The stay in approved premises, for its key worker."""


class EndDateChanged(
    Event,
    kind="end_date_changed",
    rank=210,
    in_order=("licence_ends_on", "pss_ends_on", "ends_on"),
    may_lie_ahead=("ends_on", "licence_ends_on", "pss_ends_on"),
):
    """The date on which the sentence ends was moved.

    For custody `ends_on` is the last day of the whole sentence, and the two other dates end its
    licence and its supervision.
    """

    ends_on: Day
    """The new last day of the whole sentence."""
    licence_ends_on: Day | None = None
    """The last day of the licence; null where there is none."""
    pss_ends_on: Day | None = None
    """The last day of post-sentence supervision; null where there is none."""
    reason: FreeText | None = None
    """The reason."""


class SentenceEnded(Event, kind="sentence_ended", rank=230, own_time="ended_on"):
    """The sentence ended otherwise than on its date or by the decision of a court."""

    ended_on: Day
    """The day on which it ended."""
    reason: EndReason
    """The reason."""


class RequirementStarted(Event, kind="requirement_started", rank=90, own_time="started_on"):
    """A requirement commenced; `consent` is the person's to treatment, where one is needed."""

    requirement_id: Code
    """The requirement or condition, under the sender's own id."""
    started_on: Day
    """The day on which it started."""
    consent: bool | None = None
    """True if the person consents to treatment."""


class RequirementEnd(StrEnum):
    """Way in which a requirement ended."""

    COMPLETED = "completed"
    TERMINATED = "terminated"
    GOOD_PROGRESS = "good_progress"


class RequirementCompleted(Event, kind="requirement_completed", rank=190, own_time="completed_on"):
    """A requirement was completed, or ended in another way that `ended_by` names."""

    requirement_id: Code
    """The requirement or condition, under the sender's own id."""
    completed_on: Day
    """The day on which the requirement ended."""
    ended_by: RequirementEnd = RequirementEnd.COMPLETED
    """The way in which the requirement ended."""


class TransferKind(StrEnum):
    """Kind of transfer between providers."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    OTHER_UK_JURISDICTION = "other_uk_jurisdiction"
    YOUTH_OFFENDING_TEAM = "youth_offending_team"
    ROSH_HIGH = "rosh_high"
    """Risk was confirmed high: the case must come to the NPS."""


class ProviderTransferred(Event, kind="provider_transferred", rank=40):
    """The case moved to another provider, with its new officer."""

    provider: Provider
    """The sort of provider that manages the case."""
    provider_code: Code
    """The provider, as a code."""
    officer_id: Code
    """The officer, as a code."""
    authorised: bool
    """True if the officer is authorised to hold such a case."""
    temporary: bool = False
    """True if the case is to return to its provider."""
    kind: TransferKind | None = None
    """The kind of transfer."""
    requested_on: Day | None = None
    """The day on which the transfer was asked for."""
    agreed_on: Day | None = None
    """The day on which it was agreed."""
    agencies_told: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    """The agencies that were informed of the transfer."""
    reason: FreeText | None = None
    """The reason."""
