"""One sentence of a court, from whichever event comes first until its file is closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from activities.contracts import RunConfig
from states.schedule import jitter, wakeups
from states.sentence_ref import SentenceRef
from workflows import visibility
from workflows.case import SentenceCase, dump_case, restore_case
from workflows.environment import Waiter, WorkerEnvironment
from workflows.ids import input_fault, parse_workflow_id
from workflows.inbox import from_signal
from workflows.leaving import Leaving
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
from workflows.snapshot import ContinueAsNewPolicy, unpack
from workflows.timers import BackgroundTasks, Timers
from workflows.transfer import CaseTransfer
from workflows.updates import SubmitUpdate, rejection


@workflow.defn(dynamic=True)
class SentenceWorkflow(Leaving):
    """A durable sentence: it takes any message, keeps every clock, and decides about nobody.

    The class is dynamic so that no start, however hostile its input, can fail its first task; the
    type's name on the wire is `SentenceWorkflow`, and a run of another name ends at once.
    """

    @workflow.init
    def __init__(self, arguments: Sequence[RawValue]) -> None:
        info = workflow.info()
        self._identity = parse_workflow_id(info.workflow_id)
        self._refusal = start_refusal(info.workflow_type, self._identity)
        self._continued = info.continued_run_id is not None
        self._opened = self._continued
        self._stirred = True
        self._desk = SentenceCase(self._identity)
        self._closing = GracePeriod()
        self._growth = ContinueAsNewPolicy()
        self._shown = visibility.inherited_values(info.typed_search_attributes)
        self._crew = BackgroundTasks(self._stir)
        self._timers = Timers(self._crew, self._stir)
        self._waiting = Waiter(self._desk, lambda: self._is_idle() and self._timers.is_idle)
        self._look_ups = WorkerEnvironment(self._desk, self._waiting, self._queue_at)
        self._callers = SubmitUpdate(self._desk, self._decides_at_once, self._stir)
        if self._identity is not None:
            self._relocation = CaseTransfer(self._identity, self._crew, self._stir)
            self._recorder = RecordSync(self._identity, self._crew, self._stir)
        if self._continued:
            self._resume(unpack(arguments))
        if self._identity is not None:
            self._outbox = Outbox(self._identity, self._desk.texts, self._crew, self._stir)

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> dict[str, Any]:
        """Live until the file is closed; the result says how the run ended."""
        identity = self._identity
        if self._refusal is not None or identity is None:
            warn("start_refused", reason_code=(self._refusal or {})["ended"])
            return self._refusal or {}
        terms = await self._look_ups.load_run_config()
        await self._look_ups.decrypt_inbox()
        # A sentence that comes back, or goes on here, opens the file again.
        comes_back = self._desk.inbox.brings_transfer(self._waiting.batch_limit)
        if terms.closed and not self._continued and not comes_back:
            self._refusal = dict(ALREADY_CLOSED)
            late = report_late_messages(identity, self._desk.inbox, terms.io_queue)
            return await self._waiting.shielded(late)
        self._opened = True
        self._check_input(arguments)
        while True:
            await self._turn(terms)
            if self._may_close(terms) and workflow.all_handlers_finished():
                if (ended := await self._close(identity, terms)) is not None:
                    return ended
                continue
            idle = self._is_idle() and workflow.all_handlers_finished()
            if self._may_continue(terms) and idle and not self._desk.inbox:
                self._continue()
            await self._waiting.until(lambda: self._stirred or bool(self._desk.inbox))
            self._growth.start()

    @workflow.signal(dynamic=True)
    def _receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        self._desk.inbox.append(from_signal(name, arguments, workflow.now()))

    @workflow.update(unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def submit(self, raw: RawValue) -> list[dict[str, Any]]:
        """Take `{"kind": ..., "data": {...}}` as the signal of that kind; return its receipt.

        In place of `data`, `letter` is the event sealed for this sentence, in base64.
        """
        return await self._callers.execute(raw)

    @submit.validator
    def _check_submit(self, raw: RawValue) -> None:
        if self._refusal is not None:
            raise rejection(self._refusal["ended"], self._refusal["reason"])
        if self._relocation.done is not None:
            target = self._relocation.done.target
            raise rejection("moved", f"the sentence goes on as {target}: tell that")
        self._callers.validate(raw)

    async def _turn(self, terms: RunConfig) -> None:
        """Take the mail, decide, and see to clocks, notices and what ops are shown."""
        self._crew.raise_failed()
        self._stirred = False
        await self._look_ups.decrypt_inbox()
        if self._relocation.done is not None and not self._takes_back():
            self._send_on(terms)
            return
        desk, now = self._desk, workflow.now()
        desk.drain(self._waiting.take_batch_limit())
        desk.decide(now)
        while desk.needs_lookup:
            await self._look_ups.look_up_law()
            now = workflow.now()
            desk.decide(now)
        if (holder := self._gone_to()) is not None:
            self._hand_over(holder, terms)
            return
        self._relocation.cancel()
        quiet = timedelta(minutes=terms.quiet_minutes)
        desk.reconcile(now, quiet)
        if self._may_continue(terms):
            # It waits for what is under way, to go on in the next run.
            self._recorder.skip()
        else:
            self._outbox.dispatch_due(desk.event_log, desk.decision)
            self._record()
        self._closing.start_if_ended(self._sentence(), now)
        self._arm(now, quiet, terms)
        self._surface(now)

    def _arm(self, now: datetime, quiet: timedelta, terms: RunConfig) -> None:
        case, decided = self._desk.event_log, self._desk.decision
        if decided is None:
            return
        self._desk.inbox.awaiting_key.schedule_retry(now)
        later, also = jitter(workflow.info().workflow_id), self._wakes(terms)
        self._timers.sync(
            wakeups(case, decided, decided.law, now, later=later, quiet=quiet, also=also)
        )

    def _may_close(self, terms: RunConfig) -> bool:
        closes_at = self._closing.ends_at(terms.closing_days)
        if closes_at is None or closes_at > workflow.now() or not self._recorder.in_sync:
            return False
        if self._gone_to() is not None:
            arrived = self._relocation.done is not None and self._relocation.is_idle
            return arrived and not self._desk.inbox
        ledger, told = self._desk.event_log.outbox, self._sentence().acknowledged
        sent = self._outbox.is_idle and not ledger.has_queued() and not ledger.blocked(told)
        return sent and not self._desk.texts and not self._desk.inbox

    async def _close(self, identity: SentenceRef, terms: RunConfig) -> dict[str, Any] | None:
        """Close the file and return how it ended; None where something came meanwhile."""
        news, handed = self._desk.new_messages, self._relocation.done
        moved_to = None if handed is None else handed.target
        closing = close_sentence(identity, self._sentence(), terms.io_queue, moved_to)
        ended = await self._waiting.shielded(closing)
        return ended if not self._desk.inbox and self._desk.new_messages == news else None

    def _may_continue(self, terms: RunConfig) -> bool:
        return self._growth.is_due(self._desk.new_messages, terms.continue_after_events)

    def _continue(self) -> None:
        """Go on in a new run, with everything that was kept and nothing that can be derived."""
        self._growth.continue_as_new(
            {
                "desk": dump_case(self._desk),
                "closing_since": self._closing.dump(),
                "moved": self._relocation.dump(),
                "record": self._recorder.dump(),
            }
        )
        # It could not, for now.
        self._stir()

    def _resume(self, data: dict[str, Any]) -> None:
        self._closing = GracePeriod(data["closing_since"])
        restore_case(self._desk, data["desk"])
        self._relocation.load(data.get("moved"))
        self._recorder.load(data.get("record"))

    def _check_input(self, arguments: Sequence[RawValue]) -> None:
        fault = None if self._continued else input_fault(self._identity, arguments)
        if fault is not None:
            self._desk.event_log.audit_notes.append(f"{workflow.now().isoformat()} {fault}")
            warn("start_input_ignored", reason_code="start_input")

    def _queue_at(self, terms: RunConfig) -> None:
        self._outbox.io_queue = self._relocation.io_queue = terms.io_queue
        self._recorder.io_queue = terms.io_queue

    def _stir(self) -> None:
        self._stirred = True

    def _is_idle(self) -> bool:
        return self._outbox.is_idle and self._relocation.is_idle and self._recorder.is_idle

    def _decides_at_once(self) -> bool:
        return self._opened and not self._waiting.is_looking_up and self._relocation.done is None
