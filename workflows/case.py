"""The desk of a sentence: its mail, its case file, the law it is decided by, and the decision.

All of it is synchronous. The workflow waits around it; an update may use it at any time, for it is
whole between any two of its calls.
"""

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from activities.contracts import StandardsNames
from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.merge import merge
from states.messages import ParsedMessage
from states.sentence_ref import SentenceRef
from states.snapshot import decisions, differences, effect_of, from_snapshot, to_snapshot
from states.standards.law import Law, LawLookup
from states.vocabulary import ClockStatus
from workflows.inbox import InboundMessage, Inbox, is_nudge, is_transfer_chunk, parse_message
from workflows.law import PinnedLaw, carries, dump_pinned_law, is_available, load_pinned_law
from workflows.log import note, warn
from workflows.transfer import ChunkAssembler, InvalidTransferError, TransferredCase

_STILL_LATE: Final = (ClockStatus.MISSED.value, ClockStatus.MET_LATE.value)


class SentenceCase:
    """Everything that one sentence decides with."""

    def __init__(self, identity: SentenceRef | None) -> None:
        self.inbox = Inbox()
        self.chunks = ChunkAssembler()
        self._identity = identity
        self.texts: dict[str, str] = {}
        self.event_log = EventLog()
        self.pinned_law: PinnedLaw | None = None
        self.law: Law | None = None
        self.decision: FoldResult | None = None
        self.as_of: datetime | None = None
        self.new_messages = 0
        """Messages taken in this run."""
        self.transferred_law: PinnedLaw | None = None
        """The law of a file that was taken over, until it is known to be on the shelf."""
        self.extra_notices: dict[str, Effect] = {}
        """Notices that no rule wants, such as what an upgrade decided otherwise."""
        self._nudged = False

    def drain(self, most: int | None = None) -> None:
        """Take the mail into the case file: all of it, or the oldest `most` letters."""
        for item in self.inbox.take(most):
            if not self.inbox.deliver_to_waiter(item):
                self._sort(item)
        self.event_log.awaiting_key = self.inbox.awaiting_key.dead_letters()

    def take_for_forwarding(self, most: int | None = None) -> list[InboundMessage]:
        """Take out of the mail what is sent on as it is, or as it was opened.

        What is shut waits: it was sealed for this sentence, and would be refused by any other. A
        caller who waits for a letter is answered first, and then it is sent on too.

        Args:
            most: Only of the oldest so many letters.
        """
        letters = self.inbox.take(most, as_it_is=True)
        self.new_messages += len(letters)
        self.event_log.awaiting_key = self.inbox.awaiting_key.dead_letters()
        return [
            item for item in letters if not (self.inbox.deliver_to_waiter(item) or is_nudge(item))
        ]

    def _sort(self, item: InboundMessage) -> None:
        self.new_messages += 1
        if is_nudge(item):
            self._nudged = True
        elif is_transfer_chunk(item):
            self._take_chunk(item)
        else:
            self._take(item)

    def _take(self, item: InboundMessage) -> None:
        texts: dict[str, str] = {}
        message = parse_message(item, texts)
        before = self.event_log.quarantine.tally.count
        if self.event_log.receive(message):
            # What a repeat or a quarantined message says is not filed: a flood could fill the run.
            self.texts.update(texts)
        if self.event_log.quarantine.tally.count > before:
            last = self.event_log.quarantine.listed[-1]
            warn("message_quarantined", reason_code=last.code, digest=message.digest)

    def take_transfers(self) -> bool:
        """Take only what is handed over here; return whether a whole file was."""
        parts = self.inbox.take_transfer_chunks()
        self.new_messages += len(parts)
        joined = [self._take_chunk(item) for item in parts]
        return any(joined)

    def _take_chunk(self, item: InboundMessage) -> bool:
        # A part of a file that goes on here, which is joined once it is whole.
        if self._identity is None:
            return False
        try:
            brought = self.chunks.take(item, self._identity)
        except InvalidTransferError as error:
            message = replace(
                parse_message(item, {}), event=None, code="bad_hand_over", reason=str(error)
            )
            self.event_log.receive(message)
            warn("hand_over_refused", reason_code=message.code, digest=message.digest)
            return False
        if brought is not None:
            self._merge(brought, item.received_at)
        return brought is not None

    def _merge(self, brought: TransferredCase, at: datetime) -> None:
        own = self._identity.workflow_id if self._identity is not None else ""
        merge(self.event_log, brought.case, brought.source, own)
        self.extra_notices |= {effect.key: effect for effect in brought.extra}
        self.transferred_law = brought.pins
        self.event_log.audit_notes.append(
            f"{at.isoformat()} the file of {brought.source} was taken over"
        )
        note("file_taken_over", source=brought.source, digest=brought.digest)

    def pin_law(self, edition: str, calendar: str, sentenced_on: date | None) -> None:
        """Decide by this law from now on."""
        looked = () if self.pinned_law is None else self.pinned_law.resolved
        self.use(PinnedLaw(edition, calendar, sentenced_on, looked))
        note("law_pinned", edition=edition, calendar=calendar)

    def use(self, pins: PinnedLaw) -> None:
        """Decide by the law that these names mean."""
        self.pinned_law, self.law = pins, pins.law()

    def adopt_transferred_law(self, held: StandardsNames) -> None:
        """Go by the law of the file that was taken over, as far as a shelf holds it."""
        brought, self.transferred_law = self.transferred_law, None
        if brought is None or self.pinned_law is None or self.decision is None:
            return
        pins = self.pinned_law.merged(item for item in brought.resolved if is_available(item, held))
        told = self.decision.sentenced_on
        if told != pins.sentenced_on and told == brought.sentenced_on and carries(held, brought):
            pins = pins.with_names(brought.edition, brought.calendar, told)
        self.use(pins)
        note("law_pinned", edition=pins.edition, calendar=pins.calendar)

    @property
    def needs_lookup(self) -> bool:
        """Whether something has to be looked up before its decisions stand."""
        return self.has_stale_law or bool(self.lookups) or self.transferred_law is not None

    @property
    def has_stale_law(self) -> bool:
        """Whether its law was chosen for another day of sentence than the log tells, or none."""
        if self.decision is None or self.pinned_law is None:
            return False
        return self.decision.sentenced_on != self.pinned_law.sentenced_on

    @property
    def lookups(self) -> tuple[LawLookup, ...]:
        """What events of the log need to be looked up."""
        return () if self.decision is None else self.decision.lookups

    def answer_lookups(self, held: StandardsNames) -> None:
        """Answer the questions by what a shelf held."""
        if self.pinned_law is not None:
            self.use(self.pinned_law.with_answers(self.lookups, held))
            note("law_looked_up", count=len(self.lookups))

    def decide(self, now: datetime) -> FoldResult | None:
        """Fold the log up to `now`; None before there is a law to fold it by."""
        if self.law is None:
            return None
        before, then = self.decision, self.as_of
        self.decision, self.as_of = self.event_log.decide(self.law, now), now
        if before is not None and then is not None:
            self._note_corrected_clocks(before, then, self.decision, now)
        return self.decision

    def _note_corrected_clocks(
        self, before: FoldResult, then: datetime, after: FoldResult, now: datetime
    ) -> None:
        # The view will not say that people were shown a clock as missed which was met all along.
        for key, clock in sorted(before.sentence.clocks.items()):
            later = after.sentence.clocks.get(key)
            status = later.status(now).value if later is not None else "gone"
            if clock.status(then) is ClockStatus.MISSED and status not in _STILL_LATE:
                text = f"{key} had been shown missed and is {status}"
                self.event_log.audit_notes.append(f"{now.isoformat()} {text}")

    def reconcile(self, now: datetime, quiet: timedelta) -> None:
        """Bring the ledger in line with the decision."""
        if self.decision is not None:
            self.decision.effects.update(self.extra_notices)
            if self._nudged:
                # Whoever nudges may have mended what kept a notice here.
                self.event_log.outbox.retry(self.decision.sentence.acknowledged)
                self._nudged = False
            self.event_log.reconcile(self.decision, now, quiet)

    def preview(self, message: ParsedMessage, now: datetime) -> FoldResult | None:
        """Return what the mail and `message` would come to, changing nothing; None without law."""
        if self.law is None:
            return None
        waiting = [parse_message(item, {}) for item in self.inbox.events()]
        return self.event_log.preview([*waiting, message]).decide(self.law, now)


_REDECIDED: Final = "redecided"


def transferable(desk: SentenceCase) -> dict[str, Any]:
    """Return what a sentence is given that goes on in place of this one."""
    return {
        "case": to_snapshot(desk.event_log),
        "extra": [asdict(effect) for effect in desk.extra_notices.values()],
        "pins": None if desk.pinned_law is None else dump_pinned_law(desk.pinned_law),
    }


def dump_case(desk: SentenceCase) -> dict[str, Any]:
    """Return all that the next run needs, as plain data."""
    return {
        **transferable(desk),
        "texts": desk.texts,
        "parcels": desk.chunks.dump(),
        "shut": desk.inbox.awaiting_key.dump(),
        "as_of": desk.as_of.isoformat() if desk.as_of is not None else None,
        "decisions": decisions(desk.decision) if desk.decision is not None else None,
    }


def restore_case(desk: SentenceCase, data: dict[str, Any]) -> None:
    """Take over from the run before, and look whether this build decides otherwise."""
    desk.event_log = from_snapshot(data["case"])
    desk.texts = dict(data["texts"])
    desk.chunks = ChunkAssembler(data.get("parcels"))
    if data.get("shut"):
        desk.inbox.awaiting_key.load(data["shut"])
        desk.event_log.awaiting_key = desk.inbox.awaiting_key.dead_letters()
    desk.extra_notices = {item["key"]: effect_of(item) for item in data["extra"]}
    pins = data["pins"]
    if pins is None:
        return
    desk.use(load_pinned_law(pins))
    if data["as_of"] is not None and data["decisions"] is not None:
        _report_changed_decisions(desk, data["decisions"], datetime.fromisoformat(data["as_of"]))


def _report_changed_decisions(desk: SentenceCase, before: dict[str, Any], as_of: datetime) -> None:
    decided = desk.decide(as_of)
    if decided is None:
        return
    # Through JSON, as the other side came.
    changed = differences(before, json.loads(json.dumps(decisions(decided))))
    if not changed:
        return
    warn("sentence_redecided", count=len(changed))
    key = f"{_REDECIDED}/{len(changed)}/{as_of.isoformat()}"
    facts = tuple((f"change_{n:03}", name) for n, name in enumerate(changed[:50]))
    desk.extra_notices[key] = Effect(key, _REDECIDED, "ops", str(len(changed)), facts)
    desk.event_log.audit_notes.append(
        f"{as_of.isoformat()} decided again: {', '.join(changed[:5])}"
    )
    desk.event_log.reconcile(decided, as_of, timedelta(0), withhold=True)
