"""What a court decided about a community order (D17 rows 1 to 6, 12)."""

from collections.abc import Callable

from states.events.enforcement import CourtDecided
from states.law import Law
from states.london import day_of, end_of
from states.rules.breach import amend, resume
from states.rules.counting import spend
from states.rules.ending import End, complete
from states.rules.ends import move_end
from states.rules.failure_day import refresh_days
from states.rules.moving import move, supported_state
from states.rules.obligations import extend_unpaid_work, replace_obligations
from states.rules.rule import IMPOSED, Applied, Nature, Rule
from states.sentence import Sentence
from states.vocabulary import CourtOutcome, Outcome, State

_SERVED = (State.ACTIVE, State.WARNED)
"""Where the table expects a court to change a requirement without a breach (T27)."""


def _change(s: Sentence, e: CourtDecided, law: Law) -> None:
    if e.requirements:
        replace_obligations(s, e.requirements)
    if e.ends_on is None:
        return
    if e.outcome is CourtOutcome.UNPAID_WORK_EXTENDED:
        extend_unpaid_work(s, e.ends_on)
    else:
        move_end(s, law, e.ends_on)


def _continues(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Let the order go on: what went before is spent (rows 1 and 2)."""
    if e.outcome is CourtOutcome.REQUIREMENTS_CHANGED and s.state is not State.BREACHED:
        return _varies(s, e, law)
    _change(s, e, law)
    if s.breach is not None:
        amend(s, closed_at=e.occurred_at)
    spend(s, day_of(e.occurred_at), e.occurred_at)
    irregular = s.state is not State.BREACHED
    if s.state is not State.AWAITING_ALLOCATION:
        irregular = move(s, "T07", supported_state(s), e.occurred_at, e.uid)
    refresh_days(s, law)
    return Applied(irregular)


def _varies(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Change requirements outside a breach: state, warnings and counts stay (T27, row 3)."""
    irregular = s.state not in _SERVED
    _change(s, e, law)
    return Applied(irregular)


def _not_proved(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Find no breach: back to where it came from, nothing spent (row 12)."""
    if s.state is not State.BREACHED:
        return Applied(irregular=True, note="no breach was before the court")
    resume(s, e)
    refresh_days(s, law)
    return Applied()


def _ends(arrow: str, outcome: Outcome) -> Callable[[Sentence, CourtDecided, Law], Applied]:
    """Return the rule for a decision that ends the order (rows 4 to 6)."""

    def end(s: Sentence, e: CourtDecided, law: Law) -> Applied:
        if s.breach is not None:
            amend(s, closed_at=e.occurred_at)
        on = e.decided_on or day_of(e.occurred_at)
        at = min(e.occurred_at, end_of(on))
        return Applied(complete(s, law, End(arrow, outcome, on, at, e)))

    return end


def _unforeseen(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Record a decision that no row foresees: a person says by other events what it means."""
    _change(s, e, law)
    return Applied(
        irregular=True,
        note=f"no rule for {e.outcome.value} on a community order; the state stays as it is",
    )


_BY_OUTCOME: dict[CourtOutcome, Callable[[Sentence, CourtDecided, Law], Applied]] = {
    CourtOutcome.CONTINUES: _continues,
    CourtOutcome.REQUIREMENTS_CHANGED: _continues,
    CourtOutcome.UNPAID_WORK_EXTENDED: _varies,
    CourtOutcome.REQUIREMENT_ENDED: _varies,
    CourtOutcome.NOT_PROVED: _not_proved,
    CourtOutcome.REVOKED_RESENTENCED: _ends("T32", Outcome.REVOKED_RESENTENCED),
    CourtOutcome.REVOKED_CUSTODY: _ends("T32", Outcome.REVOKED_CUSTODY),
    CourtOutcome.GOOD_PROGRESS: _ends("T31", Outcome.GOOD_PROGRESS),
}


def _decide(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    return _BY_OUTCOME.get(e.outcome, _unforeseen)(s, e, law)


def _refuse(s: Sentence, e: CourtDecided, _law: Law) -> str | None:
    if e.decided_on is not None and e.decided_on > day_of(e.occurred_at):
        return f"decided_on {e.decided_on} lies after the day of the event"
    if s.imposed is not None and (e.decided_on or e.ends_on or s.imposed.sentenced_on) < (
        s.imposed.sentenced_on
    ):
        return f"the order was made on {s.imposed.sentenced_on}; the decision names an earlier day"
    return None


RULES = (
    Rule(
        CourtDecided,
        _decide,
        nature=Nature.FACT,
        after=IMPOSED,
        guard=_refuse,
        provides=lambda e: tuple(
            f"requirement {item.requirement_id}" for item in e.requirements or ()
        ),
    ),
)
