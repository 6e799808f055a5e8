"""What a court's decision does, one function for each kind of outcome (D17).

A court's word is a fact: none of these refuses. What the court was not known to be dealing with is
applied as far as it can be, and said to be irregular.
"""

from collections.abc import Callable

from states.events.court import CourtDecided
from states.law import Law
from states.london import day_of, end_of
from states.rules.breach import amend, resume
from states.rules.counting import spend
from states.rules.ending import End, complete
from states.rules.ends import move_end
from states.rules.failure_day import refresh_days
from states.rules.moving import move, supported_state
from states.rules.requirement_changes import SERVED, change_by_court, end_by_court
from states.rules.rule import Applied
from states.rules.unpaid_work import give_time
from states.sentence import Sentence
from states.vocabulary import Outcome, Phase, RequirementKind

Disposal = Callable[[Sentence, CourtDecided, Law], Applied]
"""What one outcome does to the sentence."""


def before_court(s: Sentence) -> bool:
    """Return whether a breach is there for the court to deal with: one it has not committed for."""
    return s.breach is not None and s.phase is not Phase.PSS_COMMITTAL


def change(s: Sentence, e: CourtDecided, law: Law) -> str:
    """Put in place what the decision brings: requirements, and the end of the sentence.

    Return what the court is to look at again; nothing where the law lets all of it be so.
    """
    if e.ends_on is not None:
        move_end(s, law, e.ends_on)
    return change_by_court(s, law, e)


def goes_on(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Let the order or the supervision go on: what went before is spent (T07, D8.1, D8.2, D8.3)."""
    if not before_court(s):
        return Applied(irregular=True, note="no breach was before the court; nothing is spent")
    wrong = change(s, e, law)
    amend(s, closed_at=e.occurred_at)
    spend(s, e.decided_on or day_of(e.occurred_at), e.occurred_at)
    irregular = move(s, "T07", supported_state(s), e.occurred_at, e.uid)
    refresh_days(s, law)
    return Applied(irregular or bool(wrong), wrong)


def goes_on_changed(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Change requirements: in a breach the rest is spent, outside one nothing is (T07, T27)."""
    return goes_on(s, e, law) if before_court(s) else vary(s, e, law)


def vary(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Change requirements outside a breach: state, warnings and counts stay (T27)."""
    irregular = s.state not in SERVED
    wrong = change(s, e, law)
    return Applied(irregular or bool(wrong), wrong)


def extend(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Extend unpaid work: neither another requirement nor the order moves with it (D17.3, G8)."""
    give_time(s, law, e)
    if e.ends_on is None:
        return Applied(irregular=True, note="the court extended unpaid work; to which day is open")
    outlasts = s.ends_on is not None and e.ends_on > s.ends_on
    note = f"the order itself still ends on {s.ends_on}" if outlasts else ""
    return Applied(s.state not in SERVED, note)


def extend_suspended(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Record an extension that no suspended sentence order can have past its end (G9, D19.4)."""
    beyond = e.ends_on is None or s.ends_on is None or e.ends_on > s.ends_on
    give_time(s, law, e)
    if not beyond:
        return Applied(irregular=True, note="D19.3: up to its end the order needs no extension")
    note = f"G9: unpaid work never outlasts the operational period, which ends on {s.ends_on}"
    return Applied(irregular=True, note=note)


def end_requirement(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """End one requirement while the order goes on (T27, D17.8)."""
    wrong = change(s, e, law)
    named = e.requirement_id or _only_one_in_progress(s)
    if named is None or named not in s.requirements:
        note = "which requirement the court ended is not said; its requirement_id is wanted"
        return Applied(irregular=True, note=note)
    end_by_court(s, law, e, named)
    return Applied(s.state not in SERVED or bool(wrong), wrong)


def _only_one_in_progress(s: Sentence) -> str | None:
    """Return the requirement that good progress can end, where there is exactly one."""
    kinds = (RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SUPERVISION)
    open_ones = [
        key
        for key, item in s.requirements.items()
        if item.is_open and item.requirement.kind in kinds
    ]
    return open_ones[0] if len(open_ones) == 1 else None


def not_proved(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Find no breach: back to where it came from, nothing spent (T08, D17.12)."""
    if not before_court(s):
        return Applied(irregular=True, note="no breach was before the court")
    irregular = resume(s, e)
    refresh_days(s, law)
    return Applied(irregular)


def ends(arrow: str, outcome: Outcome, note: str = "") -> Disposal:
    """Return the function for a decision that ends the sentence by that arrow."""

    def end(s: Sentence, e: CourtDecided, law: Law) -> Applied:
        if s.breach is not None:
            amend(s, closed_at=e.occurred_at)
        on = e.decided_on or day_of(e.occurred_at)
        at = min(e.occurred_at, end_of(on))
        return Applied(complete(s, law, End(arrow, outcome, on, at, e)), note)

    return end
