"""Workflow of one sentence of a court, from the first event about it until its case is closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from activities.contracts import Imposition, RunConfig
from states.schedule import HOUSEKEEPING, Wakeup, jitter, wakeups
from states.sentence_ref import SentenceRef
from states.transitions import diagram
from states.view.sentence import allowed_kinds
from workflows import queries
from workflows.case import SentenceCase
from workflows.continue_as_new import ContinueAsNewPolicy, SentenceSnapshot, unpack
from workflows.environment import Waiter, WorkerEnvironment
from workflows.ids import start_input_fault
from workflows.inbox import event_id_of, from_signal
from workflows.lifecycle import (
    ALREADY_CLOSED,
    GracePeriod,
    close_sentence,
    report_late_messages,
    start_refusal,
)
from workflows.log import warn
from workflows.outbox import Outbox
from workflows.record_sync import RecordSync
from workflows.timers import BackgroundTasks, Timers
from workflows.transfer import CaseTransfer
from workflows.updates import readable_message, rejection, validate_update
from workflows.visibility import Visibility


@workflow.defn(dynamic=True)
class SentenceWorkflow:
    """A durable sentence: it takes any message and keeps every clock; people decide, it does not.

    The class is dynamic, so that no start, however hostile its input, can fail its first workflow
    task. The type's name on the wire is `SentenceWorkflow`; a run of another name ends at once.
    """

    @workflow.init
    def __init__(self, arguments: Sequence[RawValue]) -> None:
        """Set up every part before the first handler runs: signals may arrive before `run`."""
        info = workflow.info()
        ref = SentenceRef.parse(info.workflow_id)
        self._refusal = start_refusal(info.workflow_type, ref)
        # A run that is refused answers queries too, so its parts exist, under an empty name.
        self._ref = ref or SentenceRef(crn="", event_number="")
        self._is_continued = info.continued_run_id is not None
        self._is_open = self._is_continued
        self._has_news = True
        """True if the sentence must be decided again, whatever the inbox holds."""
        self._is_woken = False
        self._has_more = False
        """True if the last turn left messages that it had no room for."""
        kept = unpack(arguments) if self._is_continued else SentenceSnapshot()
        self._case = SentenceCase(self._ref, kept.case)
        self._waiter = Waiter(self._case)
        self._tasks = BackgroundTasks(self._wake)
        self._environment = WorkerEnvironment(self._case, self._waiter, self._tasks)
        self._timers = Timers(self._tasks)
        self._outbox = Outbox(self._ref, self._tasks)
        self._record = RecordSync(
            self._ref, self._tasks, kept.record_sync, log=self._case.event_log.log
        )
        self._transfer = CaseTransfer(self._ref, self._tasks, kept.transfer_done)
        self._visibility = Visibility(info.typed_search_attributes)
        self._grace_period = GracePeriod(kept.grace_period_since)
        self._continuation = ContinueAsNewPolicy()

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> dict[str, Any]:
        """Keep the sentence until its case is closed; return how the run ended."""
        if self._refusal is not None:
            warn("start_refused", reason_code=self._refusal["ended"])
            return self._refusal
        # Signals only queue up during these two lookups; updates are decided later (`_is_open`).
        config = await self._environment.load_run_config()
        await self._environment.decrypt_inbox()
        if config.is_closed and not self._reopens():
            self._refusal = dict(ALREADY_CLOSED)
            late = report_late_messages(self._ref, self._case.inbox, config.io_queue)
            return await self._waiter.shielded(late)
        if config.recorded is not None and not config.is_closed:
            # Something cut the last run off. Its record must not become an empty one. (A case that
            # was closed is over: a transfer that opens its id again brings another one.)
            rows = await self._environment.read_record()
            self._case.take_up(rows, config.recorded, workflow.now())
            self._record.take_up(config.recorded.sequence)
        self._is_open = True
        self._note_start_input(arguments)
        while True:
            # A turn leaves nothing undone for what it saw, so each may be the last before a wait.
            if self._takes_news():
                await self._turn(config)
                if self._has_more:
                    self._has_news = True
                    await self._environment.end_task()
                    continue
            else:
                self._settle(config)
            if self._may_close(config):
                result = await self._close(config)
                if result is not None:
                    return result
                continue
            if self._may_continue_as_new(config):
                self._continue_as_new()
            # Handlers and background tasks run meanwhile; each of them ends this wait.
            await self._waiter.until(lambda: self._is_woken or bool(self._case.inbox))
            self._continuation.start()

    @workflow.signal(dynamic=True)
    def _receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        for message in from_signal(name, arguments, workflow.now()):
            self._case.inbox.append(message)

    # A run that ends abandons the handler: its caller gets an error and asks again.
    @workflow.update(unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def submit(self, raw: RawValue) -> list[dict[str, Any]]:
        """Take `{"kind": ..., "data": {...}}` like a signal of that kind; return its receipt.

        In place of `data`, `encrypted` is the event encrypted for this sentence: a compact JWE.
        """
        try:
            # An encrypted message waits for the main loop, which may decide others meanwhile.
            message = await readable_message(self._case, raw)
            self._case.inbox.append(message)
            if self._decides_updates():
                self._case.drain()
                self._case.decide(workflow.now())
                self._has_news = True
            return queries.receipts(self._case, event_id_of(message))
        finally:
            # Wake the main loop even on failure: continue-as-new waits for this handler.
            self._wake()

    @submit.validator
    def _validate_submit(self, raw: RawValue) -> None:
        if self._refusal is not None:
            raise rejection(self._refusal["ended"], self._refusal["reason"])
        if self._transfer.done is not None:
            target = self._transfer.done.target
            raise rejection("moved", f"the sentence continues as {target}; send it there")
        validate_update(self._case, raw)

    def _decides_updates(self) -> bool:
        # During a lookup an update only queues its message: see `WorkerEnvironment`.
        is_here = self._transfer.done is None
        is_free = not self._environment.is_looking_up and not self._environment.has_more
        return self._is_open and is_here and is_free

    @workflow.query
    def sentence(self) -> dict[str, Any]:
        """Return the whole view."""
        return queries.whole_view(self._case, self._record)

    @workflow.query
    def impositions(self) -> list[Imposition]:
        """Return the impositions in the log, that in force first; none while none is in force."""
        return queries.impositions(self._case)

    @workflow.query
    def clocks(self, page: int = 1) -> dict[str, Any]:
        """Return the clocks, soonest due first, in pages."""
        return queries.clocks_page(self._case, page)

    @workflow.query
    def events(self, page: int = 1) -> dict[str, Any]:
        """Return the applied events in order, in pages."""
        return queries.events_page(self._case, page)

    @workflow.query
    def unapplied(self, page: int = 1) -> dict[str, Any]:
        """Return held, refused and quarantined messages with their reasons, in pages."""
        return queries.unapplied_page(self._case, page)

    @workflow.query
    def record(self, page: int = 1) -> dict[str, Any]:
        """Return the rows that the case record should hold, in pages, and how many it holds."""
        return queries.record_page(self._case, self._record, page)

    @workflow.query
    def receipt(self, event_id: str) -> list[dict[str, Any]]:
        """Return the outcome of the messages under one event id; empty if none arrived."""
        return queries.receipts(self._case, event_id)

    @workflow.query
    def allowed(self) -> list[str]:
        """Return the kinds of event that are allowed now."""
        return allowed_kinds(self._case.sentence)

    @workflow.query
    def dry_run(
        self, edition: str | None = None, calendar: str | None = None, pack: str | None = None
    ) -> dict[str, Any]:
        """Return the clocks that another edition, calendar or law pack would move."""
        return queries.dry_run_result(self._case, edition, calendar, pack)

    @workflow.query
    def diagram(self) -> str:
        """Return the state graph as Mermaid text, with the present state marked."""
        return diagram(self._case.sentence.kind, self._case.sentence.state)

    def _reopens(self) -> bool:
        # A case that is transferred here opens a closed case again; a continued run is open.
        limit = self._environment.batch_limit
        return self._is_continued or self._case.inbox.brings_transfer(limit)

    def _note_start_input(self, arguments: Sequence[RawValue]) -> None:
        fault = None if self._is_continued else start_input_fault(self._ref, arguments)
        if fault is not None:
            self._case.audit(workflow.now(), fault)
            warn("start_input_ignored", reason_code="start_input")

    def _takes_news(self) -> bool:
        """Return whether there is news, and forget it: a message, or the report of a task.

        The completion of our own activity is none, unless the activity failed: it tells the
        sentence nothing that a decision, a row or a timer depends on.
        """
        self._tasks.raise_failed()
        has_news = self._tasks.take_news() or self._has_news or bool(self._case.inbox)
        self._has_news = False
        self._is_woken = False
        # A transfer waits for its activities one after the other.
        has_left = self._transfer.done is not None or self._case.transferred_to is not None
        return has_news or has_left

    def _settle(self, config: RunConfig) -> None:
        """Start what waited for the end of an activity; decide nothing."""
        if not self._is_continuation_due(config):
            self._outbox.dispatch_due(self._case, config.io_queue)
            self._record.resume(self._case, config.io_queue)

    async def _turn(self, config: RunConfig) -> None:
        """Take the inbox, decide, and bring outbox, record, timers and visibility in line.

        A turn takes so many messages at most. While more wait, it decides and carries out nothing,
        as the next ones may change the decision.
        """
        # Only what is in the inbox now is decided in this turn (`take_batch_limit`).
        await self._environment.decrypt_inbox()
        # Asked before the messages are taken. Those that arrive meanwhile do not count.
        self._has_more = self._environment.has_more
        if self._transfer.done is not None and not self._takes_case_back():
            self._forward(config)
            return
        if self._transfer.refused_by is not None:
            self._case.refuse_move(self._transfer.refused_by)
            self._transfer.cancel()
        await self._decide()
        if self._has_more:
            return
        holder = self._case.transferred_to
        if holder is not None:
            self._hand_over(holder, config)
        else:
            self._transfer.cancel()
            self._carry_out(config)

    async def _decide(self) -> None:
        """Take the messages and decide them, by the law that they call for."""
        self._case.drain(self._environment.take_batch_limit())
        self._case.decide(workflow.now())
        while self._case.needs_lookup:
            # Messages that arrive meanwhile stay in the inbox until the next turn.
            await self._environment.look_up_law()
            self._case.decide(workflow.now())

    def _carry_out(self, config: RunConfig) -> None:
        """Carry out the decision: notices, record, timers, visibility."""
        now = workflow.now()
        quiet = timedelta(minutes=config.quiet_minutes)
        self._case.reconcile(now, quiet)
        if self._is_continuation_due(config):
            # Start nothing new: this run waits for what is in flight, the next run starts the rest.
            self._record.skip()
        else:
            self._outbox.dispatch_due(self._case, config.io_queue)
            self._record.sync(self._case, config.io_queue)
        self._grace_period.start_if_ended(self._case.sentence, now)
        self._set_timers(now, quiet, config)
        self._visibility.show(self._case, now)

    def _set_timers(self, now: datetime, quiet: timedelta, config: RunConfig) -> None:
        decision = self._case.decision
        if decision is None:
            return
        self._case.inbox.awaiting_key.schedule_retry(now)
        wanted = wakeups(
            self._case.event_log,
            decision,
            decision.law,
            now=now,
            later=jitter(self._ref.workflow_id),
            quiet=quiet,
            also=self._own_wakeups(config),
        )
        self._timers.sync(wanted)

    def _own_wakeups(self, config: RunConfig) -> list[Wakeup]:
        """Return the wake-ups that belong to no clock."""
        times = (
            (self._grace_period.ends_at(config.grace_days), "the case is closed"),
            (self._record.retry_at, "the record is written again"),
            (self._case.inbox.awaiting_key.retry_at, "messages are decrypted again"),
        )
        return [Wakeup(at, summary) for at, summary in times if at is not None]

    def _takes_case_back(self) -> bool:
        """Take only transferred cases; return whether one arrived, and so is decided here."""
        is_back = self._case.take_transfers()
        if is_back:
            self._transfer.cancel()
        return is_back

    def _hand_over(self, holder: SentenceRef, config: RunConfig) -> None:
        """Transfer the case to `holder`, once its texts are stored and no notice is in flight."""
        case = self._case
        if self._outbox.is_idle and not case.texts:
            self._transfer.transfer(
                holder,
                case.new_messages,
                lambda: (case.transferable(), queries.impositions(case)),
                io_queue=config.io_queue,
            )
        self._rest(config)

    def _forward(self, config: RunConfig) -> None:
        """Forward what arrived for a transferred sentence; decide nothing."""
        messages = self._case.take_for_forwarding(self._environment.take_batch_limit())
        self._transfer.forward(messages, config.io_queue)
        self._rest(config)

    def _rest(self, config: RunConfig) -> None:
        """Run no clocks: wake only for retries, and to close the case once all has arrived."""
        now = workflow.now()
        self._record.sync(self._case, config.io_queue)
        self._case.inbox.awaiting_key.schedule_retry(now)
        if self._transfer.done is not None:
            self._grace_period.start_if_ended(self._case.sentence, now, moved=True)
        ahead = [wakeup for wakeup in self._own_wakeups(config) if wakeup.at > now]
        first = min(ahead, key=lambda wakeup: wakeup.at, default=None)
        self._timers.sync({} if first is None else {HOUSEKEEPING: first})
        self._visibility.show(self._case, self._case.as_of or now)

    def _may_close(self, config: RunConfig) -> bool:
        closes_at = self._grace_period.ends_at(config.grace_days)
        if closes_at is None or closes_at > workflow.now():
            return False
        if self._case.inbox or not workflow.all_handlers_finished() or not self._record.in_sync:
            return False
        if self._case.transferred_to is not None:
            return self._transfer.done is not None and self._transfer.is_idle
        return self._outbox.is_idle and not self._case.has_unsent

    async def _close(self, config: RunConfig) -> dict[str, Any] | None:
        """Close the case and return the result of the run; None if a message arrived meanwhile."""
        case = self._case
        new_messages = case.new_messages
        done = self._transfer.done
        closing = close_sentence(
            self._ref,
            case.sentence,
            config.io_queue,
            moved_to=None if done is None else done.target,
        )
        # Signals and updates arrive during this await. The run must stay open for their messages.
        result = await self._waiter.shielded(closing)
        return None if case.inbox or case.new_messages != new_messages else result

    def _is_continuation_due(self, config: RunConfig) -> bool:
        return self._continuation.is_due(self._case.new_messages, config.continue_after_events)

    def _may_continue_as_new(self, config: RunConfig) -> bool:
        # Neither an activity in flight, nor a handler, nor a message survives the run.
        is_idle = self._outbox.is_idle and self._record.is_idle and self._transfer.is_idle
        is_quiet = workflow.all_handlers_finished() and not self._case.inbox
        return is_idle and is_quiet and self._is_continuation_due(config)

    def _continue_as_new(self) -> None:
        """Continue as new with all that cannot be derived; return only if that is too large."""
        self._continuation.continue_as_new(
            SentenceSnapshot(
                case=self._case.snapshot(),
                grace_period_since=self._grace_period.since,
                transfer_done=self._transfer.done,
                record_sync=self._record.snapshot(self._case.event_log.log),
            )
        )
        # The snapshot is too large for now. Take another turn, which starts what was put off.
        self._has_news = True
        self._wake()

    def _wake(self) -> None:
        self._is_woken = True
