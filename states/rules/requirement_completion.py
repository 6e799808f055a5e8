"""Somebody says that a requirement is complete, or ended in another way, or was evaluated (6.5)."""

from dataclasses import replace

from states.entities import ImposedRequirement
from states.events.requirements import RequirementEvaluated
from states.events.sentence import RequirementCompleted
from states.rules import clocks
from states.rules.clocks import trigger_context
from states.rules.event_dates import refuse_later_day, time_of_act
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.requirement_ends import complete_requirement, terminate_requirement
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement
from states.vocabulary import RequirementEnding


def _named(s: Sentence, e: RequirementCompleted | RequirementEvaluated) -> str | None:
    return None if e.requirement_id in s.requirements else f"requirement {e.requirement_id}"


def _complete(s: Sentence, e: RequirementCompleted, law: Law) -> HandlerOutcome:
    key, known, on = e.requirement_id, s.requirements[e.requirement_id], e.completed_on
    ending = RequirementEnding(e.ended_by.value)
    done = trigger_context(e, f"{key} {ending.value} on {on}", on=on, at=time_of_act(e, on))
    surprise = _unexpected(known, e)
    if ending is RequirementEnding.COMPLETED:
        complete_requirement(s, law, key, done, ending)
        s.flags.pop(f"unfinished.{key}", None)
    else:
        terminate_requirement(s, law, key, done, ending)
    return HandlerOutcome(surprise is not None, surprise or "")


def _unexpected(known: ImposedRequirement, e: RequirementCompleted) -> str | None:
    """Return what speaks against an end: it had ended before, or hours are outstanding."""
    on, ended_on = e.completed_on, known.terminated_on
    if ended_on is not None and ended_on < on:
        return f"{e.requirement_id} had ended on {ended_on}"
    hours, done = known.requirement.hours, sum(item.amount for item in known.sessions)
    if (
        e.ended_by.value == RequirementEnding.COMPLETED
        and hours
        and known.sessions
        and done < hours
    ):
        return f"{done} of {hours} hours were recorded"
    return None


def _evaluated(s: Sentence, e: RequirementEvaluated, law: Law) -> HandlerOutcome:
    key, on = e.requirement_id, e.evaluated_on
    known = s.requirements[key]
    s.requirements[key] = replace(known, evaluated_on=on)
    at = time_of_act(e, on)
    clocks.settle(s, law, Settlement.REQUIREMENT_EVALUATED, at=at, by=e.uid, subject=key)
    return REGULAR


RULES = (
    EventHandler(
        RequirementCompleted,
        _complete,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=_named,
        guard=lambda _s, e, _law: refuse_later_day(e, "completed_on", e.completed_on),
    ),
    EventHandler(
        RequirementEvaluated,
        _evaluated,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=_named,
        guard=lambda _s, e, _law: refuse_later_day(e, "evaluated_on", e.evaluated_on),
    ),
)
