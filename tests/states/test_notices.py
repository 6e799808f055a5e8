"""What does not get through is shown, and what needs a person has an owner."""

from states.ledger import Ledger
from states.notices import duties, notices
from states.records import Effect
from tests.states.stream import at

NOW = at("2026-11-23")
LETTER = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")


def _conflicting() -> Ledger:
    ledger = Ledger()
    ledger.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True)
    ledger.take(LETTER.key, NOW)
    ledger.conflicted(LETTER.key, "NoticeKeyConflict", NOW)
    return ledger


def test_a_conflicting_key_is_a_duty_of_ops_until_it_is_acknowledged() -> None:
    """It says what to do, and is no notice that is still on its way."""
    (duty,) = duties(_conflicting())
    assert (LETTER.key, "ops") == (duty["key"], duty["owner"])
    assert "say so by notice_acknowledged" in duty["what"]
    assert [] == duties(_conflicting(), {LETTER.key: NOW})
    shown = notices(_conflicting())
    assert ({"conflicting": 1}, []) == (shown["counts"], shown["not_getting_through"])


def test_what_an_upgrade_withheld_or_left_is_decided_by_ops() -> None:
    """What a new build would send, or would take back, waits for a person, and says which it is."""
    withheld, left = Ledger(), Ledger()
    withheld.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True, withhold=True)
    left.reconcile({LETTER.key: LETTER}, {}, NOW, quiet=True)
    left.take(LETTER.key, NOW)
    left.sent(LETTER.key, NOW)
    left.reconcile({}, {}, NOW, quiet=True, withhold=True)

    asked = [(item["owner"], item["what"]) for item in (*duties(withheld), *duties(left))]
    assert [
        ("ops", "a new build would send it; decide whether it goes"),
        ("ops", "sent, and a new build would take it back; decide whether it stands"),
    ] == asked
