"""Start of a requirement: with consent where it needs one, and notified (6.3, 6.4)."""

from dataclasses import replace
from datetime import date
from typing import Final

from states.entities import ImposedRequirement
from states.events.envelope import Event
from states.events.sentence import RequirementStarted
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.handler import (
    IMPOSED,
    EventHandler,
    HandlerOutcome,
    Nature,
    missing_requirement,
    unexpected,
)
from states.rules.planning import advance_state
from states.rules.triggers import trigger_context
from states.rules.unlawful_requirements import start_fault
from states.rules.unpaid_work import check_work_induction
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import start_of
from states.vocabulary import RequirementKind

CONSENT: Final = f"{Settlement.CONTACT_RECORDED}:treatment_consent"
"""Key in `s.done` of a recorded consent to treatment (ev-drr-consent)."""


def begin_requirement(s: Sentence, law: Law, key: str, on: date, e: Event) -> str | None:
    """Begin a requirement on the day `on`; return what was unexpected, or None."""
    known = s.requirements[key]
    surprise = _unexpected(known, key, on)
    s.requirements[key] = replace(known, started_on=min(known.started_on or on, on))
    begun = trigger_context(e, f"{key} began on {on}", on=on, at=time_of_act(e, on))
    clocks.settle(s, law, Settlement.REQUIREMENT_STARTED, at=begun.at, by=e.uid, subject=key)
    if known.is_open:
        context = replace(begun, requirement_only=True)
        clocks.start(
            s, law, Trigger.REQUIREMENT_STARTED, context=context, subject=key, requirement=key
        )
    s.commenced_at = min(s.commenced_at or start_of(on), start_of(on))
    advance_state(s, e.occurred_at, e.uid)
    if known.requirement.kind is RequirementKind.UNPAID_WORK:
        return surprise or check_work_induction(s, key, on)
    return surprise


def _unexpected(known: ImposedRequirement, key: str, on: date) -> str | None:
    if known.terminated_on is not None and known.terminated_on < on:
        return f"{key} had ended on {known.terminated_on}"
    if known.started_on not in (None, on):
        return f"{key} had begun on {known.started_on}; the earlier day is kept"
    return None


def missing_consent(s: Sentence, key: str, *, consent: bool | None = None) -> str | None:
    """Return why a requirement cannot begin without a recorded consent; None where it can.

    `consent` is the one reported with the start itself, and takes precedence.
    """
    known = s.requirements[key]
    on_record = (CONSENT, key) in s.done or (CONSENT, None) in s.done
    given = consent if consent is not None else (known.consent or on_record or None)
    return start_fault(known.requirement, consent=given)


def _refuse(s: Sentence, e: RequirementStarted, _law: Law) -> str | None:
    return missing_consent(s, e.requirement_id, consent=e.consent)


def _start(s: Sentence, e: RequirementStarted, law: Law) -> HandlerOutcome:
    key = e.requirement_id
    if e.consent is not None:
        s.requirements[key] = replace(s.requirements[key], consent=e.consent)
    surprise = begin_requirement(s, law, key, on=e.started_on, e=e)
    return unexpected(surprise)


HANDLERS = (
    EventHandler(
        RequirementStarted,
        _start,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
        guard=_refuse,
    ),
)
