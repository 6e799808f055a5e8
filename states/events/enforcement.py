"""Events of enforcement: failures, explanations, judgements, warnings, breach, the court."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from states.events.event import Event
from states.events.fields import Code, Codes, Day, Instant, Text, Texts
from states.events.sentence import Requirement, require_distinct
from states.vocabulary import CourtOutcome, Provider, WarningLevel, What


class FailureReported(Event):
    """An apparent failure to comply: anything that looks like one before it is judged."""

    KIND = "failure_reported"
    RANK = 100
    OWN_TIME = "failed_on"

    failure_id: Code
    failed_on: Day
    what: What
    appointment_id: Code | None = None
    requirement_id: Code | None = None
    condition: Code | None = None
    public_protection: bool
    details: Text | None = None


class ExplanationReceived(Event):
    """The person, or someone for them, explained one failure."""

    KIND = "explanation_received"
    RANK = 110
    OWN_TIME = "received_on"

    failure_id: Code
    received_on: Day
    from_whom: Code
    details: Text


class FailureJudged(Event):
    """An officer decided whether the explanation, or its absence, is acceptable (D3)."""

    KIND = "failure_judged"
    RANK = 120

    failure_id: Code
    acceptable: bool
    rationale: Text
    alternatives_considered: Texts


class PublicProtectionConcernRaised(Event):
    """A concern for the public came to light; it hurries the failures named (D6 row 6)."""

    KIND = "public_protection_concern_raised"
    RANK = 105

    failure_ids: Codes
    details: Text | None = None


class WarningIssued(Event):
    """A warning was issued for one or more unacceptable failures."""

    KIND = "warning_issued"
    RANK = 130

    warning_id: Code
    failure_ids: Codes
    level: WarningLevel
    comment: Text | None = None
    departure_rationale: Text | None = None


class WarningWithdrawn(Event):
    """A warning was taken back, because an explanation was accepted after it (T10)."""

    KIND = "warning_withdrawn"
    RANK = 135

    warning_id: Code
    rationale: Text


class BreachDecided(Event):
    """An officer decided to take the failures named to court."""

    KIND = "breach_decided"
    RANK = 140

    failure_ids: Codes
    rationale: Text
    alternatives_considered: Texts


class BreachReferred(Event):
    """The breach was sent: by a CRC to the NPS, by the NPS to the court."""

    KIND = "breach_referred"
    RANK = 150


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

    rationale: Text


class WarrantStep(StrEnum):
    """How far a warrant has come."""

    APPLIED = "applied"
    ISSUED = "issued"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


class WarrantRecorded(Event):
    """A warrant was applied for, issued, executed or withdrawn."""

    KIND = "warrant_recorded"
    RANK = 165
    OWN_TIME = "at"

    step: WarrantStep
    at: Instant


class HearingListed(Event):
    """A court gave a date."""

    KIND = "hearing_listed"
    RANK = 170
    OWN_TIME = "listed_on"

    listed_on: Day


class CourtDecided(Event):
    """A court decided (D17), with what it changes."""

    KIND = "court_decided"
    RANK = 180
    OWN_TIME = "decided_on"

    outcome: CourtOutcome
    decided_on: Day | None = None
    requirements: Annotated[tuple[Requirement, ...], Field(max_length=30)] | None = None
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "CourtDecided":
        require_distinct(self.requirements or ())
        return self
