"""The mail keeps its order, and tells what is taken here from what waits or goes elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING
from states.events.registry import NUDGE
from workflows.inbox import UNKNOWN_KEY, InboundMessage, Inbox

AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPEN: Final = InboundMessage("x", (Payload(metadata={"encoding": b"json/plain"}, data=b"{}"),), AT)
SHUT: Final = InboundMessage(
    "x", (Payload(metadata={"encoding": MESSAGE_ENCODING}, data=b"?"),), AT
)
KEYLESS: Final = replace(SHUT, fault=(UNKNOWN_KEY, "its key is not here yet"))


def _mail(*letters: InboundMessage) -> Inbox:
    mail = Inbox()
    for item in letters:
        mail.append(item)
    return mail


def test_what_is_shut_waits_where_it_lies() -> None:
    """Only what is open is taken; shut letters stay in front of what came after those looked at."""
    first, second = replace(SHUT, name="first"), replace(SHUT, name="second")
    mail = _mail(first, OPEN, second, replace(OPEN, name="later"))
    assert [OPEN] == mail.take(3)
    assert ["first", "second", "later"] == [item.name for item in mail]


def test_what_is_sent_on_is_not_judged() -> None:
    """A readable letter that would be refused here goes on as it came."""
    taken, sent_on = _mail(OPEN), _mail(OPEN)
    taken.accept_plaintext = sent_on.accept_plaintext = False
    assert ["plain_refused"] == [item.fault[0] for item in taken.take() if item.fault is not None]
    assert [OPEN] == sent_on.take(unscreened=True)


def test_a_letter_without_its_key_is_kept_apart_until_somebody_nudges() -> None:
    """It is no news while it lies there, and comes back shut, behind what came meanwhile."""
    mail = _mail(KEYLESS)
    assert [] == mail.take()
    mail.requeue(AT)
    assert 0 == len(mail)
    nudge = InboundMessage(NUDGE, (), AT)
    mail.append(nudge)
    mail.requeue(AT)
    assert [nudge, SHUT] == list(mail)


def test_a_caller_gets_a_letter_back_whatever_became_of_it() -> None:
    """One whose key is not here is not kept apart while somebody waits for the answer."""
    mail = _mail()
    waiter_id = mail.append_for_waiter(KEYLESS)
    mail.append(OPEN)
    assert [True, False] == [mail.deliver_to_waiter(item) for item in mail.take()]
    assert mail.is_delivered(waiter_id)
    assert KEYLESS == mail.take_delivered(waiter_id)
