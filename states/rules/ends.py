"""The end of an order is moved, or something other than its date or a court ends it."""

from datetime import date

from states.events.sentence import EndDateChanged, SentenceEnded
from states.graph import AWAITING, OPEN
from states.law import Law
from states.london import end_of
from states.rules import clocks
from states.rules.ending import complete
from states.rules.evaluation import refresh_evaluation
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import EndReason, Outcome, Role, State


def _refuse_end_date(s: Sentence, e: EndDateChanged, _law: Law) -> str | None:
    imposed = s.imposed
    if imposed is not None and e.ends_on < imposed.sentenced_on:
        return f"an order made on {imposed.sentenced_on} cannot end on {e.ends_on}"
    return None


def _change_end_date(s: Sentence, e: EndDateChanged, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    move_end(s, law, e.ends_on)
    return REGULAR


def move_end(s: Sentence, law: Law, ends_on: date) -> None:
    """Move the end of the order and re-date every clock that counts to it (T29)."""
    s.ends_on, s.end_set_at = ends_on, s.at
    reason = f"the end of the order moved to {ends_on}"
    for timescale in clocks.governing(s, law, Trigger.ORDER_END):
        clock = s.clocks.get(timescale.id)
        if clock is not None:
            due = clocks.due_of(law, timescale, clock.started_at, ends_on)
            s.clocks[timescale.id] = clock.moved_to(due, reason)
    refresh_evaluation(s)


def _end(s: Sentence, e: SentenceEnded, _law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    ended_at = min(e.occurred_at, end_of(e.ended_on))
    duty_left = e.reason not in {EndReason.DEATH, EndReason.NEVER_IMPOSED, EndReason.APPEAL}
    complete(s, "T34", Outcome.OTHER, on=e.ended_on, at=ended_at, event=e, evaluation_due=duty_left)
    s.flags["end_reason"] = e.reason.value
    return REGULAR


def _end_needs(s: Sentence, e: SentenceEnded) -> str | None:
    # A sentence that never was can only be closed without an imposition.
    if s.imposed is None and e.reason is not EndReason.NEVER_IMPOSED:
        return IMPOSED
    return None


def _refuse_end(s: Sentence, e: SentenceEnded, _law: Law) -> str | None:
    if e.reason is EndReason.NEVER_IMPOSED and s.imposed is not None:
        return f"the sentence was imposed by {s.imposed_by}; withdraw that event first"
    if e.reason is EndReason.NEVER_IMPOSED and e.by.role is not Role.OPS:
        return f"only ops closes a sentence as never imposed, not {e.by.role.value}"
    if s.imposed is not None and e.ended_on < s.imposed.sentenced_on:
        return f"a sentence passed on {s.imposed.sentenced_on} cannot have ended on {e.ended_on}"
    return None


RULES = (
    Rule(
        EndDateChanged,
        _change_end_date,
        nature=Nature.FACT,
        after=IMPOSED,
        guard=_refuse_end_date,
    ),
    Rule(
        SentenceEnded,
        _end,
        nature=Nature.FACT,
        states=(AWAITING, *OPEN),
        after=None,
        needs=_end_needs,
        guard=_refuse_end,
    ),
)
