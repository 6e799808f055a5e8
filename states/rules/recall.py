"""Recall from licence: decided by an officer, never by a clock (T11, D7.10, D10, D11).

A ground is known (D12.1), and the decision is recorded to the minute, because the hours run from
it: 24, or 2 in an emergency (D12.3, D6.3, D6.4, ev-recall-decision-record). No warning, induction
or plan has to come first (G15). Supervision and orders are breached, never recalled (D10.5,
M.recalled).

The advised type of recall follows table D11. The type that was decided is recorded and never
refused; a departure gives its reason. A person who is barred from a fixed term takes a standard
recall, by the list of the description or, where that is silent, because only three types exist
(AMB-11). An emergency recall is the urgent form of a standard one (AMB-36).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from states.entities import Recall
from states.events.custody import ReleaseReason
from states.events.recall import RecallDecided, RecallGround, RecallType
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.failure_days import refresh_days
from states.rules.failures import known_failures, missing_failure
from states.rules.handler import EventHandler, HandlerOutcome, unexpected
from states.rules.notifications import AGENCIES, LINE_MANAGER, notify
from states.rules.recall_report import RECALL_DECIDED, open_endorsement_duty, request_endorsement
from states.rules.state_changes import change_state
from states.rules.triggers import trigger_context
from states.rules.warnings import missing_judgement, refuse_excused
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.transitions import RECALL
from states.vocabulary import State


class FixedTermBar(StrEnum):
    """Bars to a fixed term recall, by row."""

    VIOLENT_OR_SEXUAL = "D11.b1"
    EXTENDED = "D11.b2"
    INDETERMINATE = "indeterminate"
    RECALLED_BEFORE = "D11.b3"
    RELEASED_EARLY = "D11.b4"
    TOO_MUCH_RISK = "D11.b5"


_OF_THE_SENTENCE: Final = (
    FixedTermBar.VIOLENT_OR_SEXUAL,
    FixedTermBar.EXTENDED,
    FixedTermBar.INDETERMINATE,
)
"""Bars that lie in the sentence itself."""

BAR_TEXTS: Final = {
    FixedTermBar.VIOLENT_OR_SEXUAL: "the sentence is for a violent or sexual offence",
    FixedTermBar.EXTENDED: "the sentence is an extended one",
    FixedTermBar.INDETERMINATE: "the sentence has no end: a fixed term is for one that has",
    FixedTermBar.RECALLED_BEFORE: "there was a recall before on this sentence",
    FixedTermBar.RELEASED_EARLY: "released early, and the automatic release date is still to come",
    FixedTermBar.TOO_MUCH_RISK: "judged too much of a risk",
}

_EARLY: Final = (ReleaseReason.HDC, ReleaseReason.COMPASSIONATE)
"""Releases ahead of the automatic date that bar a fixed term before it (ftr-hdc-ard)."""


ADVICE_MEANINGS: Final = {
    "D11.1": "fixed term: nothing bars it",
    "D11.2": "standard: the risk is too much for a fixed term",
    "D11.3": "standard: the offence or the sentence bars a fixed term",
    "D11.4": "standard: what happened before bars a fixed term",
    "D11.5": "emergency: the danger is very serious, and a fixed term is barred",
    "D11.6": "emergency: the danger is very serious, which is too much for a fixed term",
}
"""Advised type of recall and its reason, by row of D11."""


@dataclass(frozen=True, slots=True)
class RecallAdvice:
    """Advised type of recall, and the row that advises it."""

    type: RecallType
    row: str


def bars_on(s: Sentence, on: date) -> tuple[FixedTermBar, ...]:
    """Return the bars that follow from the facts on the day `on`: rows 1 to 4."""
    return tuple(_facts(s, on))


def _facts(s: Sentence, on: date) -> Iterator[FixedTermBar]:
    imposed = s.imposed
    automatic = s.automatic_release_on
    if imposed is not None and imposed.offence.violent_or_sexual:
        yield FixedTermBar.VIOLENT_OR_SEXUAL
    if imposed is not None and imposed.extended:
        yield FixedTermBar.EXTENDED
    if imposed is not None and imposed.indeterminate:
        yield FixedTermBar.INDETERMINATE
    if s.recalled_before:
        yield FixedTermBar.RECALLED_BEFORE
    if s.release_reason in _EARLY and automatic is not None and on < automatic:
        yield FixedTermBar.RELEASED_EARLY


def advise_recall(bars: tuple[FixedTermBar, ...], *, very_serious: bool) -> RecallAdvice:
    """Return the advice of the table where `bars` are up.

    Where danger is very serious and nothing else bars a fixed term, the risk is too much for one,
    and the way to an emergency recall is open (AMB-12).
    """
    if very_serious:
        return RecallAdvice(RecallType.EMERGENCY, "D11.5" if bars else "D11.6")
    if any(bar in bars for bar in _OF_THE_SENTENCE):
        return RecallAdvice(RecallType.STANDARD, "D11.3")
    if FixedTermBar.TOO_MUCH_RISK in bars:
        return RecallAdvice(RecallType.STANDARD, "D11.2")
    if bars:
        return RecallAdvice(RecallType.STANDARD, "D11.4")
    return RecallAdvice(RecallType.FIXED_TERM, "D11.1")


def bars_at_decision(s: Sentence, e: RecallDecided) -> tuple[FixedTermBar, ...]:
    """Return the bars on the day of a decision, including the officer's own judgement."""
    facts = bars_on(s, day_of(e.occurred_at))
    return (*facts, FixedTermBar.TOO_MUCH_RISK) if e.too_much_risk else facts


def advice_for(s: Sentence, e: RecallDecided) -> RecallAdvice:
    """Return the advice for a decision, by its content and the known facts."""
    return advise_recall(bars_at_decision(s, e), very_serious=bool(e.very_serious))


def departs_from_advice(s: Sentence, e: RecallDecided) -> bool:
    """Return whether a decision chose another type than the table."""
    return e.recall_type is not advice_for(s, e).type


def unexplained_type(s: Sentence, e: RecallDecided) -> str | None:
    """Return what speaks against the type of a decision that gives no reason; None if nothing.

    The type is recorded and never refused: since 3 December 2012 the law knows no bar of offence,
    earlier recall or early release (CJA 2003 s.255A), which the description still lists.
    """
    if not departs_from_advice(s, e) or e.departure_rationale is not None:
        return None
    given = advice_for(s, e)
    barred = e.recall_type is RecallType.FIXED_TERM
    named = "; ".join(BAR_TEXTS[bar] for bar in bars_at_decision(s, e)) if barred else ""
    why = f" ({named})" if named else ""
    return (
        f"advised is a recall of type {given.type.value}{why}; "
        f"{e.recall_type.value} instead gives its departure_rationale"
    )


GROUNDS_WITHOUT_FAILURE = (RecallGround.NEW_OFFENCE, RecallGround.BEHAVIOUR)
"""Grounds that need neither a failure nor a further offence (D10.1, D10.2, D10.4).

Without a failure there is none to count nine working days from (AMB-37).
"""


def _needs(s: Sentence, e: RecallDecided) -> str | None:
    named = e.failure_ids or ()
    if e.ground in GROUNDS_WITHOUT_FAILURE:
        # The recall does not depend on the named failures, so withdrawing one does not affect it.
        lacking = [f for f in named if f not in s.failures and f not in s.withdrawn_failures]
        return f"failure {lacking[0]}" if lacking else None
    if named and (unknown := missing_failure(s, named)) is not None:
        return unknown
    # An emergency does not wait for a judgement on the explanation (D12.2, G15).
    if e.recall_type is RecallType.EMERGENCY or any(
        s.failures[f].concern_at is not None for f in known_failures(s, named)
    ):
        return None
    return missing_judgement(s, named)


def _refuse(s: Sentence, e: RecallDecided, _law: Law) -> str | None:
    """Refuse a recall without permission or named failures (D10.3)."""
    if (stranger := denied(s, Permission.RECOMMEND_RECALL, e)) is not None:
        return stranger
    named = e.failure_ids or ()
    if e.ground not in GROUNDS_WITHOUT_FAILURE and not named:
        return "the ground condition_broken names the failures in which it was broken"
    return refuse_excused(s, named)


def recall_id(s: Sentence, day: str) -> str:
    """Return the id of a recall decided on that day: the day, numbered from the second on."""
    before = [item for item in s.recalls if item.id.split(".")[0] == day]
    return f"{day}.{len(before) + 1}" if before else day


def _decide(s: Sentence, e: RecallDecided, law: Law) -> HandlerOutcome:
    departure = departs_from_advice(s, e)
    unexplained = unexplained_type(s, e)
    recall = Recall(
        e.recall_type,
        e.ground,
        known_failures(s, e.failure_ids or ()),
        decided_at=e.occurred_at,
        cause=e.uid,
        came_from=s.state,
        id=recall_id(s, str(day_of(e.occurred_at))),
        row=advice_for(s, e).row,
        departure=departure,
        recalled_on_charge=e.recalled_on_charge,
        term_days=e.term_days,
    )
    s.recalls.append(recall)
    change_state(s, RECALL, State.RECALLED, at=e.occurred_at, cause=e.uid)
    clocks.settle(s, law, Settlement.CHARGE_ANSWERED, at=e.occurred_at, by=e.uid)
    urgent = e.recall_type is RecallType.EMERGENCY
    trigger = Trigger.EMERGENCY_RECALL_DECIDED if urgent else Trigger.NONEMERGENCY_RECALL_DECIDED
    decided = trigger_context(e, f"recall of type {e.recall_type.value} decided")
    clocks.start(s, law, trigger, context=decided, subject=recall.id)
    open_endorsement_duty(s, law, decided)
    refresh_days(s, law)
    request_endorsement(s, e)
    notify(
        s,
        e,
        "recall-decided",
        subject=recall.id,
        to=AGENCIES,
        liberty=True,
        type=e.recall_type.value,
    )
    if departure:
        notify(
            s, e, "departure-recorded", subject=recall.id, to=LINE_MANAGER, source="APP Sentences"
        )
    return unexpected(unexplained)


HANDLERS = (
    EventHandler(
        RecallDecided,
        _decide,
        transition=RECALL,
        roles=roles_for(Permission.RECOMMEND_RECALL),
        depends_on=_needs,
        guard=_refuse,
        satisfies=lambda _e: (RECALL_DECIDED,),
    ),
)
