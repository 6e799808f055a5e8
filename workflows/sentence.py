"""One sentence of a court, from whichever event comes first until its file is closed."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.workflow import ContinueAsNewVersioningBehavior

from activities.names import RunTerms
from states.waking import Wake, spread, wakes
from workflows import surface
from workflows.closing import Closing
from workflows.crew import Crew
from workflows.crossing import dump, load
from workflows.desk import Desk
from workflows.endings import ALREADY_CLOSED, close_file, not_a_sentence, report_late
from workflows.growth import Growth
from workflows.identity import identify, input_fault
from workflows.inbox import Letter, event_id_of, letter
from workflows.leaving import Leaving
from workflows.log import warn
from workflows.opening import shelf_names, terms_for
from workflows.outbox import Outbox
from workflows.post import is_shut, judged, look_into, next_shut
from workflows.receipts import receipts
from workflows.recorder import Recorder
from workflows.relocation import Relocation
from workflows.snapshot import BUDGET, FLAGGED, pack, unpack
from workflows.submitting import check, letter_of, refused, wait_for_key
from workflows.timers import Timers

_T = TypeVar("_T")

_BARRIER: Final = timedelta(milliseconds=1)


@workflow.defn(dynamic=True)
class SentenceWorkflow(Leaving):
    """A durable sentence: it takes any message, keeps every clock, and decides about nobody.

    The class is dynamic so that no start, however hostile its input, can fail its first task; the
    type's name on the wire is `SentenceWorkflow`, and a run of another name ends at once.
    """

    @workflow.init
    def __init__(self, arguments: Sequence[RawValue]) -> None:
        info = workflow.info()
        self._identity = identify(info.workflow_id)
        self._refusal = not_a_sentence(info.workflow_type, self._identity)
        self._continued = info.continued_run_id is not None
        self._opened = self._continued
        self._looking = False
        self._ahead: int | None = None
        self._desk = Desk(self._identity)
        self._closing = Closing()
        self._stirred = True
        self._tickets = 0
        self._growth = Growth()
        self._shown = surface.inherited(info.typed_search_attributes)
        self._crew = Crew(self._stir)
        self._timers = Timers(self._crew, self._stir)
        if self._identity is not None:
            self._relocation = Relocation(self._identity, self._crew, self._stir)
            self._recorder = Recorder(self._identity, self._crew, self._stir)
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
        terms = await self._open()
        await self._open_mail()
        # A sentence that comes back, or goes on here, opens the file again.
        comes_back = self._desk.mail.brings_file(self._ahead)
        if terms.closed and not self._continued and not comes_back:
            self._refusal = dict(ALREADY_CLOSED)
            late = report_late(identity, self._desk.mail, terms.io_queue)
            return await self._undisturbed(late)
        self._opened = True
        self._check_input(arguments)
        while True:
            await self._turn(terms)
            if self._may_close(terms) and workflow.all_handlers_finished():
                news = self._desk.news
                handed = self._relocation.handed
                moved_to = None if handed is None else handed.target
                closing = close_file(identity, self._sentence(), terms.io_queue, moved_to)
                ended = await self._undisturbed(closing)
                if not self._desk.mail and self._desk.news == news:
                    return ended
                continue
            idle = self._is_idle() and workflow.all_handlers_finished()
            if self._may_continue(terms) and idle and not self._desk.mail:
                self._continue()
            await self._until(lambda: self._stirred or bool(self._desk.mail))
            self._growth.begin()

    @workflow.update(unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def submit(self, raw: RawValue) -> list[dict[str, Any]]:
        """Take `{"kind": ..., "data": {...}}` as the signal of that kind; return its receipt.

        In place of `data`, `letter` is the event sealed for this sentence, in base64.
        """
        wait_for_key(raw)
        item = letter_of(raw, workflow.now())
        if is_shut(item):
            # Whatever it comes to, a run that is to go on anew has waited for this call to end.
            try:
                item = await self._opened_for(item)
                check(self._desk, item, workflow.now())
            finally:
                self._stir()
        now = workflow.now()
        self._desk.mail.append(item)
        if self._opened and not self._looking and self._relocation.handed is None:
            self._desk.drain()
            self._desk.decide(now)
        self._stir()
        return receipts(self._desk, event_id_of(item))

    @submit.validator
    def _check_submit(self, raw: RawValue) -> None:
        if self._refusal is not None:
            raise refused(self._refusal["ended"], self._refusal["reason"])
        if self._relocation.handed is not None:
            target = self._relocation.handed.target
            raise refused("moved", f"the sentence goes on as {target}: tell that")
        now = workflow.now()
        item = letter_of(raw, now)
        if not is_shut(item):
            check(self._desk, judged(item, plain=self._desk.mail.plain), now)

    async def _opened_for(self, item: Letter) -> Letter:
        """Return a letter that a caller waits for, when the main loop has had it opened.

        Raises:
            ApplicationError: If it stays shut.
        """
        desk = self._desk
        self._tickets += 1
        ticket = self._tickets
        desk.mail.append(replace(item, ticket=ticket))
        await workflow.wait_condition(lambda: ticket in desk.mail.opened)
        found = desk.mail.opened.pop(ticket)
        if found.fault is not None:
            raise refused(*found.fault)
        return found

    @workflow.signal(dynamic=True)
    def _receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        self._desk.mail.append(letter(name, arguments, workflow.now()))

    def _stir(self) -> None:
        self._stirred = True

    def _resume(self, data: dict[str, Any]) -> None:
        self._closing = Closing(data["closing_since"])
        load(self._desk, data["desk"])
        self._relocation.load(data.get("moved"))
        self._recorder.load(data.get("record"))

    def _check_input(self, arguments: Sequence[RawValue]) -> None:
        fault = None if self._continued else input_fault(self._identity, arguments)
        if fault is not None:
            self._desk.case.trail.append(f"{workflow.now().isoformat()} {fault}")
            warn("start_input_ignored", reason_code="start_input")

    async def _open(self, sentenced_on: date | None = None, *, anew: bool = False) -> RunTerms:
        terms = await self._looked_up(terms_for(sentenced_on))
        self._outbox.io_queue = self._relocation.io_queue = terms.io_queue
        self._recorder.io_queue = terms.io_queue
        self._desk.mail.plain = terms.plain
        if self._desk.pins is None or anew:
            self._desk.pin(terms.edition, terms.calendar, sentenced_on)
        return terms

    async def _looked_up(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what a local activity finds, and leave alone whatever comes meanwhile.

        Where a query falls between, the SDK hands the result over together with the signals and
        the answers of activities of the next task, after them; in replay it comes before them, and
        at an earlier time. So where anything else may end meanwhile, what is done next waits for a
        timer, whose end has one place in the history; else its commands would not be those of it.
        """
        self._ahead, self._looking = len(self._desk.mail), True
        something_may_end = not (self._is_idle() and self._timers.is_idle)
        found = await self._undisturbed(work)
        if something_may_end:
            await self._undisturbed(workflow.sleep(_BARRIER, summary="a look-up is taken in"))
        self._looking = False
        return found

    def _is_idle(self) -> bool:
        return self._outbox.is_idle and self._relocation.is_idle and self._recorder.is_idle

    async def _undisturbed(self, work: Coroutine[Any, Any, _T]) -> _T:
        # A cancel request would reach an activity that the main loop awaits itself.
        task = asyncio.create_task(work)
        await self._until(task.done)
        return task.result()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            try:
                await workflow.wait_condition(holds)
            except asyncio.CancelledError:
                self._decline()

    def _decline(self) -> None:
        # A cancel request is no way to end a court's sentence: it is recorded, and life goes on.
        warn("cancel_declined")
        self._desk.case.trail.append(f"{workflow.now().isoformat()} a cancel request was declined")

    async def _turn(self, terms: RunTerms) -> None:
        """Take the mail, decide, and see to clocks, notices and what ops are shown."""
        self._crew.look()
        self._stirred = False
        await self._open_mail()
        if self._relocation.handed is not None and not self._takes_back():
            self._send_on(terms)
            return
        desk, now = self._desk, workflow.now()
        desk.drain(self._ahead)
        self._ahead = None
        desk.decide(now)
        while desk.lacks_law:
            await self._find_law()
            now = workflow.now()
            desk.decide(now)
        if (holder := self._gone_to()) is not None:
            self._hand_over(holder, terms)
            return
        self._relocation.stay()
        quiet = timedelta(minutes=terms.quiet_minutes)
        desk.reconcile(now, quiet)
        if self._may_continue(terms):
            # It waits for what is under way, to go on in the next run.
            self._recorder.leave()
        else:
            self._outbox.pump(desk.case, desk.decided)
            self._record()
        self._closing.watch(self._sentence(), now)
        self._arm(now, quiet, terms)
        self._surface(now)

    async def _open_mail(self) -> None:
        """Have the letters opened that are shut; what comes meanwhile is the next turn's."""
        desk = self._desk
        if self._ahead is None:
            desk.mail.readmit(workflow.now())
        most = len(desk.mail) if self._ahead is None else self._ahead
        while places := next_shut(desk.mail, most):
            found = await self._looked_up(look_into(desk.mail.at(places)))
            desk.mail.put_opened(places, found)
            self._ahead = most

    async def _find_law(self) -> None:
        """Choose the law again for another day of sentence, or look up what events name."""
        desk = self._desk
        if desk.brought is not None:
            desk.take_pins(await self._looked_up(shelf_names()))
        elif desk.is_mispinned and desk.decided is not None:
            await self._open(desk.decided.sentenced_on, anew=True)
        else:
            desk.learn(await self._looked_up(shelf_names()))

    def _arm(self, now: datetime, quiet: timedelta, terms: RunTerms) -> None:
        desk = self._desk
        if desk.decided is None:
            return
        desk.mail.shut.rest(now)
        also = [
            Wake(at, summary)
            for at, summary in (
                (self._closing.at(terms.closing_days), "the file is closed"),
                (self._outbox.texts_wait_until, "texts are filed again"),
                (self._recorder.waits_until, "the record is written again"),
                (self._desk.mail.shut.again_at, "sealed messages are opened again"),
            )
            if at is not None
        ]
        later = spread(workflow.info().workflow_id)
        self._timers.arrange(
            wakes(
                desk.case, desk.decided, desk.decided.law, now, later=later, quiet=quiet, also=also
            )
        )

    def _may_close(self, terms: RunTerms) -> bool:
        closes_at = self._closing.at(terms.closing_days)
        if closes_at is None or closes_at > workflow.now() or not self._recorder.is_even:
            return False
        if self._gone_to() is not None:
            arrived = self._relocation.handed is not None and self._relocation.is_idle
            return arrived and not self._desk.mail
        ledger, told = self._desk.case.ledger, self._sentence().acknowledged
        sent = self._outbox.is_idle and not ledger.is_waiting() and not ledger.stuck(told)
        return sent and not self._desk.texts and not self._desk.mail

    def _may_continue(self, terms: RunTerms) -> bool:
        return self._growth.is_due(self._desk.news, terms.continue_after_events)

    def _continue(self) -> None:
        """Go on in a new run, with everything that was kept and nothing that can be derived."""
        packed = pack(
            {
                "desk": dump(self._desk),
                "closing_since": self._closing.dump(),
                "moved": self._relocation.dump(),
                "record": self._recorder.dump(),
            }
        )
        size = len(packed["packed"])
        if size > FLAGGED:
            warn("snapshot_grows_large", bytes=size)
        if size > BUDGET:
            # It may have shrunk, by texts that were filed, when as much again has happened.
            self._growth.put_off()
            self._stir()
            return
        workflow.continue_as_new(
            args=[packed],
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )
