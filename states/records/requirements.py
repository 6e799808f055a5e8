"""Requirements and conditions with what has come of them, and moves of home."""

from dataclasses import dataclass
from datetime import date

from states.events.parts import Requirement
from states.events.requirements import Prospect, SampleResult
from states.vocabulary import Ending


@dataclass(frozen=True, slots=True)
class Session:
    """One occasion of work under a requirement: hours of unpaid work, or days of activity."""

    on: date
    amount: int
    cause: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A drug test, or that no sample was given."""

    on: date
    result: SampleResult
    cause: str
    own_remit: bool = True
    """Whether it was taken under the requirement itself, not by a treatment provider (D20.7)."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """A requirement of the order, or a condition of licence, with what has come of it."""

    requirement: Requirement
    started_on: date | None = None
    completed_on: date | None = None
    ends_on: date | None = None
    terminated_on: date | None = None
    """The day on which it ceased, done or not; its end notices are then owed."""
    ended_by: Ending | None = None
    evaluated_on: date | None = None
    consent: bool | None = None
    """The person's to treatment, as last told; None where nobody told of it."""
    sessions: tuple[Session, ...] = ()
    """In the order of their days."""
    prospect: Prospect | None = None
    samples: tuple[Sample, ...] = ()
    """In the order of their days."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be served."""
        return self.completed_on is None and self.terminated_on is None

    @property
    def stands(self) -> bool:
        """Whether it belongs to the sentence, served or not: nobody left it out or ended it."""
        return self.ended_by not in (Ending.REPLACED, Ending.COURT)


@dataclass(frozen=True, slots=True)
class HomeMove:
    """A change of address, and how the table reads it (D18)."""

    on: date
    rows: tuple[str, ...]
    """The rows that it falls under; none where no text speaks of it."""
    cause: str
