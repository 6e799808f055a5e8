"""Administration: messages, notices, receipts by acknowledgement, and moved sentences.

A recipient of a report or a referral can confirm receipt by the event of that kind, or by
acknowledging the notice that carried it: either stops the clocks (G5, AMB-45, AMB-55). An
acknowledgement by ops or a machine only says that the notice needs no more attention; it is not a
receipt for others.
"""

from collections.abc import Iterator
from typing import Final

from states.entities import Breach, Effect, IssuedWarning, Recall
from states.events.administration import (
    EventWithdrawn,
    MessageResolved,
    NoticeAcknowledged,
    SentenceMoved,
)
from states.rules import clocks
from states.rules.allocation import CASE_ALLOCATED
from states.rules.authorisation import Permission, denied
from states.rules.edition_history import LAW_KEEPERS
from states.rules.failure_record import complete_records
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.recall_report import RECALL_REPORT, report_received
from states.rules.referral import REFERRAL_PAPERS, referral_received
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from states.standards.terms import Settlement
from states.vocabulary import Role

_FOR_OTHERS: Final = (Role.OPS, Role.SYSTEM)


def receive_by_acknowledgement(
    s: Sentence, e: NoticeAcknowledged, law: Law, effect: Effect
) -> None:
    """Record the receipt that the acknowledgement of `effect` stands for, if any."""
    if e.by.role in _FOR_OTHERS:
        return
    if _is_report_of_recall(s, effect) and denied(s, Permission.REVOKE, e) is None:
        report_received(s, law, at=e.occurred_at, by=e.uid)
    if _is_open_referral(s, effect) and denied(s, Permission.PRESENT, e) is None:
        referral_received(s, law, at=e.occurred_at, by=e.uid)


def _is_report_of_recall(s: Sentence, effect: Effect) -> bool:
    latest = s.recalls[-1].id if s.recalls else None
    return effect.template == RECALL_REPORT and effect.subject == latest


def _is_open_referral(s: Sentence, effect: Effect) -> bool:
    """Return whether `effect` carried the papers of the latest breach, not yet received."""
    if effect.template != REFERRAL_PAPERS or not s.breaches:
        return False
    latest = s.breaches[-1]
    sent = f"{REFERRAL_PAPERS}/{effect.subject}/{latest.referred_by}/{effect.recipient}"
    return effect.key == sent and latest.received_at is None


_FAILURE_OUTCOME: Final = "failure-outcome"

_SETTLED_BY_ACKNOWLEDGEMENT: Final = {
    "enforcement-taken": Settlement.CONTRIBUTORS_NOTIFIED,
    # On licence the step is a recall; everyone who works with the case is notified of it.
    "recall-decided": Settlement.CONTRIBUTORS_NOTIFIED,
    _FAILURE_OUTCOME: Settlement.REPORTER_NOTIFIED,
}
"""Notices about failures, with the settlement that an acknowledgement brings."""


def _resolve(s: Sentence, e: MessageResolved, _law: Law) -> HandlerOutcome:
    s.resolved.add(e.message_digest or e.resolved_event_id or "")
    return REGULAR


def _acknowledge(s: Sentence, e: NoticeAcknowledged, law: Law) -> HandlerOutcome:
    # A notice that is sent again has a generation after its key; any generation counts.
    key = _present_key(s, e.notice_key.partition("#")[0])
    s.acknowledged.setdefault(key, e.occurred_at)
    for duty in tuple(s.duties.values()):
        if key in duty.notices and all(notice in s.acknowledged for notice in duty.notices):
            clocks.discharge(s, duty.id, at=e.occurred_at, by=e.uid)
    effect = s.effects.get(key)
    if effect is not None and effect.template == CASE_ALLOCATED:
        notified = Settlement.PROVIDER_NOTIFIED
        clocks.settle(s, law, notified, at=e.occurred_at, by=e.uid)
    if effect is not None:
        _settle_failure_notices(s, e, law, effect=effect)
        receive_by_acknowledgement(s, e, law, effect=effect)
    return REGULAR


def _present_key(s: Sentence, key: str) -> str:
    """Return the key of the notice that stands for `key`, whose cause may have been corrected."""
    if key in s.effects:
        return key
    for before, after in s.corrections.items():
        present = key.replace(f"/{before}/", f"/{after}/")
        if present in s.effects:
            return present
    return key


def _settle_failure_notices(s: Sentence, e: NoticeAcknowledged, law: Law, effect: Effect) -> None:
    """Settle that others were notified of a failure's outcome, or of the step taken (D4.8)."""
    heard = _SETTLED_BY_ACKNOWLEDGEMENT.get(effect.template)
    if heard is None:
        return
    failure_ids = tuple(_failures_in(s, effect))
    for failure_id in failure_ids:
        clocks.settle(s, law, heard, at=e.occurred_at, by=e.uid, subject=failure_id)
    complete_records(s, law, e, failure_ids=failure_ids)


def _failures_in(s: Sentence, effect: Effect) -> Iterator[str]:
    if effect.template == _FAILURE_OUTCOME:
        yield effect.subject
        return
    steps: tuple[IssuedWarning | Breach | Recall, ...]
    steps = (*s.warnings.values(), *s.breaches, *s.recalls)
    for step in steps:
        if effect.key.split("/", 2)[2].startswith(f"{step.cause}/"):
            yield from (failure for failure in step.failure_ids if failure in s.failures)


def _withdraw(_s: Sentence, _e: EventWithdrawn, _law: Law) -> HandlerOutcome:
    # The withdrawn event was left out before the fold began; see states/withdrawals.py.
    return REGULAR


def _refuse_move(s: Sentence, e: SentenceMoved, law: Law) -> str | None:
    """Return why the sentence cannot continue under a name that is that of another sentence."""
    found = law.lookup_results.get(e.uid)
    if found is None:
        return None
    other = ", ".join(found.instead)
    return (
        f"{e.to_crn} {e.to_event_number} is another sentence, imposed by {other}; this one, "
        f"imposed by {s.imposed_by}, stays here: withdraw the imposition that is wrong, or name "
        "another number, and send sentence_moved under a new event_id"
    )


def _move(s: Sentence, e: SentenceMoved, _law: Law) -> HandlerOutcome:
    """Record the name under which a merged, unmerged or renumbered sentence continues.

    The workflow transfers the case (`workflows/transfer.py`). The latest event wins, so a sentence
    that was moved and moved back is at home again.
    """
    if e.to_crn is not None and e.to_event_number is not None:
        s.continues_as = SentenceRef(e.to_crn, e.to_event_number)
        s.moved_by = e.uid
    if e.from_crn is not None and e.from_event_number is not None:
        origin = SentenceRef(e.from_crn, e.from_event_number)
        if origin not in s.came_from:
            s.came_from = (*s.came_from, origin)
    return REGULAR


HANDLERS = (
    EventHandler(EventWithdrawn, _withdraw, nature=Nature.FACT, requires=None),
    EventHandler(MessageResolved, _resolve, nature=Nature.FACT, requires=None),
    EventHandler(NoticeAcknowledged, _acknowledge, nature=Nature.FACT, requires=None),
    EventHandler(
        SentenceMoved,
        _move,
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=None,
        guard=_refuse_move,
    ),
)
