"""Events about messages and notices."""

from states.events.admin import EventWithdrawn, MessageResolved, NoticeAcknowledged
from states.law import Law
from states.rules import clocks
from states.rules.allocation import CASE_ALLOCATED
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence
from states.timescale import Settlement


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
    return REGULAR


def _withdraw(_s: Sentence, _e: EventWithdrawn, _law: Law) -> Applied:
    # What it withdraws was left out before the fold began; see states/withdrawals.py.
    return REGULAR


RULES = (
    Rule(EventWithdrawn, _withdraw, nature=Nature.FACT, after=None),
    Rule(MessageResolved, _resolve, nature=Nature.FACT, after=None),
    Rule(NoticeAcknowledged, _acknowledge, nature=Nature.FACT, after=None),
)
