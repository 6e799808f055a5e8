"""Events of the sentence itself: imposed, allocated, given an officer, moved, ended."""

from typing import Annotated

from pydantic import Field, model_validator

from states.events.event import Event
from states.events.fields import Code, Count, Day, Part, Sealed, Text
from states.vocabulary import EndReason, Provider, RequirementKind, SentenceType


class Offence(Part):
    """The offence that the sentence is for; its date decides which law applies (AMB-27)."""

    committed_on: Day
    violent_or_sexual: bool


class Victims(Part):
    """Whether a statutory duty to victims exists; nothing about them is held here."""

    statutory_contact: bool


class Person(Part):
    """Who is sentenced: sealed, kept in the case record and shown by no query."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    date_of_birth: Day


class Requirement(Part):
    """One requirement of the order, with its own start and end where the court gave them."""

    requirement_id: Code
    kind: RequirementKind
    hours: Count | None = None
    days: Count | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    electronically_monitored: bool = False
    details: Text | None = None


Requirements = Annotated[tuple[Requirement, ...], Field(min_length=1, max_length=30)]


class SentenceImposed(Event):
    """A court passed the sentence. Dates that law sets are given here and never computed."""

    KIND = "sentence_imposed"
    RANK = 10
    OWN_TIME = "sentenced_on"

    type: SentenceType
    sentenced_on: Day
    ends_on: Day | None = None
    operational_period_ends_on: Day | None = None
    length_days: Count | None = None
    extended: bool | None = None
    expected_release_on: Day | None = None
    automatic_release_on: Day | None = None
    licence_ends_on: Day | None = None
    pss_ends_on: Day | None = None
    offence: Offence
    requirements: tuple[Requirement, ...] = Field(default=(), max_length=30)
    victims: Victims
    court: Code | None = None
    live_from: Day | None = None
    person: Annotated[Person | None, Sealed()] = None

    @model_validator(mode="after")
    def _dates_of_its_type(self) -> "SentenceImposed":
        if self.type is SentenceType.COMMUNITY_ORDER:
            if self.ends_on is None:
                message = "a community order states ends_on"
                raise ValueError(message)
            if self.ends_on < self.sentenced_on:
                message = "an order cannot end before it is made: ends_on is before sentenced_on"
                raise ValueError(message)
            if not self.requirements:
                message = "a community order has at least one requirement"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "SentenceImposed":
        require_distinct(self.requirements)
        return self


def require_distinct(requirements: tuple[Requirement, ...]) -> None:
    """Refuse two requirements under one id.

    Raises:
        ValueError: If a `requirement_id` stands twice.
    """
    if len({item.requirement_id for item in requirements}) != len(requirements):
        message = "each requirement has its own requirement_id; one stands twice"
        raise ValueError(message)


class CaseAllocated(Event):
    """The case was allocated to a provider, after a screening for risk of serious harm."""

    KIND = "case_allocated"
    RANK = 20

    provider: Provider
    provider_code: Code
    risk_screening_completed: bool


class OfficerAssigned(Event):
    """A responsible officer was assigned."""

    KIND = "officer_assigned"
    RANK = 30

    officer_id: Code
    authorised: bool


class EndDateChanged(Event):
    """The date on which the order ends was moved."""

    KIND = "end_date_changed"
    RANK = 210

    ends_on: Day
    reason: Text | None = None


class SentenceEnded(Event):
    """The sentence ended by another way than its date or a court's decision on it."""

    KIND = "sentence_ended"
    RANK = 230
    OWN_TIME = "ended_on"

    ended_on: Day
    reason: EndReason


class RequirementStarted(Event):
    """A requirement commenced."""

    KIND = "requirement_started"
    RANK = 90
    OWN_TIME = "started_on"

    requirement_id: Code
    started_on: Day


class RequirementCompleted(Event):
    """A requirement was completed."""

    KIND = "requirement_completed"
    RANK = 190
    OWN_TIME = "completed_on"

    requirement_id: Code
    completed_on: Day


class ProviderTransferred(Event):
    """The case moved to another provider; the new officer is named in the same breath."""

    KIND = "provider_transferred"
    RANK = 40

    provider: Provider
    provider_code: Code
    officer_id: Code
    authorised: bool
    temporary: bool = False
    reason: Text | None = None
