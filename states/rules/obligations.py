"""Requirements of the order: started, completed, replaced by a court."""

from dataclasses import replace
from datetime import date

from states.events.sentence import Requirement, RequirementCompleted, RequirementStarted
from states.law import Law
from states.london import day_of, start_of
from states.records import Obligation
from states.rules import clocks
from states.rules.clocks import Occasion
from states.rules.planning import advance
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import RequirementKind


def expect(s: Sentence, law: Law, key: str, made: Occasion) -> None:
    """Start what a requirement just made brings: its planned start, its end, its duties."""
    item = s.obligations[key].requirement
    dates = (
        (Trigger.REQUIREMENT_MADE, day_of(made.at)),
        (Trigger.PLANNED_REQUIREMENT_START, item.starts_on),
        (Trigger.REQUIREMENT_END, item.ends_on),
    )
    for trigger, on in dates:
        if on is not None:
            occasion = replace(made, on=on)
            clocks.start(s, law, trigger, occasion, subject=key, requirement=key)


def bring(s: Sentence, law: Law, requirements: tuple[Requirement, ...], made: Occasion) -> None:
    """Put these requirements in place of those there were, and start what the new ones bring."""
    before = s.obligations
    replace_obligations(s, requirements)
    for key in s.obligations:
        if key not in before:
            expect(s, law, key, made)


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
