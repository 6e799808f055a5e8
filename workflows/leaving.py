"""What a sentence does that goes on under another name: it hands over, sends on, and rests."""

from datetime import datetime

from temporalio import workflow

from activities.contracts import RunConfig
from states.record import record_rows
from states.schedule import HOUSEKEEPING, Wakeup
from states.sentence_ref import Holder, SentenceRef
from workflows import visibility
from workflows.case import transferable
from workflows.environment import Waiter
from workflows.lifecycle import GracePeriod
from workflows.outbox import Outbox
from workflows.queries import SentenceQueries
from workflows.record_sync import RecordSync
from workflows.timers import Timers
from workflows.transfer import CaseTransfer, split_into_chunks, transferred_to


class Leaving(SentenceQueries):
    """A sentence that can leave: whoever runs it asks first where it goes on."""

    _identity: SentenceRef | None
    _relocation: CaseTransfer
    _outbox: Outbox
    _recorder: RecordSync
    _closing: GracePeriod
    _timers: Timers
    _shown: visibility.Values
    _waiting: Waiter

    def _gone_to(self) -> Holder | None:
        """Return where the sentence goes on; None while that is here."""
        return None if self._identity is None else transferred_to(self._identity, self._sentence())

    def _takes_back(self) -> bool:
        """Take what is handed over to a sentence that had left; return whether a file was."""
        taken = self._desk.take_transfers()
        if taken:
            self._relocation.cancel()
        return taken

    def _hand_over(self, holder: Holder, terms: RunConfig) -> None:
        """See to it that the sentence goes on elsewhere, with texts filed and nothing in flight."""
        desk = self._desk
        self._outbox.store_texts()
        if self._outbox.is_idle and not desk.texts:
            own = workflow.info().workflow_id
            self._relocation.transfer(
                *(holder, desk.new_messages),
                lambda target: split_into_chunks(own, target, transferable(desk)),
            )
        self._rest(terms)

    def _send_on(self, terms: RunConfig) -> None:
        """Send on what came for a sentence that has left; decide nothing."""
        self._relocation.forward(self._desk.take_for_forwarding(self._waiting.take_batch_limit()))
        self._rest(terms)

    def _rest(self, terms: RunConfig) -> None:
        """Keep no clock: wake only to file texts, and to close the file once all has arrived."""
        now = workflow.now()
        self._record()
        self._desk.inbox.awaiting_key.schedule_retry(now)
        if self._relocation.done is not None:
            self._closing.start_if_ended(self._sentence(), now, moved=True)
        left = [wake for wake in self._wakes(terms) if wake.at > now]
        first = min(left, key=lambda wake: wake.at, default=None)
        self._timers.sync({} if first is None else {HOUSEKEEPING: first})
        self._surface(self._desk.as_of or now)

    def _wakes(self, terms: RunConfig) -> list[Wakeup]:
        """Return when the sentence wakes for its own sake, by no clock."""
        times = (
            (self._closing.ends_at(terms.closing_days), "the file is closed"),
            (self._outbox.texts_retry_at, "texts are filed again"),
            (self._recorder.retry_at, "the record is written again"),
            (self._desk.inbox.awaiting_key.retry_at, "sealed messages are opened again"),
        )
        return [Wakeup(at, summary) for at, summary in times if at is not None]

    def _record(self) -> None:
        """See to it that the case record says what the view says."""
        desk, identity = self._desk, self._identity
        if desk.decision is not None and desk.as_of is not None and identity is not None:
            found = record_rows(identity, desk.event_log, desk.decision, desk.as_of)
            self._recorder.sync(found, desk.as_of)

    def _surface(self, now: datetime) -> None:
        """Show ops the sentence as it is at `now`."""
        desk, identity = self._desk, self._identity
        if desk.decision is None or identity is None:
            return
        values = visibility.values_of(desk.event_log, desk.decision, desk.decision.law, now)
        text = visibility.details(identity, desk.event_log, desk.decision, desk.decision.law, now)
        if (holder := self._gone_to()) is not None:
            values, text = visibility.after_transfer(values, text, holder)
        visibility.show(self._shown, values, text)
        self._shown = values
