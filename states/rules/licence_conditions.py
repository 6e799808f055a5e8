"""Licence conditions: the six standard ones of every licence, and those proposed before release.

The standard conditions (NS 2015) hold without being sent and end with the licence; a failure names
the one that it breaks as its `condition`. Conditions and reporting requirements are proposed to the
Governor before release (NS 2015 4(c), 7.1): the time runs until the Governor has them in writing,
whenever they were sent.
"""

from dataclasses import dataclass
from typing import Final

from states.events.custody import (
    ConditionsProposed,
    SupervisionRequirement,
    SupervisionRequirementsSet,
)
from states.regime import IN_PRISON
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.triggers import trigger_context
from states.rules.unlawful_requirements import legal_faults_in
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.vocabulary import FailureKind

LICENCE_CONDITIONS: Final = "NS 2015 licence conditions"


@dataclass(frozen=True, slots=True)
class StandardCondition:
    """One standard condition of every licence."""

    code: str
    asks: str
    """Content of the condition, in our own words."""
    broken_by: tuple[FailureKind, ...]
    """Failures that break it where the report names no condition."""
    source: str = LICENCE_CONDITIONS


STANDARD_CONDITIONS: Final = (
    StandardCondition(
        "SLC1",
        "keep in touch with the supervising officer as instructed",
        (FailureKind.MISSED_APPOINTMENT, FailureKind.INSTRUCTION),
    ),
    StandardCondition("SLC2", "receive visits at home, where that is required", ()),
    StandardCondition(
        "SLC3",
        "live at an approved address, and ask before a night anywhere else",
        (FailureKind.NIGHT_AWAY, FailureKind.MOVED_WITHOUT_PERMISSION),
    ),
    StandardCondition(
        "SLC4",
        "do only approved work, and tell of a change in advance",
        (FailureKind.UNAPPROVED_WORK,),
    ),
    StandardCondition(
        "SLC5",
        "stay in the United Kingdom unless directed, or removed from it",
        (FailureKind.TRAVEL,),
    ),
    StandardCondition(
        "SLC6",
        "be of good behaviour, commit no offence, undermine nothing of supervision",
        (FailureKind.NEW_OFFENCE, FailureKind.BEHAVIOUR),
    ),
)


STANDARD_CODES: Final = tuple(item.code for item in STANDARD_CONDITIONS)
"""Codes of the standard conditions; any other condition is a requirement under its own id."""


def broken_by(what: FailureKind, condition: str | None) -> str | None:
    """Return the code of the condition that a failure breaks; None where it is not standard.

    A condition that the report names is taken as given, also an additional one.
    """
    if condition is not None:
        return condition
    return next((item.code for item in STANDARD_CONDITIONS if what in item.broken_by), None)


def _refuse(s: Sentence, e: ConditionsProposed, law: Law) -> str | None:
    found = (fault for item in e.conditions for fault in legal_faults_in(s, law, item))
    return next(found, None)


def _propose(s: Sentence, e: ConditionsProposed, law: Law) -> HandlerOutcome:
    if e.conditions and s.expected_release_on is not None:
        _expect_in_time(s, e, law)
    if e.received_on is None:
        return REGULAR
    at = time_of_act(e, e.received_on)
    if e.conditions:
        clocks.settle(s, law, Settlement.CONDITIONS_RECEIVED, at=at, by=e.uid)
    if e.reporting_requirements:
        clocks.settle(s, law, Settlement.REPORTING_RECEIVED, at=at, by=e.uid)
    return REGULAR


def _expect_in_time(s: Sentence, e: ConditionsProposed, law: Law) -> None:
    """Start the time to put them in writing, unless earlier proposals are still on the way."""
    if not clocks.is_running(s, Trigger.CONDITIONS_PROPOSED):
        on = s.expected_release_on
        proposed = trigger_context(e, f"release expected on {on}", on=on)
        clocks.start(s, law, Trigger.CONDITIONS_PROPOSED, context=proposed, subject=e.uid)


def conditions_in_force(s: Sentence) -> tuple[StandardCondition, ...]:
    """Return the standard conditions of a licence, or what was set of the kind for supervision."""
    if s.regime is AppliesTo.LICENCE:
        return STANDARD_CONDITIONS
    if s.regime is not AppliesTo.POST_SENTENCE_SUPERVISION:
        return ()
    asked = s.supervision_asks or ()
    return tuple(item for name, item in _SUPERVISION.items() if name in asked)


_SUPERVISION: Final = dict(zip(SupervisionRequirement, STANDARD_CONDITIONS, strict=True))
"""Licence condition that each requirement of supervision is like."""


def _set_supervision(s: Sentence, e: SupervisionRequirementsSet, law: Law) -> HandlerOutcome:
    s.supervision_asks = e.asks
    at = time_of_act(e, e.set_on)
    clocks.settle(s, law, Settlement.SUPERVISION_REQUIREMENTS_SET, at=at, by=e.uid)
    return REGULAR


HANDLERS = (
    EventHandler(ConditionsProposed, _propose, phases=IN_PRISON, guard=_refuse),
    EventHandler(SupervisionRequirementsSet, _set_supervision, nature=Nature.ACT, requires=IMPOSED),
)
