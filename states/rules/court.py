"""What a court decided, by what it can decide of each kind of sentence (D17)."""

from collections.abc import Mapping
from typing import Final

from states.events.court import CourtDecided
from states.law import Law
from states.london import day_of
from states.rules import clocks
from states.rules.clocks import told
from states.rules.disposal import (
    Disposal,
    change,
    end_requirement,
    ends,
    extend,
    extend_suspended,
    goes_on,
    goes_on_changed,
    not_proved,
)
from states.rules.pss_breach import commit
from states.rules.rule import IMPOSED, Applied, Nature, Rule
from states.rules.standing import Act, not_entitled, roles_for
from states.sentence import Sentence
from states.timescale import AppliesTo, Settlement, Trigger
from states.vocabulary import CourtOutcome, Outcome, State

ANOTHER_WORKFLOW: Final = "a new sentence is another one, with an event number of its own"
_UNSTATED: Final = f"no text says so of a suspended sentence order; {ANOTHER_WORKFLOW}"

_RESENTENCED = ends("T32", Outcome.REVOKED_RESENTENCED, ANOTHER_WORKFLOW)
_TO_CUSTODY = ends("T32", Outcome.REVOKED_CUSTODY, ANOTHER_WORKFLOW)

TABLE: Final[Mapping[AppliesTo | None, Mapping[CourtOutcome, Disposal]]] = {
    AppliesTo.COMMUNITY_ORDER: {
        CourtOutcome.CONTINUES: goes_on,  # D17.1
        CourtOutcome.REQUIREMENTS_CHANGED: goes_on_changed,  # D17.2
        CourtOutcome.UNPAID_WORK_EXTENDED: extend,  # D17.3
        CourtOutcome.REVOKED_RESENTENCED: _RESENTENCED,  # D17.4, D17.13
        CourtOutcome.REVOKED_CUSTODY: _TO_CUSTODY,  # D17.5
        CourtOutcome.GOOD_PROGRESS: ends("T31", Outcome.GOOD_PROGRESS),  # D17.6
        CourtOutcome.REQUIREMENT_ENDED: end_requirement,
        CourtOutcome.NOT_PROVED: not_proved,  # D17.12
    },
    AppliesTo.SUSPENDED_SENTENCE_ORDER: {
        CourtOutcome.CONTINUES: goes_on,  # D17.7, AMB-09
        CourtOutcome.REQUIREMENTS_CHANGED: goes_on_changed,  # D17.7
        CourtOutcome.GOOD_PROGRESS: end_requirement,  # D17.8
        CourtOutcome.REQUIREMENT_ENDED: end_requirement,  # D17.8
        CourtOutcome.ACTIVATED_CUSTODY: ends("T33", Outcome.ACTIVATED_CUSTODY, ANOTHER_WORKFLOW),
        CourtOutcome.NOT_PROVED: not_proved,  # D17.12
    },
    AppliesTo.POST_SENTENCE_SUPERVISION: {
        CourtOutcome.COMMITTED: commit,  # D17.10
        CourtOutcome.CONTINUES: goes_on,  # D17.11
        CourtOutcome.NOT_PROVED: not_proved,  # D17.12
    },
}
"""What a court is expected to decide; D17.9 is the activation of a suspended sentence (AMB-15)."""

IRREGULAR: Final[Mapping[AppliesTo | None, Mapping[CourtOutcome, Disposal]]] = {
    AppliesTo.SUSPENDED_SENTENCE_ORDER: {
        CourtOutcome.UNPAID_WORK_EXTENDED: extend_suspended,
        CourtOutcome.REVOKED_RESENTENCED: ends("T32", Outcome.REVOKED_RESENTENCED, _UNSTATED),
        CourtOutcome.REVOKED_CUSTODY: ends("T32", Outcome.REVOKED_CUSTODY, _UNSTATED),
    },
}
"""What the table does not expect and the facts follow all the same (5.4)."""


def expected(s: Sentence) -> tuple[CourtOutcome, ...]:
    """Return what a court can decide of the sentence as it is served now, in the order of D17."""
    return tuple(TABLE.get(s.regime, {}))


def _unforeseen(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Record a decision that no row foresees: a person says by other events what it means."""
    change(s, e, law)
    regime = s.regime.value if s.regime is not None else "sentence"
    outcomes = ", ".join(outcome.value for outcome in expected(s))
    foreseen = f"foreseen are {outcomes}" if outcomes else "a breach of it goes to no court"
    note = f"{e.outcome.value} is not foreseen of a {regime}: {foreseen}; the state stays as it is"
    return Applied(irregular=True, note=note)


def _decide(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    outcomes = {**TABLE.get(s.regime, {}), **IRREGULAR.get(s.regime, {})}
    clocks.settle(s, law, Settlement.COURT_DECIDED, at=e.occurred_at, by=e.uid)
    applied = outcomes.get(e.outcome, _unforeseen)(s, e, law)
    # Last, so that it outlives a sentence which the decision ends: it is still to be passed on.
    on = e.decided_on or day_of(e.occurred_at)
    decided = told(e, f"{e.outcome.value} on {on}", on=on)
    clocks.start(s, law, Trigger.COURT_DECIDED, decided, subject=e.event_id, requirement="")
    return applied


def _refuse(s: Sentence, e: CourtDecided, _law: Law) -> str | None:
    if e.decided_on is not None and e.decided_on > day_of(e.occurred_at):
        return f"decided_on {e.decided_on} lies after the day of the event"
    if s.imposed is not None and (e.decided_on or e.ends_on or s.imposed.sentenced_on) < (
        s.imposed.sentenced_on
    ):
        return f"the order was made on {s.imposed.sentenced_on}; the decision names an earlier day"
    return not_entitled(s, Act.DEAL_WITH_BREACH, e)


RULES = (
    Rule(
        CourtDecided,
        _decide,
        nature=Nature.FACT,
        requires=IMPOSED,
        roles=roles_for(Act.DEAL_WITH_BREACH),
        guard=_refuse,
        satisfies=lambda e: tuple(
            f"requirement {item.requirement_id}" for item in e.requirements or ()
        ),
    ),
)
