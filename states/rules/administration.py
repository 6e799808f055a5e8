"""Events about messages and notices."""

from states.events.admin import EventWithdrawn, MessageResolved, NoticeAcknowledged
from states.law import Law
from states.rules.rule import REGULAR, Applied, Nature, Rule
from states.sentence import Sentence


def _resolve(s: Sentence, e: MessageResolved, _law: Law) -> Applied:
    s.resolved.add(e.message_digest or e.resolved_event_id or "")
    return REGULAR


def _acknowledge(s: Sentence, e: NoticeAcknowledged, _law: Law) -> Applied:
    s.acknowledged.setdefault(e.notice_key, e.occurred_at)
    return REGULAR


def _withdraw(_s: Sentence, _e: EventWithdrawn, _law: Law) -> Applied:
    # What it withdraws was left out before the fold began; see states/withdrawals.py.
    return REGULAR


RULES = (
    Rule(EventWithdrawn, _withdraw, nature=Nature.FACT, after=None),
    Rule(MessageResolved, _resolve, nature=Nature.FACT, after=None),
    Rule(NoticeAcknowledged, _acknowledge, nature=Nature.FACT, after=None),
)
