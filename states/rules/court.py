"""Court: decisions on breach and on the order, by kind of sentence (D17).

A court's decision is a fact and is never refused. A decision on something that was not known to be
before the court is applied as far as possible, and marked irregular.

Breach of post-sentence supervision (D16) may end in a committal to custody (T22). The first two
failures bring a warning (D16.1), the third goes to court (D16.2), and any failure does so at once
where the public needs protection (D16.3): the counter of the edition says so, and the modules that
serve orders serve supervision as well. The documents state no further powers of the court (D16.8);
none is guessed (AMB-14).
"""

from collections.abc import Callable, Mapping
from typing import Final

from states.entities import Breach, Spending
from states.events.court import CourtDecided
from states.events.enforcement import BreachReason
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.breach import amend_breach, close_proceedings
from states.rules.event_dates import before_sentence, latest_time_on
from states.rules.failure_counts import mark_spent
from states.rules.failure_days import refresh_days
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.phases import cancel_liberty_clocks
from states.rules.requirement_changes import CHANGEABLE_STATES, change_by_court, end_by_court
from states.rules.sentence_end import SentenceEnd, complete_sentence, move_end
from states.rules.state_changes import change_state, supported_state
from states.rules.triggers import trigger_context
from states.rules.unpaid_work import extend_work, keep_ends, open_unpaid_work
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.time.calendar import shift
from states.time.london import day_of, end_of, start_of
from states.transitions import (
    ACTIVATE_CUSTODY,
    COMMIT_TO_CUSTODY,
    CONTINUE_AFTER_BREACH,
    REVOKE,
    REVOKE_FOR_GOOD_PROGRESS,
    Transition,
)
from states.vocabulary import CourtOutcome, Phase, RequirementKind, SentenceOutcome, State

CourtDisposal = Callable[[Sentence, CourtDecided, Law], HandlerOutcome]
"""Function that applies one outcome to the sentence."""


def is_before_court(s: Sentence) -> bool:
    """Return whether a breach is before the court, which has not committed for it yet."""
    return s.breach is not None and s.phase is not Phase.PSS_COMMITTAL


def apply_changes(s: Sentence, e: CourtDecided, law: Law) -> str:
    """Apply the requirements and the end date of a decision.

    Return what the court is to look at again; empty where all of it is lawful.
    """
    # No order ends on a day that cannot be; the court is asked.
    if e.ends_on is not None and before_sentence(s, "ends_on", e.ends_on) is None:
        move_end(s, law, e.ends_on)
    return change_by_court(s, law, e)


def continue_order(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Continue the order or supervision; earlier failures are spent (T07, D8.1, D8.2, D8.3)."""
    if not is_before_court(s):
        return unexpected("no breach was before the court; nothing is spent")
    wrong = apply_changes(s, e, law)
    dealt_with = s.breaches[-1].failure_ids
    amend_breach(s, closed_at=e.occurred_at)
    on = e.decided_on or day_of(e.occurred_at)
    # Reported on a later day, the hour of the decision is not known, nor what came before it.
    known_before = e.occurred_at if on == day_of(e.occurred_at) else start_of(on)
    mark_spent(s, Spending(on, e.occurred_at, known_before, failure_ids=dealt_with))
    irregular = change_state(
        s, CONTINUE_AFTER_BREACH, supported_state(s), at=e.occurred_at, cause=e.uid
    )
    refresh_days(s, law)
    return HandlerOutcome(irregular or bool(wrong), wrong)


def continue_changed_order(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Change requirements: as `continue_order` in a breach (T07); otherwise nothing else (T27)."""
    if is_before_court(s):
        return continue_order(s, e, law)
    irregular = s.state not in CHANGEABLE_STATES
    wrong = apply_changes(s, e, law)
    return HandlerOutcome(irregular or bool(wrong), wrong)


def extend_unpaid_work(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Extend unpaid work (D17.3, G8); the order lasts as long, with the work alone in it.

    Every other requirement keeps its end, which is that of the order before, where it has no own.
    """
    before = s.ends_on
    extend_work(s, law, e)
    if e.ends_on is None:
        return unexpected("the court extended unpaid work; to which day is open")
    note = ""
    if before is not None and e.ends_on > before and open_unpaid_work(s, e.requirement_id):
        move_end(s, law, e.ends_on)
        keep_ends(s, law, e, last=before)
        note = f"the order runs to {e.ends_on} for unpaid work alone; all else ends on {before}"
    return HandlerOutcome(s.state not in CHANGEABLE_STATES, note)


def extend_suspended_order(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Record an extension, which no suspended sentence order can have (G9, D19.3, D19.4)."""
    beyond = e.ends_on is None or s.ends_on is None or e.ends_on > s.ends_on
    extend_work(s, law, e)
    if not beyond:
        return unexpected("up to its end the order needs no extension")
    note = f"unpaid work never outlasts the operational period, which ends on {s.ends_on}"
    return unexpected(note)


def end_requirement(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """End one requirement while the order continues (T27, D17.8)."""
    wrong = apply_changes(s, e, law)
    named = e.requirement_id or _only_one_in_progress(s)
    if named is None or named not in s.requirements:
        note = "which requirement the court ended is not said; its requirement_id is wanted"
        return unexpected(note)
    end_by_court(s, law, e, key=named)
    return HandlerOutcome(s.state not in CHANGEABLE_STATES or bool(wrong), wrong)


def _only_one_in_progress(s: Sentence) -> str | None:
    """Return the requirement that good progress can end, where there is exactly one."""
    kinds = (RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SUPERVISION)
    open_ones = [
        key
        for key, item in s.requirements.items()
        if item.is_open and item.requirement.kind in kinds
    ]
    return open_ones[0] if len(open_ones) == 1 else None


def dismiss_breach(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Dismiss the breach: the earlier state returns and nothing is spent (T08, D17.12)."""
    if not is_before_court(s):
        return unexpected("no breach was before the court")
    irregular = close_proceedings(s, e)
    refresh_days(s, law)
    return HandlerOutcome(irregular)


def ending_disposal(
    transition: Transition, outcome: SentenceOutcome, note: str = ""
) -> CourtDisposal:
    """Return the function for a decision that ends the sentence by that transition."""

    def end(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
        if s.breach is not None:
            amend_breach(s, closed_at=e.occurred_at)
        on = e.decided_on or day_of(e.occurred_at)
        at = latest_time_on(e, on)
        ended = SentenceEnd(transition, outcome, on, at=at, event=e)
        return HandlerOutcome(complete_sentence(s, law, ended), note)

    return end


def commit_to_custody(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Commit the person to custody: still breached, the plan to be reviewed (D16.4, D16.5).

    The prison reports the release (T23); supervision that ends earlier ends the sentence (D16.7).
    """
    on = e.decided_on or day_of(e.occurred_at)
    unknown = s.breach is None
    if unknown:
        proceedings = Breach(
            (), e.occurred_at, e.uid, came_from=s.state, id=e.event_id, reason=BreachReason.OTHER
        )
        s.breaches.append(proceedings)
    amend_breach(s, committed_on=on)
    if e.committed_until is not None:
        amend_breach(s, committed_until=e.committed_until)
    if s.phase is Phase.PSS_COMMITTAL:
        # The prison reported it first; the review is owed already.
        return REGULAR
    irregular = change_state(
        s, COMMIT_TO_CUSTODY, State.BREACHED, at=e.occurred_at, cause=e.uid, since=shift(on, 1)
    )
    committed = trigger_context(e, f"committed on {on}", on=on)
    clocks.start(s, law, Trigger.COMMITTAL, context=committed, subject=str(on))
    cancel_liberty_clocks(s, law, at=max(e.occurred_at, end_of(on)), by=e.uid)
    refresh_days(s, law)
    note = "committed, and no breach was before the court" if unknown else ""
    return HandlerOutcome(irregular, note)


ANOTHER_WORKFLOW: Final = "a new sentence is another one, with an event number of its own"
_UNSTATED: Final = f"no text says so of a suspended sentence order; {ANOTHER_WORKFLOW}"

_RESENTENCED = ending_disposal(REVOKE, SentenceOutcome.REVOKED_RESENTENCED, ANOTHER_WORKFLOW)
_TO_CUSTODY = ending_disposal(REVOKE, SentenceOutcome.REVOKED_CUSTODY, ANOTHER_WORKFLOW)

DISPOSALS: Final[Mapping[AppliesTo | None, Mapping[CourtOutcome, CourtDisposal]]] = {
    AppliesTo.COMMUNITY_ORDER: {
        CourtOutcome.CONTINUES: continue_order,  # D17.1
        CourtOutcome.REQUIREMENTS_CHANGED: continue_changed_order,  # D17.2
        CourtOutcome.UNPAID_WORK_EXTENDED: extend_unpaid_work,  # D17.3
        CourtOutcome.REVOKED_RESENTENCED: _RESENTENCED,  # D17.4, D17.13
        CourtOutcome.REVOKED_CUSTODY: _TO_CUSTODY,  # D17.5
        CourtOutcome.GOOD_PROGRESS: ending_disposal(
            REVOKE_FOR_GOOD_PROGRESS, SentenceOutcome.GOOD_PROGRESS
        ),  # D17.6
        CourtOutcome.REQUIREMENT_ENDED: end_requirement,
        CourtOutcome.NOT_PROVED: dismiss_breach,  # D17.12
    },
    AppliesTo.SUSPENDED_SENTENCE_ORDER: {
        CourtOutcome.CONTINUES: continue_order,  # D17.7, AMB-09
        CourtOutcome.REQUIREMENTS_CHANGED: continue_changed_order,  # D17.7
        CourtOutcome.GOOD_PROGRESS: end_requirement,  # D17.8
        CourtOutcome.REQUIREMENT_ENDED: end_requirement,  # D17.8
        CourtOutcome.ACTIVATED_CUSTODY: ending_disposal(
            ACTIVATE_CUSTODY, SentenceOutcome.ACTIVATED_CUSTODY, ANOTHER_WORKFLOW
        ),
        CourtOutcome.NOT_PROVED: dismiss_breach,  # D17.12
    },
    AppliesTo.POST_SENTENCE_SUPERVISION: {
        CourtOutcome.COMMITTED: commit_to_custody,  # D17.10
        CourtOutcome.CONTINUES: continue_order,  # D17.11
        CourtOutcome.NOT_PROVED: dismiss_breach,  # D17.12
    },
}
"""Expected decisions of a court; D17.9 is the activation of a suspended sentence (AMB-15)."""

IRREGULAR_DISPOSALS: Final[Mapping[AppliesTo | None, Mapping[CourtOutcome, CourtDisposal]]] = {
    AppliesTo.SUSPENDED_SENTENCE_ORDER: {
        CourtOutcome.UNPAID_WORK_EXTENDED: extend_suspended_order,
        CourtOutcome.REVOKED_RESENTENCED: ending_disposal(
            REVOKE, SentenceOutcome.REVOKED_RESENTENCED, _UNSTATED
        ),
        CourtOutcome.REVOKED_CUSTODY: ending_disposal(
            REVOKE, SentenceOutcome.REVOKED_CUSTODY, _UNSTATED
        ),
    }
}
"""Decisions that the table does not expect and that are applied all the same (5.4)."""


def _unforeseen(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    """Record a decision that no row foresees; a person reports its effects by other events."""
    apply_changes(s, e, law)
    regime = s.regime.value if s.regime is not None else "sentence"
    outcomes = ", ".join(outcome.value for outcome in DISPOSALS.get(s.regime, {}))
    foreseen = f"foreseen are {outcomes}" if outcomes else "a breach of it goes to no court"
    note = f"{e.outcome.value} is not foreseen of a {regime}: {foreseen}; the state stays as it is"
    return unexpected(note)


def _decide(s: Sentence, e: CourtDecided, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    outcomes = {**DISPOSALS.get(s.regime, {}), **IRREGULAR_DISPOSALS.get(s.regime, {})}
    clocks.settle(s, law, Settlement.COURT_DECIDED, at=e.occurred_at, by=e.uid)
    applied = outcomes.get(e.outcome, _unforeseen)(s, e, law)
    # Last, so that the duty outlives a sentence that the decision ends.
    on = e.decided_on or day_of(e.occurred_at)
    decided = trigger_context(e, f"{e.outcome.value} on {on}", on=on)
    clocks.start(s, law, Trigger.COURT_DECIDED, context=decided, subject=e.event_id, requirement="")
    return applied


def _doubt(s: Sentence, e: CourtDecided, _law: Law) -> str | None:
    return (
        before_sentence(s, "decided_on", e.decided_on)
        or before_sentence(s, "ends_on", e.ends_on)
        or denied(s, Permission.DEAL_WITH_BREACH, e)
    )


HANDLERS = (
    EventHandler(
        CourtDecided,
        _decide,
        nature=Nature.ACT,
        requires=IMPOSED,
        roles=roles_for(Permission.DEAL_WITH_BREACH),
        doubt=_doubt,
        satisfies=lambda e: tuple(
            f"requirement {item.requirement_id}" for item in e.requirements or ()
        ),
    ),
)
