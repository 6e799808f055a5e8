"""Requirements of the order: started, completed, replaced by a court."""

from dataclasses import replace
from datetime import date

from states.events.sentence import Requirement, RequirementCompleted, RequirementStarted
from states.law import Law
from states.london import start_of
from states.records import Obligation
from states.rules.planning import advance
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.vocabulary import RequirementKind


def replace_obligations(s: Sentence, requirements: tuple[Requirement, ...]) -> None:
    """Put the court's `requirements` in place of those of the order, keeping what was done."""
    kept = s.obligations
    s.obligations = {
        item.requirement_id: replace(
            kept[item.requirement_id], requirement=item, ends_on=item.ends_on
        )
        if item.requirement_id in kept
        else Obligation(item, ends_on=item.ends_on)
        for item in requirements
    }


def extend_unpaid_work(s: Sentence, ends_on: date) -> None:
    """Move the end of unpaid work alone: no other requirement and not the order (guard 8)."""
    for key, item in s.obligations.items():
        if item.requirement.kind is RequirementKind.UNPAID_WORK:
            s.obligations[key] = replace(item, ends_on=ends_on)


def _named(s: Sentence, e: RequirementStarted | RequirementCompleted) -> str | None:
    return None if e.requirement_id in s.obligations else f"requirement {e.requirement_id}"


def _start(s: Sentence, e: RequirementStarted, _law: Law) -> Applied:
    known = s.obligations[e.requirement_id]
    s.obligations[e.requirement_id] = replace(known, started_on=e.started_on)
    begun = start_of(e.started_on)
    s.commenced_at = min(s.commenced_at or begun, begun)
    advance(s, e.occurred_at, e.uid)
    return REGULAR


def _complete(s: Sentence, e: RequirementCompleted, _law: Law) -> Applied:
    known = s.obligations[e.requirement_id]
    s.obligations[e.requirement_id] = replace(known, completed_on=e.completed_on)
    return REGULAR


RULES = (
    Rule(RequirementStarted, _start, nature=Nature.FACT, after=IMPOSED, needs=_named),
    Rule(RequirementCompleted, _complete, nature=Nature.FACT, after=IMPOSED, needs=_named),
)
