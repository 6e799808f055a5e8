"""Events of contact and planning: appointments, entries, induction, plan, risk, evaluation."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import Code, Count, Day, Event, FreeText, Instant
from states.vocabulary import PlanPart, Rosh


class AppointmentParty(StrEnum):
    """Party that moved or cancelled an appointment (AMB-02)."""

    PROVIDER = "provider"
    PERSON = "person"


class AppointmentArranged(
    Event, kind="appointment_arranged", rank=50, own_time="at", may_lie_ahead=("at",)
):
    """An appointment was booked; where its id is known already, the booked one was moved."""

    appointment_id: Code
    """The appointment, under the sender's own id."""
    at: Instant
    """When it takes place."""
    face_to_face: bool
    """True if the appointment is in person."""
    purpose: Code | None = None
    """The purpose of the appointment, as a code."""
    requirement_id: Code | None = None
    """The requirement or condition, under the sender's own id."""
    rebooked_by: AppointmentParty | None = None
    """The party that moved the appointment, where it was moved."""
    same_day_impractical: FreeText | None = None
    """The reason for which nothing was booked for the day of release."""


class AppointmentCancelled(Event, kind="appointment_cancelled", rank=55):
    """A booked appointment was cancelled."""

    appointment_id: Code
    """The appointment, under the sender's own id."""
    by_whom: AppointmentParty
    """The party that cancelled the appointment."""


class AppointmentAttended(Event, kind="appointment_attended", rank=60, own_time="at"):
    """The person attended."""

    appointment_id: Code
    """The appointment, under the sender's own id."""
    at: Instant
    """When the person attended."""
    minutes: Count | None = None
    """The duration of the appointment in minutes."""


class Disclosure(StrEnum):
    """Purpose for which a part of the record may be shared: one of five (ev-record-share)."""

    RISK_MANAGEMENT = "risk_management"
    PUBLIC_PROTECTION = "public_protection"
    SAFEGUARDING = "safeguarding"
    """Of children, and of adults at risk."""
    VICTIM_PROTECTION = "victim_protection"
    OTHER_PROCEDURE = "other_procedure"
    """To decide on another procedure, such as MAPPA."""


DISCLOSURE: Final = "disclosure"
"""The kind of contact by which a part of the record is shared."""


class ContactRecorded(Event, kind="contact_recorded", rank=65):
    """A contact was entered on the record, fact apart from opinion (ev-record-fact-opinion).

    Some kinds discharge a duty; where a requirement is named, they discharge that of this
    requirement alone. A `disclosure` states its `purpose`.
    """

    kind: Code
    """The kind of contact, as a code; some kinds discharge a duty."""
    requirement_id: Code | None = None
    """The one requirement that the contact concerns."""
    fact: FreeText
    """The facts, without opinion."""
    opinion: FreeText | None = None
    """The writer's opinion, apart from the facts."""
    minutes: Count | None = None
    """The duration in minutes."""
    purpose: Disclosure | None = None
    """The purpose for which a part of the record was shared."""

    @model_validator(mode="after")
    def _shared_for_a_purpose(self) -> "ContactRecorded":
        if (self.kind == DISCLOSURE) != (self.purpose is not None):
            message = "a disclosure, and nothing else, states its purpose"
            raise ValueError(message)
        return self


class InductionMethod(StrEnum):
    """Method of an induction."""

    GROUP = "group"
    ONE_TO_ONE = "one_to_one"
    EM_PROVIDER = "em_provider"


class InductionTopic(StrEnum):
    """Topic of an induction."""

    SENTENCE = "sentence"
    REQUIREMENTS = "requirements"
    RIGHTS = "rights"
    BREACH_CONSEQUENCES = "breach_consequences"
    RESTRICTIVE_ORDERS = "restrictive_orders"
    CONTACT_FREQUENCY = "contact_frequency"
    FOCUS_OF_WORK = "focus_of_work"
    NON_ATTENDANCE = "non_attendance"
    PSS_DIFFERENCE = "pss_difference"
    """Difference between the licence and the supervision that follows it."""


class InductionCompleted(Event, kind="induction_completed", rank=70):
    """Commitments, obligations, rights and consequences were explained (NS 2015 3(c))."""

    method: InductionMethod | None = None
    """The method of the induction."""
    explained: Annotated[tuple[InductionTopic, ...], Field(max_length=9)] = ()
    """The topics that were explained."""


class PlanCompleted(Event, kind="plan_completed", rank=80):
    """A plan was completed, or `interim` objectives for the time until then.

    The flags state the matters that the plan took into account, the approved `tool` that it was
    made with (ev-plan-tool) and the part kept from the person to protect victims
    (ev-plan-secret-part); a flag that is left out is unknown.
    """

    plan_version: Code
    """The plan, under the sender's own id."""
    rosh: Rosh
    """The level of risk of serious harm."""
    parts: Annotated[tuple[PlanPart, ...], Field(min_length=1, max_length=4)]
    """The parts that the plan has."""
    interim: bool = False
    """True if these are objectives for the time until the plan is made."""
    contact_level: Code | None = None
    """The frequency of contact, as a code of the sender."""
    tool: Code | None = None
    """The approved tool with which the plan was made, as a code."""
    ap_considered: bool | None = None
    """True if approved premises were considered."""
    victim_views_considered: bool | None = None
    """True if the views of victims were considered."""
    child_objectives: bool | None = None
    """True if the plan has objectives that protect children."""
    risk_to_person_steps: bool | None = None
    """True if the plan has steps for risk to the person."""
    restricted_part: bool | None = None
    """True if a part of the plan is kept from the person to protect victims."""


class ReviewReason(StrEnum):
    """Reason for the review of a plan."""

    SIGNIFICANT_CHANGE = "significant_change"
    SIGNIFICANT_PROGRESS = "significant_progress"
    RECALL = "recall"
    COMMITTAL = "committal"
    OTHER = "other"


class PlanReviewed(Event, kind="plan_reviewed", rank=85):
    """The plan was reviewed (T28)."""

    plan_version: Code
    """The plan, under the sender's own id."""
    why: ReviewReason
    """The reason."""
    rosh: Rosh | None = None
    """The level of risk of serious harm."""
    risk_increased: bool | None = None
    """True if risk has risen."""


class ChangeKind(StrEnum):
    """Area that a significant change concerns."""

    RISK = "risk"
    PROGRESS = "progress"
    FAMILY = "family"
    RELEASE_CONDITIONS = "release_conditions"
    """Conditions of a discretionary release can no longer be met; the Parole Board is informed."""
    OTHER = "other"


class SignificantChangeRecorded(Event, kind="significant_change_recorded", rank=83):
    """A change of circumstances calls for a review of the plan."""

    what: FreeText
    """A description of the change."""
    kind: ChangeKind | None = None
    """The area that the change concerns."""


class EvaluationCompleted(Event, kind="evaluation_completed", rank=200, own_time="evaluated_on"):
    """The end-of-sentence evaluation was recorded."""

    evaluated_on: Day
    """The day of the evaluation."""
    rosh: Rosh | None = None
    """The level of risk of serious harm."""
    person_took_part: bool | None = None
    """True if the person took part."""
    summary: FreeText | None = None
    """A summary of the findings."""


class RoshAssessed(Event, kind="rosh_assessed", rank=75):
    """The level of risk of serious harm was assessed; `immediate` is danger at this moment."""

    level: Rosh
    """The level."""
    immediate: bool = False
    """True if there is danger at this moment."""
    rationale: FreeText
    """The reasons for the decision."""
