"""Events of contact and planning: appointments, entries, induction, plan, risk, evaluation."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from states.events.event import Event
from states.events.fields import Code, Count, Day, Instant, Text
from states.vocabulary import PlanPart, Rosh


class Side(StrEnum):
    """Who moved or cancelled an appointment (AMB-02)."""

    PROVIDER = "provider"
    PERSON = "person"


class AppointmentArranged(Event):
    """An appointment was booked, or a booked one moved when its id is known already."""

    KIND = "appointment_arranged"
    RANK = 50
    OWN_TIME = "at"

    appointment_id: Code
    at: Instant
    face_to_face: bool
    purpose: Code | None = None
    rebooked_by: Side | None = None


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


class ContactRecorded(Event):
    """A contact was entered on the record, fact apart from opinion."""

    KIND = "contact_recorded"
    RANK = 65

    kind: Code
    fact: Text
    opinion: Text | None = None
    minutes: Count | None = None


class InductionMethod(StrEnum):
    """How the induction was given."""

    GROUP = "group"
    ONE_TO_ONE = "one_to_one"
    EM_PROVIDER = "em_provider"


class InductionCompleted(Event):
    """Commitments, obligations, rights and consequences were explained (NS 2015 3(c))."""

    KIND = "induction_completed"
    RANK = 70

    method: InductionMethod | None = None


class PlanCompleted(Event):
    """A plan was completed; `interim` objectives bridge the time until then."""

    KIND = "plan_completed"
    RANK = 80

    plan_version: Code
    rosh: Rosh
    parts: Annotated[tuple[PlanPart, ...], Field(min_length=1, max_length=4)]
    interim: bool = False


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


class SignificantChangeRecorded(Event):
    """Circumstances changed in a way that calls for a review of the plan."""

    KIND = "significant_change_recorded"
    RANK = 83

    what: Text


class EvaluationCompleted(Event):
    """The end-of-sentence evaluation was recorded."""

    KIND = "evaluation_completed"
    RANK = 200
    OWN_TIME = "evaluated_on"

    evaluated_on: Day
    summary: Text | None = None


class RoshAssessed(Event):
    """The level of risk of serious harm was assessed."""

    KIND = "rosh_assessed"
    RANK = 75

    level: Rosh
    rationale: Text
