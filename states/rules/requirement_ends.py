"""End of a requirement: fulfilled, by its own last day, by a court, or with the sentence (G8).

Each requirement has its own end and waits for no other. Whatever the reason, the recipients that
the edition names are notified once (6.4), and a served requirement is evaluated (6.5).
"""

from dataclasses import replace
from datetime import date, datetime

from states.entities import MINUTES_AN_HOUR, ImposedRequirement
from states.events.requirements import RequirementEvaluated
from states.events.sentence import RequirementCompleted
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    missing_requirement,
    unexpected,
)
from states.rules.requirement_kinds import (
    PROFILES,
    SUPERVISION_CONDITIONS,
    Fulfilment,
    served_by_time,
)
from states.rules.triggers import TriggerContext, applicable_duties, trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.time.london import end_of
from states.vocabulary import RequirementEnding, RequirementKind


def complete_requirement(
    s: Sentence, law: Law, key: str, done: TriggerContext, ending: RequirementEnding
) -> None:
    """Complete a requirement on the day `done.on`: it ends, and is to be evaluated."""
    known = s.requirements[key]
    on = done.on
    if on is None or (known.completed_on is not None and known.completed_on <= on):
        return
    s.requirements[key] = replace(known, completed_on=on)
    clocks.settle(s, law, Settlement.REQUIREMENT_COMPLETED, at=done.at, by=done.by, subject=key)
    _evaluate(s, law, key, done=done)
    terminate_requirement(s, law, key, ended=done, ending=ending)


def _evaluate(s: Sentence, law: Law, key: str, done: TriggerContext) -> None:
    trigger = Trigger.REQUIREMENT_COMPLETED
    clocks.start(
        s, law, trigger, context=replace(done, requirement_only=True), subject=key, requirement=key
    )


def terminate_requirement(
    s: Sentence,
    law: Law,
    key: str,
    ended: TriggerContext,
    ending: RequirementEnding,
    regime: AppliesTo | None = None,
) -> None:
    """End a requirement on the day `ended.on`: cancel its clocks, notify its end.

    A requirement that ended before keeps that end, unless this one is earlier or completes it on
    the same day. `regime` names the regime in which it was served, where the present one is
    another.
    """
    known = s.requirements[key]
    on = ended.on
    before = known.terminated_on
    if on is None or (before is not None and before < on):
        return
    if before == on and ending is not RequirementEnding.COMPLETED:
        return
    s.requirements[key] = replace(known, terminated_on=on, ended_by=ending)
    clocks.settle(s, law, Settlement.REQUIREMENT_ENDED, at=ended.at, by=ended.by, subject=key)
    for duty in applicable_duties(s, law, Trigger.REQUIREMENT_TERMINATED, regime=regime):
        # It may have ended before, and been reopened by a court.
        clocks.discard_cancelled(s, clocks.clock_id(duty.id, key))
    clocks.start(
        s,
        law,
        Trigger.REQUIREMENT_TERMINATED,
        context=replace(ended, requirement_only=True),
        subject=key,
        requirement=key,
        regime=regime,
    )


def next_end(s: Sentence) -> date | None:
    """Return the last day of the requirement that runs out next; None where none does."""
    ends = (item.ends_on for item in s.requirements.values() if item.is_open)
    return min((day for day in ends if day is not None), default=None)


def expire_requirements(s: Sentence, law: Law, on: date) -> None:
    """End every requirement whose own last day is `on` or earlier."""
    for key, item in s.requirements.items():
        if item.is_open and item.ends_on is not None and item.ends_on <= on:
            _run_out(s, law, key, item=item, on=item.ends_on)


def _run_out(s: Sentence, law: Law, key: str, item: ImposedRequirement, on: date) -> None:
    ended = TriggerContext(end_of(on), f"{key} was to end on {on}", on=on)
    terminate_requirement(s, law, key, ended=ended, ending=RequirementEnding.TERM)
    if served_by_time(item.requirement.kind):
        _evaluate(s, law, key, done=ended)
    else:
        s.flags[f"unfinished.{key}"] = unfinished(item, key, on)


def unfinished(item: ImposedRequirement, key: str, on: date) -> str:
    """Return the note that a requirement ran out before it was fulfilled."""
    kind = item.requirement.kind.value
    measure = item.requirement.hours or item.requirement.days
    if measure is None:
        return f"{key} {kind} ended on {on} and was not complete"
    hours = PROFILES[item.requirement.kind].fulfilment is Fulfilment.HOURS
    done = f"{item.amount_done / MINUTES_AN_HOUR:g}" if hours else str(item.amount_done)
    unit = "hours" if hours else "days"
    return f"{key} {kind} ended on {on} with {done} of {measure} {unit} done"


def end_with_sentence(
    s: Sentence, law: Law, on: date, at: datetime, by: str | None, *, ran_out: bool
) -> None:
    """End every open requirement when the whole sentence ends on `on`.

    `ran_out` is true for a sentence served to its last day: requirements served by time are then
    served, and are to be evaluated.
    """
    for key, item in s.requirements.items():
        if not item.is_open:
            continue
        if item.ends_on is not None and item.ends_on <= on:
            _run_out(s, law, key, item=item, on=item.ends_on)
            continue
        ended = TriggerContext(at, f"the sentence ended on {on}", by, on=on)
        terminate_requirement(s, law, key, ended=ended, ending=RequirementEnding.SENTENCE)
        if ran_out and served_by_time(item.requirement.kind):
            _evaluate(s, law, key, done=ended)


def end_with_licence(s: Sentence, law: Law, on: date, at: datetime, by: str | None) -> None:
    """End the conditions of a licence that ended on `on` and is followed by supervision.

    Drug testing and drug appointments continue, and so does a condition with a later day of its
    own: no document says what else supervision takes over.
    """
    for key, item in s.requirements.items():
        later = item.ends_on is not None and item.ends_on > on
        if item.is_open and not later and item.requirement.kind not in SUPERVISION_CONDITIONS:
            ended = TriggerContext(at, f"the licence ended on {on}", by, on=on)
            terminate_requirement(
                s, law, key, ended=ended, ending=RequirementEnding.LICENCE, regime=AppliesTo.LICENCE
            )
            if served_by_time(item.requirement.kind):
                _evaluate(s, law, key, done=ended)


def _complete(s: Sentence, e: RequirementCompleted, law: Law) -> HandlerOutcome:
    key = e.requirement_id
    known = s.requirements[e.requirement_id]
    on = e.completed_on
    ending = RequirementEnding(e.ended_by.value)
    done = trigger_context(e, f"{key} {ending.value} on {on}", on=on, at=time_of_act(e, on))
    surprise = _unexpected(known, e)
    if ending is RequirementEnding.COMPLETED:
        complete_requirement(s, law, key, done=done, ending=ending)
        s.flags.pop(f"unfinished.{key}", None)
    else:
        terminate_requirement(s, law, key, ended=done, ending=ending)
    return unexpected(surprise)


def _unexpected(known: ImposedRequirement, e: RequirementCompleted) -> str | None:
    """Return what speaks against an end: an earlier end, or outstanding hours."""
    on = e.completed_on
    ended_on = known.terminated_on
    if ended_on is not None and ended_on < on:
        return f"{e.requirement_id} had ended on {ended_on}"
    hours = known.requirement.hours
    done = known.amount_done / MINUTES_AN_HOUR
    if (
        e.ended_by.value == RequirementEnding.COMPLETED
        and known.requirement.kind is RequirementKind.UNPAID_WORK
        and hours
        and known.sessions
        and done < hours
    ):
        return f"{done:g} of {hours} hours were recorded"
    return None


def _evaluated(s: Sentence, e: RequirementEvaluated, law: Law) -> HandlerOutcome:
    key = e.requirement_id
    on = e.evaluated_on
    known = s.requirements[key]
    s.requirements[key] = replace(known, evaluated_on=on)
    at = time_of_act(e, on)
    clocks.settle(s, law, Settlement.REQUIREMENT_EVALUATED, at=at, by=e.uid, subject=key)
    return REGULAR


HANDLERS = (
    EventHandler(
        RequirementCompleted,
        _complete,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
    ),
    EventHandler(
        RequirementEvaluated,
        _evaluated,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
    ),
)
