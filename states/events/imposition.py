"""Imposition of a sentence by a court: offence, victims, person, requirements and dates."""

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
    PastDay,
    PersonalData,
    WireModel,
    require_order,
)
from states.vocabulary import RequirementKind, SentenceType


class Offence(WireModel):
    """Offence that the sentence is for; its date decides which law applies (AMB-27).

    Where it is `mixed`, people decide which requirements are lawful, and no requirement is refused
    for the date of the offence.
    """

    committed_on: PastDay
    """The day of the offence."""
    violent_or_sexual: bool
    """True if the offence is violent or sexual."""
    mixed: bool = False
    """True if there are offences on both sides of a change of the law."""


class Victims(WireModel):
    """Flags of a duty to victims; nothing else about victims is held here.

    `identified` and `domestic_violence` matter where no statutory scheme applies (NS 2015 7).
    """

    statutory_contact: bool
    """True if law gives a victim the right to contact."""
    identified: bool = False
    """True if a victim is known."""
    domestic_violence: bool = False
    """True if domestic violence is involved."""


class Person(WireModel):
    """Person sentenced: kept in the case record alone and shown by no query."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    """Full name."""
    date_of_birth: PastDay
    """Date of birth."""


class Safeguard(StrEnum):
    """Finding that must precede a drug condition (PF 2015, drug testing)."""

    DRUGS_A_FACTOR = "drugs_a_factor"
    """Misuse of class A or B drugs was a factor in the offending."""
    DEPENDENCE_OR_PROPENSITY = "dependence_or_propensity"
    TREATABLE = "treatable"
    ARRANGEMENTS_POSSIBLE = "arrangements_possible"


_IN_DAYS: Final = frozenset(
    {RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SPECIFIED_ACTIVITY}
)


class Requirement(WireModel):
    """Requirement or condition, with its own start and end where they were given.

    `under_25` is the age on the day of the sentence (AMB-48).
    """

    requirement_id: Code
    """The requirement or condition, under the sender's own id."""
    kind: RequirementKind
    """The kind of requirement."""
    hours: Count | None = None
    """Hours ordered."""
    days: Count | None = None
    """Days ordered."""
    starts_on: Day | None = None
    """The first day."""
    ends_on: Day | None = None
    """The last day."""
    court_timescale_on: Day | None = None
    """The last day for the start, as set by a court or a licence."""
    electronically_monitored: bool = False
    """True if it is monitored electronically."""
    consent: bool | None = None
    """True if the person consents to treatment."""
    under_25: bool | None = None
    """True if the person was under 25 on the day of the sentence."""
    safeguards: Annotated[tuple[Safeguard, ...], Field(max_length=4)] = ()
    """The safeguards that were established before a drug condition was proposed."""
    stakeholders: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    """Those to be informed of an exclusion or prohibition besides the police, as codes."""
    area: FreeText | None = None
    """The area that the requirement names."""
    details: FreeText | None = None
    """Further details."""

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
        ValueError: If a `requirement_id` is used twice.
    """
    if len({item.requirement_id for item in requirements}) != len(requirements):
        message = "each requirement has its own requirement_id; one stands twice"
        raise ValueError(message)


class SentenceGroup(StrEnum):
    """Group of sentences to which the law on recall treats one as belonging."""

    ADULT = "adult"
    YOUTH = "youth"
    """A relevant young offender; who serves both kinds counts as adult."""
    EXTENDED = "extended"
    INDETERMINATE = "indeterminate"


class SentenceTerm(WireModel):
    """Length of a sentence as it was passed, with consecutive terms added up."""

    years: Count = 0
    """Whole years."""
    months: Count = 0
    """Further months."""
    days: Count = 0
    """Further days."""

    @model_validator(mode="after")
    def _has_a_length(self) -> "SentenceTerm":
        if not (self.years or self.months or self.days):
            message = "a term has years, months or days"
            raise ValueError(message)
        return self


_OF_CUSTODY: Final = (
    "length_days",
    "extended",
    "expected_release_on",
    "automatic_release_on",
    "licence_ends_on",
    "pss_ends_on",
)


class SentenceImposed(
    Event,
    kind="sentence_imposed",
    rank=10,
    own_time="sentenced_on",
    may_lie_ahead=(
        "ends_on",
        "operational_period_ends_on",
        "expected_release_on",
        "automatic_release_on",
        "licence_ends_on",
        "pss_ends_on",
        "live_from",
    ),
):
    """A court passed the sentence. Dates that law sets are given here and never computed.

    The type determines the date that ends it: `ends_on` for a community order, the operational
    period for a suspended sentence order (`ends_on`, where given, is the last day of its
    requirements), and for custody the end of supervision, else of the licence, else `ends_on`.
    Where none is given, the end is unknown, and the sentence goes on. `final_day` returns it.

    An `indeterminate` sentence, such as life, has no length and no end: the Parole Board releases,
    on a licence without an end.
    """

    type: SentenceType
    """The type of sentence, which determines the other dates that it has."""
    sentenced_on: Day
    """The day on which the court passed the sentence."""
    ends_on: Day | None = None
    """The last day of an order."""
    operational_period_ends_on: Day | None = None
    """The last day for which a sentence is suspended."""
    length_days: Count | None = None
    """Length of the sentence."""
    term: SentenceTerm | None = None
    """The same length as it was passed, where it is known: twelve months are not 365 days."""
    sentence_group: SentenceGroup | None = None
    """Group of sentences to which the law on recall treats it as belonging."""
    convicted_on: PastDay | None = None
    """The day of the conviction; left out, that of the sentence is taken."""
    extended: bool | None = None
    """True if it is an extended sentence."""
    indeterminate: bool = False
    """True if the sentence has no end, such as imprisonment for life or for public protection."""
    expected_release_on: Day | None = None
    """The day on which the prison expects to release."""
    automatic_release_on: Day | None = None
    """The date on which law releases."""
    licence_ends_on: Day | None = None
    """The last day of the licence; null where there is none."""
    pss_ends_on: Day | None = None
    """The last day of post-sentence supervision; null where there is none."""
    offence: Offence
    """The offence that the sentence is for."""
    requirements: Requirements = ()
    """The requirements of the order."""
    victims: Victims
    """True if a duty to victims exists."""
    court: Code | None = None
    """The court, as a code."""
    live_from: Day | None = None
    """The first day of live operation after an import: what was due before it is listed, not
    notified.
    """
    person: Annotated[Person | None, PersonalData()] = None
    """The person sentenced."""

    @property
    def final_day(self) -> date | None:
        """Last day of the whole sentence, as imposed."""
        match self.type:
            case SentenceType.COMMUNITY_ORDER:
                return self.ends_on
            case SentenceType.SUSPENDED_SENTENCE_ORDER:
                return self.operational_period_ends_on
            case SentenceType.CUSTODY:
                return self.pss_ends_on or self.licence_ends_on or self.ends_on

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
        if self.indeterminate:
            message = "only a custodial sentence is indeterminate"
            raise ValueError(message)
        if self.type is SentenceType.COMMUNITY_ORDER and self.operational_period_ends_on:
            message = "only a suspended sentence order has operational_period_ends_on"
            raise ValueError(message)
        require_order(
            ("sentenced_on", self.sentenced_on), ("ends_on", self.ends_on), (end, self.final_day)
        )

    def _is_custody(self) -> None:
        # Only the Parole Board releases from some extended sentences: no date is automatic then.
        wanted: tuple[str, ...] = _OF_CUSTODY[:3] if self.extended else _OF_CUSTODY[:4]
        if self.indeterminate:
            wanted = ()
            dated = [
                field
                for field in ("length_days", "ends_on", *_OF_CUSTODY[3:])
                if getattr(self, field) is not None
            ]
            if dated:
                message = f"{', '.join(dated)}: an indeterminate sentence does not have this"
                raise ValueError(message)
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
        require_order(("sentenced_on", self.sentenced_on), ("ends_on", self.ends_on))

    @model_validator(mode="after")
    def _offence_comes_first(self) -> "SentenceImposed":
        require_order(
            ("offence.committed_on", self.offence.committed_on),
            ("convicted_on", self.convicted_on),
            ("sentenced_on", self.sentenced_on),
        )
        return self

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "SentenceImposed":
        require_distinct(self.requirements)
        return self
