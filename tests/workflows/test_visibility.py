"""The details in the Temporal UI begin with what a person on duty has to do."""

from datetime import timedelta

from states.outbox import DeliveryStatus
from tests.states.stream import IDENTITY, allocated, at, case_of, failed, law, played, serving
from workflows.visibility import details

NOW = at("2026-11-23")


def test_details_begin_with_what_is_overdue_then_due_then_proposed() -> None:
    """Title, day, days late and rule of each, prompts too; a proposal says who may do it."""
    found = played([*allocated(), *failed("F1", "2026-11-10")], "2026-11-23")

    text = details(IDENTITY, found.case, found.decided, now=NOW)
    headings = (
        "**Overdue**",
        "**Overdue prompts**",
        "**Due next**",
        "**Proposed; a person decides**",
    )
    places = [text.index(heading) for heading in headings]
    assert sorted(places) == places
    late = text[places[0] : places[1]]
    assert "| First appointment arranged | 2026-11-09 | 14 | " in late
    assert "`notice-non-compliance/F1`" in text[places[1] : places[2]]
    assert "- `warning_issued` by " in text[places[3] :]


def test_details_name_the_unsent_notices_and_what_to_do() -> None:
    """Those that need a person come first; the section is absent when every notice is sent."""
    case = case_of(serving())
    decided = case.decide(law(), NOW)
    case.reconcile(decided, NOW, timedelta(0))
    first, second, *rest = case.outbox.queued(NOW)
    for key in (first, second, *rest):
        case.outbox.start(key, NOW)
    case.outbox.mark_failed(first, "MailServerDown", NOW + timedelta(hours=1))
    case.outbox.block(second, DeliveryStatus.REFUSED, "NoticeRefused", now=NOW)
    for key in rest:
        case.outbox.mark_sent(key, NOW)

    text = details(IDENTITY, case, decided, now=NOW)
    sent = text.partition("**Notices not sent**")[2].strip().splitlines()
    assert sent[0].startswith(f"- ops: `{second}` to ")
    assert "nudge the sentence" in sent[0]
    assert sent[1].endswith("tried again, MailServerDown")

    case.outbox.start(first, NOW)
    case.outbox.mark_sent(first, NOW)
    decided.sentence.acknowledged[second] = NOW
    assert "Notices not sent" not in details(IDENTITY, case, decided, now=NOW)
