"""Events of contact and planning: appointments, entries, induction, plan, risk, evaluation."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import Code, Count, Day, Event, FreeText, Instant
from states.vocabulary import PlanPart, Rosh


class Side(StrEnum):
    """Who moved or cancelled an appointment (AMB-02)."""

    PROVIDER = "provider"
    PERSON = "person"


class AppointmentArranged(Event):
    """An appointment was booked, or a booked one moved when its id is known already.

    `same_day_impractical` says why nothing was booked for the day of release.
    """

    KIND = "appointment_arranged"
    RANK = 50
    OWN_TIME = "at"

    appointment_id: Code
    at: Instant
    face_to_face: bool
    purpose: Code | None = None
    requirement_id: Code | None = None
    rebooked_by: Side | None = None
    same_day_impractical: FreeText | None = None


class AppointmentCancelled(Event):
    """A booked appointment was called off."""

    KIND = "appointment_cancelled"
    RANK = 55

    appointment_id: Code
    by_whom: Side


class AppointmentAttended(Event):
    """The person attended."""

    KIND = "appointment_attended"
    RANK = 60
    OWN_TIME = "at"

    appointment_id: Code
    at: Instant
    minutes: Count | None = None


class Disclosure(StrEnum):
    """For what a part of the record was shared: the five purposes (ev-record-share)."""

    RISK_MANAGEMENT = "risk_management"
    PUBLIC_PROTECTION = "public_protection"
    SAFEGUARDING = "safeguarding"
    """Of children, and of adults at risk."""
    VICTIM_PROTECTION = "victim_protection"
    OTHER_PROCEDURE = "other_procedure"
    """To decide on another procedure, such as MAPPA."""


DISCLOSURE: Final = "disclosure"
"""The kind of contact by which a part of the record is shared."""


class ContactRecorded(Event):
    """A contact was entered on the record, fact apart from opinion (ev-record-fact-opinion).

    `kind` is what the contact was. Some kinds discharge a duty, and of one requirement alone where
    one is named. A `disclosure` says for which `purpose` it was made.
    """

    KIND = "contact_recorded"
    RANK = 65

    kind: Code
    requirement_id: Code | None = None
    fact: FreeText
    opinion: FreeText | None = None
    minutes: Count | None = None
    purpose: Disclosure | None = None

    @model_validator(mode="after")
    def _shared_for_a_purpose(self) -> "ContactRecorded":
        if (self.kind == DISCLOSURE) != (self.purpose is not None):
            message = "a disclosure, and nothing else, states its purpose"
            raise ValueError(message)
        return self


class InductionMethod(StrEnum):
    """How the induction was given."""

    GROUP = "group"
    ONE_TO_ONE = "one_to_one"
    EM_PROVIDER = "em_provider"


class InductionTopic(StrEnum):
    """What is explained at the start."""

    SENTENCE = "sentence"
    REQUIREMENTS = "requirements"
    RIGHTS = "rights"
    BREACH_CONSEQUENCES = "breach_consequences"
    RESTRICTIVE_ORDERS = "restrictive_orders"
    CONTACT_FREQUENCY = "contact_frequency"
    FOCUS_OF_WORK = "focus_of_work"
    NON_ATTENDANCE = "non_attendance"
    PSS_DIFFERENCE = "pss_difference"
    """In what supervision after the licence differs from the licence."""


class InductionCompleted(Event):
    """Commitments, obligations, rights and consequences were explained (NS 2015 3(c))."""

    KIND = "induction_completed"
    RANK = 70

    method: InductionMethod | None = None
    explained: Annotated[tuple[InductionTopic, ...], Field(max_length=9)] = ()


class PlanCompleted(Event):
    """A plan was completed; `interim` objectives bridge the time until then.

    The flags say what the plan took into account, with which approved `tool` it was made
    (ev-plan-tool), and whether a part of it is kept from the person to protect victims
    (ev-plan-secret-part); left out, nothing is known.
    """

    KIND = "plan_completed"
    RANK = 80

    plan_version: Code
    rosh: Rosh
    parts: Annotated[tuple[PlanPart, ...], Field(min_length=1, max_length=4)]
    interim: bool = False
    contact_level: Code | None = None
    tool: Code | None = None
    ap_considered: bool | None = None
    victim_views_considered: bool | None = None
    child_objectives: bool | None = None
    risk_to_person_steps: bool | None = None
    restricted_part: bool | None = None


class ReviewReason(StrEnum):
    """Why a plan was reviewed."""

    SIGNIFICANT_CHANGE = "significant_change"
    SIGNIFICANT_PROGRESS = "significant_progress"
    RECALL = "recall"
    COMMITTAL = "committal"
    OTHER = "other"


class PlanReviewed(Event):
    """The plan was reviewed (T28)."""

    KIND = "plan_reviewed"
    RANK = 85

    plan_version: Code
    why: ReviewReason
    rosh: Rosh | None = None
    risk_increased: bool | None = None


class ChangeKind(StrEnum):
    """What a significant change concerns."""

    RISK = "risk"
    PROGRESS = "progress"
    FAMILY = "family"
    RELEASE_CONDITIONS = "release_conditions"
    """Conditions of a discretionary release can no longer be met: the Parole Board is told."""
    OTHER = "other"


class SignificantChangeRecorded(Event):
    """Circumstances changed in a way that calls for a review of the plan."""

    KIND = "significant_change_recorded"
    RANK = 83

    what: FreeText
    kind: ChangeKind | None = None


class EvaluationCompleted(Event):
    """The end-of-sentence evaluation was recorded."""

    KIND = "evaluation_completed"
    RANK = 200
    OWN_TIME = "evaluated_on"

    evaluated_on: Day
    rosh: Rosh | None = None
    person_took_part: bool | None = None
    summary: FreeText | None = None


class RoshAssessed(Event):
    """The level of risk of serious harm was assessed; `immediate` is danger at this moment."""

    KIND = "rosh_assessed"
    RANK = 75

    level: Rosh
    immediate: bool = False
    rationale: FreeText
