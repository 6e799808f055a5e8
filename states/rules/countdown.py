"""What counts down to the expected release, and is dated anew when that day moves (T29).

G12: a release that moves inside the window of the plan opens that window at once.
"""

from datetime import date
from typing import Final

from states.law import Law
from states.rules import clocks
from states.rules.preparing import refresh_preparation
from states.sentence import Sentence
from states.timescale import AppliesTo, Trigger

_TO_RELEASE: Final = (Trigger.EXPECTED_RELEASE, Trigger.CONDITIONS_PROPOSED, Trigger.AP_REFERRED)
"""The triggers whose rows are dated by the expected release."""


def redate_release(s: Sentence, law: Law, on: date, reason: str) -> None:
    """Date everything anew that counts down to release, which is or was on the day `on`."""
    for trigger in _TO_RELEASE:
        clocks.redate(s, law, trigger, on, reason, regime=AppliesTo.CUSTODY)
    refresh_preparation(s)
