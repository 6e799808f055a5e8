"""Whatever anybody sends about a sentence of any type, what must never happen never does."""

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from states.documents import DOCUMENTS, document_data
from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.events.sentence import OfficerAssigned, ProviderTransferred
from states.rules.failure_counts import counted_days
from states.sentence import Sentence
from states.standards.terms import AppliesTo, TimerKind
from states.time.calendar import anniversary
from states.time.london import day_of
from states.transitions import RELEASE_AFTER_LICENCE, RELEASE_AGAIN, states_of
from states.view.sentence import law_view
from states.vocabulary import ClockStatus, DispositionKind, SentenceType, State
from tests.states.acts import acts, imposed
from tests.states.laws import later as made_up
from tests.states.orders import Act
from tests.states.stories import stories, told
from tests.states.stream import IDENTITY, law
from tests.states.worlds import message, plain

pytestmark = pytest.mark.timeout(240)

BEGINS: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
FOR_EVER: Final = timedelta(days=4000)
AT_REST: Final = frozenset(ClockStatus) - {ClockStatus.RUNNING}


def counted_by_hand(s: Sentence, on: date) -> set[date]:
    """Count the failure-days that count on a day, from the failures alone (D2, D5, D8)."""
    return {
        failure.failed_on
        for failure in s.failures.values()
        if failure.acceptable is False
        and failure.regime is s.regime is not None
        and failure.failed_on <= on
        and (s.regime is AppliesTo.LICENCE or on < anniversary(failure.failed_on))
        and not any(spending.reaches(failure) for spending in s.spendings)
    }


class AnyLife(RuleBasedStateMachine):
    """A sentence of any type with random events: repeats, withdrawals and the impossible too."""

    def __init__(self) -> None:
        super().__init__()
        self.case = EventLog()
        self.told: list[Act] = []
        self.now = BEGINS + timedelta(hours=1)
        self.decided: FoldResult | None = None
        self.gone = False
        """Return whether anything was withdrawn since the last decision."""

    @initialize(kind=st.sampled_from(SentenceType), known=st.integers(0, 9))
    def begin(self, kind: SentenceType, known: int) -> None:
        self.kind = kind
        if known:
            self._tell(imposed(kind, BEGINS))
        if known > 1:
            self._tell(("case_allocated", _sent("e1", BEGINS + timedelta(minutes=30))))

    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        act = data.draw(acts(len(self.told) + 10, BEGINS, self.now))
        if act is not None:
            self._tell(act)

    @rule(data=st.data(), pace=st.sampled_from((1, 26, 300)))
    def live(self, data: st.DataObject, pace: int) -> None:
        number = len(self.told) + 10
        steps = data.draw(st.sampled_from(stories(f"F{number}")))
        for act in told(steps, number, self.now, timedelta(hours=pace)):
            self.now = max(self.now, datetime.fromisoformat(act[1]["occurred_at"]))
            self._tell(act)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        self._tell(data.draw(st.sampled_from(self.told)))

    @precondition(lambda self: self.told)
    @rule(data=st.data(), again=st.booleans())
    def take_back(self, data: st.DataObject, again: bool) -> None:  # noqa: FBT001
        kind, body = data.draw(st.sampled_from(self.told))
        number = len(self.told) + 10
        if again:
            self._tell((kind, {**body, "event_id": f"e{number}", "replaces": body["event_id"]}))
            return
        fields = {"withdrawn_event_id": body["event_id"], "reason": "Entered in error."}
        sent = {"event_id": f"e{number}", "occurred_at": self.now.isoformat(), "by": body["by"]}
        self._tell(("event_withdrawn", sent | fields))

    @rule(days=st.sampled_from((1, 5, 20, 90, 300)))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._decide()

    def _tell(self, act: Act) -> None:
        self.told.append(act)
        self.case.receive(message(act, self.now))
        self._decide(act)

    def _decide(self, act: Act | None = None) -> None:
        before = self.decided
        self.decided = _decided(self.case, self.now)
        if before is not None and before.sentence.state is State.COMPLETED:
            self._stays_ended(before.sentence, self.decided.sentence, act)

    def _stays_ended(self, before: Sentence, after: Sentence, act: Act | None) -> None:
        if after.state is State.COMPLETED or before.ended_at is None:
            return
        assert act is not None, "time alone reopened a sentence"
        earlier = datetime.fromisoformat(act[1]["occurred_at"]) <= before.ended_at
        corrects = act[0] == "event_withdrawn" or "replaces" in act[1]
        assert earlier or corrects, f"{act[0]} after the end reopened the sentence"

    @property
    def s(self) -> Sentence:
        assert self.decided is not None
        return self.decided.sentence

    @invariant()
    def one_failure_has_one_answer_of_each_kind(self) -> None:
        """Of warnings, of proceedings under way and of recalls under way."""
        if self.decided is None:
            return
        s = self.decided.sentence
        for steps in (
            [w.failure_ids for w in s.warnings.values() if w.withdrawn_at is None],
            [b.failure_ids for b in s.breaches if b.closed_at is None],
            [r.failure_ids for r in s.recalls if r.undone_at is None and r.closed_at is None],
        ):
            answered = [failure for ids in steps for failure in ids]
            assert len(set(answered)) == len(answered), answered

    @invariant()
    def one_event_has_one_standing_word(self) -> None:
        """An event and its corrections: at most one of them is applied."""
        if self.decided is None:
            return
        parents = {
            (item.event.by.organisation, item.event.event_id): item.event.replaces
            for item in self.case.log
        }
        standing: Counter[tuple[str, str]] = Counter()
        for item in self.case.log:
            verdict = self.decided.dispositions[item.event.uid].verdict
            if verdict is DispositionKind.APPLIED:
                organisation, root = item.event.by.organisation, item.event.event_id
                for _ in parents:
                    before = parents.get((organisation, root))
                    if before is None:
                        break
                    root = before
                standing[organisation, root] += 1
        assert all(number == 1 for number in standing.values()), standing

    @invariant()
    def one_duty_has_one_clock(self) -> None:
        """Two clocks with one occasion, one due date and one way to be met would be one duty."""
        if self.decided is None:
            return
        duties = Counter(
            (
                # Limits that count from different things may fall on one day.
                clock.timescale.trigger,
                clock.trigger,
                clock.subject,
                clock.due,
                clock.timescale.discharged_by,
            )
            for clock in self.s.clocks.values()
            if clock.timescale.discharged_by and clock.timescale.timer is not TimerKind.NONE
        )
        twice = {duty[:3]: number for duty, number in duties.items() if number > 1}
        assert not twice, twice

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        """Two notices in a row about one thing to one person say two things."""
        if self.decided is None:
            return
        last: dict[tuple[str, str, str], object] = {}
        for effect in self.s.effects.values():
            if effect.template in DOCUMENTS or "duty" in dict(effect.facts):
                continue
            about = (effect.template, effect.subject, effect.recipient)
            assert last.get(about) != effect.facts, effect
            last[about] = effect.facts

    @invariant()
    def every_message_is_accounted_for(self) -> None:
        if self.decided is not None:
            assert set(self.decided.dispositions) == {item.event.uid for item in self.case.log}

    @invariant()
    def the_states_follow_one_another(self) -> None:
        if self.decided is None:
            return
        moves = self.s.state_changes
        path = [State.AWAITING_ALLOCATION, *(move.target for move in moves)]
        assert path[:-1] == [move.source for move in moves]
        assert path[-1] is self.s.state
        assert State.COMPLETED not in path[:-1]
        known = states_of(self.s.kind)
        odd = [move for move in moves if move.target not in known]
        assert all(move.irregular for move in odd)

    @invariant()
    def exactly_one_officer_once_assigned(self) -> None:
        if self.decided is None:
            return
        live = {item.event.uid: item.event for item in self.case.log}
        assigned = [
            uid
            for uid, d in self.decided.dispositions.items()
            if d.verdict is DispositionKind.APPLIED
            and isinstance(live[uid], OfficerAssigned | ProviderTransferred)
        ]
        assert bool(assigned) == (self.s.officer is not None)

    @invariant()
    def the_count_is_the_count(self) -> None:
        if self.decided is not None:
            on = day_of(self.now)
            assert counted_by_hand(self.s, on) == set(counted_days(self.s, on))

    @invariant()
    def a_recall_is_never_forgotten(self) -> None:
        if self.decided is not None:
            again = any(
                move.transition in (RELEASE_AGAIN, RELEASE_AFTER_LICENCE)
                for move in self.s.state_changes
            )
            assert again == self.s.recalled_before

    @invariant()
    def nobody_is_warned_in_prison(self) -> None:
        if self.decided is None:
            return
        inside = [clock for clock in self.s.clocks.values() if clock.timescale.id == "enforce-6wd"]
        days = {f.failed_on for f in self.s.failures.values() if f.regime is not None}
        assert {clock.counted_from for clock in inside} <= days

    def teardown(self) -> None:
        if self.decided is not None:
            self._every_clock_comes_to_rest()
            self._every_document_can_be_told()
            self._every_order_gives_one_view()

    def _every_clock_comes_to_rest(self) -> None:
        later = self.now + FOR_EVER
        found = _decided(self.case, later).sentence
        moving = [
            clock.id
            for clock in found.clocks.values()
            if clock.due.due_at is not None and clock.status(later) not in AT_REST
        ]
        assert [] == moving

    def _every_document_can_be_told(self) -> None:
        assert self.decided is not None
        for effect in self.decided.effects.values():
            paper = document_data(IDENTITY, self.case, self.decided, effect, self.now)
            assert paper is None or paper == json.loads(json.dumps(paper))

    def _every_order_gives_one_view(self) -> None:
        expected = self._view(self.told)
        rnd = random.Random(len(self.told))  # noqa: S311 - a test repeats itself
        for _ in range(3):
            assert expected == self._view(rnd.sample(self.told, len(self.told)))

    def _view(self, told: list[Act]) -> str:
        case = EventLog()
        for act in told:
            case.receive(message(act, self.now))
            if len(case.log) % 3 == 0:
                _decided(case, self.now)
        found = _decided(case, self.now)
        return plain(law_view(found, found.law, self.now))


def _decided(case: EventLog, now: datetime) -> FoldResult:
    """Return what `case` comes to, with whatever law its events name looked up."""
    return decide_with_lookups(case, law(), now, made_up().look_up)


def _sent(event_id: str, when: datetime) -> dict[str, Any]:
    by = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
    fields = {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True}
    return {"event_id": event_id, "occurred_at": when.isoformat(), "by": by, **fields}


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
