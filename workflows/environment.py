"""Ask the environment what holds for a run: the one question whose answer history records."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import (
    DECRYPT_MESSAGES,
    LIST_STANDARDS,
    LOAD_RUN_CONFIG,
    DecryptedMessage,
    DecryptedMessages,
    DecryptMessages,
    EncryptedMessage,
    RunConfig,
    RunConfigRequest,
    StandardsNames,
)
from states.time.london import day_of
from workflows.case import SentenceCase
from workflows.inbox import InboundMessage, is_encrypted
from workflows.log import warn

LOOKUP_TIMEOUT: Final = timedelta(seconds=10)

LOOKUP_ERRORS: Final = (ActivityError, ApplicationError)
"""How a local activity fails: one that says itself that it must not be retried raises plainly."""


async def load_run_config(sentenced_on: date | None) -> RunConfig:
    """Return the terms for that day of sentence, however long it takes to get them."""
    info = workflow.info()
    ask = RunConfigRequest(
        workflow_id=info.workflow_id,
        day=day_of(workflow.now()),
        sentenced_on=sentenced_on,
        continued=info.continued_run_id is not None,
    )
    while True:
        try:
            terms: RunConfig = await workflow.execute_local_activity(
                LOAD_RUN_CONFIG, ask, result_type=RunConfig, start_to_close_timeout=LOOKUP_TIMEOUT
            )
        except LOOKUP_ERRORS:
            # It tries again by itself, so this is an answer that rules that out.
            warn("opening_failed")
            await workflow.sleep(LOOKUP_TIMEOUT, summary="the run is opened again")
        else:
            return terms


async def list_standards() -> StandardsNames:
    """Return what the shelf holds today, however long it takes to get that."""
    while True:
        try:
            held: StandardsNames = await workflow.execute_local_activity(
                LIST_STANDARDS, result_type=StandardsNames, start_to_close_timeout=LOOKUP_TIMEOUT
            )
        except LOOKUP_ERRORS:
            warn("look_up_failed")
            await workflow.sleep(LOOKUP_TIMEOUT, summary="law is looked up again")
        else:
            return held


_T = TypeVar("_T")

_BARRIER: Final = timedelta(milliseconds=1)


class Waiter:
    """The waits of the main loop of one sentence."""

    def __init__(self, desk: SentenceCase, is_at_rest: Callable[[], bool]) -> None:
        """Wait for `desk`; `is_at_rest` tells that no timer and no activity is under way."""
        self.batch_limit: int | None = None
        """Letters that lay in the mail before the last look-up; None once they are taken."""
        self.is_looking_up = False
        """Whether a look-up is under way: then nothing else is decided."""
        self._desk, self._is_at_rest = desk, is_at_rest

    def take_batch_limit(self) -> int | None:
        """Return how many letters this turn takes, None for all, and leave the next one free."""
        ahead, self.batch_limit = self.batch_limit, None
        return ahead

    async def lookup(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what a local activity finds, and leave alone whatever comes meanwhile.

        Where a query falls between, the SDK hands the result over together with the signals and
        the answers of activities of the next task, after them; in replay it comes before them, and
        at an earlier time. So where anything else may end meanwhile, what is done next waits for a
        timer, whose end has one place in the history; else its commands would not be those of it.
        """
        self.batch_limit, self.is_looking_up = len(self._desk.inbox), True
        something_may_end = not self._is_at_rest()
        found = await self.shielded(work)
        if something_may_end:
            await self.shielded(workflow.sleep(_BARRIER, summary="a look-up is taken in"))
        self.is_looking_up = False
        return found

    async def shielded(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what `work` comes to, whatever is asked of the sentence meanwhile."""
        # A cancel request would reach an activity that the main loop awaits itself.
        task = asyncio.create_task(work)
        await self.until(task.done)
        return task.result()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when `holds` does; a cancel request is declined."""
        while not holds():
            try:
                await workflow.wait_condition(holds)
            except asyncio.CancelledError:
                self._decline()

    def _decline(self) -> None:
        # A cancel request is no way to end a court's sentence: it is recorded, and life goes on.
        warn("cancel_declined")
        self._desk.event_log.audit_notes.append(
            f"{workflow.now().isoformat()} a cancel request was declined"
        )


class WorkerEnvironment:
    """The look-ups of one sentence, whose answers go to its desk."""

    def __init__(
        self, desk: SentenceCase, waiting: Waiter, told: Callable[[RunConfig], None]
    ) -> None:
        """Look up for `desk`; `told` is given the terms before anything is done by them."""
        self._desk, self._waiting, self._told = desk, waiting, told

    async def load_run_config(
        self, sentenced_on: date | None = None, *, anew: bool = False
    ) -> RunConfig:
        """Return the terms for that day of sentence; its law is chosen unless one is, or `anew`."""
        terms = await self._waiting.lookup(load_run_config(sentenced_on))
        self._told(terms)
        self._desk.inbox.accept_plaintext = terms.plain
        if self._desk.pinned_law is None or anew:
            self._desk.pin_law(terms.edition, terms.calendar, sentenced_on)
        return terms

    async def decrypt_inbox(self) -> None:
        """Have the letters opened that are shut; what comes meanwhile is the next turn's."""
        mail, waiting = self._desk.inbox, self._waiting
        if waiting.batch_limit is None:
            mail.requeue(workflow.now())
        most = len(mail) if waiting.batch_limit is None else waiting.batch_limit
        while places := next_encrypted(mail, most):
            found = await waiting.lookup(decrypt(mail.at(places)))
            mail.put_decrypted(places, found)
            waiting.batch_limit = most

    async def look_up_law(self) -> None:
        """Choose the law again for another day of sentence, or look up what events name."""
        desk = self._desk
        if desk.transferred_law is not None:
            desk.adopt_transferred_law(await self._waiting.lookup(list_standards()))
        elif desk.has_stale_law and desk.decision is not None:
            await self.load_run_config(desk.decision.sentenced_on, anew=True)
        else:
            desk.answer_lookups(await self._waiting.lookup(list_standards()))


DECRYPT_BATCH: Final = 50
DECRYPT_BATCH_BYTES: Final = 400_000
"""Messages, and bytes of them, that one look-up opens."""


def next_encrypted(mail: Iterable[InboundMessage], most: int) -> list[int]:
    """Return the places of the letters to open next: those of one look-up, of the first `most`."""
    found: list[int] = []
    size = 0
    for place, item in enumerate(islice(mail, most)):
        if not is_encrypted(item):
            continue
        size += len(item.payloads[0].data)
        if found and (len(found) == DECRYPT_BATCH or size > DECRYPT_BATCH_BYTES):
            break
        found.append(place)
    return found


async def decrypt(letters: Sequence[InboundMessage]) -> list[DecryptedMessage]:
    """Return what is found in letters that are shut, however long it takes to get an answer."""
    ask = DecryptMessages(
        workflow_id=workflow.info().workflow_id,
        letters=[
            EncryptedMessage(
                kind=item.name,
                payload=b64encode(item.payloads[0].SerializeToString()).decode(),
                received_at=item.received_at,
            )
            for item in letters
        ],
    )
    while True:
        try:
            answer: DecryptedMessages = await workflow.execute_local_activity(
                DECRYPT_MESSAGES,
                ask,
                result_type=DecryptedMessages,
                start_to_close_timeout=LOOKUP_TIMEOUT,
            )
        except LOOKUP_ERRORS:
            warn("look_up_failed")
            await workflow.sleep(LOOKUP_TIMEOUT, summary="letters are opened again")
        else:
            return answer.letters
