"""The shape of a timescale: one dated rule, as a file of the standards states it.

The models are strict: an unknown key, a wrong type or a missing citation is refused.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from states.errors import StatesError
from states.timescale.terms import (
    AppliesBy,
    AppliesTo,
    Direction,
    Exemption,
    Flag,
    Hardness,
    Recipient,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Ambiguity = Annotated[str, StringConstraints(pattern=r"^AMB-\d\d$")]

COUNTED_FORWARD = {Unit.WORKING_DAYS, Unit.HOURS}
"""Units that are only ever counted forward from an event."""


class ContradictionError(StatesError, ValueError):
    """Facts contradict each other; the message is the rule that they break."""


def demand(holds: object, rule: str) -> None:
    """Refuse facts of which `rule` does not hold.

    Raises:
        ContradictionError: If `holds` is false.
    """
    if not holds:
        raise ContradictionError(rule)


class Facts(BaseModel):
    """A frozen model of facts that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Citation(Facts):
    """Where a rule stands."""

    document: Name
    """Key of a document that the edition lists."""
    reference: Text
    """Paragraph or heading, as a reader of the document finds it: "5(a)"."""
    lines: tuple[Text, ...] = ()
    """Places in our copy of the text, for whoever checks it again; never shown."""


class Timescale(Facts):
    """One timescale of an edition."""

    id: Name
    title: Text
    standard: Text
    """Standard and paragraph to which it belongs: "5(a)"."""
    applies_to: tuple[AppliesTo, ...] = Field(min_length=1)
    applies_by: AppliesBy = AppliesBy.SENTENCE
    trigger: Trigger
    amount: int | None = Field(ge=0, le=1000)
    """How many units; None where there is no period at all."""
    unit: Unit
    direction: Direction
    threshold: int | None = Field(default=None, ge=0)
    """Counters only: the occurrence at which the count proposes the next step."""
    discharged_by: tuple[Settlement, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    hardness: Hardness
    timer: TimerKind
    when_missed: Flag
    tells: tuple[Recipient, ...] = ()
    """Who hears of it when it is missed; empty exactly where nothing is flagged."""
    escalate_after_hours: int | None = Field(default=None, ge=1)
    """Elapsed hours from the trigger to the escalation of a clock still running."""
    rule: Text
    """The rule in plain words, as shown beside each due date."""
    number_is_ours: Text | None = None
    """Why this amount, where no document gives one; None where one does."""
    ambiguity: Ambiguity | None = None
    counts_suspension: bool = False
    """Whether days on which supervision is suspended are passed over like holidays."""
    source: tuple[Citation, ...] = Field(min_length=1)
    """The governing text first."""
    last_checked: date
    """When a person last compared the rule with its sources."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        self._check_amount()
        self._check_counter()
        self._check_flag()
        return self

    def _check_amount(self) -> None:
        bare = self.unit is Unit.NONE
        demand((self.amount is None) == bare, "an amount has a unit, and unit none has no amount")
        demand(
            not bare or self.direction is Direction.ON_THE_DAY, "all but on_the_day have amounts"
        )
        forward = self.direction in {Direction.LATEST_AFTER, Direction.COUNTER}
        demand(
            forward or self.unit not in COUNTED_FORWARD,
            f"{self.unit} are counted forward only, which {self.direction} is not",
        )

    def _check_counter(self) -> None:
        counter = self.direction is Direction.COUNTER
        demand(
            counter == (self.threshold is not None),
            "a counter has a threshold, and nothing else has one",
        )
        demand(not counter or self.timer is TimerKind.NONE, "a counter is not timed")

    def _check_flag(self) -> None:
        silent = self.when_missed is Flag.NONE
        demand(silent == (not self.tells), "a flag tells somebody, and flag none tells nobody")
        demand(
            not self.escalate_after_hours or self.when_missed is Flag.ESCALATE_NOW,
            "escalate_after_hours goes with when_missed escalate_now",
        )
