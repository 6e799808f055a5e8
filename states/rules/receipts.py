"""Receipt that counts in law, told by acknowledging the notice that was received.

Whoever a report or a referral was for can say so by the event of their own kind, or acknowledge the
notice in which it came: either stops the clocks (G5, AMB-45, AMB-55). Ops and machines that
acknowledge say only that the notice needs nothing more: they do not receive for others.
"""

from typing import Final

from states.events.admin import NoticeAcknowledged
from states.law import Law
from states.records import Effect
from states.rules.recall_report import RECALL_REPORT, report_received
from states.rules.referral import REFERRAL_PAPERS, referral_received
from states.rules.standing import Act, not_entitled
from states.sentence import Sentence
from states.vocabulary import Role

_FOR_OTHERS: Final = (Role.OPS, Role.SYSTEM)


def receive(s: Sentence, e: NoticeAcknowledged, law: Law, effect: Effect) -> None:
    """Take the acknowledgement of `effect` for the receipt of what came with it, where it is."""
    if e.by.role in _FOR_OTHERS:
        return
    if _is_report_of_recall(s, effect) and not_entitled(s, Act.REVOKE, e) is None:
        report_received(s, law, at=e.occurred_at, by=e.uid)
    if _is_open_referral(s, effect) and not_entitled(s, Act.PRESENT, e) is None:
        referral_received(s, law, at=e.occurred_at, by=e.uid)


def _is_report_of_recall(s: Sentence, effect: Effect) -> bool:
    latest = s.recalls[-1].id if s.recalls else None
    return effect.template == RECALL_REPORT and effect.subject == latest


def _is_open_referral(s: Sentence, effect: Effect) -> bool:
    """Whether they are the papers of the latest breach, which nobody has received yet."""
    if effect.template != REFERRAL_PAPERS or not s.breaches:
        return False
    latest = s.breaches[-1]
    sent = f"{REFERRAL_PAPERS}/{effect.subject}/{latest.referred_by}/{effect.recipient}"
    return effect.key == sent and latest.received_at is None
