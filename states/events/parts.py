"""What an imposition consists of: the offence, the victims, the person, the requirements."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.fields import Code, Count, Day, Part, Text
from states.vocabulary import RequirementKind


class Offence(Part):
    """The offence that the sentence is for; its date decides which law applies (AMB-27).

    `mixed` says that offences lie on both sides of a change of the law: people then decide which
    requirements are lawful, and no date is held against any of them.
    """

    committed_on: Day
    violent_or_sexual: bool
    mixed: bool = False


class Victims(Part):
    """Whether a duty to victims exists; nothing about them is held here but these flags.

    `identified` and `domestic_violence` matter where no statutory scheme applies (NS 2015 7).
    """

    statutory_contact: bool
    identified: bool = False
    domestic_violence: bool = False


class Person(Part):
    """Who is sentenced: sealed, kept in the case record and shown by no query."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    date_of_birth: Day


class Safeguard(StrEnum):
    """What is established before a drug condition is proposed (PF 2015, drug testing)."""

    DRUGS_A_FACTOR = "drugs_a_factor"
    """Misuse of class A or B drugs was a factor in the offending."""
    DEPENDENCE_OR_PROPENSITY = "dependence_or_propensity"
    TREATABLE = "treatable"
    ARRANGEMENTS_POSSIBLE = "arrangements_possible"


_IN_DAYS: Final = frozenset(
    {RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SPECIFIED_ACTIVITY}
)


class Requirement(Part):
    """One requirement or condition, with its own start and end where they were given.

    `court_timescale_on` is the last day for its start that a court (or a licence) set. `under_25`
    is the age on the day of the sentence (AMB-48). `stakeholders` are those to be told of an
    exclusion or prohibition besides the police.
    """

    requirement_id: Code
    kind: RequirementKind
    hours: Count | None = None
    days: Count | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    court_timescale_on: Day | None = None
    electronically_monitored: bool = False
    consent: bool | None = None
    under_25: bool | None = None
    safeguards: Annotated[tuple[Safeguard, ...], Field(max_length=4)] = ()
    stakeholders: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    area: Text | None = None
    details: Text | None = None

    @model_validator(mode="after")
    def _in_its_own_measure(self) -> "Requirement":
        if self.kind is RequirementKind.UNPAID_WORK and self.days is not None:
            message = "unpaid work is set in hours: days is left out"
            raise ValueError(message)
        if self.kind in _IN_DAYS and self.hours is not None:
            message = f"{self.kind.value} is set in days: hours is left out"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Requirement":
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            message = "a requirement cannot end before it starts: ends_on is before starts_on"
            raise ValueError(message)
        return self


Requirements = Annotated[tuple[Requirement, ...], Field(max_length=30)]
"""Up to thirty requirements or conditions."""


def require_distinct(requirements: tuple[Requirement, ...]) -> None:
    """Refuse two requirements under one id.

    Raises:
        ValueError: If a `requirement_id` stands twice.
    """
    if len({item.requirement_id for item in requirements}) != len(requirements):
        message = "each requirement has its own requirement_id; one stands twice"
        raise ValueError(message)
