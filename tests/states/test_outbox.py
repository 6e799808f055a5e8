"""The ledger against a model that remembers every notice it received."""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from states.entities import Effect
from states.outbox import (
    COMPENSATION_PREFIX,
    INTERRUPTED,
    RETRYABLE,
    DeliveryStatus,
    OutboxLedger,
    base_of,
    generation_of,
)
from tests.states.stream import at

NOW = at("2026-11-23")
WARNING = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1", (("count", "1"),))
REFERRAL = Effect("referral/F1/CRC/e2/court", "referral", "court", "F1", liberty=True)
EFFECTS = {effect.key: effect for effect in (WARNING, REFERRAL)}
KEY = WARNING.key


def _reconciled(ledger: OutboxLedger, *wanted: Effect, withhold: bool = False) -> OutboxLedger:
    ledger.reconcile({e.key: e for e in wanted}, {}, NOW, quiet=True, withhold=withhold)
    return ledger


def _sendings(ledger: OutboxLedger) -> dict[str, str]:
    return {key: line.status.value for key, line in ledger.entries.items()}


def _sent(ledger: OutboxLedger, key: str = KEY) -> None:
    ledger.start(key, NOW)
    ledger.mark_sent(key, NOW)


def test_what_never_left_is_cancelled_and_queued_again_under_its_key() -> None:
    """The world heard nothing, so nothing is taken back and no generation is used up."""
    ledger = _reconciled(_reconciled(OutboxLedger(), WARNING))
    assert {KEY: "cancelled"} == _sendings(ledger)
    assert {KEY: "queued"} == _sendings(_reconciled(ledger, WARNING))


def test_what_was_sent_is_countered_and_returns_as_the_next_generation() -> None:
    """Three messages in all: a notice, its counter-notice, and the notice again."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    _sent(ledger)
    _reconciled(ledger)
    _sent(ledger, COMPENSATION_PREFIX + KEY)
    _reconciled(ledger, WARNING)
    states = {KEY: "compensated", COMPENSATION_PREFIX + KEY: "sent", f"{KEY}#2": "queued"}
    assert states == _sendings(ledger)
    assert "letter-withdrawn" == ledger.entries[COMPENSATION_PREFIX + KEY].effect.template
    facts = ledger.entries[COMPENSATION_PREFIX + KEY].effect.facts
    assert (("count", "1"), ("withdraws", KEY)) == facts


def test_a_key_that_says_something_else_out_there_is_not_tried_again() -> None:
    """It waits for a person, who acknowledges whichever generation of it; then nothing does."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    ledger.block(KEY, DeliveryStatus.CONFLICTING, "NoticeKeyConflict", NOW)
    assert {KEY: "conflicting"} == _sendings(_reconciled(ledger, WARNING))
    assert ((), None, False) == (ledger.queued(NOW), ledger.next_try_at(), ledger.has_queued())
    assert [(KEY,), ()] == [ledger.blocked(told) for told in ((), {KEY})]
    assert {KEY: "cancelled"} == _sendings(_reconciled(ledger))


def _stuck(sending: DeliveryStatus, next_try_at: datetime | None = None) -> OutboxLedger:
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    ledger.block(KEY, sending, "Type", NOW, next_try_at)
    return ledger


@pytest.mark.parametrize("sending", RETRYABLE)
def test_what_somebody_mended_is_queued_again_unless_it_was_told_otherwise(
    sending: DeliveryStatus,
) -> None:
    """It goes under its own key; what was acknowledged is never tried again."""
    ledger = _stuck(sending)
    ledger.retry({KEY})
    assert {KEY: sending.value} == _sendings(ledger)
    ledger.retry(())
    assert ({KEY: "queued"}, (KEY,)) == (_sendings(ledger), ledger.queued(NOW))


def test_a_conflicting_key_is_nothing_that_can_be_mended() -> None:
    """Whatever is out there under the key stays there."""
    ledger = _stuck(DeliveryStatus.CONFLICTING)
    ledger.retry(())
    assert {KEY: "conflicting"} == _sendings(ledger)


def test_somebody_whom_nobody_could_find_is_looked_for_again_at_the_time_given() -> None:
    """Unless the notice was acknowledged; it is not what a file waits to send."""
    later = NOW + timedelta(days=1)
    ledger = _stuck(DeliveryStatus.NO_RECIPIENT, later)
    assert ((), (KEY,)) == (ledger.queued(NOW), ledger.queued(later))
    assert (later, ()) == (ledger.next_try_at(), ledger.queued(later, {KEY}))
    assert (None, False) == (ledger.next_try_at({KEY}), ledger.has_queued())


@pytest.mark.parametrize("sending", [DeliveryStatus.REFUSED, DeliveryStatus.DOCUMENT_FAILED])
def test_what_was_refused_or_has_no_document_is_never_tried_by_itself(
    sending: DeliveryStatus,
) -> None:
    """It waits for somebody who says that it was mended."""
    ledger = _stuck(sending)
    assert ((), None) == (ledger.queued(NOW + timedelta(days=99)), ledger.next_try_at())


@pytest.mark.parametrize("sending", RETRYABLE)
def test_what_stuck_before_it_ever_left_is_cancelled_in_silence(sending: DeliveryStatus) -> None:
    """Nobody heard of it, so nobody hears that it stands no longer, also once it was mended."""
    ledger = _stuck(sending)
    assert {KEY: "cancelled"} == _sendings(_reconciled(ledger))
    ledger = _stuck(sending)
    ledger.retry(())
    assert {KEY: "cancelled"} == _sendings(_reconciled(ledger))


def test_what_stuck_after_an_attempt_that_may_have_arrived_is_countered() -> None:
    """An answer was lost first, and only then the address refused."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    ledger.mark_failed(KEY, "TimeoutError", NOW)
    ledger.start(KEY, NOW)
    ledger.block(KEY, DeliveryStatus.REFUSED, "NoticeRefused", NOW)
    assert 2 == ledger.entries[KEY].attempts
    assert {KEY: "compensated", COMPENSATION_PREFIX + KEY: "queued"} == _sendings(
        _reconciled(ledger)
    )


def test_a_counter_that_stuck_is_recalled() -> None:
    """It never left, so what stands again is not mentioned."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    _sent(ledger)
    _reconciled(ledger)
    ledger.start(COMPENSATION_PREFIX + KEY, NOW)
    ledger.block(COMPENSATION_PREFIX + KEY, DeliveryStatus.NO_RECIPIENT, "RecipientUnknown", NOW)
    assert {KEY: "sent", COMPENSATION_PREFIX + KEY: "cancelled"} == _sendings(
        _reconciled(ledger, WARNING)
    )


def test_keys_and_marks_of_the_ledger_are_as_the_world_knows_them() -> None:
    """Keys are what a recipient tells repeats by, so their spelling is part of the contract."""
    assert ("counter/", "Interrupted") == (COMPENSATION_PREFIX, INTERRUPTED)
    assert [("letter/a", 1), ("letter/a", 2), ("letter/a", 10)] == [
        (base_of(key), generation_of(key)) for key in ("letter/a", "letter/a#2", "letter/a#10")
    ]


def test_a_counter_that_has_not_left_is_recalled() -> None:
    """An effect wanted again before its compensation was sent causes no message."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    _sent(ledger)
    _reconciled(_reconciled(ledger), WARNING)
    assert {KEY: "sent", COMPENSATION_PREFIX + KEY: "cancelled"} == _sendings(ledger)


def test_a_counter_never_overtakes_what_it_takes_back() -> None:
    """While an attempt is under way nobody knows what there is to take back."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    assert {KEY: "in_flight"} == _sendings(_reconciled(ledger))
    ledger.mark_sent(KEY, NOW)
    assert {KEY: "compensated", COMPENSATION_PREFIX + KEY: "queued"} == _sendings(
        _reconciled(ledger)
    )


def test_an_attempt_that_failed_may_have_arrived_so_it_is_countered() -> None:
    """And if the effect stands again first, it is tried again: it may as well be missing."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    ledger.mark_failed(KEY, "TimeoutError", NOW)
    assert {KEY: "compensated", COMPENSATION_PREFIX + KEY: "queued"} == _sendings(
        _reconciled(ledger)
    )
    assert {KEY: "queued", COMPENSATION_PREFIX + KEY: "cancelled"} == _sendings(
        _reconciled(ledger, WARNING)
    )


def test_what_was_under_way_when_a_run_ended_is_tried_again_under_its_key() -> None:
    """It is shown as interrupted, and is compensated like any attempt that may have arrived."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    ledger.recover()
    assert (DeliveryStatus.QUEUED, INTERRUPTED) == (
        ledger.entries[KEY].status,
        ledger.entries[KEY].error,
    )
    assert {KEY: "compensated", COMPENSATION_PREFIX + KEY: "queued"} == _sendings(
        _reconciled(ledger)
    )


def test_a_counter_about_liberty_is_drafted_for_a_manager() -> None:
    """No machine notifies a court that a person is not in breach after all."""
    ledger = _reconciled(OutboxLedger(), REFERRAL)
    _sent(ledger, REFERRAL.key)
    _reconciled(ledger)
    counter = ledger.entries[COMPENSATION_PREFIX + REFERRAL.key].effect
    assert ("referral-review", "line_manager", True) == (
        counter.template,
        counter.recipient,
        counter.liberty,
    )


def test_a_failed_attempt_waits_for_its_time() -> None:
    """It is neither lost nor tried at once, and says when it is next due."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    ledger.start(KEY, NOW)
    later = NOW + timedelta(minutes=2)
    ledger.mark_failed(KEY, "OSError", later)
    assert ((), (KEY,)) == (ledger.queued(NOW), ledger.queued(later))
    assert (later, 1) == (ledger.next_try_at(), ledger.entries[KEY].attempts)


def test_only_what_waits_for_its_time_says_when_it_is_next_due() -> None:
    """An effect that can be sent at once, or is in flight, schedules no later attempt."""
    later = NOW + timedelta(minutes=2)
    ledger = _reconciled(OutboxLedger(), WARNING, REFERRAL)
    assert ledger.next_try_at() is None
    ledger.start(KEY, NOW)
    ledger.mark_failed(KEY, "OSError", later)
    assert later == ledger.next_try_at()
    ledger.start(KEY, later)
    assert ledger.next_try_at() is None


def test_an_alarm_is_new_only_when_it_is_quiet() -> None:
    """The evidence that the duty was done may be the next message in line."""
    ledger = OutboxLedger()
    ledger.reconcile({}, EFFECTS, NOW, quiet=False)
    assert {} == ledger.entries
    ledger.reconcile({}, EFFECTS, NOW, quiet=True)
    _sent(ledger)
    ledger.reconcile({}, EFFECTS, NOW, quiet=False)
    assert {KEY: "sent", REFERRAL.key: "queued"} == _sendings(ledger)


def test_after_an_upgrade_nothing_is_queued_and_nothing_is_countered() -> None:
    """Effects that the new build would send or compensate are left to a person, also later."""
    ledger = _reconciled(OutboxLedger(), WARNING)
    _sent(ledger)
    _reconciled(ledger, REFERRAL, withhold=True)
    left = {KEY: "superseded", REFERRAL.key: "withheld"}
    assert left == _sendings(ledger)
    assert left == _sendings(_reconciled(ledger, REFERRAL))
    assert () == ledger.queued(NOW)
    assert {KEY: "sent", REFERRAL.key: "cancelled"} == _sendings(_reconciled(ledger, WARNING))


class LedgerAndWorld(RuleBasedStateMachine):
    """Desires come and go while attempts succeed, fail and lose their answers."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = OutboxLedger()
        self.wanted: dict[str, Effect] = {}
        self.told: set[str] = set()
        self.acknowledged: list[str] = []

    @rule(keys=st.sets(st.sampled_from(sorted(EFFECTS))))
    def decide(self, keys: set[str]) -> None:
        """Another fold: other desires."""
        self.wanted = {key: EFFECTS[key] for key in keys}
        self.ledger.reconcile(self.wanted, {}, NOW, quiet=True)

    @precondition(lambda self: self.ledger.queued(NOW))
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        """An attempt begins."""
        key = data.draw(st.sampled_from(self.ledger.queued(NOW)))
        assert key == self.ledger.start(key, NOW).key

    @precondition(lambda self: self._under_way())
    @rule(data=st.data(), arrives=st.booleans(), answered=st.booleans())
    def land(self, data: st.DataObject, *, arrives: bool, answered: bool) -> None:
        """An attempt ends: it arrived or not, and if it did, the answer came back or not."""
        key = data.draw(st.sampled_from(self._under_way()))
        if arrives:
            self.told.add(key)
        if arrives and answered:
            self.ledger.mark_sent(key, NOW)
            self.acknowledged.append(key)
        else:
            self.ledger.mark_failed(key, "TimeoutError", NOW)

    @precondition(lambda self: self._under_way())
    @rule(data=st.data(), sending=st.sampled_from(RETRYABLE))
    def stick(self, data: st.DataObject, sending: DeliveryStatus) -> None:
        """An attempt ends before anything left: somebody has to look."""
        self.ledger.block(data.draw(st.sampled_from(self._under_way())), sending, "Type", NOW)

    @rule()
    def mend(self) -> None:
        """Somebody looked."""
        self.ledger.retry(())

    @precondition(lambda self: self._under_way())
    @rule(arrives=st.booleans())
    def die(self, *, arrives: bool) -> None:
        """The worker dies: nobody sees how the attempts ended."""
        if arrives:
            self.told.update(self._under_way())
        self.ledger.recover()

    def _under_way(self) -> list[str]:
        lines = self.ledger.entries
        return sorted(key for key in lines if lines[key].status is DeliveryStatus.IN_FLIGHT)

    @invariant()
    def no_key_is_acknowledged_twice(self) -> None:
        """One key is one message."""
        assert len(self.acknowledged) == len(set(self.acknowledged))

    @invariant()
    def each_key_has_one_latest_generation_that_may_stand(self) -> None:
        """All earlier generations were compensated."""
        for base in EFFECTS:
            lines = {k: line for k, line in self.ledger.entries.items() if base_of(k) == base}
            *old, _ = sorted(lines, key=generation_of) or [base]
            assert all(lines[key].status is DeliveryStatus.COMPENSATED for key in old)

    def teardown(self) -> None:
        """Deliver what is left: then the world holds what is desired, and nothing else."""
        for key in self._under_way():
            self.ledger.mark_failed(key, "TimeoutError", NOW)
        self.ledger.reconcile(self.wanted, {}, NOW, quiet=True)
        self.ledger.retry(())
        for key in self.ledger.queued(NOW):
            self.ledger.start(key, NOW)
            self.ledger.mark_sent(key, NOW)
            self.told.add(key)
        standing = [
            k
            for k in self.told
            if not k.startswith(COMPENSATION_PREFIX) and COMPENSATION_PREFIX + k not in self.told
        ]
        assert sorted(self.wanted) == sorted(base_of(key) for key in standing)
        assert frozenset(self.wanted) == self.ledger.in_effect()


TestLedgerAndWorld = LedgerAndWorld.TestCase
TestLedgerAndWorld.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
