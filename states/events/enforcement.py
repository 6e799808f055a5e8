"""Events of enforcement: failures, explanations, judgements, warnings, breach."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from states.events.envelope import Code, Codes, Day, Event, FreeText, FreeTexts, Instant
from states.vocabulary import FailureKind, Provider, WarningLevel


class FailureReported(
    Event,
    kind="failure_reported",
    rank=100,
    own_time="failed_on",
    in_order=("failed_on", "ended_on"),
    may_lie_ahead=("ended_on",),
):
    """An apparent failure to comply was reported, before anyone has judged it.

    A failure that crosses midnight counts on `failed_on`, the day it began (D2.6). A person who
    kept a drug appointment and refused treatment (`treatment_refused`) has not failed (D1.12).
    """

    failure_id: Code
    """The failure, under the sender's own id."""
    failed_on: Day
    """The day of the failure; the day it began, where it crosses midnight."""
    ended_on: Day | None = None
    """The day on which the failure ended, where it crossed midnight."""
    what: FailureKind
    """The kind of failure."""
    appointment_id: Code | None = None
    """The appointment, under the sender's own id."""
    requirement_id: Code | None = None
    """The requirement or condition, under the sender's own id."""
    condition: Code | None = None
    """The licence condition concerned, under the sender's own id."""
    public_protection: bool
    """True if the failure raises a concern for the public."""
    treatment_refused: bool = False
    """True if the person kept a drug appointment and refused treatment."""
    details: FreeText | None = None
    """Further details."""


class ExplanationReceived(Event, kind="explanation_received", rank=110, own_time="received_on"):
    """The person, or another on their behalf, explained one failure."""

    failure_id: Code
    """The failure, under the sender's own id."""
    received_on: Day
    """The day on which it was received."""
    from_whom: Code
    """The author of the explanation, as a code such as `person`."""
    details: FreeText
    """Further details."""


class ExcuseFactor(StrEnum):
    """Factor that an officer weighed (D3); `equality` is the due regard of ev-equality."""

    NATURE = "nature"
    CIRCUMSTANCES = "circumstances"
    PATTERN = "pattern"
    PERSON = "person"
    MENTAL_CONDITION = "mental_condition"
    TREATMENT_WAIT = "treatment_wait"
    OUTSIDE_CONTROL = "outside_control"
    EQUALITY = "equality"


class FailureJudged(Event, kind="failure_judged", rank=120):
    """An officer decided whether the explanation, or its absence, is acceptable (D3).

    As in every decision about a person, the reasons and the alternatives considered are compulsory
    (ev-record-considerations), so that the response is seen to fit the risk (inv-proportionate); a
    departure from the advice states its reasons (ev-record-timing).
    """

    failure_id: Code
    """The failure, under the sender's own id."""
    acceptable: bool
    """True if the explanation, or its absence, is acceptable."""
    factors: Annotated[tuple[ExcuseFactor, ...], Field(max_length=8)] = ()
    """The factors that the officer weighed."""
    rationale: FreeText
    """The reasons for the decision."""
    alternatives_considered: FreeTexts
    """The alternatives that were considered, one entry each; the list may be empty."""


class PublicProtectionConcernRaised(Event, kind="public_protection_concern_raised", rank=105):
    """A concern for the public arose; it speeds up the failures named (D6.6)."""

    failure_ids: Codes
    """The failures concerned, under the senders' own ids."""
    details: FreeText | None = None
    """Further details of the concern."""


class WarningIssued(Event, kind="warning_issued", rank=130):
    """A warning was issued for one or more unacceptable failures."""

    warning_id: Code
    """The warning, under the sender's own id."""
    failure_ids: Codes
    """The failures concerned, under the senders' own ids."""
    level: WarningLevel
    """The level."""
    understood: bool | None = None
    """True if the person understood the warning."""
    comment: FreeText | None = None
    """A comment by the person or the officer."""
    departure_rationale: FreeText | None = None
    """The reasons for departing from the step that the table proposes."""


class WarningWithdrawn(Event, kind="warning_withdrawn", rank=135):
    """A warning was withdrawn, because an explanation was accepted after it (T10)."""

    warning_id: Code
    """The warning, under the sender's own id."""
    rationale: FreeText
    """The reasons for the decision."""


class BreachReason(StrEnum):
    """Reason for which a sentence is taken back to court."""

    FAILURE = "failure"
    FURTHER_OFFENCE = "further_offence"
    OTHER = "other"


class BreachDecided(Event, kind="breach_decided", rank=140):
    """An officer decided to take the failures named to court.

    `departure_rationale` gives the reasons for doing so before the count proposes it (D7.14).
    Without a `reason` the failures are the reason; for a further offence, or another reason, the
    list of failures may be empty (D17.13).
    """

    failure_ids: Annotated[tuple[Code, ...], Field(max_length=50)]
    """The failures taken to court; empty only for another reason."""
    reason: BreachReason | None = None
    """The reason for going to court; left out, the failures."""
    rationale: FreeText
    """The reasons for the decision."""
    alternatives_considered: FreeTexts
    """The alternatives that were considered, one entry each; the list may be empty."""
    departure_rationale: FreeText | None = None
    """The reasons for departing from the step that the table proposes."""

    @model_validator(mode="after")
    def _names_what_failed(self) -> "BreachDecided":
        if not self.failure_ids and self.reason in (None, BreachReason.FAILURE):
            message = "failure_ids is empty only where reason is further_offence or other"
            raise ValueError(message)
        return self


class BreachReferred(Event, kind="breach_referred", rank=150):
    """The breach was sent: by a CRC to the NPS, by the NPS to the court.

    A CRC adds its response to supervision report, by reference, and its view on whether the order
    should continue (D14).
    """

    response_report: Code | None = None
    """The response to supervision report, by reference."""
    order_should_continue: bool | None = None
    """True if the provider considers that the order should continue."""


class BreachReferralReceived(
    Event, kind="breach_referral_received", rank=155, own_time="received_at"
):
    """The NPS has the referral: receipt, not sending, stops the clock (AMB-45)."""

    received_at: Instant
    """When it was received, which may be after it was sent."""
    by_whom: Provider = Provider.NPS
    """The provider that received the referral."""


class BreachWithdrawn(Event, kind="breach_withdrawn", rank=160):
    """The breach was withdrawn before the court decided (T08)."""

    rationale: FreeText
    """The reasons for the decision."""
