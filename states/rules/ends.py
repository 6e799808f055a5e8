"""The end of a sentence is moved, or something other than its date or a court ends it."""

from datetime import date

from states.events.sentence import EndDateChanged, SentenceEnded
from states.graph import AWAITING, OPEN
from states.law import Law
from states.london import day_of, end_of
from states.rules import clocks
from states.rules.ending import End, complete
from states.rules.evaluation import refresh_evaluation
from states.rules.recall_term import date_term
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import AppliesTo, Trigger
from states.vocabulary import EndReason, Outcome, Phase, Role, SentenceType, State

_SUPERVISION = (Phase.PSS, Phase.PSS_COMMITTAL)


def _refuse_end_date(s: Sentence, e: EndDateChanged, _law: Law) -> str | None:
    imposed = s.imposed
    if imposed is not None and e.ends_on < imposed.sentenced_on:
        return f"an order made on {imposed.sentenced_on} cannot end on {e.ends_on}"
    return None


def _change_end_date(s: Sentence, e: EndDateChanged, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    if s.kind is SentenceType.CUSTODY:
        whole_is_pss = s.pss_ends_on is not None and e.pss_ends_on is None
        licence = e.licence_ends_on or (None if s.pss_ends_on else e.ends_on)
        over = s.phase in _SUPERVISION and licence is not None and licence >= day_of(e.occurred_at)
        move_ends(s, law, licence=licence, pss=e.ends_on if whole_is_pss else e.pss_ends_on)
        if over:
            note = f"supervision runs already; a licence to {licence} does not come back by itself"
            return Applied(irregular=True, note=note)
    else:
        move_end(s, law, e.ends_on)
    return REGULAR


def move_end(s: Sentence, law: Law, ends_on: date) -> None:
    """Move the end of the whole sentence and re-date every clock that counts to it (T29)."""
    s.ends_on, s.end_set_at = ends_on, s.at
    word = "sentence" if s.kind is SentenceType.CUSTODY else "order"
    reason = f"the end of the {word} moved to {ends_on}"
    clocks.redate(s, law, Trigger.ORDER_END, ends_on, reason)
    clocks.redate(s, law, Trigger.OPERATIONAL_PERIOD_END, ends_on, reason)
    refresh_evaluation(s)


def move_ends(s: Sentence, law: Law, *, licence: date | None, pss: date | None) -> None:
    """Move the last days of licence and supervision, as far as they are given (T29)."""
    if licence is not None:
        s.licence_ends_on = licence
        reason = f"the end of the licence moved to {licence}"
        clocks.redate(*(s, law, Trigger.LICENCE_END, licence, reason), regime=AppliesTo.LICENCE)
        date_term(s, law)
    if pss is not None:
        s.pss_ends_on = pss
        reason = f"the end of supervision moved to {pss}"
        clocks.redate(
            *(s, law, Trigger.PSS_END, pss, reason), regime=AppliesTo.POST_SENTENCE_SUPERVISION
        )
    whole = s.pss_ends_on or s.licence_ends_on
    s.end_set_at = s.at
    if whole is not None and whole != s.ends_on:
        move_end(s, law, whole)


def _end(s: Sentence, e: SentenceEnded, law: Law) -> Applied:
    if s.state is State.COMPLETED:
        return Applied(irregular=True, note=f"the sentence had ended on {s.ended_on}")
    ended_at = min(e.occurred_at, end_of(e.ended_on))
    duty_left = e.reason not in {EndReason.DEATH, EndReason.NEVER_IMPOSED, EndReason.APPEAL}
    complete(s, law, End("T34", Outcome.OTHER, e.ended_on, ended_at, e, duty_left))
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
        requires=IMPOSED,
        guard=_refuse_end_date,
    ),
    Rule(
        SentenceEnded,
        _end,
        nature=Nature.FACT,
        states=(AWAITING, *OPEN),
        requires=None,
        depends_on=_end_needs,
        guard=_refuse_end,
    ),
)
