"""What ops are shown of notices that do not arrive, where they look: in the details of the UI."""

from datetime import timedelta

from states.outbox import DeliveryStatus
from tests.states.stream import IDENTITY, at, case_of, law, serving
from workflows.visibility import details

NOW = at("2026-11-23")


def test_details_name_the_notices_that_were_not_sent_and_what_to_do() -> None:
    """Those that need somebody first; nothing of it where every notice arrives."""
    case = case_of(serving())
    decided = case.decide(law(), NOW)
    case.reconcile(decided, NOW, timedelta(0))
    first, second, *rest = case.outbox.queued(NOW)
    for key in (first, second, *rest):
        case.outbox.start(key, NOW)
    case.outbox.mark_failed(first, "MailServerDown", NOW + timedelta(hours=1))
    case.outbox.block(second, DeliveryStatus.REFUSED, "NoticeRefused", NOW)
    for key in rest:
        case.outbox.mark_sent(key, NOW)

    text = details(IDENTITY, case, decided, NOW)
    told = text.partition("**Notices not sent**")[2].strip().splitlines()
    assert told[0].startswith(f"- ops: `{second}` to ")
    assert "nudge the sentence" in told[0]
    assert told[1].endswith("tried again, MailServerDown")

    case.outbox.start(first, NOW)
    case.outbox.mark_sent(first, NOW)
    decided.sentence.acknowledged[second] = NOW
    assert "Notices not sent" not in details(IDENTITY, case, decided, NOW)
