"""Events of enforcement: failures, explanations, judgements, warnings, breach."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from states.events.court import CourtDecided, HearingListed, WarrantRecorded, WarrantStep
from states.events.envelope import (
    Code,
    Codes,
    Day,
    Event,
    FreeText,
    FreeTexts,
    Instant,
    require_order,
)
from states.vocabulary import FailureKind, Provider, WarningLevel

__all__ = [
    "BreachDecided",
    "BreachReason",
    "BreachReferralReceived",
    "BreachReferred",
    "BreachWithdrawn",
    "CourtDecided",
    "ExcuseFactor",
    "ExplanationReceived",
    "FailureJudged",
    "FailureReported",
    "HearingListed",
    "PublicProtectionConcernRaised",
    "WarningIssued",
    "WarningWithdrawn",
    "WarrantRecorded",
    "WarrantStep",
]


class FailureReported(Event):
    """An apparent failure to comply: anything that looks like one before it is judged.

    A failure that crosses midnight counts on `failed_on`, the day it began (D2.6).
    `treatment_refused` tells of someone who kept a drug appointment and refused treatment: that is
    no failure (D1.12).
    """

    KIND = "failure_reported"
    RANK = 100
    OWN_TIME = "failed_on"

    failure_id: Code
    failed_on: Day
    ended_on: Day | None = None
    what: FailureKind
    appointment_id: Code | None = None
    requirement_id: Code | None = None
    condition: Code | None = None
    public_protection: bool
    treatment_refused: bool = False
    details: FreeText | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> "FailureReported":
        require_order(("failed_on", self.failed_on), ("ended_on", self.ended_on))
        return self


class ExplanationReceived(Event):
    """The person, or someone for them, explained one failure."""

    KIND = "explanation_received"
    RANK = 110
    OWN_TIME = "received_on"

    failure_id: Code
    received_on: Day
    from_whom: Code
    details: FreeText


class ExcuseFactor(StrEnum):
    """What an officer weighed (D3); `equality` is the due regard of ev-equality."""

    NATURE = "nature"
    CIRCUMSTANCES = "circumstances"
    PATTERN = "pattern"
    PERSON = "person"
    MENTAL_CONDITION = "mental_condition"
    TREATMENT_WAIT = "treatment_wait"
    OUTSIDE_CONTROL = "outside_control"
    EQUALITY = "equality"


class FailureJudged(Event):
    """An officer decided whether the explanation, or its absence, is acceptable (D3).

    As in every decision about a person, the reasons and what else was considered are compulsory
    (ev-record-considerations), so that the answer can be seen to fit the risk (inv-proportionate);
    where it departs from the advice it says why (ev-record-timing).
    """

    KIND = "failure_judged"
    RANK = 120

    failure_id: Code
    acceptable: bool
    factors: Annotated[tuple[ExcuseFactor, ...], Field(max_length=8)] = ()
    rationale: FreeText
    alternatives_considered: FreeTexts


class PublicProtectionConcernRaised(Event):
    """A concern for the public came to light; it hurries the failures named (D6.6)."""

    KIND = "public_protection_concern_raised"
    RANK = 105

    failure_ids: Codes
    details: FreeText | None = None


class WarningIssued(Event):
    """A warning was issued for one or more unacceptable failures."""

    KIND = "warning_issued"
    RANK = 130

    warning_id: Code
    failure_ids: Codes
    level: WarningLevel
    understood: bool | None = None
    comment: FreeText | None = None
    departure_rationale: FreeText | None = None


class WarningWithdrawn(Event):
    """A warning was taken back, because an explanation was accepted after it (T10)."""

    KIND = "warning_withdrawn"
    RANK = 135

    warning_id: Code
    rationale: FreeText


class BreachReason(StrEnum):
    """Why a sentence is taken back to court."""

    FAILURE = "failure"
    FURTHER_OFFENCE = "further_offence"
    OTHER = "other"


class BreachDecided(Event):
    """An officer decided to take the failures named to court.

    `departure_rationale` gives the reasons for going there before the count proposes it (D7.14).
    Without a `reason` it is the failures; for a further offence, or another reason, the list of
    them may be empty (D17.13).
    """

    KIND = "breach_decided"
    RANK = 140

    failure_ids: Annotated[tuple[Code, ...], Field(max_length=50)]
    reason: BreachReason | None = None
    rationale: FreeText
    alternatives_considered: FreeTexts
    departure_rationale: FreeText | None = None

    @model_validator(mode="after")
    def _names_what_failed(self) -> "BreachDecided":
        if not self.failure_ids and self.reason in (None, BreachReason.FAILURE):
            message = "failure_ids is empty only where reason is further_offence or other"
            raise ValueError(message)
        return self


class BreachReferred(Event):
    """The breach was sent: by a CRC to the NPS, by the NPS to the court.

    A CRC adds its response to supervision report, by reference, and its view on whether the order
    should go on (D14).
    """

    KIND = "breach_referred"
    RANK = 150

    response_report: Code | None = None
    order_should_continue: bool | None = None


class BreachReferralReceived(Event):
    """The NPS has the referral: receipt, not sending, stops the clock (AMB-45)."""

    KIND = "breach_referral_received"
    RANK = 155
    OWN_TIME = "received_at"

    received_at: Instant
    by_whom: Provider = Provider.NPS


class BreachWithdrawn(Event):
    """The breach was taken back before the court decided (T08)."""

    KIND = "breach_withdrawn"
    RANK = 160

    rationale: FreeText
