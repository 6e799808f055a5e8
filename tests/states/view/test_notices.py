"""Failing notices are shown, and those that need a person have an owner."""

import pytest

from states.entities import Effect
from states.outbox import BLOCKED, DeliveryStatus, OutboxLedger
from states.view.notices import outbox_duties, outbox_flags, outbox_summary
from tests.states.stream import at

NOW = at("2026-11-23")
WARNING = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")


def _stuck(sending: DeliveryStatus = DeliveryStatus.CONFLICTING) -> OutboxLedger:
    ledger = OutboxLedger()
    ledger.reconcile({WARNING.key: WARNING}, {}, NOW, quiet=True)
    ledger.start(WARNING.key, NOW)
    ledger.block(WARNING.key, sending, "Type", NOW)
    return ledger


@pytest.mark.parametrize("sending", BLOCKED)
def test_what_cannot_be_sent_is_a_duty_of_ops_until_it_is_acknowledged(
    sending: DeliveryStatus,
) -> None:
    """It says what to do, keeps the file open, and is no notice that is still on its way."""
    (duty,) = outbox_duties(_stuck(sending))
    assert (WARNING.key, "ops", "person") == (duty["key"], duty["owner"], duty["recipient"])
    assert (sending.value, "Type", NOW.isoformat()) == tuple(
        duty[name] for name in ("sending", "error", "since")
    )
    assert "send notice_acknowledged" in duty["what"]
    assert (sending is not DeliveryStatus.CONFLICTING) == ("nudge the sentence" in duty["what"])
    assert [] == outbox_duties(_stuck(sending), {WARNING.key: NOW})
    shown = outbox_summary(_stuck(sending))
    assert ({sending.value: 1}, []) == (shown["counts"], shown["not_getting_through"])


def test_a_file_that_stays_open_for_a_notice_says_so() -> None:
    """The flag goes once the notice is acknowledged."""
    (flag,) = outbox_flags(_stuck(DeliveryStatus.REFUSED), ())
    assert "notices_stuck" == flag["code"]
    assert flag["text"].startswith("1 that cannot be sent: the sentence stays open")
    assert [] == outbox_flags(_stuck(DeliveryStatus.REFUSED), {WARNING.key: NOW})


def test_what_an_upgrade_withheld_or_left_is_decided_by_ops() -> None:
    """A notice that a new build would send, or compensate, waits for a person, and is marked."""
    withheld, left = OutboxLedger(), OutboxLedger()
    withheld.reconcile({WARNING.key: WARNING}, {}, NOW, quiet=True, withhold=True)
    left.reconcile({WARNING.key: WARNING}, {}, NOW, quiet=True)
    left.start(WARNING.key, NOW)
    left.mark_sent(WARNING.key, NOW)
    left.reconcile({}, {}, NOW, quiet=True, withhold=True)

    asked = [
        (item["owner"], item["what"]) for item in (*outbox_duties(withheld), *outbox_duties(left))
    ]
    assert [
        ("ops", "a new build would send it; decide whether it goes"),
        ("ops", "sent, and a new build would take it back; decide whether it stays"),
    ] == asked
