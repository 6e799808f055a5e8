"""A sentence that goes on under another name: hand its file over, then send on what still comes.

The file is handed over whole, and again if anything was added to it meanwhile; the receiver knows
repeats. From then on nothing here is decided, timed or sent: the view stays as it was.
"""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.names import (
    FORWARD,
    HAND_OVER,
    TARGET_CLOSED,
    Forwarded,
    HandOver,
    Parcel,
)
from states.holder import Holder
from states.identity import Identity
from states.sentence import Sentence
from workflows.crew import Crew
from workflows.endings import ATTEMPT, PATIENT, report
from workflows.identity import WORKFLOW_TYPE, workflow_id_of
from workflows.inbox import Letter
from workflows.log import note, warn
from workflows.outbox import type_of


def gone_to(identity: Identity, s: Sentence) -> Holder | None:
    """Return where the sentence goes on; None while that is here."""
    here = Holder(identity.crn, identity.event_number)
    return None if s.continues_as is None or s.continues_as == here else s.continues_as


@dataclass(frozen=True, slots=True)
class Handed:
    """That the whole file was handed over."""

    target: str
    """Workflow id of the sentence that took over."""
    at: datetime


class Relocation:
    """The way of one sentence to its new name."""

    def __init__(self, identity: Identity, crew: Crew, stirred: Callable[[], None]) -> None:
        self.done: Handed | None = None
        self.io_queue = ""
        self._identity, self._crew, self._stirred = identity, crew, stirred
        self._arrived: tuple[str, int] | None = None
        self._under_way = False
        self._handing: asyncio.Task[None] | None = None
        self._waiting: deque[Letter] = deque()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the other sentence."""
        return not self._under_way and not self._waiting

    def dump(self) -> list[str] | None:
        """Return what the next run is given."""
        return None if self.done is None else [self.done.target, self.done.at.isoformat()]

    def load(self, data: Sequence[str] | None) -> None:
        """Take over from the run before."""
        if data is not None:
            target, at = data
            self.done = Handed(target, datetime.fromisoformat(at))

    def cancel(self) -> None:
        """Be at home again, or hand over anew: the file has grown by another one."""
        self.done = self._arrived = None
        if self._handing is not None:
            self._handing.cancel()
            self._handing, self._under_way = None, False

    def transfer(
        self, holder: Holder, news: int, parcels: Callable[[str], Sequence[Parcel]]
    ) -> None:
        """Hand the file over, unless that is under way; `news` tells one state of it from another.

        It is over when a whole file has arrived to which nothing was added since.
        """
        target = workflow_id_of(holder.crn, holder.event_number)
        if self._arrived == (target, news):
            self.done = Handed(target, workflow.now())
            note("sentence_moved", target=target)
        elif not self._under_way:
            self._under_way = True
            given = [_given(holder, item) for item in parcels(target)]
            self._handing = self._crew.start(self._transfer(given, (target, news)))

    async def _transfer(self, given: list[HandOver], state: tuple[str, int]) -> None:
        for item in given:
            await self._carry_out(HAND_OVER, item, f"hand over to {state[0]}")
        self._arrived, self._handing, self._under_way = state, None, False
        self._stirred()

    async def _carry_out(self, activity: str, argument: Any, summary: str) -> None:
        await workflow.execute_activity(
            activity,
            argument,
            task_queue=self.io_queue,
            start_to_close_timeout=ATTEMPT,
            retry_policy=PATIENT,
            summary=summary,
        )

    def forward(self, letters: Sequence[Letter]) -> None:
        """Send messages on to the sentence that took over, in their order."""
        self._waiting.extend(letters)
        if self._waiting and not self._under_way and self.done is not None:
            self._under_way = True
            self._crew.start(self._forward(self.done.target))

    async def _forward(self, target: str) -> None:
        while self._waiting:
            item = self._waiting[0]
            payloads = [b64encode(part.SerializeToString()).decode() for part in item.payloads]
            told = Forwarded(target=target, name=item.name, payloads=payloads, sender=item.sender)
            try:
                await self._carry_out(FORWARD, told, f"send on to {target}")
            except ActivityError as error:
                if type_of(error) != TARGET_CLOSED:
                    raise
                warn("forwarding_failed", reason_code=TARGET_CLOSED)
                await report(self._identity, [item], self.io_queue)
            self._waiting.popleft()
        self._under_way = False
        self._stirred()


def _given(holder: Holder, parcel: Parcel) -> HandOver:
    return HandOver(
        workflow_type=WORKFLOW_TYPE,
        crn=holder.crn,
        event_number=holder.event_number,
        parcel=parcel,
    )
