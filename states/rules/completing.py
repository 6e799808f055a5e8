"""Somebody says that a requirement is complete, or ended in another way, or was evaluated (6.5)."""

from dataclasses import replace

from states.events.requirements import RequirementEvaluated
from states.events.sentence import RequirementCompleted
from states.law import Law
from states.records import Obligation
from states.rules import clocks
from states.rules.clocks import told
from states.rules.days import ahead, own_time
from states.rules.requirement_ends import complete, terminate
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement
from states.vocabulary import Ending


def _named(s: Sentence, e: RequirementCompleted | RequirementEvaluated) -> str | None:
    return None if e.requirement_id in s.requirements else f"requirement {e.requirement_id}"


def _complete(s: Sentence, e: RequirementCompleted, law: Law) -> Applied:
    key, known, on = e.requirement_id, s.requirements[e.requirement_id], e.completed_on
    ending = Ending(e.ended_by.value)
    done = told(e, f"{key} {ending.value} on {on}", on=on, at=own_time(e, on))
    surprise = _unexpected(known, e)
    if ending is Ending.COMPLETED:
        complete(s, law, key, done, ending)
        s.flags.pop(f"unfinished.{key}", None)
    else:
        terminate(s, law, key, done, ending)
    return Applied(surprise is not None, surprise or "")


def _unexpected(known: Obligation, e: RequirementCompleted) -> str | None:
    """Return what speaks against an end: it had ended before, or hours are outstanding."""
    on, ended_on = e.completed_on, known.terminated_on
    if ended_on is not None and ended_on < on:
        return f"{e.requirement_id} had ended on {ended_on}"
    hours, done = known.requirement.hours, sum(item.amount for item in known.sessions)
    if e.ended_by.value == Ending.COMPLETED and hours and known.sessions and done < hours:
        return f"{done} of {hours} hours were recorded"
    return None


def _evaluated(s: Sentence, e: RequirementEvaluated, law: Law) -> Applied:
    key, on = e.requirement_id, e.evaluated_on
    known = s.requirements[key]
    s.requirements[key] = replace(known, evaluated_on=on)
    at = own_time(e, on)
    clocks.settle(s, law, Settlement.REQUIREMENT_EVALUATED, at=at, by=e.uid, subject=key)
    return REGULAR


RULES = (
    Rule(
        RequirementCompleted,
        _complete,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=_named,
        guard=lambda _s, e, _law: ahead(e, "completed_on", e.completed_on),
    ),
    Rule(
        RequirementEvaluated,
        _evaluated,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=_named,
        guard=lambda _s, e, _law: ahead(e, "evaluated_on", e.evaluated_on),
    ),
)
