"""Fold of a log into a sentence: a function of the events, the law and the time.

Arrival order, repeats, batches and restarts cannot change the outcome, for none of them is an
argument. An event with an unmet dependency waits, keeping its own times, until the event that
satisfies it has been applied.
"""

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import is_
from typing import Any, Final

from states.calendar_transitions import apply_until
from states.entities import Disposition
from states.events.envelope import Event
from states.rules.authorisation import ROLE_NAMES, any_of
from states.rules.duty_discharge import opened_dependencies
from states.rules.edition_history import law_in_force
from states.rules.handler import ALLOCATED, IMPOSED, EventHandler, Nature
from states.rules.imposition import await_imposition
from states.rules.registry import HANDLERS
from states.rules.unlawful_requirements import refer_act_back
from states.sentence import Sentence
from states.standards.law import Law
from states.vocabulary import DispositionKind, State

CHECKPOINT_EVERY: Final = 32
"""Events between two checkpoints: the most that a late event costs beyond its distance."""

RECENT: Final = 256
OLD_CHECKPOINT_EVERY: Final = 512
"""The same among events that have more than `RECENT` behind them: a late event passes all these
anyway, and each checkpoint holds all the dispositions before it."""

APPLIED: Final = Disposition(DispositionKind.APPLIED)
"""Disposition of an event that was applied as expected."""

TOLERANCE: Final = timedelta(minutes=5)
"""Time by which another system's clock may be ahead of ours."""


def missing_prerequisite(
    s: Sentence, rule: EventHandler[Any], event: Event, law: Law
) -> str | None:
    """Return the dependency for which `event` waits; None where it can be decided."""
    if rule.requires is not None and s.imposed is None:
        return IMPOSED
    if rule.requires == ALLOCATED and s.allocation is None:
        return ALLOCATED
    return rule.depends_on(s, event) or rule.waits_for(s, event, law)


def state_refusal(s: Sentence, rule: EventHandler[Any]) -> str | None:
    """Return why the present state refuses this kind; None where it does not."""
    if rule.nature is not Nature.DECISION:
        return None
    kind = rule.event.KIND
    if s.state is State.COMPLETED and State.COMPLETED not in rule.allowed_states:
        return f"{kind} is refused: the sentence ended on {s.ended_on}"
    if s.phase not in rule.allowed_phases:
        phases = ", ".join(phase.value for phase in rule.allowed_phases)
        return f"{kind} is refused in {s.phase.value}; it is allowed in {phases}"
    if s.state in rule.allowed_states:
        return None
    allowed = ", ".join(state.value for state in rule.allowed_states)
    return f"{kind} is refused in {s.state.value}; it is allowed in {allowed}"


def refusal(s: Sentence, rule: EventHandler[Any], event: Event, law: Law) -> str | None:
    """Return why `event` is refused at this point of the log; None where it is not."""
    if (reason := state_refusal(s, rule)) is not None:
        return reason
    if rule.nature is not Nature.ACT and (stranger := _stranger(rule, event)) is not None:
        # A guard knows which provider may act; the handler lists the roles of every provider.
        return rule.guard(s, event, law) or stranger
    return rule.guard(s, event, law)


def _stranger(rule: EventHandler[Any], event: Event) -> str | None:
    """Return why the role of the sender does not send this kind; None where it does."""
    if rule.roles is None or event.by.role in rule.roles:
        return None
    sender, entitled = ROLE_NAMES[event.by.role], any_of(rule.roles)
    return f"{event.KIND} is not for {sender}; it is for {entitled}"


def apply_event(s: Sentence, rule: EventHandler[Any], event: Event, law: Law) -> Disposition:
    """Apply `event`; one that something speaks against is marked irregular, and referred back."""
    doubt = rule.doubt(s, event, law)
    if doubt is None and rule.nature is Nature.ACT:
        doubt = _stranger(rule, event)
    outcome = rule.apply(s, event, law)
    if doubt is not None:
        refer_act_back(s, law, event, doubt)
    note = "; ".join(text for text in (doubt, outcome.note) if text)
    if not note and not outcome.irregular:
        return APPLIED
    return Disposition(DispositionKind.APPLIED, note, outcome.irregular or doubt is not None)


def decide(s: Sentence, event: Event, law: Law) -> None:
    """Apply, hold or refuse `event`, and then decide those that waited for it, in log order."""
    _work(s, [event], law)
    if s.imposed is None:
        await_imposition(s, event, law_in_force(s, law, event.occurred_at))


def _work(s: Sentence, events: Iterable[Event], law: Law) -> None:
    # Sorted keys are unique, so no two events are ever compared themselves.
    queue = [(event.sort_key, event) for event in (*events, *_freed(s))]
    heapq.heapify(queue)
    while queue:
        _, item = heapq.heappop(queue)
        rule, held = HANDLERS[item.KIND], law_in_force(s, law, s.at or item.occurred_at)
        if (lack := missing_prerequisite(s, rule, item, held)) is not None:
            s.waiting[lack] = (*s.waiting.get(lack, ()), item)
            s.dispositions[item.uid] = Disposition(DispositionKind.HELD, f"waits for {lack}")
        elif (reason := refusal(s, rule, item, held)) is not None:
            s.dispositions[item.uid] = Disposition(DispositionKind.REFUSED, reason)
        else:
            disposition = apply_event(s, rule, item, held)
            if item.replaces is not None:
                s.corrections[f"{item.by.organisation}/{item.replaces}"] = item.uid
            s.dispositions[item.uid] = disposition
            freed = [w for token in rule.satisfies(item) for w in s.waiting.pop(token, ())]
            for waiting in (*freed, *_freed(s)):
                heapq.heappush(queue, (waiting.sort_key, waiting))


def _freed(s: Sentence) -> list[Event]:
    """Remove and return the events that waited for a duty which has opened since."""
    return [item for token in tuple(opened_dependencies(s)) for item in s.waiting.pop(token)]


class CheckpointedFold:
    """Fold of one log with checkpoints, so that a late event costs little.

    A checkpoint at index i is valid as long as the first i events stay the same.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._law: Law | None = None
        self._withdrawn: frozenset[str] = frozenset()
        self._marks: dict[int, Sentence] = {}

    def run(
        self, events: Sequence[Event], law: Law, now: datetime, withdrawn: frozenset[str]
    ) -> Sentence:
        """Return the sentence at `now` after `events`, which are sorted and not withdrawn."""
        self._forget(events, law, withdrawn)
        base = max(self._marks, default=0)
        fresh = Sentence(withdrawn_failures=withdrawn, law=law)
        s = self._marks[base].clone() if base else fresh
        for index in range(base, len(events)):
            if index and _is_checkpoint(index, len(events)):
                self._marks[index] = s.clone()
            event = events[index]
            apply_until(s, law, event.occurred_at, inclusive=False)
            s.at = event.occurred_at if s.at is None else max(s.at, event.occurred_at)
            decide(s, event, law)
        self._mark(len(events), s)
        apply_until(s, law, now, inclusive=True)
        _work(s, (), law)
        s.law = law_in_force(s, law, now)
        return s

    def _mark(self, end: int, s: Sentence) -> None:
        # The end of the log serves the next event.
        self._marks = {i: mark for i, mark in self._marks.items() if _is_checkpoint(i, end)}
        self._marks[end] = s.clone()

    def _forget(self, events: Sequence[Event], law: Law, withdrawn: frozenset[str]) -> None:
        same = self._law == law and self._withdrawn == withdrawn
        kept = _common_prefix(self._events, events) if same else 0
        for index in [i for i in self._marks if i > kept]:
            del self._marks[index]
        self._events, self._law, self._withdrawn = list(events), law, withdrawn


def _common_prefix(old: Sequence[Event], new: Sequence[Event]) -> int:
    shorter = min(len(old), len(new))
    if all(map(is_, old, new)):
        return shorter
    same = map(is_, old, new)
    return next((index for index, is_same in enumerate(same) if not is_same), shorter)


def _is_checkpoint(index: int, end: int) -> bool:
    """Return whether a log of `end` events keeps a checkpoint at `index`: few of what is old."""
    spacing = CHECKPOINT_EVERY if end - index <= RECENT else OLD_CHECKPOINT_EVERY
    return index % spacing == 0
