"""The inbox keeps the order of arrival, and separates readable messages from those that wait."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING
from states.events.registry import NUDGE
from workflows.inbox import UNKNOWN_KEY, InboundMessage, Inbox

AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAINTEXT: Final = InboundMessage(
    "x", (Payload(metadata={"encoding": b"json/plain"}, data=b"{}"),), AT
)
ENCRYPTED: Final = InboundMessage(
    "x", (Payload(metadata={"encoding": MESSAGE_ENCODING}, data=b"?"),), AT
)
KEYLESS: Final = replace(ENCRYPTED, fault=(UNKNOWN_KEY, "its key is not here yet"))


def _inbox(*messages: InboundMessage) -> Inbox:
    inbox = Inbox()
    for item in messages:
        inbox.append(item)
    return inbox


def test_encrypted_messages_stay_in_place() -> None:
    """Only readable messages are taken; the others stay in front of those beyond the limit."""
    first = replace(ENCRYPTED, name="first")
    second = replace(ENCRYPTED, name="second")
    inbox = _inbox(first, PLAINTEXT, second, replace(PLAINTEXT, name="later"))
    assert [PLAINTEXT] == inbox.take(3)
    assert ["first", "second", "later"] == [item.name for item in inbox]


def test_messages_to_forward_are_not_screened() -> None:
    """A plaintext message that would be refused here is forwarded as it came."""
    taken = _inbox(PLAINTEXT)
    taken.accept_plaintext = False
    forwarded = _inbox(PLAINTEXT)
    forwarded.accept_plaintext = False
    assert ["plaintext_refused"] == [
        item.fault[0] for item in taken.take() if item.fault is not None
    ]
    assert [PLAINTEXT] == forwarded.take(unscreened=True)


def test_a_message_with_a_missing_key_is_parked_until_a_nudge() -> None:
    """It does not count as new meanwhile, and is queued again behind later messages."""
    inbox = _inbox(KEYLESS)
    assert [] == inbox.take()
    inbox.requeue(AT)
    assert 0 == len(inbox)
    nudge = InboundMessage(NUDGE, (), AT)
    inbox.append(nudge)
    inbox.requeue(AT)
    assert [nudge, ENCRYPTED] == list(inbox)


def test_an_update_gets_its_message_even_if_the_key_is_missing() -> None:
    """A message that an update waits for is never parked."""
    inbox = _inbox()
    waiter_id = inbox.append_for_waiter(KEYLESS)
    inbox.append(PLAINTEXT)
    assert [True, False] == [inbox.deliver_to_waiter(item) for item in inbox.take()]
    assert inbox.is_delivered(waiter_id)
    assert KEYLESS == inbox.take_delivered(waiter_id)
