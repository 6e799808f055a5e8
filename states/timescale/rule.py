"""The shape of a timescale: one dated rule, as a file of the standards states it."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from states.timescale.facts import Text, demand
from states.timescale.row import Row
from states.timescale.terms import (
    AppliesBy,
    Direction,
    Flag,
    Hardness,
    Recipient,
    TimerKind,
    Unit,
)

COUNTED_FORWARD = {Unit.WORKING_DAYS, Unit.HOURS, Unit.NIGHTS}
"""Units that are only ever counted forward from an event."""

COUNTS_FORWARD = {Direction.LATEST_AFTER, Direction.COUNTER, Direction.THRESHOLD}

BINDING = {Hardness.LAW, Hardness.STANDARD, Hardness.MINIMUM}
"""How hard a row is for its miss to be a missed standard."""


class Timescale(Row):
    """One timescale of an edition: a clock, a counter or a bound."""

    applies_by: AppliesBy = AppliesBy.SENTENCE
    amount: int | None = Field(ge=0, le=1000)
    """How many units; None where there is no period at all."""
    unit: Unit
    direction: Direction
    threshold: int | None = Field(default=None, ge=0)
    """Counters only: the occurrence at which the count proposes the next step."""
    day: date | None = None
    """Thresholds only: the first day that counts."""
    timer: TimerKind
    when_missed: Flag
    tells: tuple[Recipient, ...] = ()
    """Who hears of it when it is missed; empty exactly where nothing is flagged."""
    escalate_after_hours: int | None = Field(default=None, ge=1)
    """Elapsed hours from the trigger to the escalation of a clock still running."""
    number_is_ours: Text | None = None
    """Why this amount, where no document gives one; None where one does."""
    length_in_words: Text | None = None
    """The word of the standard that is a length in itself, such as "immediately"."""
    counts_suspension: bool = False
    """Whether days on which supervision is suspended are passed over like holidays.

    So it is in the standards on planning, implementing, reviewing and requirements alone.
    """

    @property
    def binds(self) -> bool:
        """Whether its miss is a missed standard.

        It is one only where the standard gives the length, in figures or in a word. A length that
        is ours may prompt and flag, however hard the duty.
        """
        stated = self.number_is_ours is None or self.length_in_words is not None
        return stated and self.hardness in BINDING

    @property
    def is_bound(self) -> bool:
        """Whether it only says what is allowed: nothing starts it, and code reads it by its id."""
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
        demand((self.amount is None) == bare, "an amount has a unit, and unit none has no amount")
        untimed = self.direction is Direction.ON_THE_DAY or self.timer is TimerKind.NONE
        demand(not bare or untimed, "all but on_the_day have amounts, where they are timed")
        demand(
            self.direction in COUNTS_FORWARD or self.unit not in COUNTED_FORWARD,
            f"{self.unit} are counted forward only, which {self.direction} is not",
        )
        demand(
            self.length_in_words is None or self.number_is_ours is not None,
            "length_in_words goes with number_is_ours: words have no number",
        )

    def _check_counter(self) -> None:
        counter = self.direction is Direction.COUNTER
        demand(
            counter == (self.threshold is not None),
            "a counter has a threshold, and nothing else has one",
        )
        demand(not counter or self.timer is TimerKind.NONE, "a counter is not timed")

    def _check_bound(self) -> None:
        fixed = self.direction in {Direction.FLOOR, Direction.THRESHOLD}
        demand(not fixed or self.is_bound, "a floor or a threshold is not timed or discharged")
        demand(
            self.day is None or self.direction is Direction.THRESHOLD, "only a threshold has a day"
        )
        demand(
            not self.counts_suspension or self.unit is Unit.WORKING_DAYS,
            "suspended days are passed over in a count of working days only",
        )
        demand(self.unit is not Unit.NIGHTS or self.is_bound, "only a bound counts nights")

    def _check_flag(self) -> None:
        silent = self.when_missed is Flag.NONE
        demand(silent == (not self.tells), "a flag tells somebody, and flag none tells nobody")
        demand(silent or not self.is_bound, "a bound is not missed, so it flags nothing")
        demand(
            not self.escalate_after_hours or self.when_missed is Flag.ESCALATE_NOW,
            "escalate_after_hours goes with when_missed escalate_now",
        )
