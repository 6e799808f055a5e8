"""The window of a warning: until when it stands, counted from the newest failure that counts.

A breach before the court suspends it (G7): the clock falls away, and runs again if the person is
back at `warned`. On licence no window is stated, so there is none (AMB-35).
"""

from states.law import Law
from states.rules import clocks
from states.rules.clocks import Occasion
from states.rules.counting import countable_days
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import State


def refresh_window(s: Sentence, law: Law) -> None:
    """Bring the clock of the window in line with the state and the failures that count."""
    rows = clocks.governing(s, law, Trigger.WARNING_WINDOW)
    if s.at is None or not rows:
        return
    days = countable_days(s) if s.state is State.WARNED else ()
    if not days:
        for row in rows:
            clocks.drop(s, row.id, at=s.at, by=None)
        return
    newest = days[-1]
    because = f"the newest failure that counts is of {newest}"
    clocks.start(s, law, Trigger.WARNING_WINDOW, Occasion(s.at, because, on=newest))
    for row in rows:
        s.clocks[row.id] = s.clocks[row.id].reopen()
    clocks.redate(s, law, Trigger.WARNING_WINDOW, newest, because)
