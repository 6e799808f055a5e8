"""A duty: something that must be done, for which no document sets a time.

Its age is shown and nothing else. It has no deadline, so it can be neither missed nor late, and a
file that gives it an amount or a timer is refused.
"""

from typing import Self

from pydantic import model_validator

from states.timescale.facts import Facts, Name, demand
from states.timescale.row import Row
from states.timescale.settlements import Settlement
from states.timescale.terms import Recipient


class Notice(Facts):
    """Something in writing that a duty owes to somebody."""

    template: Name
    recipient: Recipient


class Duty(Row):
    """One duty of an edition."""

    owner: Recipient
    """Who has to do it."""
    notices: tuple[Notice, ...] = ()
    """What is queued when it opens."""
    recurring: bool = False
    """Whether it goes on for as long as its cause; such a duty is never done, it only ends."""

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        demand(
            self.recurring == (not self.discharged_by),
            "a recurring duty is never discharged, and any other can be",
        )
        acknowledged = Settlement.NOTICE_ACKNOWLEDGED in self.discharged_by
        demand(
            acknowledged == bool(self.notices),
            "notices go with discharged_by notice_acknowledged",
        )
        return self
