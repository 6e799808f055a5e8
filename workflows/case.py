"""Case of a sentence: its inbox, its event log, the law it is decided by, and the decision.

All of it is synchronous. The workflow awaits around it, and an update handler may use it at any
time: the case is consistent between any two calls of its methods.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from activities.contracts import RecordHead, StandardsNames
from states.documents import comparison
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.merge import merge
from states.messages import ParsedMessage
from states.record import RecordRow
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.snapshot import decisions, differences, from_record, from_snapshot, to_snapshot
from states.standards.law import Law, LawLookup
from states.vocabulary import ClockStatus
from workflows.continue_as_new import CaseSnapshot, TransferableCase
from workflows.inbox import (
    MESSAGES_PER_TURN,
    InboundMessage,
    Inbox,
    is_nudge,
    is_transfer_chunk,
    parse_message,
)
from workflows.law import PinnedLaw, carries, is_available
from workflows.log import note, warn
from workflows.metrics import SentenceMetrics
from workflows.transfer import (
    ChunkAssembler,
    InvalidTransferError,
    OtherSentence,
    TransferredCase,
)

_STILL_LATE: Final = (ClockStatus.MISSED.value, ClockStatus.MET_LATE.value)
_REDECIDED: Final = "redecided"
_NAMED_CHANGES: Final = 50
"""Changed decisions that the notice about them names."""


class SentenceCase:
    """Everything that one sentence is decided with."""

    def __init__(self, ref: SentenceRef, snapshot: CaseSnapshot | None = None) -> None:
        """Begin an empty case, or restore one and report the decisions that this build changes."""
        kept = snapshot or CaseSnapshot(event_log=to_snapshot(EventLog()))
        self.ref = ref
        self.inbox = Inbox(kept.awaiting_key)
        self.event_log = from_snapshot(kept.event_log)
        self.texts = dict(kept.texts)
        """Free text that is not stored yet, by digest."""
        self.pinned_law: PinnedLaw | None = None
        self.law: Law | None = None
        self.decision: FoldResult | None = None
        self.as_of: datetime | None = None
        """Time of the decision."""
        self.new_messages = 0
        """Messages taken from the inbox in this run."""
        self.transferred_law: PinnedLaw | None = None
        """Law of a case that was merged, until the catalogue is known to hold it."""
        self.extra_notices = {effect.key: effect for effect in kept.extra_notices}
        """Notices that no rule asks for, by key, such as one about decisions that changed."""
        self._chunks = ChunkAssembler(kept.transfer_chunks)
        self._metrics = SentenceMetrics()
        self._metrics.adopt(self.event_log.log)
        self._nudged = False
        self._list_awaiting_key()
        if kept.pinned_law is not None:
            self.use(kept.pinned_law)
            if kept.as_of is not None and kept.decisions is not None:
                self._report_changes(kept.decisions, kept.as_of)

    def drain(self, limit: int | None = None) -> None:
        """Take the messages of the inbox into the log: all, or the oldest `limit`."""
        for message in self.inbox.take(limit):
            if not self.inbox.deliver_to_waiter(message):
                self._take(message)
        self._list_awaiting_key()

    def take_for_forwarding(self, limit: int | None = None) -> list[InboundMessage]:
        """Take out the messages to forward: all, or those among the oldest `limit`.

        Messages that are still encrypted stay: they are encrypted for this sentence, and any other
        would refuse them. A message that an update waits for goes to that update first, which
        appends it again.
        """
        messages = self.inbox.take(limit, unscreened=True)
        self.new_messages += len(messages)
        self._list_awaiting_key()
        return [
            message
            for message in messages
            if not (self.inbox.deliver_to_waiter(message) or is_nudge(message))
        ]

    def take_transfers(self) -> bool:
        """Take only the transfer chunks; return whether they completed a case."""
        chunks = self.inbox.take_transfer_chunks()
        self.new_messages += len(chunks)
        completed = [self._take_chunk(chunk) for chunk in chunks]
        return any(completed)

    def _list_awaiting_key(self) -> None:
        self.event_log.awaiting_key = self.inbox.awaiting_key.dead_letters()

    def _take(self, message: InboundMessage) -> None:
        self.new_messages += 1
        if is_nudge(message):
            self._nudged = True
        elif is_transfer_chunk(message):
            self._take_chunk(message)
        else:
            self._take_event(message)

    def _take_event(self, message: InboundMessage) -> None:
        texts: dict[str, str] = {}
        parsed = parse_message(message, texts)
        quarantined = self.event_log.quarantine.tally.count
        repeats = self.event_log.repeats.count
        if self.event_log.receive(parsed):
            # The text of a repeat or of a quarantined message is dropped: a flood of those could
            # fill the snapshot.
            self.texts.update(texts)
        if parsed.event is not None and self.event_log.repeats.count > repeats:
            self._metrics.count_repeat(parsed.event.KIND)
        if self.event_log.quarantine.tally.count > quarantined:
            last = self.event_log.quarantine.listed[-1]
            self._metrics.count_quarantined(last.code)
            warn("message_quarantined", reason_code=last.code, digest=parsed.digest)

    def _take_chunk(self, message: InboundMessage) -> bool:
        try:
            transferred = self._chunks.take(message, self.ref)
        except InvalidTransferError as error:
            parsed = replace(
                parse_message(message, {}), event=None, code="invalid_transfer", reason=str(error)
            )
            self.event_log.receive(parsed)
            warn("transfer_refused", reason_code=parsed.code, digest=parsed.digest)
            return False
        if transferred is not None:
            self._merge(transferred, message.received_at)
        return transferred is not None

    def _merge(self, other: TransferredCase, at: datetime) -> None:
        self._metrics.adopt(other.event_log.log)
        merge(self.event_log, other.event_log, other.source, own=self.ref.workflow_id)
        self.extra_notices |= {effect.key: effect for effect in other.extra_notices}
        self.transferred_law = other.pinned_law
        self.audit(at, f"the case of {other.source} was merged")
        note("case_taken_over", source=other.source, digest=other.digest)

    def take_up(self, rows: Sequence[RecordRow], head: RecordHead, now: datetime) -> None:
        """Take the sentence up from the record of a run that was lost; the case is still empty.

        Raises:
            UnreadableError: If this build cannot read a recorded event. It fails the workflow task,
                and the server retries that until a worker can: nothing is overwritten.
        """
        self.event_log = from_record(rows)
        self._metrics.adopt(self.event_log.log)
        for row in rows:
            if row.table == "sentences" and row.values["edition"] is not None:
                day = row.values["sentenced_on"]
                sentenced_on = date.fromisoformat(day) if day is not None else None
                # From the first pack on, each `law_revised` of the log changes it again.
                self.pin_law(
                    row.values["edition"],
                    row.values["calendar"],
                    sentenced_on,
                    pack=row.values["first_law_pack"],
                )
        self.texts = {}
        state = "complete" if head.is_complete else "incomplete: send again what is missing"
        count = len(self.event_log.log)
        self.audit(
            now,
            f"taken up from the record as of {head.as_of.isoformat()}, with {count} events; "
            f"the record was {state}",
        )
        note("record_taken_up", count=count)

    def audit(self, at: datetime, text: str) -> None:
        """Add a note to the audit trail, which tells what depends on arrival and not on law."""
        self.event_log.audit_notes.append(f"{at.isoformat()} {text}")

    def pin_law(
        self, edition: str, calendar: str, sentenced_on: date | None, *, pack: str | None = None
    ) -> None:
        """Decide by this edition, calendar and law pack from now on; resolved references stay."""
        resolved = () if self.pinned_law is None else self.pinned_law.resolved
        self.use(
            PinnedLaw(
                edition=edition,
                calendar=calendar,
                sentenced_on=sentenced_on,
                resolved=resolved,
                pack=pack,
            )
        )
        note("law_pinned", edition=edition, calendar=calendar, pack=pack)

    def use(self, pinned: PinnedLaw) -> None:
        """Decide by the law that these names mean."""
        self.pinned_law = pinned
        self.law = pinned.law()

    def adopt_transferred_law(self, names: StandardsNames) -> None:
        """Use the law of the merged case, as far as the catalogue holds it."""
        other = self.transferred_law
        self.transferred_law = None
        if other is None or self.pinned_law is None or self.decision is None:
            return
        pinned = self.pinned_law.merged(
            item for item in other.resolved if is_available(item, names)
        )
        day = self.decision.sentenced_on
        if day != pinned.sentenced_on and day == other.sentenced_on and carries(names, other):
            pinned = pinned.with_names(other.edition, other.calendar, day)
        self.use(pinned)
        note("law_pinned", edition=pinned.edition, calendar=pinned.calendar, pack=pinned.pack)

    def refuse_move(self, other: OtherSentence) -> None:
        """Keep the case here: the sentence that it was to continue as is another one."""
        moved_by = self.sentence.moved_by
        if self.pinned_law is not None and moved_by is not None and self.transferred_to is not None:
            self.use(self.pinned_law.with_move_refused(moved_by, *other))

    def answer_lookups(self, names: StandardsNames) -> None:
        """Resolve the lookups of the decision among the names of the catalogue."""
        if self.pinned_law is not None:
            self.use(self.pinned_law.with_answers(self.lookups, names))
            note("law_looked_up", count=len(self.lookups))

    @property
    def needs_lookup(self) -> bool:
        """True if the worker must be asked about law before the decision is final."""
        return self.has_stale_law or bool(self.lookups) or self.transferred_law is not None

    @property
    def has_stale_law(self) -> bool:
        """True if the law was pinned for another day of sentence than the log gives."""
        if self.decision is None or self.pinned_law is None:
            return False
        return self.decision.sentenced_on != self.pinned_law.sentenced_on

    @property
    def lookups(self) -> tuple[LawLookup, ...]:
        """References in events of the log that are not resolved yet."""
        return () if self.decision is None else self.decision.lookups

    @property
    def sentence(self) -> Sentence:
        """The sentence as last decided; an empty one before the first decision."""
        return Sentence() if self.decision is None else self.decision.sentence

    @property
    def transferred_to(self) -> SentenceRef | None:
        """The sentence that takes this case over; None if the case stays here."""
        return self.sentence.moved_to(self.ref)

    def decide(self, now: datetime) -> FoldResult | None:
        """Fold the log up to `now`; return None if no law is pinned yet."""
        if self.law is None:
            return None
        before = self.decision
        then = self.as_of
        with self._metrics.fold():
            self.decision = self.event_log.decide(self.law, now)
        self.as_of = now
        if not self.needs_lookup:
            self._metrics.count_decision(self.event_log, self.decision)
        if before is not None and then is not None:
            self._note_corrected_clocks(before, then, self.decision, now=now)
        return self.decision

    def _note_corrected_clocks(
        self, before: FoldResult, then: datetime, after: FoldResult, *, now: datetime
    ) -> None:
        # The view cannot tell that people saw a clock as missed which now proves to have been met.
        for key, clock in sorted(before.sentence.clocks.items()):
            later = after.sentence.clocks.get(key)
            status = later.status(now).value if later is not None else "gone"
            if clock.status(then) is ClockStatus.MISSED and status not in _STILL_LATE:
                self.audit(now, f"{key} had been shown missed and is {status}")

    def reconcile(self, now: datetime, quiet: timedelta) -> None:
        """Bring the outbox in line with the decision; `quiet` delays alerts after a message."""
        if self.decision is None:
            return
        self.decision.effects.update(self.extra_notices)
        if self._nudged:
            # The sender of a nudge may have fixed what blocked a notice.
            self.event_log.outbox.retry(self.decision.sentence.acknowledged)
            self._nudged = False
        compare = comparison(self.ref, self.event_log, self.decision, now)
        self.event_log.reconcile(self.decision, now, quiet, compare=compare)

    @property
    def has_unsent(self) -> bool:
        """True if a notice or a text still has to leave, or a blocked notice needs a person."""
        outbox = self.event_log.outbox
        is_blocked = outbox.blocked(self.sentence.acknowledged)
        return bool(outbox.has_queued() or is_blocked or self.texts)

    def preview(self, message: ParsedMessage, now: datetime) -> FoldResult | None:
        """Return the decision that the inbox and `message` would lead to; change nothing.

        Returns:
            None if no law is pinned yet, or if too many messages wait to be read at once.
        """
        if self.law is None or len(self.inbox) > MESSAGES_PER_TURN:
            return None
        waiting = [parse_message(item, {}) for item in self.inbox.events()]
        return self.event_log.preview([*waiting, message]).decide(self.law, now)

    def transferable(self) -> TransferableCase:
        """Return what the sentence that takes this case over is given."""
        return TransferableCase(
            event_log=to_snapshot(self.event_log),
            extra_notices=list(self.extra_notices.values()),
            pinned_law=self.pinned_law,
        )

    def snapshot(self) -> CaseSnapshot:
        """Return what the next run of this sentence needs."""
        return CaseSnapshot(
            event_log=to_snapshot(self.event_log),
            extra_notices=list(self.extra_notices.values()),
            pinned_law=self.pinned_law,
            texts=self.texts,
            transfer_chunks=self._chunks.pending,
            awaiting_key=self.inbox.awaiting_key.snapshot(),
            as_of=self.as_of,
            decisions=decisions(self.decision) if self.decision is not None else None,
        )

    def _report_changes(self, before: dict[str, Any], as_of: datetime) -> None:
        decision = self.decide(as_of)
        if decision is None:
            return
        # Both sides must have passed through JSON to compare equal.
        changed = differences(before, json.loads(json.dumps(decisions(decision))))
        if not changed:
            return
        warn("sentence_redecided", count=len(changed))
        key = f"{_REDECIDED}/{len(changed)}/{as_of.isoformat()}"
        self.extra_notices[key] = Effect(
            key=key,
            template=_REDECIDED,
            recipient="ops",
            subject=str(len(changed)),
            facts=tuple(
                (f"change_{number:03}", name)
                for number, name in enumerate(changed[:_NAMED_CHANGES])
            ),
        )
        self.audit(as_of, f"decided again: {', '.join(changed[:5])}")
        self.event_log.reconcile(decision, as_of, timedelta(0), withhold=True)
