"""The fold with its short cuts, held against one that takes none."""

import gc
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

import states.fold
from states.calendar_transitions import apply_until, upcoming
from states.entities import Disposition
from states.event_log import EventLog, FoldResult
from states.events.envelope import Event
from states.fold import (
    CHECKPOINT_EVERY,
    OLD_CHECKPOINT_EVERY,
    RECENT,
    TOLERANCE,
    apply_event,
    missing_prerequisite,
    refusal,
)
from states.rules.failure_days import refresh_days
from states.rules.imposition import await_imposition
from states.rules.registry import HANDLERS
from states.sentence import Sentence
from states.standards.law import Law
from states.view.sentence import law_view
from states.vocabulary import DispositionKind
from states.withdrawals import effective_log
from tests.states.orders import Stream, arrivals, stream
from tests.states.stream import at, case_of, event, incoming, law, played, serving
from tests.states.worlds import message, plain


def _one(s: Sentence, waiting: list[Event], law: Law) -> Event | None:
    """Decide the first of `waiting`, in log order, that lacks nothing."""
    for item in sorted(waiting, key=lambda event: event.sort_key):
        rule = HANDLERS[item.KIND]
        if (lack := missing_prerequisite(s, rule, item, law)) is not None:
            s.dispositions[item.uid] = Disposition(DispositionKind.HELD, f"waits for {lack}")
            continue
        if (reason := refusal(s, rule, item, law)) is not None:
            s.dispositions[item.uid] = Disposition(DispositionKind.REFUSED, reason)
        else:
            s.dispositions[item.uid] = apply_event(s, rule, item, law)
        return item
    return None


def _plainly(events: Sequence[Event], law: Law, now: datetime, gone: frozenset[str]) -> Sentence:
    """Fold from nothing; whatever waits is tried again after every single application."""
    s = Sentence(withdrawn_failures=gone, law=law)
    waiting: list[Event] = []
    for item in events:
        s.next_dated = None
        apply_until(s, law, item.occurred_at, inclusive=False)
        s.at = item.occurred_at if s.at is None else max(s.at, item.occurred_at)
        waiting.append(item)
        while (done := _one(s, waiting, law)) is not None:
            waiting.remove(done)
        if s.imposed is None:
            await_imposition(s, item, law)
        _check_what_is_kept(s, law)
    s.next_dated = None
    apply_until(s, law, now, inclusive=True)
    return s


def _check_what_is_kept(s: Sentence, law: Law) -> None:
    """Check that deriving every failure-day again finds the clocks that stand already."""
    twin = s.clone()
    refresh_days(twin, law)
    assert twin.clocks == s.clocks
    if s.next_dated is not None:
        apply_until(s, law, s.at or at("2026-01-01"), inclusive=False)
        assert s.next_dated[1] == min(upcoming(s), default=None)


def _expected(case: EventLog, decided: FoldResult, now: datetime) -> str:
    horizon = now + TOLERANCE
    events = [e.event.when_effective for e in case.log if e.event.occurred_at <= horizon]
    left = effective_log(events)
    live = [item for item in left.live if item.occurred_at <= horizon]
    s = _plainly(live, law(), now, left.withdrawn_failures)
    early = {u: d for u, d in decided.dispositions.items() if d.reason.startswith("lies in the f")}
    verdicts = {**s.dispositions, **early, **left.verdicts}
    return plain(law_view(replace(decided, sentence=s, dispositions=verdicts), law(), now))


def _compare(told: Stream) -> None:
    rnd = random.Random(f"compare {told.seed}")  # noqa: S311 - a test repeats itself
    case = EventLog()
    _, order = arrivals(told, 2)
    span = told.known_at - told.begins
    for act in order:
        case.receive(message(act, told.known_at))
        # Back and forth in time: nothing that was kept for one moment may serve another.
        now = told.begins + span * rnd.random() if rnd.random() < 0.5 else told.known_at
        decided = case.decide(law(), now)
        if rnd.random() < 0.2:
            found = plain(law_view(decided, law(), now))
            assert _expected(case, decided, now) == found, told.seed


@pytest.mark.parametrize("group", range(4))
def test_a_fold_with_checkpoints_equals_a_fold_from_nothing(group: int) -> None:
    """After every insertion, wherever it falls, and for any `now`, also one before the last."""
    for seed in range(1000 + group, 1040, 4):
        _compare(stream(seed))


def _contacts(number: int) -> list[Event]:
    start = at("2026-11-10")
    return [
        event("contact_recorded", "2026-11-10", event_id=f"c{i}", occurred_at=_hours(start, i))
        for i in range(number)
    ]


def _hours(start: datetime, hours: int) -> datetime:
    return start + timedelta(hours=hours)


@pytest.fixture
def decided_events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the events that the fold decides, as often as it does."""
    seen: list[str] = []
    real = states.fold.decide

    def counting(s: Sentence, item: Event, law: Law) -> None:
        seen.append(item.event_id)
        real(s, item, law)

    monkeypatch.setattr("states.fold.decide", counting)
    return seen


def test_an_appended_event_decides_that_event_alone(decided_events: list[str]) -> None:
    """Appending costs the same in a long log as in a short one."""
    *early, last = _contacts(400)
    case = case_of([*serving(), *early])
    case.decide(law(), at("2027-01-15"))
    decided_events.clear()
    case.receive(incoming(last))
    case.decide(law(), at("2027-01-15"))
    assert [last.event_id] == decided_events


def test_an_event_that_had_to_wait_for_its_own_day_costs_later_ones_nothing(
    decided_events: list[str],
) -> None:
    """It is decided as of its own day, and is the same event at every decision."""
    *early, last = _contacts(400)
    ahead = event("evaluation_completed", "2026-11-20", evaluated_on="2026-11-24", event_id="ahead")
    case = case_of([*serving(), ahead, *early])
    case.decide(law(), at("2027-01-15"))
    decided_events.clear()
    case.receive(incoming(last))
    case.decide(law(), at("2027-01-15"))
    assert [last.event_id] == decided_events


def test_a_late_event_decides_its_distance_and_one_stretch(decided_events: list[str]) -> None:
    """40 from the end of 500, it costs those 40, itself and at most one stretch of the grid."""
    known = _contacts(500)
    late = known.pop(-40)
    case = case_of([*serving(), *known])
    case.decide(law(), at("2027-01-15"))
    in_full = len(decided_events)
    decided_events.clear()
    case.receive(incoming(late))
    case.decide(law(), at("2027-01-15"))
    assert 507 - 1 == in_full
    assert late.event_id in decided_events
    assert len(decided_events) <= 40 + CHECKPOINT_EVERY
    assert len(decided_events) < in_full * 0.15


def test_a_log_that_grows_event_by_event_keeps_few_checkpoints() -> None:
    """A worker holds thousands of sentences: what each remembers is bounded by its grid."""
    case = EventLog()
    gc.collect()
    before = _sentences()
    for item in [*serving(), *_contacts(320)]:
        case.receive(incoming(item))
        case.decide(law(), at("2027-01-15"))
    gc.collect()
    assert _sentences() - before <= 327 // CHECKPOINT_EVERY + 2


def test_a_long_log_keeps_few_checkpoints_of_its_early_part() -> None:
    """Each holds all the dispositions before it, so they would grow with the square of the log."""
    gc.collect()
    before = _sentences()
    case = case_of([*serving(), *_contacts(1_500)])
    case.decide(law(), at("2027-01-15"))
    gc.collect()
    assert _sentences() - before <= RECENT // CHECKPOINT_EVERY + 1_507 // OLD_CHECKPOINT_EVERY + 2


def _sentences() -> int:
    return sum(type(item) is Sentence for item in gc.get_objects())


def test_a_breach_that_waits_for_a_judgement_goes_on_when_a_concern_is_raised() -> None:
    """A concern for the public waits for no judgement, in either order of arrival."""
    failure: dict[str, Any] = {"failure_ids": ["F1"]}
    report = event("failure_reported", "2026-11-16", failure_id="F1")
    breach = event("breach_decided", "2026-11-17 09:00", **failure)
    concern = event("public_protection_concern_raised", "2026-11-17 09:01", **failure)
    waits = played([*serving(), report, breach], "2026-11-18")
    assert ("held", "waits for judgement of F1") == waits.verdict(breach)
    assert "breached" == played([*serving(), report, breach, concern], "2026-11-18").state


def test_events_that_waited_are_decided_in_the_order_of_the_log() -> None:
    """An event set free by another that waited itself does not fall behind later ones."""
    first = event("officer_assigned", "2026-11-02 07:00", officer_id="N07")
    allocation = event("case_allocated", "2026-11-02 08:00")
    moved = event("provider_transferred", "2026-11-02 08:30", officer_id="N08")
    order = event("sentence_imposed", "2026-11-02 10:30")
    found = played([first, allocation, moved, order], "2026-11-02 23:00")
    assert ["T01"] == found.arrows()
    assert "N08" == found.view["officer"]
