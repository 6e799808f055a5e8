"""Event log of a sentence, with its outbox and its quarantine. Everything else is folded from it.

A workflow calls `receive` and `decide` once per activation. Neither waits, sends or reads a clock,
so the same log gives the same answers in a test, in a replay and years later.
"""

import bisect
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from states.alerts import alerts
from states.digest import DigestedAlerts, digested
from states.entities import Disposition, Effect
from states.events.envelope import Event, SortKey
from states.events.imposition import SentenceImposed
from states.fold import APPLIED, TOLERANCE, CheckpointedFold
from states.messages import DeadLetter, DigestCounter, LogEntry, ParsedMessage, Quarantine
from states.outbox import Compare, OutboxLedger, unrelated
from states.rejection_notices import rejection_notices
from states.rules.edition_history import lookup_for
from states.rules.sentence_end import silenced_recipients
from states.sentence import Sentence
from states.standards.law import Law, LawLookup, LookupResult
from states.vocabulary import DispositionKind
from states.withdrawals import EffectiveLog, effective_log, target_id

LOG_BUDGET: Final = 1_200_000
"""Bytes that the events of one sentence may take in a packed snapshot, by `packed_bound`. Ordinary
events take 250 each, so that a sentence may have some 4,800."""

RESERVE: Final = 100_000
"""Part of the budget that is kept for `DECISIVE_KINDS`."""

SENDER_BUDGET: Final = 900_000
"""Part of the budget that the events of one organisation may take, decisive ones apart."""

BULKY: Final = 2_000
"""Bytes from which an event is bulky; those that people write are an eighth of it."""

BULK_BUDGET: Final = 300_000
"""Part of the budget that bulky events may take; decisive ones may take `RESERVE` more."""

DECISIVE_KINDS: Final = frozenset(
    {
        "arrested",
        "breach_decided",
        "court_decided",
        "end_date_changed",
        "event_withdrawn",
        "licence_revoked",
        "message_resolved",
        "offence_charged",
        "parole_board_decided",
        "parole_board_referred",
        "recall_decided",
        "recall_withdrawn",
        "release_date_changed",
        "released",
        "returned_to_custody",
        "revocation_refused",
        "sentence_ended",
        "sentence_imposed",
        "sentence_moved",
        "serious_further_offence_charged",
        "warrant_recorded",
    }
)
"""Kinds about liberty, death and the length of a sentence, and those that put mistakes right."""

_ENTRY_BYTES: Final = 48
"""Bytes of an entry beside the content of its event: digest, receipt and punctuation."""

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
    first_pack: str | None = None
    """Name of the law pack from which the sentence began; None where it began without one."""
    lookups: tuple[LawLookup, ...] = ()
    """Look-ups that events of the log need before they can be decided."""
    notable: tuple[LogEntry, ...] = ()
    """Entries, in the order of the log, that were not plainly applied: few of a long log."""


def packed_bound(event: Event) -> int:
    """Return the bytes that `event` takes at most in a packed snapshot.

    Packing leaves out what repeats, such as the names of fields, and turns three bytes into four at
    most. The bound is computed and not measured, because a replay on another machine must find the
    same number.
    """
    return _ENTRY_BYTES + _packed_bound(event.model_dump(mode="json", exclude_unset=True))


def _packed_bound(value: Any) -> int:
    if isinstance(value, str):
        size = len(value.encode())
        return size if value.isascii() else size + size // 2
    if isinstance(value, dict):
        return 2 * len(value) + sum(map(_packed_bound, value.values()))
    if isinstance(value, list):
        return len(value) + sum(map(_packed_bound, value))
    return 4


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
        """Sum of `packed_bound` over the log."""
        self._sizes = Counter[str]()
        """The same by organisation, decisive events apart."""
        self._bulk = 0
        """The same of bulky events."""
        self.awaiting_key: tuple[DeadLetter, ...] = ()
        """Metadata of the encrypted messages whose key is not here yet."""
        self.by_uid: dict[str, LogEntry] = {}
        """The log in the order in which it grew."""
        self.delays = Counter[int]()
        """Entries that timeliness counts, by the days of their delay."""
        self._keys: list[SortKey] = []
        self._effective: list[Event] = []
        """The events of the log as the fold decides them."""
        self._takes_back = False
        """True if an event of the log may take another one back."""
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
        self._effective.insert(at, entry.event.when_effective)
        self._takes_back = self._takes_back or target_id(entry.event) is not None
        self.by_uid[entry.event.uid] = entry
        if entry.is_timed:
            self.delays[entry.delay_days] += 1
        self.size += entry.size
        if entry.event.KIND not in DECISIVE_KINDS:
            self._sizes[entry.event.by.organisation] += entry.size
        if entry.size > BULKY:
            self._bulk += entry.size

    def receive(self, message: ParsedMessage) -> bool:
        """Insert the event of one message; return whether the log grew by it.

        A repeat is counted and changes nothing. A message that cannot be an event is quarantined.
        """
        event = message.event
        if event is None:
            self._quarantine(message, message.code, message.reason)
            return False
        known = self.digest_of(event.uid)
        if known == message.digest:
            self.quarantine.own.repeats.add(message.digest)
            return False
        if known is not None:
            self._quarantine(message, *_ID_CONFLICT)
            return False
        size = packed_bound(event)
        if (reason := self._lacks_room(event, size)) is not None:
            self._quarantine(message, "log_full", reason)
            return False
        self._insert(LogEntry(event, message.digest, message.received_at, size, message.sender))
        # Only a new event ends the quiet spell: a flood of repeats must not delay an alert.
        self.last_received_at = message.received_at
        return True

    def _lacks_room(self, event: Event, size: int) -> str | None:
        """Return why the log has no room for an event of this size; None if it has.

        One sender, or bulk, cannot keep out the others; nothing but decisive events takes the rest.
        """
        is_decisive = event.KIND in DECISIVE_KINDS
        kept = 0 if is_decisive else RESERVE
        if self.size + size > LOG_BUDGET - kept:
            rest = f"; the last {kept:,} are for decisive events" if kept else ""
            return f"the log holds {self.size:,} bytes and is full{rest}"
        if size > BULKY and self._bulk + size > BULK_BUDGET + RESERVE - kept:
            return f"events above {BULKY:,} bytes hold {self._bulk:,}, the most they may"
        sender = event.by.organisation
        if not is_decisive and self._sizes[sender] + size > SENDER_BUDGET:
            return f"events of {sender} hold {self._sizes[sender]:,} bytes, the most of one sender"
        return None

    def import_entry(self, entry: LogEntry) -> None:
        """Insert an event of another sentence's log, with its own time of receipt."""
        known = self.digest_of(entry.event.uid)
        if known == entry.digest:
            return
        fault = _ID_CONFLICT if known is not None else None
        reason = self._lacks_room(entry.event, entry.size)
        if fault is None and reason is not None:
            fault = ("log_full", reason)
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
        early = [entry.event for entry in self.log[reach:]]
        # A correction that was sent takes its target back at once, even if its own date lies ahead.
        sent = [event for event in early if event.occurred_at <= horizon]
        seen = [*self._effective[:reach], *sent]
        left = effective_log(seen) if self._takes_back else EffectiveLog(seen, {}, frozenset())
        ahead = {event.uid for event in early}
        live = [event for event in left.live if event.uid not in ahead] if sent else left.live
        s = self._fold.run(live, law, now, left.withdrawn_failures)
        waiting = {event.uid: _early(event) for event in early}
        dispositions = {**s.dispositions, **waiting, **left.verdicts}
        sentenced_on = next(
            (event.sentenced_on for event in live if isinstance(event, SentenceImposed)), None
        )
        present = s.law or law
        self._resolved = s.resolved
        notable = self._notable(dispositions)
        notices = rejection_notices(
            notable,
            dispositions,
            self.quarantine.listed,
            outbox=self.outbox,
            now=now,
        )
        return FoldResult(
            sentence=s,
            dispositions=dispositions,
            effects=dict(s.effects),
            alerts=alerts(s, present, now) | notices,
            decidable_at=min(
                (at - TOLERANCE for at in _decided_from(early, horizon)), default=None
            ),
            sentenced_on=sentenced_on,
            law=present,
            first_pack=None if law.pack is None else law.pack.name,
            lookups=tuple(_lookups(s, law)),
            notable=notable,
        )

    def _notable(self, dispositions: Mapping[str, Disposition]) -> tuple[LogEntry, ...]:
        found = [self.by_uid[uid] for uid, known in dispositions.items() if known is not APPLIED]
        return tuple(sorted(found, key=lambda entry: entry.event.sort_key))

    def is_quiet(self, now: datetime, spell: timedelta) -> bool:
        """Return whether no new event has come for the length of `spell`."""
        return self.last_received_at is None or now - self.last_received_at >= spell

    def reconcile(
        self,
        decided: FoldResult,
        now: datetime,
        quiet: timedelta,
        *,
        withhold: bool = False,
        compare: Compare = unrelated,
    ) -> None:
        """Bring the outbox in line with the effects and alerts that were decided."""
        self.outbox.reconcile(
            decided.effects,
            self.alerts_to_send(decided, now).alerts,
            now,
            quiet=self.is_quiet(now, quiet),
            withhold=withhold,
            silenced=silenced_recipients(decided.sentence),
            compare=compare,
        )

    def alerts_to_send(self, decided: FoldResult, now: datetime) -> DigestedAlerts:
        """Return the alerts as they are sent, with those that can wait in digests."""
        return digested(decided.alerts, self.outbox, decided.sentence, decided.law, now)

    def preview(self, messages: Iterable[ParsedMessage]) -> "EventLog":
        """Return a copy that has received `messages` too, to see how they would be decided."""
        copy = EventLog()
        copy.log = list(self.log)
        copy.size = self.size
        copy._sizes = self._sizes.copy()
        copy._bulk = self._bulk
        copy._keys = list(self._keys)
        copy._effective = list(self._effective)
        copy._takes_back = self._takes_back
        copy.by_uid = dict(self.by_uid)
        copy.delays = self.delays.copy()
        for message in messages:
            copy.receive(message)
        return copy

    def digest_of(self, uid: str) -> str | None:
        """Return the content digest of the event `uid`; None where the log does not hold it."""
        entry = self.by_uid.get(uid)
        return None if entry is None else entry.digest


def _lookups(s: Sentence, law: Law) -> Iterator[LawLookup]:
    for waiting in s.waiting.values():
        for event in waiting:
            asked = lookup_for(event)
            if asked is not None and event.uid not in law.lookup_results:
                yield asked


def _early(event: Event) -> Disposition:
    return Disposition(
        DispositionKind.HELD, f"lies in the future; decided from {event.effective_at}"
    )


def _decided_from(early: Iterable[Event], horizon: datetime) -> Iterator[datetime]:
    """Yield when each of the events in the future is looked at again."""
    for event in early:
        yield event.effective_at if event.occurred_at <= horizon else event.occurred_at


def decide_with_lookups(
    case: EventLog, law: Law, now: datetime, answer: Callable[[LawLookup], LookupResult]
) -> FoldResult:
    """Fold `case` up to `now`, with every reference in its log looked up by `answer`."""
    asked = (lookup_for(entry.event) for entry in case.log)
    found = {item.uid: answer(item) for item in asked if item is not None}
    return case.decide(
        replace(law, lookup_results={**found, **law.lookup_results}) if found else law, now
    )
