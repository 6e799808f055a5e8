"""Event log of a sentence, with its outbox and its quarantine. Everything else is folded from it.

A workflow calls `receive` and `decide` once per activation. Neither waits, sends or reads a clock,
so the same log gives the same answers in a test, in a replay and years later.
"""

import bisect
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from states.alerts import alerts
from states.entities import Disposition, Effect
from states.events.envelope import Event, SortKey
from states.events.imposition import SentenceImposed
from states.fold import TOLERANCE, CheckpointedFold
from states.messages import DeadLetter, DigestCounter, LogEntry, ParsedMessage, Quarantine
from states.outbox import OutboxLedger
from states.rejection_notices import rejection_notices
from states.rules.edition_history import lookup_for
from states.rules.sentence_end import silenced_recipients
from states.sentence import Sentence
from states.standards.law import Law, LawLookup, LookupResult
from states.vocabulary import DispositionKind
from states.withdrawals import effective_log

LOG_BUDGET: Final = 3_000_000
"""Bytes of events, as received, that one sentence accepts; compressed, they stay below 1 MB."""

AUDIT_NOTES_KEPT: Final = 50
"""Number of audit notes that a sentence keeps."""

_ID_CONFLICT: Final = (
    "id_conflict",
    "this organisation already used the event_id for other content",
)


@dataclass(frozen=True, slots=True)
class FoldResult:
    """Result of folding the log at one time."""

    sentence: Sentence
    dispositions: dict[str, Disposition]
    """The disposition of each event of the log, by uid."""
    effects: dict[str, Effect]
    alerts: dict[str, Effect]
    decidable_at: datetime | None
    """When the first event that lies in the future can be decided."""
    sentenced_on: date | None
    """The day of sentence by the log, whether or not the rules applied it; it chooses the law."""
    law: Law
    """The law in force at the end of the log, which the view uses."""
    lookups: tuple[LawLookup, ...] = ()
    """Look-ups that events of the log need before they can be decided."""


class EventLog:
    """Events of a sentence, the outbox of its effects, and its quarantined messages."""

    def __init__(self) -> None:
        self.log: list[LogEntry] = []
        self.outbox = OutboxLedger()
        self.quarantine = Quarantine()
        self.audit_notes: deque[str] = deque(maxlen=AUDIT_NOTES_KEPT)
        self.last_received_at: datetime | None = None
        self.origins: list[str] = []
        """Workflow ids of the sentences that were merged into this one, in that order."""
        self.size = 0
        self.awaiting_key: tuple[DeadLetter, ...] = ()
        """Metadata of the encrypted messages whose key is not here yet."""
        self._keys: list[SortKey] = []
        self._digests: dict[str, str] = {}
        self._fold = CheckpointedFold()
        self._resolved: AbstractSet[str] = frozenset()

    @property
    def repeats(self) -> DigestCounter:
        """The messages that came more than once."""
        return self.quarantine.repeats

    def restore(self, entries: Iterable[LogEntry]) -> None:
        """Insert the entries that an earlier run kept."""
        for entry in entries:
            self._insert(entry)

    def _insert(self, entry: LogEntry) -> None:
        at = bisect.bisect_left(self._keys, entry.event.sort_key)
        self._keys.insert(at, entry.event.sort_key)
        self.log.insert(at, entry)
        self._digests[entry.event.uid] = entry.digest
        self.size += entry.size

    def receive(self, message: ParsedMessage) -> bool:
        """Insert the event of one message; return whether the log grew by it.

        A repeat is counted and changes nothing. A message that cannot be an event is quarantined.
        """
        event = message.event
        if event is None:
            self._quarantine(message, message.code, message.reason)
            return False
        known = self._digests.get(event.uid)
        if known == message.digest:
            self.quarantine.own.repeats.add(message.digest)
            return False
        if known is not None:
            self._quarantine(message, *_ID_CONFLICT)
            return False
        if self.size + message.size > LOG_BUDGET:
            self._quarantine(message, "log_full", f"the log holds {self.size:,} bytes and is full")
            return False
        self._insert(
            LogEntry(event, message.digest, message.received_at, message.size, message.sender)
        )
        # Only a new event ends the quiet spell: a flood of repeats must not delay an alert.
        self.last_received_at = message.received_at
        return True

    def import_entry(self, entry: LogEntry) -> None:
        """Insert an event of another sentence's log, with its own time of receipt."""
        known = self._digests.get(entry.event.uid)
        if known == entry.digest:
            return
        fault = _ID_CONFLICT if known is not None else None
        if fault is None and self.size + entry.size > LOG_BUDGET:
            fault = ("log_full", f"the log holds {self.size:,} bytes and is full")
        if fault is None:
            self._insert(entry)
            return
        code, reason = fault
        item = DeadLetter(
            digest=entry.digest,
            kind=entry.event.KIND,
            code=code,
            reason=reason,
            at=entry.received_at,
            event_id=entry.event.event_id,
            organisation=entry.event.by.organisation,
        )
        if not self.quarantine.lists(item):
            self.quarantine.add(item, self._resolved)

    def list_dead_letters(self, items: Iterable[DeadLetter]) -> None:
        """List dead letters that another log counts, without those that are listed already."""
        for item in items:
            if not self.quarantine.lists(item):
                self.quarantine.enlist(item, self._resolved)

    def _quarantine(self, message: ParsedMessage, code: str, reason: str) -> None:
        event = message.event
        item = DeadLetter(
            digest=message.digest,
            kind=message.kind,
            code=code,
            reason=reason,
            at=message.received_at,
            event_id=event.event_id if event is not None else None,
            organisation=event.by.organisation if event is not None else None,
        )
        self.quarantine.add(item, self._resolved)

    def decide(self, law: Law, now: datetime) -> FoldResult:
        """Fold the log up to `now`."""
        horizon = now + TOLERANCE
        reach = bisect.bisect_right(self._keys, horizon, key=lambda key: key[0])
        events = [entry.event for entry in self.log[:reach]]
        left = effective_log(events)
        s = self._fold.run(left.live, law, now, left.withdrawn_failures)
        dispositions = {**s.dispositions, **left.verdicts}
        for entry in self.log[reach:]:
            dispositions[entry.event.uid] = _early(entry.event)
        sentenced_on = next(
            (event.sentenced_on for event in left.live if isinstance(event, SentenceImposed)), None
        )
        present = s.law or law
        self._resolved = s.resolved
        notices = rejection_notices(
            self.log,
            dispositions,
            self.quarantine.listed,
            outbox=self.outbox,
            now=now,
        )
        early = self.log[reach].event if reach < len(self.log) else None
        return FoldResult(
            sentence=s,
            dispositions=dispositions,
            effects=dict(s.effects),
            alerts=alerts(s, present, now) | notices,
            decidable_at=None if early is None else early.occurred_at - TOLERANCE,
            sentenced_on=sentenced_on,
            law=present,
            lookups=tuple(_lookups(s, law)),
        )

    def is_quiet(self, now: datetime, spell: timedelta) -> bool:
        """Return whether no new event has come for the length of `spell`."""
        return self.last_received_at is None or now - self.last_received_at >= spell

    def reconcile(
        self, decided: FoldResult, now: datetime, quiet: timedelta, *, withhold: bool = False
    ) -> None:
        """Bring the outbox in line with the effects and alerts that were decided."""
        self.outbox.reconcile(
            decided.effects,
            decided.alerts,
            now,
            quiet=self.is_quiet(now, quiet),
            withhold=withhold,
            silenced=silenced_recipients(decided.sentence),
        )

    def preview(self, messages: Iterable[ParsedMessage]) -> "EventLog":
        """Return a copy that has received `messages` too, to see how they would be decided."""
        copy = EventLog()
        copy.log = list(self.log)
        copy.size = self.size
        copy._keys = list(self._keys)
        copy._digests = dict(self._digests)
        for message in messages:
            copy.receive(message)
        return copy

    def digest_of(self, uid: str) -> str | None:
        """Return the content digest of the event `uid`; None where the log does not hold it."""
        return self._digests.get(uid)


def _lookups(s: Sentence, law: Law) -> Iterator[LawLookup]:
    for waiting in s.waiting.values():
        for event in waiting:
            asked = lookup_for(event)
            if asked is not None and event.uid not in law.lookup_results:
                yield asked


def _early(event: Event) -> Disposition:
    return Disposition(
        DispositionKind.HELD, f"lies in the future; decided from {event.occurred_at}"
    )


def decide_with_lookups(
    case: EventLog, law: Law, now: datetime, answer: Callable[[LawLookup], LookupResult]
) -> FoldResult:
    """Fold `case` up to `now`, with every reference in its log looked up by `answer`."""
    asked = (lookup_for(entry.event) for entry in case.log)
    found = {item.uid: answer(item) for item in asked if item is not None}
    return case.decide(
        replace(law, lookup_results={**found, **law.lookup_results}) if found else law, now
    )
