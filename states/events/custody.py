"""Events of custody: what the prison says of release, release itself, return."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from states.events.envelope import Code, Day, Event, FreeText
from states.events.imposition import Requirements, require_distinct


class ReleaseDateChanged(
    Event,
    kind="release_date_changed",
    rank=35,
    in_order=("licence_ends_on", "pss_ends_on"),
    may_lie_ahead=("expected_release_on", "automatic_release_on", "licence_ends_on", "pss_ends_on"),
):
    """The prison moved the date of release; the dates computed by law come with it (T29).

    A release may come after the licence has ended (T17, T21).
    """

    expected_release_on: Day
    """The day on which the prison expects to release."""
    automatic_release_on: Day | None = None
    """The date on which law releases."""
    licence_ends_on: Day | None = None
    """The last day of the licence; null where there is none."""
    pss_ends_on: Day | None = None
    """The last day of post-sentence supervision; null where there is none."""


class ConditionsProposed(Event, kind="conditions_proposed", rank=36, own_time="received_on"):
    """Conditions or reporting requirements were proposed to the Governor of the releasing prison.

    `received_on` is the day on which the Governor had them in writing; without it they were only
    sent, and a second event reports their arrival.
    """

    conditions: Requirements = ()
    """Conditions of the licence or of supervision."""
    reporting_requirements: bool = False
    """True if requirements to report were proposed."""
    received_on: Day | None = None
    """The day on which it was received."""
    rationale: FreeText | None = None
    """The reasons for the decision."""

    @model_validator(mode="after")
    def _proposes_something(self) -> "ConditionsProposed":
        require_distinct(self.conditions)
        if not self.conditions and not self.reporting_requirements:
            message = "a proposal has conditions, reporting_requirements or both"
            raise ValueError(message)
        return self


class SupervisionRequirement(StrEnum):
    """Requirement of supervision after sentence, in the words of the licence condition like it."""

    KEEP_IN_TOUCH = "keep_in_touch"
    VISITS = "visits"
    RESIDENCE = "residence"
    WORK = "work"
    TRAVEL = "travel"
    GOOD_BEHAVIOUR = "good_behaviour"


class SupervisionRequirementsSet(
    Event, kind="supervision_requirements_set", rank=39, own_time="set_on"
):
    """The requirements of supervision after sentence were set for the Secretary of State.

    Drug testing and appointments, and others with an own id, come with a release or a change.
    """

    set_on: Day
    """The day on which they were set."""
    asks: Annotated[tuple[SupervisionRequirement, ...], Field(max_length=6)]
    """All of these requirements that hold from the start of supervision on."""


class ReleaseReason(StrEnum):
    """Ground of a release."""

    CONDITIONAL_RELEASE = "conditional_release"
    HDC = "hdc"
    PAROLE = "parole"
    COMPASSIONATE = "compassionate"
    FIXED_TERM_RECALL_END = "fixed_term_recall_end"
    COMMITTAL_END = "committal_end"
    OTHER = "other"


class Released(
    Event,
    kind="released",
    rank=45,
    own_time="released_on",
    in_order=("licence_ends_on", "pss_ends_on"),
    may_lie_ahead=("licence_ends_on", "pss_ends_on"),
):
    """The person left custody, for the first time or again (T14, T16, T17, T21, T23).

    `conditions` are all additional licence conditions or all requirements of supervision; left
    out, the earlier ones remain. `without_licence` is home detention curfew alone: the monitoring
    provider inducts, and the sentence counts as electronic only (AMB-20).
    """

    released_on: Day
    """The day of release."""
    reason: ReleaseReason
    """The ground on which the person was released."""
    conditions: Requirements | None = None
    """All conditions from now on; left out, the earlier ones remain in force."""
    without_licence: bool = False
    """True if release is to home detention curfew alone."""
    licence_ends_on: Day | None = None
    """The last day of the licence; null where there is none."""
    pss_ends_on: Day | None = None
    """The last day of post-sentence supervision; null where there is none."""
    licence_copy_given: bool | None = None
    """True if the person was given a copy of the licence."""

    @model_validator(mode="after")
    def _condition_ids_differ(self) -> "Released":
        require_distinct(self.conditions or ())
        return self


class ReturnReason(StrEnum):
    """Reason for a return to custody."""

    RECALL = "recall"
    COMMITTAL = "committal"


class ReturnedToCustody(
    Event,
    kind="returned_to_custody",
    rank=184,
    own_time="returned_on",
    in_order=("returned_on", "release_due_on"),
    may_lie_ahead=("release_due_on",),
):
    """The person is back in custody: recalled, or committed by a court (T12, T22).

    `release_due_on` is the prison's date and governs; our own is compared with it.
    """

    returned_on: Day
    """The day of the return."""
    why: ReturnReason
    """The reason."""
    release_due_on: Day | None = None
    """The day on which the prison will release again."""
    prison: Code | None = None
    """The prison, as a code."""
