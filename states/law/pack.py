"""Law pack: parameters of law with their values by date, and the value that holds for given facts.

A pack is data: it has no expressions. A parameter says by which day its value is chosen, such as
the day of conviction or of the return to custody. A value may differ by cases, whose conditions
come from a closed set of facts. Each value states its source and the strength of its evidence. What
is learned later, such as a day that is confirmed, is a new pack; a released one never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from states.errors import StatesError
from states.standards.provisions import Name, ParameterName, StrictModel, Text, require


class Basis(StrEnum):
    """Day that decides which value of a parameter holds."""

    SENTENCE = "sentence"
    OFFENCE = "offence"
    CONVICTION = "conviction"
    FAILURE = "failure"
    RECALL = "recall"
    RELEASE = "release"
    RETURN_DATE = "return_date"
    DAY = "day"
    """The day on which somebody acts or asks."""


class LawUnit(StrEnum):
    """Unit of the values of a parameter."""

    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    DATE = "date"
    """A day of the calendar, as text: 2026-04-14."""
    RULE = "rule"
    """One word or several, or true or false."""


class Counting(StrEnum):
    """Way in which a period is counted."""

    BEGINNING_WITH = "beginning_with"
    """The first day counts as day 1."""
    AFTER = "after"


class Evidence(StrEnum):
    """Strength of the evidence for a value; what is only remembered is no evidence."""

    TEXT = "text"
    """Found in the text of the law or on an official page. It may guard an act."""
    PEER = "peer"
    """Found in the code of a ministry service. It advises, prompts and explains."""
    SECONDARY = "secondary"
    """Found on a page about the law. It advises, prompts and explains."""


class Reach(StrEnum):
    """Cases that a change reaches beyond those of its basis."""

    RUNNING = "running"
    """Orders that run on the day as well, whenever they were made."""


class Saving(StrEnum):
    """Cases that a change leaves under the earlier value."""

    FAILURES_BEGUN = "failures_begun"
    """Enforcement of a failure that began before the day."""


class Charge(StrEnum):
    """Charge on account of which a person was recalled, if there was one."""

    NO = "no"
    ONLY_CHARGED = "only_charged"
    CHARGED_AND_CONVICTED = "charged_and_convicted"


@dataclass(frozen=True, slots=True)
class LawFacts:
    """Facts of a case that a condition may ask about; None where a fact is not known."""

    serving: "Term | None" = None
    """Length of the sentence, with consecutive terms added up."""
    relevant_young_offender: bool | None = None
    adult: bool | None = None
    extended: bool | None = None
    recalled_on_charge: Charge | None = None
    serious_charge: bool | None = None
    """True if that charge is of murder or a Schedule 18 offence."""
    mappa_2_or_3: bool | None = None
    excluded_offence: bool | None = None
    """True for a terrorist or national security offence, or another that the Act names."""
    suspended: bool | None = None
    """True for a suspended sentence order, false for a community order."""


@dataclass(frozen=True, slots=True)
class Term:
    """Length of a sentence as it was passed: twelve months are not 365 days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def is_under(self, months: int) -> bool:
        """Return whether the term is shorter than `months`.

        A term in days is as long as twelve months from the 366th day on.
        """
        left = months - 12 * self.years - self.months
        return left > 0 and 12 * self.days <= DAYS_OF_YEAR * left

    @property
    def in_days(self) -> int:
        """Length in days, with months and years at their average length."""
        return round(365.25 * self.years + 365.25 / 12 * self.months) + self.days


DAYS_OF_YEAR: Final = 365


class Condition(StrictModel):
    """Facts on which a case rests; all that are given must hold."""

    serving_under_months: int | None = Field(default=None, ge=1)
    serving_up_to_days: int | None = Field(default=None, ge=1)
    relevant_young_offender: bool | None = None
    adult: bool | None = None
    extended: bool | None = None
    recalled_on_charge: tuple[Charge, ...] | None = Field(default=None, min_length=1)
    serious_charge: bool | None = None
    mappa_2_or_3: bool | None = None
    excluded_offence: bool | None = None
    suspended: bool | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        require(self.model_fields_set, "a condition names at least one fact")
        return self

    def unmet(self, facts: LawFacts) -> tuple[bool, tuple[str, ...]]:
        """Return whether a known fact speaks against the case, and the facts that are not known."""
        unknown: list[str] = []
        for name in sorted(self.model_fields_set):
            holds = _holds(name, getattr(self, name), facts)
            if holds is False:
                return True, ()
            if holds is None:
                unknown.append(_FACT_OF.get(name, name))
        return False, tuple(dict.fromkeys(unknown))


_FACT_OF: Final = {"serving_under_months": "serving", "serving_up_to_days": "serving"}


def _holds(name: str, wanted: Any, facts: LawFacts) -> bool | None:
    known = getattr(facts, _FACT_OF.get(name, name))
    if known is None:
        return None
    match name:
        case "serving_under_months":
            return bool(known.is_under(wanted))
        case "serving_up_to_days":
            return bool(known.in_days <= wanted)
        case "recalled_on_charge":
            return known in wanted
        case _:
            return bool(known == wanted)


LawValue = int | bool | str | tuple[str, ...] | None
"""Value of a parameter; None where the law sets no limit."""


class LawCase(StrictModel):
    """Value for the cases of a condition; without one, for all that are left."""

    when: Condition | None = None
    then: LawValue


class LaterOf(StrictModel):
    """Transition in steps: who is in custody on the day is released by the later of two days."""

    later_of: ParameterName
    """Parameter with the other day."""


class DatedValue(StrictModel):
    """Values of a parameter from one day on."""

    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    """First day on which it holds."""
    cases: tuple[LawCase, ...] = Field(min_length=1)
    """The first case whose condition holds gives the value; the last has no condition."""
    reaches: Reach | None = None
    saves: Saving | None = None
    in_custody_on_the_day: LaterOf | None = None
    evidence: Evidence
    day_evidence: Evidence | None = None
    """Evidence of the day, where it is weaker than that of the value."""
    source: Text

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        open_ended = [case for case in self.cases if case.when is None]
        require(open_ended == [self.cases[-1]], "the last case alone has no condition")
        return self

    @property
    def weakest(self) -> Evidence:
        """Weaker evidence of the two: of the value and of its day."""
        return max(self.evidence, self.day_evidence or self.evidence, key=list(Evidence).index)


class Parameter(StrictModel):
    """Parameter of law: its basis, and its values by date, oldest first."""

    parameter: ParameterName
    title: Text
    unit: LawUnit
    counts: Counting | None = None
    by: Basis
    values: tuple[DatedValue, ...] = Field(min_length=1)
    doubts: tuple[Text, ...] = ()
    """Points that no source settles, to be read first."""

    @model_validator(mode="after")
    def _days_rise(self) -> Self:
        days = [value.since for value in self.values]
        require(days == sorted(set(days)), f"{self.parameter}: the days of the values rise")
        return self

    @model_validator(mode="after")
    def _values_fit_the_unit(self) -> Self:
        measured = self.unit in {
            LawUnit.CALENDAR_DAYS,
            LawUnit.MONTHS,
            LawUnit.YEARS,
            LawUnit.HOURS,
        }
        for value in self.values:
            for case in value.cases:
                fits = not measured or case.then is None or type(case.then) is int
                require(fits, f"{self.parameter}: {self.unit.value} are whole numbers")
        return self

    def on(self, day: date) -> DatedValue | None:
        """Return the value that holds on `day`; None before the first."""
        held = [value for value in self.values if value.since <= day]
        return held[-1] if held else None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Value of a parameter for one case, with everything that led to it."""

    parameter: str
    pack: str
    value: LawValue
    unit: LawUnit
    by: Basis
    on: date
    """The day by which the value was chosen."""
    dated: DatedValue
    assumed: tuple[str, ...] = ()
    """Facts that are not known: the cases that rest on them were left out."""

    def in_words(self) -> str:
        """Return the value and its reason in one sentence."""
        amount = "no limit" if self.value is None else f"{self.value} {_UNITS[self.unit]}".strip()
        return f"{amount} ({self.reason()})"

    def reason(self) -> str:
        """Return source, basis, pack, evidence, and the facts that are not known."""
        text = (
            f"law: {self.dated.source}, by {_BASES[self.by]} on {_written(self.on)}; "
            f"{self.parameter} of {self.pack}, {_EVIDENCE[self.dated.weakest]}"
        )
        if self.assumed:
            text += f"; not known: {', '.join(name.replace('_', ' ') for name in self.assumed)}"
        return text


_UNITS: Final[Mapping[LawUnit, str]] = {
    LawUnit.CALENDAR_DAYS: "days",
    LawUnit.MONTHS: "months",
    LawUnit.YEARS: "years",
    LawUnit.HOURS: "hours",
    LawUnit.DATE: "",
    LawUnit.RULE: "",
}

_BASES: Final[Mapping[Basis, str]] = {
    Basis.SENTENCE: "sentence",
    Basis.OFFENCE: "offence",
    Basis.CONVICTION: "conviction",
    Basis.FAILURE: "failure",
    Basis.RECALL: "recall",
    Basis.RELEASE: "release",
    Basis.RETURN_DATE: "return",
    Basis.DAY: "the day itself,",
}

_EVIDENCE: Final[Mapping[Evidence, str]] = {
    Evidence.TEXT: "from the text of the law",
    Evidence.PEER: "from the code of a ministry service, advice only",
    Evidence.SECONDARY: "from a page about the law, advice only",
}


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


class UnknownParameterError(StatesError):
    """Raised when a pack has no parameter of a name."""

    def __init__(self, pack: str, parameter: str) -> None:
        super().__init__(f"law pack {pack} has no parameter {parameter}")


class PackPreamble(StrictModel):
    """Head of a law pack."""

    name: Name
    title: Text
    jurisdiction: Text
    as_of: date
    """Day of the newest source that was read."""
    note: Text


@dataclass(frozen=True)
class LawPack:
    """Law pack: all parameters of one reading of the law; once released it never changes."""

    preamble: PackPreamble
    parameters: Mapping[str, Parameter]
    digest: str
    """SHA-256 over the files of the pack, in hexadecimal."""

    def __post_init__(self) -> None:
        """Refuse a transition to a parameter that the pack does not have."""
        for parameter in self.parameters.values():
            for value in parameter.values:
                step = value.in_custody_on_the_day
                require(
                    step is None or step.later_of in self.parameters,
                    f"{parameter.parameter}: later_of names no parameter of the pack",
                )

    @property
    def name(self) -> str:
        """Name of the pack, by which histories pin it."""
        return self.preamble.name

    @cached_property
    def commencements(self) -> tuple[date, ...]:
        """Every day on which a value begins, in order."""
        return tuple(sorted({v.since for p in self.parameters.values() for v in p.values}))

    def resolve(self, parameter: str, on: date, facts: LawFacts | None = None) -> Resolution | None:
        """Return the value of `parameter` that holds on `on` for `facts`; None before the first.

        The first case whose facts all hold gives the value. A case that rests on an unknown fact is
        left out, and the answer says so.

        Raises:
            UnknownParameterError: If the pack has no such parameter.
        """
        found = self.parameters.get(parameter)
        if found is None:
            raise UnknownParameterError(self.name, parameter)
        dated = found.on(on)
        if dated is None:
            return None
        assumed: list[str] = []
        for case in dated.cases:
            against, unknown = (
                (False, ()) if case.when is None else case.when.unmet(facts or LawFacts())
            )
            if not against and not unknown:
                return Resolution(
                    parameter=parameter,
                    pack=self.name,
                    value=case.then,
                    unit=found.unit,
                    by=found.by,
                    on=on,
                    dated=dated,
                    assumed=tuple(dict.fromkeys(assumed)),
                )
            assumed += unknown
        return None
