"""The breach referral with the response to supervision (D14.breach-referral, ev-crc-refer-breach).

A CRC's goes to the NPS, which presents it; the NPS's own goes to the court. What a CRC adds when
it sends the papers, its view on whether the order should go on, comes with the second notice.
"""

from states.events.enforcement import BreachDecided, BreachReferred
from states.papers.failures import response, told_to_deciders
from states.papers.matter import Matter, Said, decision, text, texts
from states.papers.next_steps import deadlines
from states.papers.requirements import progress
from states.records import Breach


def referral(m: Matter) -> Said | None:
    """Return what a breach referral says."""
    sent = m.event
    known = _proceedings(m)
    decided = m.events.get(known.cause) if known is not None else None
    if known is None or not isinstance(decided, BreachDecided):
        return None
    regime = m.regime
    papers = sent if isinstance(sent, BreachReferred) else None
    return {
        "decision": decision(decided, m.on, "breach"),
        "sent": decision(papers, m.on, "referral") if papers is not None else None,
        "reason": known.reason.value,
        "regime": regime.value,
        "rationale": text(decided.rationale),
        "alternatives": texts(decided.alternatives_considered),
        "departure": text(decided.departure_rationale) if known.departure else None,
        "failures": told_to_deciders(m, known.failure_ids),
        "response": response(m, regime),
        "requirements": progress(m),
        "response_report": papers.response_report if papers is not None else None,
        "order_should_continue": papers.order_should_continue if papers is not None else None,
        "deadlines": deadlines(m, known.id),
    }


def _proceedings(m: Matter) -> Breach | None:
    """Return the proceedings of the notice: those its event decided, or had begun before it."""
    before = [item for item in m.s.breaches if item.decided_at <= m.at]
    own = [item for item in before if item.cause == m.cause]
    found = own or before
    return found[-1] if found else None
