"""What a sentence does that goes on under another name: it hands over, sends on, and rests."""

from datetime import datetime

from temporalio import workflow

from activities.names import RunTerms
from states.case_record import rows
from states.holder import Holder
from states.identity import Identity
from states.waking import HOUSEKEEPING, Wake
from workflows import surface
from workflows.closing import Closing
from workflows.crossing import file_of
from workflows.outbox import Outbox
from workflows.parcels import parcels
from workflows.queries import Answers
from workflows.recorder import Recorder
from workflows.relocation import Relocation, gone_to
from workflows.timers import Timers
from workflows.waiting import Waiting


class Leaving(Answers):
    """A sentence that can leave: whoever runs it asks first where it goes on."""

    _identity: Identity | None
    _relocation: Relocation
    _outbox: Outbox
    _recorder: Recorder
    _closing: Closing
    _timers: Timers
    _shown: surface.Values
    _waiting: Waiting

    def _gone_to(self) -> Holder | None:
        """Return where the sentence goes on; None while that is here."""
        return None if self._identity is None else gone_to(self._identity, self._sentence())

    def _takes_back(self) -> bool:
        """Take what is handed over to a sentence that had left; return whether a file was."""
        taken = self._desk.take_transfers()
        if taken:
            self._relocation.cancel()
        return taken

    def _hand_over(self, holder: Holder, terms: RunTerms) -> None:
        """See to it that the sentence goes on elsewhere, with texts filed and nothing in flight."""
        desk = self._desk
        self._outbox.store_texts()
        if self._outbox.is_idle and not desk.texts:
            own = workflow.info().workflow_id
            self._relocation.transfer(
                *(holder, desk.new_messages), lambda target: parcels(own, target, file_of(desk))
            )
        self._rest(terms)

    def _send_on(self, terms: RunTerms) -> None:
        """Send on what came for a sentence that has left; decide nothing."""
        self._relocation.forward(self._desk.take_for_forwarding(self._waiting.take_batch_limit()))
        self._rest(terms)

    def _rest(self, terms: RunTerms) -> None:
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

    def _wakes(self, terms: RunTerms) -> list[Wake]:
        """Return when the sentence wakes for its own sake, by no clock."""
        times = (
            (self._closing.ends_at(terms.closing_days), "the file is closed"),
            (self._outbox.texts_retry_at, "texts are filed again"),
            (self._recorder.retry_at, "the record is written again"),
            (self._desk.inbox.awaiting_key.retry_at, "sealed messages are opened again"),
        )
        return [Wake(at, summary) for at, summary in times if at is not None]

    def _record(self) -> None:
        """See to it that the case record says what the view says."""
        desk, identity = self._desk, self._identity
        if desk.decision is not None and desk.as_of is not None and identity is not None:
            found = rows(identity, desk.event_log, desk.decision, desk.as_of)
            self._recorder.sync(found, desk.as_of)

    def _surface(self, now: datetime) -> None:
        """Show ops the sentence as it is at `now`."""
        desk, identity = self._desk, self._identity
        if desk.decision is None or identity is None:
            return
        values = surface.values_of(desk.event_log, desk.decision, desk.decision.law, now)
        text = surface.details(identity, desk.event_log, desk.decision, desk.decision.law, now)
        if (holder := self._gone_to()) is not None:
            values, text = surface.gone(values, text, holder)
        surface.show(self._shown, values, text)
        self._shown = values
