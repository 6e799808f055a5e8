"""The case file: all that a sentence keeps. Everything else is folded from it.

`receive` and `decide` are what a workflow calls once per activation; neither waits, sends or reads
a clock, so the same file gives the same answers in a test, in a replay and years later.
"""

import bisect
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from states.alerts import alerts as alarms
from states.entities import Disposition, Effect
from states.events.envelope import Event, SortKey
from states.events.imposition import SentenceImposed
from states.fold import TOLERANCE, CheckpointedFold
from states.messages import DeadLetter, DigestCounter, LogEntry, ParsedMessage, Quarantine
from states.outbox import OutboxLedger
from states.rejection_notices import rejection_notices
from states.rules.edition_history import lookup_for
from states.sentence import Sentence
from states.standards.law import Law, LawLookup, LookupResult
from states.vocabulary import DispositionKind
from states.withdrawals import effective_log

LOG_BUDGET: Final = 3_000_000
"""Bytes of events, as they came, that one sentence takes: packed, they stay below 1 MB."""

AUDIT_NOTES_KEPT: Final = 50
"""Notes kept that depend on arrival."""


_ID_CONFLICT: Final = (
    "id_conflict",
    "this organisation already used the event_id for other content",
)


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What the case file comes to at one time."""

    sentence: Sentence
    dispositions: dict[str, Disposition]
    """What became of each event of the log, by uid."""
    effects: dict[str, Effect]
    alerts: dict[str, Effect]
    decidable_at: datetime | None
    """When an event that lies in the future can be decided."""
    sentenced_on: date | None
    """The day of sentence that the log tells, whatever the rules make of it; it chooses the law."""
    law: Law
    """The law as the log has left it: what a view goes by."""
    lookups: tuple[LawLookup, ...] = ()
    """What events of the log need to be looked up before they can be decided."""


class EventLog:
    """The log, the ledger and the account of what could not enter the log."""

    def __init__(self) -> None:
        self.log: list[LogEntry] = []
        self.outbox = OutboxLedger()
        self.quarantine = Quarantine()
        self.audit_notes: deque[str] = deque(maxlen=AUDIT_NOTES_KEPT)
        self.last_received_at: datetime | None = None
        self.origins: list[str] = []
        """Workflow ids of the sentences whose files this one took over, in that order."""
        self.size = 0
        self.awaiting_key: tuple[DeadLetter, ...] = ()
        """What is known of messages that cannot be opened yet."""
        self._keys: list[SortKey] = []
        self._digests: dict[str, str] = {}
        self._folding = CheckpointedFold()
        self._resolved: AbstractSet[str] = frozenset()

    @property
    def repeats(self) -> DigestCounter:
        """The account of the messages that came more than once."""
        return self.quarantine.repeats

    def restore(self, entries: Iterable[LogEntry]) -> None:
        """Take over a log that another run kept."""
        for entry in entries:
            self._insert(entry)

    def _insert(self, entry: LogEntry) -> None:
        at = bisect.bisect_left(self._keys, entry.event.sort_key)
        self._keys.insert(at, entry.event.sort_key)
        self.log.insert(at, entry)
        self._digests[entry.event.uid] = entry.digest
        self.size += entry.size

    def receive(self, message: ParsedMessage) -> bool:
        """Take one message into the file; return whether the log grew by it.

        A repeat is counted and changes nothing; what cannot be an event is quarantined.
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
        # Only what is new breaks the quiet: a flood of repeats must not hold back an alarm.
        self.last_received_at = message.received_at
        return True

    def import_entry(self, entry: LogEntry) -> None:
        """Take over one event that another file had read, with the time at which it did."""
        known = self._digests.get(entry.event.uid)
        if known == entry.digest:
            return
        fault = _ID_CONFLICT if known is not None else None
        if fault is None and self.size + entry.size > LOG_BUDGET:
            fault = ("log_full", f"the log holds {self.size:,} bytes and is full")
        if fault is None:
            self._insert(entry)
            return
        event, (code, reason) = entry.event, fault
        item = DeadLetter(
            *(entry.digest, event.KIND, code, reason, entry.received_at, event.event_id),
            organisation=event.by.organisation,
        )
        if not self.quarantine.lists(item):
            self.quarantine.add(item, self._resolved)

    def list_dead_letters(self, items: Iterable[DeadLetter]) -> None:
        """List messages that another file accounts for, but for those that are listed already."""
        for item in items:
            if not self.quarantine.lists(item):
                self.quarantine.enlist(item, self._resolved)

    def _quarantine(self, message: ParsedMessage, code: str, reason: str) -> None:
        event = message.event
        item = DeadLetter(
            *(message.digest, message.kind, code, reason, message.received_at),
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
        s = self._folding.run(left.live, law, now, left.withdrawn_failures)
        dispositions = {**s.dispositions, **left.verdicts}
        for entry in self.log[reach:]:
            dispositions[entry.event.uid] = _early(entry.event)
        wakes_at = self.log[reach].event.occurred_at - TOLERANCE if reach < len(self.log) else None
        sentenced_on = next(
            (event.sentenced_on for event in left.live if isinstance(event, SentenceImposed)), None
        )
        present = s.law or law
        self._resolved = s.resolved
        told = alarms(s, present, now) | rejection_notices(
            *(self.log, dispositions, self.quarantine.listed, self.outbox, now)
        )
        return FoldResult(
            *(s, dispositions, dict(s.effects), told, wakes_at, sentenced_on),
            *(present, tuple(_lookups(s, law))),
        )

    def is_quiet(self, now: datetime, spell: timedelta) -> bool:
        """Return whether nothing new has come for the length of `spell`."""
        return self.last_received_at is None or now - self.last_received_at >= spell

    def reconcile(
        self, decided: FoldResult, now: datetime, quiet: timedelta, *, withhold: bool = False
    ) -> None:
        """Bring the ledger in line with what was decided."""
        self.outbox.reconcile(
            decided.effects,
            decided.alerts,
            now,
            quiet=self.is_quiet(now, quiet),
            withhold=withhold,
        )

    def preview(self, messages: Iterable[ParsedMessage]) -> "EventLog":
        """Return a copy that has received `messages` too, to see what would become of them."""
        copy = EventLog()
        copy.log, copy._keys = list(self.log), list(self._keys)
        copy._digests, copy.size = dict(self._digests), self.size
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
    """Return what `case` comes to at `now`, with every name in its log looked up."""
    asked = (lookup_for(entry.event) for entry in case.log)
    found = {item.uid: answer(item) for item in asked if item is not None}
    return case.decide(
        replace(law, lookup_results={**found, **law.lookup_results}) if found else law, now
    )
