"""What does not get through is shown, and what needs a person has an owner."""

import pytest

from states.ledger import Ledger
from states.lines import STUCK, Sending
from states.notices import duties, flags, notices
from states.records import Effect
from tests.states.stream import at

NOW = at("2026-11-23")
LETTER = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")


def _stuck(sending: Sending = Sending.CONFLICTING) -> Ledger:
    ledger = Ledger()
    ledger.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True)
    ledger.start(LETTER.key, NOW)
    ledger.block(LETTER.key, sending, "Type", NOW)
    return ledger


@pytest.mark.parametrize("sending", STUCK)
def test_what_cannot_be_sent_is_a_duty_of_ops_until_it_is_acknowledged(sending: Sending) -> None:
    """It says what to do, keeps the file open, and is no notice that is still on its way."""
    (duty,) = duties(_stuck(sending))
    assert (LETTER.key, "ops", "person") == (duty["key"], duty["owner"], duty["recipient"])
    assert (sending.value, "Type", NOW.isoformat()) == tuple(
        duty[name] for name in ("sending", "error", "since")
    )
    assert "say so by notice_acknowledged" in duty["what"]
    assert (sending is not Sending.CONFLICTING) == ("nudge the sentence" in duty["what"])
    assert [] == duties(_stuck(sending), {LETTER.key: NOW})
    shown = notices(_stuck(sending))
    assert ({sending.value: 1}, []) == (shown["counts"], shown["not_getting_through"])


def test_a_file_that_stays_open_for_a_notice_says_so() -> None:
    """The flag goes once the notice is acknowledged."""
    (flag,) = flags(_stuck(Sending.REFUSED), ())
    assert "notices_stuck" == flag["code"]
    assert flag["text"].startswith("1 that cannot be sent: the file stays open")
    assert [] == flags(_stuck(Sending.REFUSED), {LETTER.key: NOW})


def test_what_an_upgrade_withheld_or_left_is_decided_by_ops() -> None:
    """What a new build would send, or would take back, waits for a person, and says which it is."""
    withheld, left = Ledger(), Ledger()
    withheld.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True, withhold=True)
    left.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True)
    left.start(LETTER.key, NOW)
    left.mark_sent(LETTER.key, NOW)
    left.reconcile({}, {}, NOW, quiet=True, withhold=True)

    asked = [(item["owner"], item["what"]) for item in (*duties(withheld), *duties(left))]
    assert [
        ("ops", "a new build would send it; decide whether it goes"),
        ("ops", "sent, and a new build would take it back; decide whether it stands"),
    ] == asked
