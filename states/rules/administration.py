"""Events about messages and notices."""

from collections.abc import Iterator
from typing import Final

from states.events.admin import EventWithdrawn, MessageResolved, NoticeAcknowledged
from states.law import Law
from states.records import Breach, Effect, IssuedWarning, Recall
from states.rules import clocks
from states.rules.allocation import CASE_ALLOCATED
from states.rules.failure_record import complete_records
from states.rules.receipts import receive
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement

_OUTCOME: Final = "failure-outcome"

_HEARD: Final = {
    "enforcement-taken": Settlement.CONTRIBUTORS_NOTIFIED,
    # On licence the step is a recall, of which all hear who work with the case.
    "recall-decided": Settlement.CONTRIBUTORS_NOTIFIED,
    _OUTCOME: Settlement.REPORTER_NOTIFIED,
}
"""Notices about failures, with what their acknowledgement settles."""


def _resolve(s: Sentence, e: MessageResolved, _law: Law) -> Applied:
    s.resolved.add(e.message_digest or e.resolved_event_id or "")
    return REGULAR


def _acknowledge(s: Sentence, e: NoticeAcknowledged, law: Law) -> Applied:
    # A notice sent again has a generation after its key; whichever arrived, it arrived.
    key = e.notice_key.partition("#")[0]
    s.acknowledged.setdefault(key, e.occurred_at)
    for duty in tuple(s.duties.values()):
        if key in duty.notices and all(notice in s.acknowledged for notice in duty.notices):
            clocks.discharge(s, duty.id, at=e.occurred_at, by=e.uid)
    effect = s.effects.get(key)
    if effect is not None and effect.template == CASE_ALLOCATED:
        notified = Settlement.PROVIDER_NOTIFIED
        clocks.settle(s, law, notified, at=e.occurred_at, by=e.uid)
    if effect is not None:
        _hear_of_failures(s, e, law, effect)
        receive(s, e, law, effect)
    return REGULAR


def _hear_of_failures(s: Sentence, e: NoticeAcknowledged, law: Law, effect: Effect) -> None:
    """Settle that others heard of failures: of the outcome of one, or of what was done (D4.8)."""
    heard = _HEARD.get(effect.template)
    if heard is None:
        return
    failure_ids = tuple(_told_of(s, effect))
    for failure_id in failure_ids:
        clocks.settle(s, law, heard, at=e.occurred_at, by=e.uid, subject=failure_id)
    complete_records(s, law, e, failure_ids)


def _told_of(s: Sentence, effect: Effect) -> Iterator[str]:
    if effect.template == _OUTCOME:
        yield effect.subject
        return
    steps: tuple[IssuedWarning | Breach | Recall, ...]
    steps = (*s.warnings.values(), *s.breaches, *s.recalls)
    for step in steps:
        if effect.key.split("/", 2)[2].startswith(f"{step.cause}/"):
            yield from (failure for failure in step.failure_ids if failure in s.failures)


def _withdraw(_s: Sentence, _e: EventWithdrawn, _law: Law) -> Applied:
    # What it withdraws was left out before the fold began; see states/withdrawals.py.
    return REGULAR


RULES = (
    Rule(EventWithdrawn, _withdraw, nature=Nature.FACT, requires=None),
    Rule(MessageResolved, _resolve, nature=Nature.FACT, requires=None),
    Rule(NoticeAcknowledged, _acknowledge, nature=Nature.FACT, requires=None),
)
