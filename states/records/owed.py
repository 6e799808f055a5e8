"""What is still to be done or told: open duties, and effects on the world."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from states.clock import Settled
from states.timescale import Duty, Edition


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """Something that is to be done and has no deadline: open until it is done or falls away."""

    id: str
    duty: Duty
    subject: str | None
    since: datetime
    trigger: str
    """What opened it, in words that hold no personal data."""
    notices: tuple[str, ...] = ()
    """Keys of the notices that it owes: an acknowledgement of all of them discharges it."""
    settled_at: datetime | None = None
    settled: Settled | None = None
    settled_by: str | None = None
    edition: Edition | None = field(default=None, repr=False)
    """The edition of which it is; None for that of the sentence."""

    def settle(self, how: Settled, at: datetime, by: str | None) -> Self:
        """Return the duty settled, by what came first; a recurring one is never done with."""
        if self.settled_at is not None and self.settled_at <= at:
            return self
        if self.duty.recurring and how is Settled.DONE:
            return self
        return replace(self, settled=how, settled_at=at, settled_by=by)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the world is to be told, under a key that is the same for ever."""

    key: str
    template: str
    recipient: str
    subject: str
    facts: tuple[tuple[str, str], ...] = ()
    liberty: bool = False
    """A counter to it touches somebody's liberty: it is drafted for a person, never sent."""
