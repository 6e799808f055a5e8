"""A world around a case file: messages come in batches, notices go out and may get lost."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from states.digest import DIGEST
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.messages import ParsedMessage
from states.outbox import COMPENSATION_PREFIX, DeliveryStatus, OutboxLedger, base_of
from states.snapshot import from_snapshot, to_snapshot
from tests.states.orders import Act
from tests.states.stream import law

QUIET: Final = timedelta(minutes=15)


def message(act: Act, received_at: datetime) -> ParsedMessage:
    """Return the message in which `act` comes."""
    kind, data = act
    size = len(canonical_json(data))
    event = extract_free_text(parse_event(kind, data), {})
    return ParsedMessage(kind, content_digest(kind, data), received_at, size, event)


@dataclass(slots=True)
class World:
    """Receivers of the notices, which know only what arrived, never the outbox."""

    rnd: random.Random
    case: EventLog = field(default_factory=EventLog)
    told: dict[str, Effect] = field(default_factory=dict)
    """Notices that arrived, by key. A key that arrives again must have the same content."""
    acknowledged: list[str] = field(default_factory=list)
    contents: dict[str, Effect] = field(default_factory=dict)
    """Every effect that was ever desired: one key, one content."""
    under_way: list[str] = field(default_factory=list)

    def step(self, messages: Iterable[ParsedMessage], now: datetime) -> FoldResult:
        """Receive, decide, reconcile, and let some of the notices go out."""
        for item in messages:
            self.case.receive(item)
        decided = self.decide(now)
        self.deliver(now, 0.7)
        return decided

    def decide(self, now: datetime) -> FoldResult:
        """Decide and reconcile; what is under way has landed by then, or most of it."""
        self._let_land(now, 0.6)
        decided = self.case.decide(law(), now)
        self.case.reconcile(decided, now, QUIET)
        for effect in (*decided.effects.values(), *decided.alerts.values()):
            assert effect == self.contents.setdefault(effect.key, effect)
        return decided

    def deliver(self, now: datetime, chance: float) -> None:
        """Take what is queued; a part of it lands only after the next decision."""
        for key in self.case.outbox.queued(now):
            if self.rnd.random() < chance:
                effect = self.case.outbox.start(key, now)
                assert self.told.get(key, effect) == effect
                self.under_way.append(key)
        self._let_land(now, chance)

    def _let_land(self, now: datetime, chance: float) -> None:
        for key in [key for key in self.under_way if self.rnd.random() < chance]:
            self.under_way.remove(key)
            self._land(key, now)

    def _land(self, key: str, now: datetime) -> None:
        effect = replace(self.case.outbox.entries[key].effect, key=key)
        luck = self.rnd.random()
        if luck < 0.9:
            self.told[key] = effect
        if luck < 0.8:
            self.case.outbox.mark_sent(key, now)
            self.acknowledged.append(key)
        else:
            # Lost on the way out, or arrived with the answer lost: nobody here can tell which.
            self.case.outbox.mark_failed(key, "TimeoutError", now)

    def continue_as_new(self) -> None:
        """Let nothing but plain data cross; what is under way is forgotten by the next run."""
        for key in self.under_way:
            if self.rnd.random() < 0.5:
                self.told[key] = replace(self.case.outbox.entries[key].effect, key=key)
        self.under_way.clear()
        self.case = from_snapshot(json.loads(json.dumps(to_snapshot(self.case))))

    def settle(self, now: datetime) -> FoldResult:
        """Decide at `now`, and deliver until nothing is left to deliver."""
        decided = self.decide(now)
        while self.case.outbox.has_queued() or self.under_way:
            self.deliver(now, 1.0)
            decided = self.decide(now)
        return decided

    def standing(self) -> dict[str, Effect]:
        """Return what the world holds to be true: what arrived and was not taken back, by base."""
        found: dict[str, Effect] = {}
        for key, effect in self.told.items():
            if (
                not key.startswith(COMPENSATION_PREFIX)
                and COMPENSATION_PREFIX + key not in self.told
            ):
                base = base_of(key)
                assert base not in found, f"{base} stands in two generations"
                found[base] = replace(effect, key=base)
        return found

    def read(self) -> set[str]:
        """Return the keys of the alerts that digests named, none twice, and did not take back."""
        known: set[str] = set()
        for _, effect in sorted(self.standing().items()):
            if effect.template == DIGEST:
                facts = dict(effect.facts)
                named, settled = (set(facts[n].splitlines()) for n in ("overdue", "settled"))
                assert not known & named, f"{known & named} are told twice"
                known = (known | named) - settled
        return known


def uncountered(ledger: OutboxLedger) -> list[str]:
    """Return the keys that were compensated without their counter having been sent."""
    return [
        key
        for key, line in ledger.entries.items()
        if line.status is DeliveryStatus.COMPENSATED
        and ledger.entries[COMPENSATION_PREFIX + key].status is not DeliveryStatus.SENT
    ]


def plain(view: dict[str, Any]) -> str:
    """Return a view as text that can be compared."""
    return json.dumps(view, sort_keys=True, default=str)
