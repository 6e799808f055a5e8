"""What an imposition consists of: the offence, the victims, the person, the requirements."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, model_validator

from states.events.envelope import (
    Code,
    Count,
    Day,
    Event,
    FreeText,
    PersonalData,
    WireModel,
    require_order,
)
from states.vocabulary import RequirementKind, SentenceType


class Offence(WireModel):
    """The offence that the sentence is for; its date decides which law applies (AMB-27).

    `mixed` says that offences lie on both sides of a change of the law: people then decide which
    requirements are lawful, and no date is held against any of them.
    """

    committed_on: Day
    violent_or_sexual: bool
    mixed: bool = False


class Victims(WireModel):
    """Whether a duty to victims exists; nothing about them is held here but these flags.

    `identified` and `domestic_violence` matter where no statutory scheme applies (NS 2015 7).
    """

    statutory_contact: bool
    identified: bool = False
    domestic_violence: bool = False


class Person(WireModel):
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


class Requirement(WireModel):
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
    area: FreeText | None = None
    details: FreeText | None = None

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


_OF_CUSTODY: Final = (
    "length_days",
    "extended",
    "expected_release_on",
    "automatic_release_on",
    "licence_ends_on",
    "pss_ends_on",
)


class SentenceImposed(Event):
    """A court passed the sentence. Dates that law sets are given here and never computed.

    Which date ends it depends on the type: `ends_on` for a community order, the operational
    period for a suspended sentence order (`ends_on`, where given, is the last day of its
    requirements), and the last of the dates given for custody. `final_day` says it.
    """

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
    requirements: Requirements = ()
    victims: Victims
    court: Code | None = None
    live_from: Day | None = None
    person: Annotated[Person | None, PersonalData()] = None

    @property
    def final_day(self) -> date | None:
        """The last day of the whole sentence, its end as imposed."""
        match self.type:
            case SentenceType.COMMUNITY_ORDER:
                return self.ends_on
            case SentenceType.SUSPENDED_SENTENCE_ORDER:
                return self.operational_period_ends_on
            case SentenceType.CUSTODY:
                given = (self.expected_release_on, self.automatic_release_on)
                released = max((day for day in given if day is not None), default=None)
                return self.pss_ends_on or self.licence_ends_on or released

    @model_validator(mode="after")
    def _of_its_type(self) -> "SentenceImposed":
        match self.type:
            case SentenceType.COMMUNITY_ORDER:
                self._is_an_order("a community order", "ends_on")
            case SentenceType.SUSPENDED_SENTENCE_ORDER:
                self._is_an_order("a suspended sentence order", "operational_period_ends_on")
            case SentenceType.CUSTODY:
                self._is_custody()
        return self

    def _is_an_order(self, name: str, end: str) -> None:
        if self.final_day is None:
            message = f"{name} states {end}"
            raise ValueError(message)
        if self.final_day < self.sentenced_on:
            message = f"an order cannot end before it is made: {end} is before sentenced_on"
            raise ValueError(message)
        if not self.requirements:
            message = f"{name} has at least one requirement"
            raise ValueError(message)
        foreign = [field for field in _OF_CUSTODY if getattr(self, field) is not None]
        if foreign:
            message = f"{', '.join(foreign)}: only a custodial sentence has this"
            raise ValueError(message)
        if self.type is SentenceType.COMMUNITY_ORDER and self.operational_period_ends_on:
            message = "only a suspended sentence order has operational_period_ends_on"
            raise ValueError(message)
        require_order(
            ("sentenced_on", self.sentenced_on), ("ends_on", self.ends_on), (end, self.final_day)
        )

    def _is_custody(self) -> None:
        # Only the Parole Board releases from some extended sentences: no date is automatic then.
        wanted = _OF_CUSTODY[:3] if self.extended else _OF_CUSTODY[:4]
        missing = [field for field in wanted if getattr(self, field) is None]
        if missing:
            message = f"a custodial sentence states {', '.join(missing)}"
            raise ValueError(message)
        if self.operational_period_ends_on:
            message = "only a suspended sentence order has operational_period_ends_on"
            raise ValueError(message)
        for release in ("expected_release_on", "automatic_release_on"):
            require_order(
                ("sentenced_on", self.sentenced_on),
                (release, getattr(self, release)),
                ("licence_ends_on", self.licence_ends_on),
                ("pss_ends_on", self.pss_ends_on),
            )
        if self.ends_on not in (None, self.final_day):
            message = "ends_on of a custodial sentence is left out, or is the last of its dates"
            raise ValueError(message)

    @model_validator(mode="after")
    def _offence_comes_first(self) -> "SentenceImposed":
        require_order(
            ("offence.committed_on", self.offence.committed_on),
            ("sentenced_on", self.sentenced_on),
        )
        return self

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "SentenceImposed":
        require_distinct(self.requirements)
        return self
