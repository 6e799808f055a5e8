"""Questions that a run asks the workers of its own queue, and the waits of the main loop.

History records each answer, so replay asks nothing. What follows an answer is decided on the
messages that were in the inbox before the question (see `WorkerEnvironment`).
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    DECRYPT_MESSAGES,
    END_WORKFLOW_TASK,
    LIST_STANDARDS,
    LOAD_RUN_CONFIG,
    READ_RECORD,
    DecryptedMessage,
    DecryptedMessages,
    DecryptMessages,
    EncryptedMessage,
    RecordedRows,
    RecordRequest,
    RunConfig,
    RunConfigRequest,
    StandardsNames,
)
from states.record import RecordRow
from states.time.london import day_of
from workflows.case import SentenceCase
from workflows.inbox import MESSAGES_PER_TURN, InboundMessage, is_encrypted
from workflows.log import warn
from workflows.timers import BackgroundTasks

LOOKUP_TIMEOUT: Final = timedelta(seconds=10)
"""Time limit of one attempt, and the pause before a refused lookup is repeated."""

LOOKUP_ERRORS: Final = (ActivityError, ApplicationError)
"""Errors of a lookup: a non-retryable one of a local activity comes as `ApplicationError`."""

DECRYPT_BATCH: Final = 50
DECRYPT_BATCH_BYTES: Final = 400_000
"""Messages, and bytes of them, that one lookup decrypts."""

_T = TypeVar("_T")


class Waiter:
    """The waits of the main loop of one sentence: a cancel request ends none of them."""

    def __init__(self, case: SentenceCase) -> None:
        self._case = case

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds` does; decline every cancel request meanwhile."""
        while not holds():
            try:
                # Signals, updates and background tasks run meanwhile and may change the case.
                await workflow.wait_condition(holds)
            except asyncio.CancelledError:
                # A court's sentence is not ended by a click: the request is noted and declined.
                warn("cancel_declined")
                self._case.audit(workflow.now(), "a cancel request was declined")

    async def shielded(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return the result of `work`, which no cancel request reaches.

        The SDK cancels the task of the main loop, and with it any activity that this task awaits
        itself. So `work` runs in a task of its own.
        """
        task = asyncio.create_task(work)
        await self.until(task.done)
        return task.result()


class WorkerEnvironment:
    """The run configuration, keys and standards of the worker that runs one sentence.

    An SDK trap lies here. When a query arrives while a local activity runs, the SDK completes the
    workflow task without the activity's result, and delivers the result in the next task: after the
    signals, activity results and timers of that task. In replay the result comes before them, and
    at an earlier time. Whatever follows would then issue other commands than the history holds, and
    the sentence would stop for good. Two measures prevent that:

    - A lookup is a local activity only while no timer and no activity is under way, as at the start
      of a run. Otherwise it is an activity on the run's own queue: its completion has exactly one
      place in the history, which no query moves. (A timer after a local activity would have one
      too, but a server fires it up to a second late.)
    - The turn takes only the messages that were in the inbox before the lookup (`batch_limit`).
      Signals may arrive even while nothing else is under way.
    """

    def __init__(self, case: SentenceCase, waiter: Waiter, tasks: BackgroundTasks) -> None:
        self.batch_limit: int | None = None
        """Messages that were in the inbox before the last lookup; None once they are taken."""
        self.is_looking_up = False
        """True while a lookup is under way; no update may be decided then."""
        self._case = case
        self._waiter = waiter
        self._tasks = tasks

    @property
    def has_more(self) -> bool:
        """True if the inbox holds more messages than this turn may take."""
        return self._waiting > MESSAGES_PER_TURN

    @property
    def _waiting(self) -> int:
        return len(self._case.inbox) if self.batch_limit is None else self.batch_limit

    def take_batch_limit(self) -> int:
        """Return how many messages this turn takes, and reset the limit."""
        limit = min(self._waiting, MESSAGES_PER_TURN)
        self.batch_limit = None
        return limit

    async def end_task(self) -> None:
        """Return in another workflow task.

        A coroutine that only yields goes on in the same workflow task. It takes an event of the
        history to end one: the completion of an activity, as a timer may fire a second late.
        """
        self.is_looking_up = True
        work = workflow.execute_activity(
            END_WORKFLOW_TASK, result_type=None, start_to_close_timeout=LOOKUP_TIMEOUT
        )
        await self._waiter.shielded(work)
        self.is_looking_up = False

    async def load_run_config(
        self, sentenced_on: date | None = None, *, repin: bool = False
    ) -> RunConfig:
        """Return the configuration of the run, and pin the law that it chooses.

        Args:
            sentenced_on: The day of sentence, which chooses the edition; None if not known yet.
            repin: Whether to pin the law even if the sentence has pinned one already.
        """
        config = await self._lookup(partial(_run_config, sentenced_on))
        self._case.inbox.accept_plaintext = config.accept_plaintext
        if self._case.pinned_law is None or repin:
            self._case.pin_law(config.edition, config.calendar, sentenced_on, pack=config.pack)
        return config

    async def read_record(self) -> list[RecordRow]:
        """Return the rows from which the sentence is taken up."""
        rows: list[RecordRow] = []
        while True:
            page = await self._lookup(partial(_record_page, len(rows)))
            rows += [RecordRow(row.table, row.key, row.values) for row in page.rows]
            if page.is_last:
                return rows

    async def decrypt_inbox(self) -> None:
        """Decrypt the messages of the inbox; those that arrive meanwhile wait for the next turn."""
        inbox = self._case.inbox
        if self.batch_limit is None:
            inbox.requeue(workflow.now())
        waiting = self._waiting
        limit = min(waiting, MESSAGES_PER_TURN)
        while positions := next_encrypted(inbox, limit):
            # Messages are only appended meanwhile, so the positions stay valid.
            found = await self._lookup(partial(_decrypted, inbox.at(positions)))
            inbox.put_decrypted(positions, found)
            self.batch_limit = waiting

    async def look_up_law(self) -> None:
        """Resolve one reason why the case lacks law (see `SentenceCase.needs_lookup`)."""
        case = self._case
        if case.transferred_law is not None:
            case.adopt_transferred_law(await self._lookup(_standards))
        elif case.has_stale_law and case.decision is not None:
            await self.load_run_config(case.decision.sentenced_on, repin=True)
        else:
            case.answer_lookups(await self._lookup(_standards))

    async def _lookup(self, ask: Callable[["_Execute"], Coroutine[Any, Any, _T]]) -> _T:
        """Return the answer to a question, with the two measures of the class."""
        self.batch_limit = len(self._case.inbox)
        self.is_looking_up = True
        # Chosen before the await: afterwards the first run and its replay could differ.
        execute = _execute_locally if self._tasks.is_idle else _execute_on_own_queue
        found = await self._waiter.shielded(ask(execute))
        self.is_looking_up = False
        return found


class _Execute(Protocol):
    def __call__(
        self, activity: str, arguments: Sequence[Any], result_type: type[_T]
    ) -> Awaitable[_T]: ...


def _execute_locally(
    activity: str, arguments: Sequence[Any], result_type: type[_T]
) -> Awaitable[_T]:
    return workflow.execute_local_activity(
        activity,
        args=arguments,
        result_type=result_type,
        start_to_close_timeout=LOOKUP_TIMEOUT,
    )


def _execute_on_own_queue(
    activity: str, arguments: Sequence[Any], result_type: type[_T]
) -> Awaitable[_T]:
    return workflow.execute_activity(
        activity,
        args=arguments,
        result_type=result_type,
        start_to_close_timeout=LOOKUP_TIMEOUT,
    )


def next_encrypted(messages: Iterable[InboundMessage], limit: int) -> list[int]:
    """Return the positions of the messages to decrypt next: one batch of the first `limit`."""
    found: list[int] = []
    size = 0
    for position, message in enumerate(islice(messages, limit)):
        if not is_encrypted(message):
            continue
        size += len(message.payloads[0].data)
        if found and (len(found) == DECRYPT_BATCH or size > DECRYPT_BATCH_BYTES):
            break
        found.append(position)
    return found


async def _run_config(sentenced_on: date | None, execute: _Execute) -> RunConfig:
    info = workflow.info()
    request = RunConfigRequest(
        workflow_id=info.workflow_id,
        day=day_of(workflow.now()),
        sentenced_on=sentenced_on,
        continued=info.continued_run_id is not None,
    )
    return await _answer(
        execute,
        LOAD_RUN_CONFIG,
        request,
        result_type=RunConfig,
        warning="run_config_failed",
        summary="the run configuration is loaded again",
    )


async def _record_page(start: int, execute: _Execute) -> RecordedRows:
    return await _answer(
        execute,
        READ_RECORD,
        RecordRequest(workflow_id=workflow.info().workflow_id, start=start),
        result_type=RecordedRows,
        warning="record_not_read",
        summary="read the record",
    )


async def _standards(execute: _Execute) -> StandardsNames:
    return await _answer(
        execute,
        LIST_STANDARDS,
        result_type=StandardsNames,
        warning="lookup_failed",
        summary="the standards are listed again",
    )


async def _decrypted(
    messages: Sequence[InboundMessage], execute: _Execute
) -> list[DecryptedMessage]:
    request = DecryptMessages(
        workflow_id=workflow.info().workflow_id,
        messages=[
            EncryptedMessage(
                kind=message.name,
                payload=b64encode(message.payloads[0].SerializeToString()).decode(),
                received_at=message.received_at,
            )
            for message in messages
        ],
    )
    answer = await _answer(
        execute,
        DECRYPT_MESSAGES,
        request,
        result_type=DecryptedMessages,
        warning="lookup_failed",
        summary="the messages are decrypted again",
    )
    return answer.messages


async def _answer(
    execute: _Execute,
    activity: str,
    *arguments: Any,
    result_type: type[_T],
    warning: str,
    summary: str,
) -> _T:
    """Return the answer of an activity, however long it takes to get one."""
    while True:
        try:
            # The task runs shielded (`Waiter.shielded`), so no cancel request arrives here.
            answer = await execute(activity, arguments, result_type)
        except LOOKUP_ERRORS:
            # The SDK retries by itself, so this error is one that rules out a retry.
            warn(warning)
            await workflow.sleep(LOOKUP_TIMEOUT, summary=summary)
        else:
            return answer
