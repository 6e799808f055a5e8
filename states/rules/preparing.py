"""The plan prepared in custody: inside the last weeks before release (NS 2015 4(c)).

One prepared before its window opened discharges nothing: it must be prepared again, or confirmed by
a review. A release that moves can make an early plan timely, and a timely one early.
"""

from datetime import date

from states.clock import Settled
from states.events.contact import PlanCompleted, PlanReviewed
from states.law import Law
from states.london import day_of, start_of
from states.rules import clocks
from states.sentence import Sentence
from states.timescale import Settlement

WINDOW = "plan-custody-opens"
PREPARED = "plan-custody-prepared"


def note_preparation(s: Sentence, e: PlanCompleted | PlanReviewed, law: Law) -> str | None:
    """Keep a plan made in custody; return why it does not count, or None where it does."""
    day = day_of(e.occurred_at)
    s.preparations.append((day, e.uid))
    opens_on = _opens_on(s)
    if opens_on is not None and day < opens_on:
        return f"before {opens_on}, so it is to be prepared again, or confirmed, from that day on"
    clocks.settle(s, law, Settlement.PLAN_PREPARED, at=e.occurred_at, by=e.uid)
    refresh_preparation(s)
    return None


def refresh_preparation(s: Sentence) -> None:
    """Settle the window and the last day of the plan by the release as it is expected now."""
    opens_on = _opens_on(s)
    timely = [item for item in s.preparations if opens_on is None or item[0] >= opens_on]
    for key in (WINDOW, PREPARED):
        clock = s.clocks.get(key)
        if clock is None or clock.settled is Settled.FELL_AWAY:
            continue
        clock = clock.reopen()
        if timely:
            day, cause = min(timely)
            clock = clock.settle(Settled.DONE, start_of(day), cause)
        s.clocks[key] = clock


def _opens_on(s: Sentence) -> date | None:
    window = s.clocks.get(WINDOW)
    return None if window is None else window.due.due_on
