"""Advice on recall: the decision, its type, and the next step of a recall (D7.10, D10-D15).

On licence recall is possible at any point. It is advised where the public is at risk, and put to
the officer where the person is charged with an offence. Otherwise the types that are barred are
shown beside the warning, so that none of them is chosen.
"""

from collections.abc import Iterator
from typing import Final

from states.advice.orders import has_warning
from states.advice.proposal import Proposal
from states.advice.recall_law import type_by_law
from states.entities import Failure, OpenDuty, Recall
from states.events.recall import RecallType
from states.rules import clocks
from states.rules.authorisation import CRC, NPS, enforcing_organisation
from states.rules.failure_counts import failure_days, of_regime, unspent
from states.rules.recall import BAR_TEXTS, FixedTermBar, advise_recall, bars_on
from states.rules.recall_report import endorsement_needed
from states.rules.recall_term import release_due_on
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.time.london import day_of
from states.vocabulary import Phase, State

CHARGE: Final = "recall-on-charge"
"""Duty to decide on recall after a charge."""

PPCS = "PPCS"
NOMS = "NOMS"
POLICE = "POLICE"
HMPS = "HMPS"
"""Parties outside probation that may take a step, as codes of the contract."""


def proposals_of_recall(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the advice on recall: before one is decided, or on the one under way."""
    recall = s.recall
    if recall is not None and s.state is State.RECALLED:
        yield from _next_step(s, law, recall)
    elif s.phase is Phase.LICENCE:
        yield from _on_licence(s, law)


def _on_licence(s: Sentence, law: Law) -> Iterator[Proposal]:
    by = enforcing_organisation(s)
    concerned, unanswered = _failures(s)
    if concerned:
        ids = tuple(failure.id for failure in concerned)
        reason = "public protection: emergency recall at once, without a warning"
        yield Proposal("recall_decided", "D7.10", reason, by=by, failure_ids=ids)
    charges = tuple(_charges(s))
    for duty in charges:
        reason = (
            f"{duty.trigger}: a person on licence can be recalled for a new charge; decide on it, "
            f"or give the reasons against it as duty_discharged of {CHARGE}"
        )
        yield Proposal("recall_decided", "D10.1", reason, by=by, subject=duty.subject)
    if concerned or unanswered or charges:
        ids = tuple(failure.id for failure in (*concerned, *unanswered))
        yield _type(s, law, ids, very_serious=bool(concerned))


def _charges(s: Sentence) -> Iterator[OpenDuty]:
    """Yield the charges on which the officer has not decided yet."""
    for key in s.by_provision.get(CHARGE, ()):
        if clocks.is_open(s, key):
            yield s.duties[key]


def _failures(s: Sentence) -> tuple[list[Failure], list[Failure]]:
    """Return the open failures with a concern for the public, and the other unacceptable ones."""
    concerned: list[Failure] = []
    others: list[Failure] = []
    for every in failure_days(s).values():
        failures = unspent(s, of_regime(every, AppliesTo.LICENCE))
        if any(f.concern_at is not None and not f.acceptable for f in failures):
            concerned += [f for f in failures if f.concern_at is not None and not f.acceptable]
        elif not has_warning(s, {f.id for f in failures}):
            others += [f for f in failures if f.acceptable is False]
    return concerned, others


def _type(s: Sentence, law: Law, ids: tuple[str, ...], *, very_serious: bool) -> Proposal:
    """Return the type of recall that the table gives, with the bars to other types (D11)."""
    bars = bars_on(s, day_of(s.at)) if s.at is not None else ()
    given = advise_recall(bars, very_serious=very_serious)
    bar_texts = "; ".join(BAR_TEXTS[bar] for bar in bars) or "nothing bars a fixed term"
    reason = f"a recall would be of type {given.type}: {bar_texts}"
    if given.type is RecallType.EMERGENCY:
        reason = "a recall would be of type emergency: the danger is very serious"
    if given.type is RecallType.FIXED_TERM:
        reason += f"; standard where {BAR_TEXTS[FixedTermBar.TOO_MUCH_RISK]} for a fixed term"
    if given.type is not RecallType.EMERGENCY:
        reason += "; emergency where the danger is very serious"
    by_law = None if s.at is None else type_by_law(s, law, s.at)
    if by_law is not None:
        reason += f"; {by_law}"
    by = enforcing_organisation(s)
    return Proposal("recall_decided", given.row, reason, by=by, failure_ids=ids)


def _next_step(s: Sentence, law: Law, recall: Recall) -> Iterator[Proposal]:
    """Yield the next step of the timeline (D12), and the endorsement that it may need (D13)."""
    ids = recall.failure_ids
    if s.phase is Phase.RECALL_CUSTODY:
        yield _release(s, law, recall)
    elif recall.revoked_on is not None:
        reason = f"the licence was revoked on {recall.revoked_on}: arrest and return are awaited"
        yield Proposal("returned_to_custody", "D12.9", reason, by=POLICE, failure_ids=ids)
    elif recall.received_at is not None:
        reason = "the casework section has the report: it decides on revocation"
        yield Proposal("licence_revoked", "D12.7", reason, by=NOMS, failure_ids=ids)
    if recall.received_at is None and recall.type is not None and recall.refused_at is None:
        yield from _report(s, recall)


def _report(s: Sentence, recall: Recall) -> Iterator[Proposal]:
    ids = recall.failure_ids
    row = endorsement_needed(s)
    hours = "2 hours" if recall.type is RecallType.EMERGENCY else "24 hours"
    if row is not None and recall.sent_at is None and not recall.endorsed:
        if recall.endorsed is None:
            reason = "the risk is high, or may be: the NPS endorses before the report is sent"
            yield Proposal("recall_endorsed", row, reason, by=NPS, failure_ids=ids)
        else:
            reason = "the NPS did not endorse: withdraw the recall, or ask the NPS again"
            yield Proposal("recall_withdrawn", row, reason, by=CRC, failure_ids=ids)
    elif recall.sent_at is None:
        reason = f"the report is to be with the casework section {hours} after the decision"
        by = enforcing_organisation(s)
        yield Proposal("recall_report_sent", "D12.5", reason, by=by, failure_ids=ids)
    else:
        reason = "sent and not acknowledged: only receipt stops the clock"
        yield Proposal("recall_report_received", "D12.5", reason, by=PPCS, failure_ids=ids)


def _release(s: Sentence, law: Law, recall: Recall) -> Proposal:
    """Return the next release of the person, with the row that gives its date (D15)."""
    due = release_due_on(recall, law.calendar)
    last = s.licence_ends_on or s.ends_on
    ids = recall.failure_ids
    if recall.refused_at is not None:
        reason = "the licence was not revoked: the prison releases, or states its ground to detain"
        return Proposal("released", "T13", reason, by=HMPS, failure_ids=ids)
    if recall.board_released_on is not None:
        reason = f"the Parole Board decided on release on {recall.board_released_on}"
        return Proposal("released", "D15.2", reason, by=HMPS, failure_ids=ids)
    if recall.type is RecallType.FIXED_TERM:
        governs = recall.release_due_on or recall.board_release_due_on
        ends_on = governs or recall.term_ends_on
        row = "D15.5" if ends_on == last and ends_on != recall.release_due_on else "D15.1"
        reason = f"the fixed term ends on {ends_on}"
        if due != ends_on:
            reason += f"; no prison releases on that day, so the day of release is {due}"
        return Proposal("released", row, reason, by=HMPS, failure_ids=ids)
    row = "D15.4" if recall.type is RecallType.EMERGENCY else "D15.3"
    until = due or "the end of the licence, which is not known"
    if s.imposed is not None and s.imposed.indeterminate:
        until = "the Parole Board decides on release: the sentence has no end"
        return Proposal(
            "parole_board_decided", row, f"held until {until}", by="PAROLE_BOARD", failure_ids=ids
        )
    reason = f"held until {until}, unless the Parole Board decides on release earlier"
    return Proposal("parole_board_decided", row, reason, by="PAROLE_BOARD", failure_ids=ids)
