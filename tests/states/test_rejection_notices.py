"""No message fails in silence: its sender is notified, within bounds, and when it is mended."""

from datetime import timedelta

from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.messages import ParsedMessage
from states.outbox import COMPENSATION_PREFIX
from states.recipients import route_of
from states.rejection_notices import DAILY_LIMIT, HELD_FOR, SENDER
from states.rules.notifications import OPS
from states.schedule import HOUSEKEEPING, wakeups
from tests.states.stream import at, case_of, catalogue, event, incoming, law, serving

NOW = "2026-11-23"
QUIET = timedelta(0)


def decided(case: EventLog, now: str) -> FoldResult:
    return decide_with_lookups(case, law(), at(now), catalogue().look_up)


def told(case: EventLog, now: str, template: str) -> dict[str, str]:
    """The recipient of each notice of that template that is desired at that time, by subject."""
    found = decided(case, now).alerts.values()
    return {effect.subject: effect.recipient for effect in found if effect.template == template}


def unreadable(number: int, when: str = NOW) -> ParsedMessage:
    return ParsedMessage("nonsense", f"{number:032x}", at(when), 10, code="invalid", reason="r")


def refused() -> EventLog:
    again = event("officer_assigned", "2026-11-20", event_id="again", authorised=False)
    return case_of([*serving(), again])


def held() -> EventLog:
    judged = event("failure_judged", "2026-11-20", failure_id="F9", acceptable=False, event_id="J9")
    return case_of([*serving(), judged])


def test_the_sender_of_what_a_rule_refused_is_told_with_its_kind_and_organisation() -> None:
    """By the organisation that its `by` names; no word of the message itself is repeated."""
    case = refused()
    found = decided(case, NOW)

    (effect,) = (e for e in found.alerts.values() if e.recipient == SENDER)

    facts = dict(effect.facts)
    assert ("message-not-taken", "again") == (effect.template, effect.subject)
    assert ("refused", "officer_assigned") == (facts["disposition"], facts["kind"])
    assert facts["organisation"] == route_of(effect, case, found)["organisation"]


def test_a_message_that_waits_is_told_of_after_a_day_and_wakes_the_sentence_then() -> None:
    """A prerequisite mostly follows within the hour: no notice is sent until then."""
    case = held()
    (entry,) = (entry for entry in case.log if entry.event.event_id == "J9")
    due = entry.received_at + HELD_FOR

    before = f"{due - timedelta(minutes=1):%Y-%m-%d %H:%M}"
    assert {} == told(case, before, "message-not-taken")
    found = decided(case, before)
    ahead = wakeups(case, found, law(), at(before), later=QUIET, quiet=QUIET)
    assert ahead[HOUSEKEEPING].at <= due
    after = f"{due + timedelta(hours=1):%Y-%m-%d %H:%M}"
    assert {"J9": SENDER} == told(case, after, "message-not-taken")


def test_a_sender_is_told_when_the_message_is_taken_after_all() -> None:
    """The counter-effect says that the notice no longer holds."""
    case = held()
    late = "2026-11-25"
    case.reconcile(decided(case, late), at(late), QUIET)
    (key,) = (key for key in case.outbox.entries if key.startswith("message-not-taken"))
    case.outbox.start(key, at(late))
    case.outbox.mark_sent(key, at(late))

    case.receive(incoming(event("failure_reported", "2026-11-19", failure_id="F9"), at(late)))
    case.reconcile(decided(case, late), at(late), QUIET)

    assert COMPENSATION_PREFIX + key in case.outbox.entries


def test_what_cannot_be_read_is_told_to_ops_unless_its_sender_is_known() -> None:
    """An id that was used for other content names its organisation; nonsense names nobody."""
    case = refused()
    case.receive(unreadable(1))
    other = event("officer_assigned", "2026-11-20", event_id="again", officer_id="N07A009")
    case.receive(incoming(other, at(NOW)))

    found = told(case, NOW, "message-unreadable")

    assert {f"{1:032x}": OPS, "again": SENDER} == found


def test_whoever_floods_a_sentence_is_told_of_the_first_twenty_of_a_day() -> None:
    """A queued notice stays wanted, although the quarantine forgets its message."""
    case = case_of(serving())
    for number in range(300):
        case.receive(unreadable(number))
    first = told(case, NOW, "message-unreadable")
    case.reconcile(decided(case, NOW), at(NOW), QUIET)
    for number in range(300, 600):
        case.receive(unreadable(number))

    assert DAILY_LIMIT == len(first)
    assert first == told(case, NOW, "message-unreadable")
    case.receive(unreadable(900, "2026-11-24"))
    assert f"{900:032x}" in told(case, "2026-11-24", "message-unreadable")
