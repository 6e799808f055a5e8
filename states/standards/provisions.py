"""Provisions of an edition: timescales and duties, as a file of the standards states them.

The models are strict: an unknown key, a wrong type or a missing citation is refused. A provision
names its trigger, the sentences to which it applies and its discharge. The engine reads nothing
else, so a new provision needs no code where its terms are known.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from states.errors import StatesError
from states.standards.terms import (
    AppliesBy,
    AppliesTo,
    BindingForce,
    Direction,
    Exemption,
    Flag,
    RecipientRole,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)
from states.vocabulary import Provider, RequirementKind

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Kind of a contact, as `contact_recorded` names it, or an agency."""
ParameterName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}$")
]
"""Name of a parameter of law: "recall.fixed_term.days"."""
Ambiguity = Annotated[str, StringConstraints(pattern=r"^AMB-\d\d$")]


class ContradictionError(StatesError, ValueError):
    """Raised when facts contradict each other; the message is the rule that they break."""


def require(holds: object, rule: str) -> None:
    """Refuse facts that break `rule`.

    Raises:
        ContradictionError: If `holds` is false.
    """
    if not holds:
        raise ContradictionError(rule)


class StrictModel(BaseModel):
    """Base of frozen models that refuse unknown keys and coerced types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Citation(StrictModel):
    """Place of a rule in a document."""

    document: Name
    """Key of a document that the edition lists."""
    reference: Text
    """Paragraph or heading, as a reader of the document finds it: "5(a)"."""
    lines: tuple[Text, ...] = ()
    """Places in our copy of the text, for a later check of the rule; never shown."""


class Provision(StrictModel):
    """Rule of an edition, timed or not."""

    id: Name
    title: Text
    standard: Text
    """Standard and paragraph to which it belongs: "5(a)"."""
    applies_to: tuple[AppliesTo, ...] = Field(min_length=1)
    trigger: Trigger
    also_triggered_by: tuple[Trigger, ...] = ()
    """Other triggers with the same effect."""
    opening_kinds: tuple[Kind, ...] = ()
    """With the trigger `contact_of_kind`: the kinds of contact that start it."""
    discharged_by: tuple[Settlement, ...] = ()
    contact_kinds: tuple[Kind, ...] = ()
    """With the settlement `contact_recorded`: the kinds of contact that discharge it."""
    ends_with: tuple[Settlement, ...] = ()
    """Events that make it fall away, so that there is nothing left to do."""
    done_before: bool = False
    """True if an act before the trigger counts as well."""
    exempt: tuple[Exemption, ...] = ()
    requirements: tuple[RequirementKind, ...] = ()
    """One for each requirement of these kinds; where none is named, one for the sentence."""
    providers: tuple[Provider, ...] = ()
    """Only while such a provider has the case; empty for any."""
    agencies: tuple[Kind, ...] = ()
    """Only while one of these multi-agency arrangements holds the case; empty for any."""
    hardness: BindingForce
    rule: Text
    """The rule in plain words, as shown beside it."""
    ambiguity: Ambiguity | None = None
    carries: tuple[Name, ...] = ()
    """Other entries of our catalogue of rules that state the same rule."""
    source: tuple[Citation, ...] = Field(min_length=1)
    """The governing text first."""
    last_checked: date
    """When a person last compared the rule with its sources."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """All triggers that start it."""
        return (self.trigger, *self.also_triggered_by)

    @model_validator(mode="after")
    def _names_its_contacts(self) -> Self:
        settles = Settlement.CONTACT_RECORDED in self.discharged_by
        require(
            settles == bool(self.contact_kinds),
            "contact_kinds go with discharged_by contact_recorded",
        )
        opens = Trigger.CONTACT_OF_KIND in self.triggers
        require(
            opens == bool(self.opening_kinds), "opening_kinds go with the trigger contact_of_kind"
        )
        return self

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        for said in (
            self.applies_to,
            self.triggers,
            (*self.discharged_by, *self.ends_with),
            self.requirements,
            (self.id, *self.carries),
        ):
            require(len(set(said)) == len(said), "a list of a row says nothing twice")
        return self


FORWARD_UNITS = {Unit.WORKING_DAYS, Unit.HOURS, Unit.NIGHTS}
"""Units that are counted forward from an event only."""

FORWARD_DIRECTIONS = {Direction.LATEST_AFTER, Direction.COUNTER, Direction.THRESHOLD}

BINDING_FORCES = {BindingForce.LAW, BindingForce.STANDARD, BindingForce.MINIMUM}
"""Forces under which a missed provision is a missed standard."""


class Timescale(Provision):
    """Timescale of an edition: a clock, a counter or a bound."""

    applies_by: AppliesBy = AppliesBy.SENTENCE
    amount: int | None = Field(ge=0, le=1000)
    """Number of units; None where there is no period at all, or only the law pack gives it."""
    law: ParameterName | None = None
    """Parameter of the law pack that gives the amount; `amount` then holds without a pack."""
    only_while: ParameterName | None = None
    """Parameter of the law pack that has to set a limit, for the timescale to exist."""
    unit: Unit
    direction: Direction
    threshold: int | None = Field(default=None, ge=0)
    """Counters only: the occurrence at which the count proposes the next step."""
    day: date | None = None
    """Thresholds only: the first day that counts."""
    timer: TimerKind
    when_missed: Flag
    tells: tuple[RecipientRole, ...] = ()
    """Those notified when it is missed; empty exactly where nothing is flagged."""
    escalate_after_hours: int | None = Field(default=None, ge=1)
    """Elapsed hours from the trigger to the escalation of a clock still running."""
    number_is_ours: Text | None = None
    """Reason for this amount, where no document gives one; None where one does."""
    length_in_words: Text | None = None
    """The word of the standard that is a length in itself, such as "immediately"."""
    counts_suspension: bool = False
    """True if days on which supervision is suspended are skipped like holidays.

    Only the standards on planning, implementing, reviewing and requirements do so.
    """

    @property
    def binds(self) -> bool:
        """True if a miss of it is a missed standard.

        It is one only where the standard gives the length, in figures or in a word. A length of our
        own may prompt and flag, however strong the duty.
        """
        stated = self.number_is_ours is None or self.length_in_words is not None
        return stated and self.hardness in BINDING_FORCES

    @property
    def is_bound(self) -> bool:
        """True if it only limits other acts: nothing starts it, and code reads it by its id."""
        measured = self.direction is Direction.ON_THE_DAY
        return self.timer is TimerKind.NONE and not self.discharged_by and not measured

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        self._check_amount()
        self._check_counter()
        self._check_bound()
        self._check_flag()
        return self

    def _check_amount(self) -> None:
        bare = self.unit is Unit.NONE
        require(
            (self.amount is None and self.law is None) == bare,
            "an amount has a unit, and unit none has no amount",
        )
        untimed = self.direction is Direction.ON_THE_DAY or self.timer is TimerKind.NONE
        require(not bare or untimed, "all but on_the_day have amounts, where they are timed")
        require(
            self.direction in FORWARD_DIRECTIONS or self.unit not in FORWARD_UNITS,
            f"{self.unit} are counted forward only, which {self.direction} is not",
        )
        require(
            self.length_in_words is None or self.number_is_ours is not None,
            "length_in_words goes with number_is_ours: words have no number",
        )

    def _check_counter(self) -> None:
        counter = self.direction is Direction.COUNTER
        require(
            counter == (self.threshold is not None),
            "a counter has a threshold, and nothing else has one",
        )
        require(not counter or self.timer is TimerKind.NONE, "a counter is not timed")

    def _check_bound(self) -> None:
        fixed = self.direction in {Direction.FLOOR, Direction.THRESHOLD}
        require(not fixed or self.is_bound, "a floor or a threshold is not timed or discharged")
        require(
            self.day is None or self.direction is Direction.THRESHOLD, "only a threshold has a day"
        )
        require(
            not self.counts_suspension or self.unit is Unit.WORKING_DAYS,
            "suspended days are passed over in a count of working days only",
        )
        require(self.unit is not Unit.NIGHTS or self.is_bound, "only a bound counts nights")

    def _check_flag(self) -> None:
        silent = self.when_missed is Flag.NONE
        require(silent == (not self.tells), "a flag tells somebody, and flag none tells nobody")
        require(silent or not self.is_bound, "a bound is not missed, so it flags nothing")
        require(
            not self.escalate_after_hours or self.when_missed is Flag.ESCALATE_NOW,
            "escalate_after_hours goes with when_missed escalate_now",
        )


class DutyNotice(StrictModel):
    """Written notice that a duty owes to a recipient."""

    template: Name
    recipient: RecipientRole


class Duty(Provision):
    """Duty of an edition: an act that must be done and for which no document sets a time.

    Its age is shown. It has no deadline, so it can be neither missed nor late, and a file that
    gives it an amount or a timer is refused.
    """

    owner: RecipientRole
    """Owner, who has to do it."""
    notices: tuple[DutyNotice, ...] = ()
    """Notices that are queued when it opens."""
    recurring: bool = False
    """True if it lasts as long as its cause; such a duty is never done, it only ends."""

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        require(
            self.recurring == (not self.discharged_by),
            "a recurring duty is never discharged, and any other can be",
        )
        acknowledged = Settlement.NOTICE_ACKNOWLEDGED in self.discharged_by
        require(
            acknowledged == bool(self.notices),
            "notices go with discharged_by notice_acknowledged",
        )
        return self
