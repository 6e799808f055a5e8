"""Conditions and reporting requirements put to the Governor before release (NS 2015 4(c), 7.1).

Sent is not received: the Governor has them in writing, or the time still runs.
"""

from datetime import datetime

from states.events.custody import ConditionsProposed
from states.regime import IN_PRISON
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome
from states.rules.unlawful_requirements import legal_faults_in
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of, start_of


def _refuse(s: Sentence, e: ConditionsProposed, law: Law) -> str | None:
    if e.received_on is not None and e.received_on > day_of(e.occurred_at):
        return f"received_on {e.received_on} lies after the day of the event"
    found = (fault for item in e.conditions for fault in legal_faults_in(s, law, item))
    return next(found, None)


def _propose(s: Sentence, e: ConditionsProposed, law: Law) -> HandlerOutcome:
    if e.conditions and s.expected_release_on is not None:
        _expect_in_time(s, e, law)
    if e.received_on is None:
        return REGULAR
    at = _at(e)
    if e.conditions:
        clocks.settle(s, law, Settlement.CONDITIONS_RECEIVED, at=at, by=e.uid)
    if e.reporting_requirements:
        clocks.settle(s, law, Settlement.REPORTING_RECEIVED, at=at, by=e.uid)
    return REGULAR


def _expect_in_time(s: Sentence, e: ConditionsProposed, law: Law) -> None:
    """Start the time to put them in writing, unless those proposed before are still on the way."""
    if not clocks.is_running(s, Trigger.CONDITIONS_PROPOSED):
        on = s.expected_release_on
        proposed = trigger_context(e, f"release expected on {on}", on=on)
        clocks.start(s, law, Trigger.CONDITIONS_PROPOSED, proposed, subject=e.uid)


def _at(e: ConditionsProposed) -> datetime:
    if e.received_on is None or e.received_on == day_of(e.occurred_at):
        return e.occurred_at
    return start_of(e.received_on)


RULES = (EventHandler(ConditionsProposed, _propose, phases=IN_PRISON, guard=_refuse),)
